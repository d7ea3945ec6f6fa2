"""The command line. It imports nothing heavy: each command loads what it needs when it runs.

Exit codes: 0 everything proved or confirmed (for `grade`: every line got a verdict), 1 something
refuted, 2 usage or unreadable input, 3 something undecided, 4 an internal error.
"""

import difflib
import io
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from lemmata import __version__

if TYPE_CHECKING:
    from lemmata.certify.estimates import Budget, DeviceName
    from lemmata.checkers.feedback import Level
    from lemmata.judge import Kind
    from lemmata.kernel.verdict import Outcome
    from lemmata.notation import Format, Sheet

EXIT_CODES: "dict[Outcome, int]" = {"proved": 0, "confirmed": 0, "refuted": 1, "undecided": 3}
INTERNAL_ERROR = 4
# 128 + the number of the signal, as shells expect: SIGINT, SIGPIPE.
INTERRUPTED = 130
READER_GONE = 141
# A document is read whole; in bytes.
LARGEST_FILE = 10_000_000
# No name is longer; more of an unknown one is neither compared nor shown.
LONGEST_NAME = 80
DEBUG = "LEMMATA_DEBUG"

EVIDENCE_FOLDER = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".lemmata"),
    show_default=True,
    help="Folder of evidence and certificates.",
)
SHEETS = click.option(
    "--sheets",
    type=click.Path(path_type=Path),
    metavar="DIRECTORY",
    help="Your own questions: answer sheets (.toml), each named after what its answers answer.",
)
PURPOSES = {
    "Check answers": ("check", "serve", "explain"),
    "Grade": ("grade", "export", "new"),
    "Certify the claims": ("certify", "list", "report", "siege"),
    "Shell": ("completion",),
}
REPORTS = {"html": "report.html", "latex": "report.tex", "json": "report.json"}
REPORT_FILE = click.Path(dir_okay=False, path_type=Path)


class UnusableInputError(click.ClickException):
    """The input or the configuration cannot be used: exit code 2."""

    exit_code = 2


class ReaderGoneError(Exception):
    """Whoever reads the output has gone, as `head` does; Click would call its error a 1."""


class Commands(click.Group):
    """A group that suggests the command that was meant."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by what they are for."""
        for purpose, names in PURPOSES.items():
            with formatter.section(purpose):
                formatter.write_dl(
                    [(name, self.commands[name].get_short_help_str(70)) for name in names]
                )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command, or fail with the names that are near."""
        command = super().get_command(ctx, cmd_name)
        if command is None:
            names = self.list_commands(ctx)
            ctx.fail(f"there is no command {cmd_name!r}{near(cmd_name, names, 'lemmata --help')}")
        return command


@click.group(cls=Commands)
@click.version_option(__version__, package_name="lemmata")
def commands() -> None:
    """Prove, refute and grade derivations of machine learning."""


@commands.command("list", short_help="List claims, answer ids and statuses.")
@EVIDENCE_FOLDER
def list_command(out: Path) -> None:
    """List the claims with their statuses, families and answer ids."""
    from lemmata.certify.summary import read_summary
    from lemmata.checkers.code_questions import QUESTIONS
    from lemmata.checkers.table_questions import TABLES
    from lemmata.derivations.questions import DERIVATION, questions
    from lemmata.derivations.registry import claims
    from lemmata.reports.plain import listing_text

    known = claims()
    kept, problem = read_summary(out)
    if problem:
        click.echo(f"{problem}; no claim has evidence until lemmata certify has run", err=True)
    rows: list[tuple[str, str, str, str]] = [
        (name, kept.status(name), claim.family, ", ".join(claim.answer_ids))
        for name, claim in known.items()
    ]
    taken = {name for claim in known.values() for name in claim.answer_ids}
    names = {name.removesuffix(DERIVATION): path for name, path in questions().items()}
    others = {name: path for name, path in names.items() if name not in taken}
    # A question of its own is asked and graded, and has no evidence to gather.
    rows += [("-", "-", path.parent.name, name) for name, path in others.items()]
    rows += [("-", "-", "code", name) for name in QUESTIONS]
    rows += [("-", "-", "tables", name) for name in TABLES]
    click.echo(listing_text(sorted(rows, key=lambda row: (row[2], row[0] == "-", row[0], row[3]))))


@commands.command(short_help="Judge an answer, a derivation or a document.")
@click.argument("file", required=False)
@click.option("--claim", metavar="ID", help="The claim or answer id that FILE answers.")
@click.option(
    "--sheet",
    metavar="FILE",
    help="An answer sheet: declarations and what is asked. Without an answer, it is itself tried.",
)
@click.option("--declare", metavar="FILE", help="Declarations for FILE, and nothing asked.")
@click.option(
    "--format",
    "text_format",
    type=click.Choice(["latex", "text", "code", "table"]),
    help="How FILE is written.  [default: by its ending: .txt, .py, .json, else latex]",
)
@click.option(
    "--kind",
    type=click.Choice(["expression", "derivation", "document"]),
    help="What FILE holds.  [default: by its layout]",
)
@click.option(
    "--output-format",
    type=click.Choice(["human", "json", "concise", "junit", "sarif", "github", "html"]),
    default="human",
    show_default=True,
    help="For people, programs, editors, test reports, code scanning, workflows, browsers.",
)
@click.option("--trust-code", is_flag=True, help="Run code even where no sandbox can be had.")
def check(
    file: str | None,
    claim: str | None,
    sheet: str | None,
    declare: str | None,
    text_format: "Format | None",
    kind: "Kind | None",
    output_format: str,
    *,
    trust_code: bool,
) -> int:
    """Judge the answer, derivation or document in FILE (- for standard input).

    With --sheet and no FILE, the sheet itself is tried before any student sees it.
    """
    if sum(option is not None for option in (claim, sheet, declare)) > 1:
        raise click.UsageError("--claim, --sheet and --declare exclude each other; give one")
    if file is None and sheet is None:
        raise click.UsageError(
            "Missing argument 'FILE'; only an answer sheet is tried without one."
        )
    text = read_text(file) if file is not None else ""
    if claim is None and sheet is None and declare is None:
        from lemmata.checkers.documents import claim_named

        claim = claim_named(text)
    if claim is not None:
        require_known([claim], answer_ids=True)
    declarations = read_sheet_file(sheet or declare, goal=sheet is not None)

    import msgspec

    from lemmata.checkers.answers import judged
    from lemmata.checkers.record import content, failed, record
    from lemmata.checkers.tasks import FORMATS
    from lemmata.checkers.validation import validate
    from lemmata.notation import SheetError, declarations_from_document
    from lemmata.reports.checks import in_format

    dialect = text_format or FORMATS.get(Path(file or "").suffix, "latex")
    started = time.perf_counter()
    failure = False
    try:
        if claim is None and declarations is None:
            declarations = declarations_from_document(text)
        if file is None and declarations is not None:
            verdict = validate(declarations)
        else:
            verdict = judged(
                text,
                claim=claim,
                sheet=declarations,
                kind=kind,
                format=dialect,
                trust_code=trust_code,
            )
    except SheetError as error:  # the declarations that the document itself carries
        raise UnusableInputError(f"{file}: {error}") from error
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a verdict all the same, as in a batch
        report_internal_error(error, f"lemmata check {file or sheet}")
        verdict, failure = failed(error), True
    if output_format == "json":
        fields = content(
            verdict,
            derivation=bool(verdict.steps) or kind == "derivation",
            seconds=time.perf_counter() - started,
        )
        click.echo(msgspec.json.encode(record(fields, line=1, identifier=None, claim=claim)))
    else:
        asked = (claim, declarations, dialect)
        name = file or sheet or ""
        shown = in_format(output_format, name, text, verdict, asked, colour=in_colour())
        if shown:
            click.echo(shown)
    return INTERNAL_ERROR if failure else EXIT_CODES[verdict.outcome]


def in_colour() -> bool:
    """Whether to print in colour: on a terminal, unless NO_COLOR; anywhere with FORCE_COLOR."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


@commands.command(short_help="Gather the evidence of the claims, and report it.")
@click.argument("claims", metavar="[CLAIM]...", nargs=-1)
@EVIDENCE_FOLDER
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, metavar="N")
@click.option(
    "--budget",
    type=click.Choice(["quick", "standard", "long"]),
    default="standard",
    show_default=True,
    help="How many models and mutants to try, and how small errors estimates must see.",
)
@click.option("--recheck", is_flag=True, help="Verify each certificate with the re-checker.")
@click.option("--resume", is_flag=True, help="Leave out claims whose evidence OUT holds already.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto")
@click.option("--seed", type=click.IntRange(min=0), help="Of the estimates.  [default: fresh]")
@click.option("--oracles", is_flag=True, help="Compare other implementations as well.")
def certify(  # noqa: PLR0913 - one parameter for each option
    claims: tuple[str, ...],
    out: Path,
    jobs: int,
    budget: "Budget",
    device: "DeviceName",
    seed: int | None,
    *,
    recheck: bool,
    resume: bool,
    oracles: bool,
) -> int:
    """Gather the evidence of the claims given, or of all; write certificates and a report in OUT.

    The report covers all evidence that OUT holds, as HTML, LaTeX and JSON; `lemmata report` writes
    it anew, or a part of it, or a PDF.
    """
    from lemmata.certify import estimates, run
    from lemmata.derivations.registry import claims as known_claims
    from lemmata.reports.plain import estimate_text, oracles_text, summary_text
    from lemmata.reports.progress import progress
    from lemmata.reports.write import write_report

    require_known(claims, answer_ids=False)
    missing = estimates.missing()
    if missing and (oracles or device == "cuda"):
        raise UnusableInputError(f"install lemmata[numerics] first: {', '.join(missing)} not found")

    numerics = found = None
    try:
        (out / "certificates").mkdir(parents=True, exist_ok=True)  # fails before it costs anything
        with progress(sys.stderr) as report:
            if oracles:
                found = estimates.run_oracles(report)
                estimates.write_oracles(out, found)
            if not missing:
                drawn = estimates.fresh_seed() if seed is None else seed
                evidence = found.evidence if found else {}
                numerics = estimates.Numerics(budget, drawn, device, oracles=evidence)
                try:
                    estimates.prepare(numerics, report, train=len(claims) != 1)
                except ValueError as error:
                    raise UnusableInputError(str(error)) from error
            summary = run(
                claims,
                out=out,
                jobs=jobs,
                budget=budget,
                recheck=recheck,
                progress=report,
                numerics=numerics,
                resume=resume,
            )
        files = {kind: out / name for kind, name in REPORTS.items()}
        written = list(write_report(list(known_claims().values()), out, files))
    except OSError as error:
        raise UnusableInputError(f"{error.filename or out}: {error.strerror}") from error
    click.echo(summary_text(summary))
    if len(summary.claims) == 1 and (numbers := estimate_text(summary.claims[0])):
        click.echo(numbers)
    if found is not None:
        click.echo(oracles_text(found))
    if numerics is not None:
        click.echo(f"seed of the estimates: {numerics.seed}")
    click.echo(f"report: {', '.join(map(str, written))}")
    if found is not None and found.differs:
        return EXIT_CODES["refuted"]
    return EXIT_CODES[summary.outcome]


@commands.command(short_help="Judge a file or folder of answers, a line for each.")
@click.argument("answers", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the results and their journal here.  [default: standard output]",
)
@click.option("--resume", is_flag=True, help="Go on with a run that was cut short; needs --out.")
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, metavar="N")
@click.option(
    "--feedback",
    type=click.Choice(["none", "verdict", "first-wrong", "counterexample"]),
    default="counterexample",
    show_default=True,
    help="How much of each verdict is written.",
)
@SHEETS
@click.option("--trust-code", is_flag=True, help="Run code even where no sandbox can be had.")
@click.option("--scheduler", metavar="ADDRESS", help="Judge on the Dask cluster of this scheduler.")
def grade(
    answers: Path,
    out: Path | None,
    jobs: int,
    feedback: "Level",
    sheets: Path | None,
    scheduler: str | None,
    *,
    resume: bool,
    trust_code: bool,
) -> int:
    """Judge the answers in a file of JSON lines, or in a directory; write one line for each."""
    require_readable(answers)
    if out is not None and out.exists() and answers.samefile(out):
        raise UnusableInputError(f"{out} holds the answers; write the results to another file")
    if resume and out is None:
        raise click.UsageError("--resume goes on with the results in a file; name it with --out")

    questions = read_sheets(sheets) if sheets is not None else {}

    import msgspec

    from lemmata.checkers.batch import ExecutorLostError, grade, read_answers
    from lemmata.checkers.executors import executor
    from lemmata.checkers.feedback import shown
    from lemmata.checkers.journal import Journal, JournalError
    from lemmata.reports.progress import tally

    failures = 0
    outcomes: Counter[str] = Counter()
    try:
        with (
            out.open("wb") if out else click.open_file("-", "wb") as stream,
            executor(jobs, scheduler) as runs,
            Journal(journal_of(out), resume=resume) if out else nullcontext() as journal,
            tally(sys.stderr) as count,
            closing(
                grade(
                    read_answers(answers),
                    runs,
                    journal=journal,
                    trust_code=trust_code,
                    explain=feedback == "counterexample",  # the others leave it out
                    sheets=questions,
                )
            ) as results,
        ):
            for fields, failure in results:
                stream.write(msgspec.json.encode(shown(fields, feedback)) + b"\n")
                stream.flush()  # whoever reads along sees each line when it is done
                count(fields["verdict"])
                outcomes[fields["verdict"]] += 1
                if failure:
                    failures += 1
                    click.echo(internal_error(failure, f"line {fields['line']}"), err=True)
    except BrokenPipeError:
        raise  # whoever reads the results has gone; that is not about a file
    except (ExecutorLostError, JournalError) as error:
        raise UnusableInputError(str(error)) from error
    except OSError as error:
        hint = "; run it again with --resume to go on" if out else ""
        raise UnusableInputError(
            f"{error.filename or out or answers}: {error.strerror}{hint}"
        ) from error
    if not outcomes and not failures:
        from lemmata.checkers.tasks import FORMATS

        endings = f": it has no file that ends in {', '.join(FORMATS)}" if answers.is_dir() else ""
        click.echo(f"there is no answer in {answers}{endings}", err=True)
    elif out is not None:
        found = ", ".join(f"{number} {name}" for name, number in sorted(outcomes.items()))
        next_ = f"read them with: lemmata report --answers {out}"
        count_ = outcomes.total()
        click.echo(f"{count_} answer{'s' * (count_ != 1)}: {found}; {next_}", err=True)
    return INTERNAL_ERROR if failures else 0


def journal_of(out: Path) -> Path:
    """Where the journal of the results in a file stands."""
    return out.with_name(f"{out.name}.journal")


@commands.command(short_help="Write evidence or results as HTML, LaTeX, PDF or JSON.")
@click.argument("claims", metavar="[CLAIM]...", nargs=-1)
@EVIDENCE_FOLDER
@click.option("--answers", metavar="FILE", help="Report these results of `grade` instead.")
@click.option("--html", "html", type=REPORT_FILE, help="Write one HTML file here.")
@click.option("--latex", "latex", type=REPORT_FILE, help="Write LaTeX here.")
@click.option("--pdf", "pdf", type=REPORT_FILE, help="Write a PDF here; needs LaTeX.")
@click.option("--json", "data", type=REPORT_FILE, help="Write JSON here.")
def report(
    claims: tuple[str, ...],
    out: Path,
    answers: str | None,
    html: Path | None,
    latex: Path | None,
    pdf: Path | None,
    data: Path | None,
) -> None:
    """Report the evidence of the claims given, or of all; without options, in OUT/report.html."""
    from lemmata.derivations.registry import claims as known_claims
    from lemmata.reports.write import NoPdfError, write_answers, write_report

    require_known(claims, answer_ids=False)
    known = known_claims()
    chosen = [known[name] for name in claims or known]
    targets = {"html": html, "latex": latex, "pdf": pdf, "json": data}
    wanted = {kind: path for kind, path in targets.items() if path is not None}
    if answers is not None:
        require_readable(Path(answers))
        if claims or data is not None:
            raise click.UsageError("--answers reports a file of results, which are JSON already")
    try:
        if answers is None:
            written = write_report(chosen, out, wanted or {"html": out / "report.html"})
        else:
            results = Path(answers)
            written = write_answers(results, wanted or {"html": results.with_suffix(".html")})
        for path in written:
            click.echo(path)
    except NoPdfError as error:
        raise UnusableInputError(str(error)) from error
    except OSError as error:
        raise UnusableInputError(f"{error.filename}: {error.strerror}") from error


@commands.command(short_help="Attack the kernel, the reader and the re-checker.")
@click.option("--minutes", type=click.FloatRange(min=0), default=1.0, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="Where the trials come from.")
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, metavar="N")
@EVIDENCE_FOLDER
def siege(minutes: float, seed: int, jobs: int, out: Path) -> int:
    """Attack the kernel, the reader and the re-checker with terms that nobody wrote.

    What breaks a defence is kept in the folder, and tried again by every later siege.
    """
    from lemmata.properties.siege import besiege

    def watch(line: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{line}", nl=False, err=True)

    try:
        found = besiege(
            seconds=60 * minutes, seed=seed, jobs=jobs, corpus=out / "siege", watch=watch
        )
    except OSError as error:
        raise UnusableInputError(f"{error.filename or out}: {error.strerror}") from error
    click.echo(found.text())
    return EXIT_CODES["refuted"] if found.broken else 0


@commands.command(short_help="Turn results into the file of a grading platform.")
@click.argument("results")
@click.option(
    "--to",
    "platform",
    type=click.Choice(["gradescope", "prairielearn", "classroom50", "csv", "markdown"]),
    required=True,
    help="The platform that reads the file.",
)
@click.option(
    "--points", metavar="FILE", help="JSON: what each claim asked is worth.  [default: 1]"
)
@SHEETS
@click.option("--out", type=REPORT_FILE, help="Write here.  [default: standard output]")
def export(
    results: str, platform: str, points: str | None, sheets: Path | None, out: Path | None
) -> None:
    """Turn RESULTS of `grade` (- for standard input) into the file of a grading platform."""
    from lemmata.reports.export import ExportError, exported

    try:
        worths = read_text(points) if points else "{}"
        own = read_sheets(sheets) if sheets is not None else {}
        content = exported(read_text(results), platform, worths, os.environ, own)
        if out is None:
            click.echo(content, nl=False)
        else:
            from lemmata.reports.write import replace_file

            replace_file(out, content)
    except ExportError as error:
        raise UnusableInputError(str(error)) from error
    except OSError as error:
        raise UnusableInputError(f"{error.filename or out}: {error.strerror}") from error


@commands.command(short_help="Make the folder of an autograder.")
@click.argument("kind", type=click.Choice(["gradescope", "prairielearn", "classroom50"]))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def new(kind: str, folder: Path) -> None:
    """Make the folder of an autograder for a grading platform."""
    from lemmata.reports.autograders import write_folder

    try:
        for path in write_folder(kind, folder):
            click.echo(path)
    except OSError as error:
        raise UnusableInputError(f"{error.filename}: {error.strerror}") from error


@commands.command(short_help="Serve a local page that checks as you type.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Listen here.  [default: a free port]",
)
@click.option("--open", "browse", is_flag=True, help="Open the page in a browser.")
def serve(port: int, *, browse: bool) -> None:
    """Serve a page on this machine where derivations are checked as you type."""
    try:
        from lemmata.reports.serve import serve as run_server
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn"):
            raise
        raise UnusableInputError("this needs the extra web: pip install 'lemmata[web]'") from error

    def announce(address: str) -> None:
        click.echo(f"{address}  (Ctrl-C ends it)")
        if browse:
            click.launch(address)

    try:
        run_server(port, announce)
    except OSError as error:
        hint = "; leave --port out for a free one" if port else ""
        raise UnusableInputError(f"port {port}: {error.strerror}{hint}") from error


@commands.command(short_help="Print the completion for a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion of commands and options for SHELL, to be sourced by it."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise UnusableInputError(f"there is no completion for {shell}")
    click.echo(kind(commands, {}, "lemmata", "_LEMMATA_COMPLETE").source())


@commands.command(short_help="Say what an outcome, a cause or a rule means.")
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Say what CODE means: an outcome, a cause of `undecided`, or a rule; without it, list them."""
    from lemmata.checkers.explanations import CAUSES, OUTCOMES, explanations

    known = explanations()
    if code is None:
        rules = sorted({*known} - {*OUTCOMES} - {*CAUSES})
        click.echo(f"outcomes: {', '.join(OUTCOMES)}")
        click.echo(f"causes of undecided: {', '.join(CAUSES)}")
        click.echo(f"rules: {', '.join(rules)}")
        return
    if code not in known:
        raise UnusableInputError(
            f"nothing is called {code!r}{near(code, known, 'lemmata explain')}"
        )
    click.echo(f"{code}: {known[code]}")


def main() -> NoReturn:
    """Run the command line, and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without a sign of mathematics shows its number instead.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run_commands(sys.argv[1:]))


def run_commands(arguments: list[str]) -> int:
    """Run one command line and return its exit code; no exception leaves it."""
    try:
        # A command returns its exit code, or None for 0.
        return commands.main(arguments, prog_name="lemmata", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except ReaderGoneError:
        # Python would complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except Exception as error:  # noqa: BLE001 - the border to the user: one line, never a traceback
        report_internal_error(error, "lemmata " + " ".join(arguments))
        return INTERNAL_ERROR


def report_internal_error(error: Exception, where: str) -> None:
    """Print one line that says what failed where in Lemmata, and how to report it."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    from lemmata.checkers.record import described

    click.echo(internal_error(described(error), where), err=True)


def internal_error(what: str, where: str) -> str:
    """The line about a failure of Lemmata: its place and its words, and how to report it."""
    return (
        f"lemmata: internal error at {what}, {where}. This is a bug: please report this line with "
        f"the input; {DEBUG}=1 prints the traceback"
    )


def near(name: str, known: Iterable[str], otherwise: str) -> str:
    """What to append to a message about an unknown name: the known ones that look like it."""
    close = difflib.get_close_matches(name[:LONGEST_NAME], sorted(known), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else f"; see {otherwise}"


def known_ids(*, answer_ids: bool) -> set[str]:
    """The ids of the claims, and the answer ids that belong to them."""
    from lemmata.checkers import answers
    from lemmata.derivations.registry import claims

    return {*claims(), *(answers.known_ids() if answer_ids else ())}


def require_known(claims: Iterable[str], *, answer_ids: bool) -> None:
    """Refuse ids that do not exist, and suggest those that look like them."""
    known = known_ids(answer_ids=answer_ids)
    for name in claims:
        if name not in known:
            hint = near(name, known, "lemmata list")
            raise UnusableInputError(f"there is no claim {name!r}{hint}")


def require_readable(path: Path) -> None:
    """Refuse a path that does not exist, and suggest its neighbours that look like it."""
    if path.exists():
        return
    folder = path.parent
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    raise UnusableInputError(f"there is no file {path}{near(path.name, names, f'ls {folder}')}")


def read_text(file: str) -> str:
    """Read a file, or standard input for a hyphen."""
    try:
        if file == "-":
            content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        else:
            require_readable(Path(file))
            with Path(file).open("rb") as stream:
                content = stream.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise UnusableInputError(f"{file} is longer than {LARGEST_FILE} bytes")
        return content.decode("utf-8-sig")
    except IsADirectoryError as error:
        raise UnusableInputError(f"{file} is a folder; `lemmata grade` takes one") from error
    except OSError as error:
        raise UnusableInputError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnusableInputError(
            f"{file} is not UTF-8: byte {error.start} cannot be read; save it as UTF-8"
        ) from error


def read_sheets(folder: Path) -> dict[str, str]:
    """The texts of the answer sheets in a folder, by name; each is one that can be used."""
    require_readable(folder)
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise UnusableInputError(
            f"{folder} holds no answer sheet; one is a file that ends in .toml"
        )
    for path in paths:
        read_sheet_file(str(path), goal=True)
    return {path.stem: read_text(str(path)) for path in paths}


def read_sheet_file(file: str | None, *, goal: bool) -> "Sheet | None":
    """Read an answer sheet, or declarations only (goal: whether it must say what is asked)."""
    if file is None:
        return None

    from lemmata.checkers.sheets import with_reference
    from lemmata.notation import SheetError, read_sheet
    from lemmata.semantics import witness

    try:
        sheet = read_sheet(read_text(file))
    except SheetError as error:
        raise UnusableInputError(f"{file}: {error}") from error
    if goal and sheet.goal is None and not sheet.reference:
        raise UnusableInputError(
            f"{file} asks nothing: write a goal or a reference below [question], or give its "
            "declarations alone with --declare"
        )
    found = witness(sheet.declarations)
    if found.model is None:
        raise UnusableInputError(
            f"{file}: no world was found that has these declarations: {found.reason}"
        )
    return with_reference(sheet) if goal else sheet

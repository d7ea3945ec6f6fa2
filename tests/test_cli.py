"""The command line: exit codes, and messages that say what to do next."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lemmata import __version__
from lemmata.cli import INTERNAL_ERROR, LARGEST_FILE, PURPOSES, commands, run_commands


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run one command line: its exit code, output and error output."""
    code = run_commands(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`lemmata --version` names the version."""
    code, out, _ = run(capsys, "--version")
    assert code == 0
    assert __version__ in out


@pytest.mark.parametrize(
    "command", ["certify", "check", "explain", "export", "grade", "list", "new", "report", "serve"]
)
def test_each_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """Each command of the contract exists and says in one line what it does."""
    code, out, _ = run(capsys, command, "--help")
    assert code == 0
    assert f"Usage: lemmata {command}" in out
    assert commands.commands[command].get_short_help_str()


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Each stands under its purpose, with a line that is not cut."""
    _, out, _ = run(capsys, "--help")
    assert {name for names in PURPOSES.values() for name in names} == set(commands.commands)
    assert "..." not in out.partition("Options:")[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek"], "there is no command 'chek'; did you mean check?"),
        (["check"], "Missing argument 'FILE'"),
        (["check", "x", "--outputformat", "json"], "--output-format"),
        (["check", "x", "--kind", "poem"], "'poem' is not one of"),
        (["check", "x", "--sheet", "a", "--declare", "b"], "exclude each other; give one"),
        (["certify", "--jobs", "0"], "0 is not in the range"),
        (["explain", "budgt"], "nothing is called 'budgt'; did you mean budget?"),
    ],
)
def test_a_wrong_command_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """Wrong usage ends with 2, without a traceback, and names what was meant or allowed."""
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["check", "grade"])
def test_a_file_that_is_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    """A file that does not exist ends with 2 and names its neighbour that was meant."""
    (tmp_path / "answer.tex").write_text("0", encoding="utf-8")
    code, _, err = run(capsys, command, str(tmp_path / "anwser.tex"))
    assert code == 2
    assert f"there is no file {tmp_path / 'anwser.tex'}; did you mean answer.tex?" in err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a = \xff", "is not UTF-8: byte 4 cannot be read; save it as UTF-8"),
        (b"0" * (LARGEST_FILE + 1), f"is longer than {LARGEST_FILE} bytes"),
    ],
)
def test_a_file_that_is_no_text(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, said: str
) -> None:
    """A file in another encoding, or one too large, ends with 2 and says so."""
    file = tmp_path / "a.tex"
    file.write_bytes(content)
    code, _, err = run(capsys, "check", str(file))
    assert code == 2
    assert said in err


def test_a_folder_is_no_answer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A folder given to `check` ends with 2."""
    code, _, err = run(capsys, "check", str(tmp_path))
    assert code == 2
    assert "is a folder; `lemmata grade` takes one" in err


def test_a_folder_without_answers_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Nothing to grade is said, with what a file of an answer is called; it is no error."""
    folder, results = tmp_path / "answers", tmp_path / "results.jsonl"
    folder.mkdir()
    (folder / "gan-jsd.md").write_text("0", encoding="utf-8")
    code, out, err = run(capsys, "grade", str(folder), "--jobs", "1")
    assert (code, out) == (0, "")
    assert err == (
        f"there is no answer in {folder}: it has no file that ends in .tex, .txt, .py, .json\n"
    )
    (tmp_path / "a.jsonl").touch()
    _, _, err = run(capsys, "grade", str(tmp_path / "a.jsonl"), "--out", str(results))
    assert err == f"there is no answer in {tmp_path / 'a.jsonl'}\n"


def test_results_never_replace_answers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The results are not written over the answers, whatever the path is called."""
    answers = tmp_path / "a.jsonl"
    answers.write_text("{}\n", encoding="utf-8")
    link = tmp_path / "b.jsonl"
    link.symlink_to(answers)
    code, _, err = run(capsys, "grade", str(answers), "--out", str(link))
    assert code == 2
    assert "holds the answers" in err
    assert answers.read_text(encoding="utf-8") == "{}\n"


def test_a_cause_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """A cause is explained with what to do about it."""
    code, out, _ = run(capsys, "explain", "budget")
    assert code == 0
    assert out == (
        "budget: undecided, because: a deterministic limit was reached: the same on every machine\n"
        "What to do: split the step\n"
    )


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """A rule is explained by what it states, assumes and refuses, with an example."""
    code, out, _ = run(capsys, "explain", "conditional_density")
    assert code == 0
    assert out.startswith("conditional_density: ")
    assert all(f"\n{field}: " in out for field in ("Statement", "Assumes", "Refuses", "Example"))


def test_an_internal_error_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure of Lemmata itself ends with 4 and one line that says where and how to report it."""

    def fail() -> None:
        raise ZeroDivisionError("one\ntwo")

    monkeypatch.setattr(commands.commands["explain"], "callback", lambda **_: fail())
    code, out, err = run(capsys, "explain", "budget")
    assert code == INTERNAL_ERROR
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("lemmata: internal error at test_cli.py:")
    assert "ZeroDivisionError: one two" in err
    assert "please report" in err


def test_an_answer_has_a_verdict_where_lemmata_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The verdict is undecided, as in Python, and the exit code and one line say what failed."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("one\ntwo")

    monkeypatch.setattr("lemmata.checkers.answers.judge", fail)
    path = tmp_path / "answer.tex"
    path.write_text("0", encoding="utf-8")
    code, out, err = run(capsys, "check", str(path), "--claim", "gaussian-kl")
    assert code == INTERNAL_ERROR
    assert "undecided" in out
    assert "Lemmata failed on this answer" in out
    assert len(err.splitlines()) == 1
    assert "ZeroDivisionError: one two" in err


def test_the_installed_command_is_this_one() -> None:
    """The script and the module run the same command line."""
    script = Path(sys.executable).with_name("lemmata")
    outputs = [
        subprocess.run([*command, "explain", "nothing"], capture_output=True, check=False)
        for command in ([str(script)], [sys.executable, "-m", "lemmata"])
    ]
    assert outputs[0].returncode == outputs[1].returncode == 2
    assert outputs[0].stderr == outputs[1].stderr


PROVED = r"-\frac12\sum_j(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2)"


@pytest.mark.parametrize(
    ("answer", "code", "first"),
    [
        (PROVED, 0, "proved"),
        (PROVED.removeprefix("-"), 1, "refuted"),
        (r"-\frac12\sum_j(1+", 3, "undecided (unreadable)"),
    ],
)
def test_an_answer_is_checked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, answer: str, code: int, first: str
) -> None:
    """`check` prints the verdict and ends with its exit code."""
    file = tmp_path / "answer.tex"
    file.write_text(answer, encoding="utf-8")
    found, out, err = run(capsys, "check", str(file), "--claim", "gaussian-kl")
    assert (found, err) == (code, "")
    assert out.splitlines()[0] == first


def test_declarations_need_a_world(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Declarations that contradict each other are refused before anything is judged."""
    sheet, file = tmp_path / "sheet.toml", tmp_path / "answer.tex"
    facts = '[scalars]\na = {}\nb = {}\n[facts]\none = "a = b + 1"\ntwo = "b = a + 1"\n'
    sheet.write_text(facts, encoding="utf-8")
    file.write_text("a - b = 1", encoding="utf-8")
    code, out, err = run(capsys, "check", str(file), "--declare", str(sheet))
    assert (code, out) == (2, "")
    assert "no world was found that has these declarations" in err


def test_every_line_gets_a_verdict(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`grade` writes one object a line, in order, whatever the line is."""
    lines = [
        {"id": "a", "claim": "gaussian-kl", "format": "latex", "answer": PROVED},
        {"id": "a", "claim": "gaussian-kl", "format": "latex", "answer": PROVED[1:]},
        "no object",
        {"id": "b", "claim": "gausian-kl", "format": "latex", "answer": "1"},
    ]
    answers = tmp_path / "answers.jsonl"
    answers.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    code, out, _ = run(capsys, "grade", str(answers))
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [each["line"] for each in found] == [1, 2, 3, 4]
    assert [each["verdict"] for each in found] == ["proved", "refuted", "undecided", "undecided"]
    assert [each["score"] for each in found] == [1.0, 0.0, None, None]
    assert found[1]["counterexample"]["left"] != found[1]["counterexample"]["right"]
    assert found[3]["cause"] == "unknown-claim"


QUESTION = """
[scalars]
x = {}
[question]
goal = '\\frac{d}{dx} (x^2 + 1)^2 = 4 x (x^2 + 1)'
"""


def test_own_questions_are_graded(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A folder of sheets asks; an answer's name says which, and its layout what it holds."""
    chain = r"\frac{d}{dx} (x^2+1)^2 &= 2 (x^2+1) \frac{d}{dx} (x^2+1) \\ &= 4x(x^2+1)"
    answers = {
        "ada/square": "4x^3 + 4x",
        "bob/square": "2(x^2+1)",
        "cy/square": chain + r" \\ &= 4x^3 + 4x",
        "di/square": chain + r" \\ &= 4x^3 + 4",
        "ed/gaussian-kl": "0",
    }
    for name, text in answers.items():
        path = tmp_path / "answers" / f"{name}.tex"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    (sheets / "square.toml").write_text(QUESTION, encoding="utf-8")
    code, out, _ = run(capsys, "grade", str(tmp_path / "answers"), "--sheets", str(sheets))
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [each["id"] for each in found] == list(answers)
    assert [each["score"] for each in found] == [1.0, 0.0, 1.0, 0.6667, 0.0]
    assert [each.get("first_wrong_step") for each in found] == [None, None, None, 3, None]


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (None, "holds no answer sheet; one is a file that ends in .toml"),
        ("[scalars]\nx = {}", "a.toml asks nothing: write a goal or a reference below [question]"),
        ("[question]\nreference = 'y'", "a.toml: line 2, question.reference: line 1, column 1"),
    ],
)
def test_questions_that_cannot_be_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sheet: str | None, said: str
) -> None:
    """A folder of sheets is looked through before anything is graded, with exit code 2."""
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "a.tex").write_text("0", encoding="utf-8")
    if sheet is not None:
        (tmp_path / "a.toml").write_text(sheet, encoding="utf-8")
    code, out, err = run(capsys, "grade", str(tmp_path / "answers"), "--sheets", str(tmp_path))
    assert (code, out) == (2, "")
    assert said in err


def test_a_claim_is_certified(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`certify` gathers all evidence of a claim, writes its certificates, and `list` shows it."""
    monkeypatch.setenv("LEMMATA_CACHE", str(tmp_path / "weights"))
    arguments = ["gaussian-cross-entropy", "--out", str(tmp_path), "--budget", "quick", "--recheck"]
    code, out, _ = run(capsys, "certify", *arguments)
    assert code == 0, out
    assert "1 of 1 claims proved" in out
    assert "seed of the estimates" in out
    certificates = json.loads(
        (tmp_path / "certificates" / "gaussian-cross-entropy.json").read_text()
    )
    assert certificates["steps"]
    code, out, _ = run(capsys, "list", "--out", str(tmp_path))
    row = next(line for line in out.splitlines() if line.startswith("gaussian-cross-entropy"))
    assert row.split()[1] == "proved"
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'id="claim-gaussian-cross-entropy" class="claim" data-status="proved"' in html
    assert 'class="plot"' in html
    assert (tmp_path / "report.tex").is_file()
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["claims"]


def test_evidence_that_cannot_be_read_is_no_silence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`list` says why no claim has evidence where a folder keeps some that is damaged."""
    (tmp_path / "summary.json").write_text("{", encoding="utf-8")
    code, out, err = run(capsys, "list", "--out", str(tmp_path))
    assert code == 0
    assert err.startswith(f"{tmp_path / 'summary.json'} cannot be read: ")
    assert {line.split()[1] for line in out.splitlines()[1:]} == {"not", "-"}  # not run


def test_evidence_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that may not be written is named before anything is gathered, with exit code 2."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    def gathered(*_: object, **__: object) -> None:
        raise AssertionError("evidence was gathered for nothing")

    monkeypatch.setattr("lemmata.certify.estimates.prepare", gathered)
    out = str(tmp_path / "file" / "evidence")
    code, _, err = run(capsys, "certify", "gaussian-kl", "--out", out)
    assert code == 2
    assert f"{tmp_path / 'file'}" in err
    assert "Traceback" not in err


def test_a_report_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`lemmata report` writes each file that is asked for and names it; HTML without a wish."""
    files = [str(tmp_path / name) for name in ("a/r.html", "r.tex", "r.json")]
    wishes = ["--html", files[0], "--latex", files[1], "--json", files[2]]
    out = ["--out", str(tmp_path)]
    code, said, _ = run(capsys, "report", "gaussian-kl", *out, *wishes)
    assert code == 0
    assert said.splitlines() == files
    assert "not run" in Path(files[0]).read_text(encoding="utf-8")
    assert (
        json.loads(Path(files[2]).read_text(encoding="utf-8"))["claims"][0]["id"] == "gaussian-kl"
    )
    code, said, _ = run(capsys, "report", "gaussian-kl", *out)
    assert code == 0
    assert said == f"{tmp_path / 'report.html'}\n"


def test_a_report_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A place that cannot be written is named, and ends with 2."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, err = run(capsys, "report", "gaussian-kl", "--html", str(tmp_path / "file" / "r.html"))
    assert code == 2
    assert "file" in err
    assert "Traceback" not in err

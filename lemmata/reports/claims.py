"""The report of the claims: what is proved, by which steps, and all other evidence."""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from lemmata import __version__
from lemmata.certify.summary import ClaimSummary, Evidence, EvidenceKind, Kept, Status, read_summary
from lemmata.checkers.explanations import rule_documentation
from lemmata.derivations.claim import Claim, Part
from lemmata.reports.assumptions import assumptions
from lemmata.reports.certificates import Certificates, read_certificates
from lemmata.reports.document import (
    Badge,
    Block,
    Display,
    Document,
    Fields,
    Folded,
    Grid,
    Inline,
    Inlines,
    Line,
    Link,
    Network,
    Paragraph,
    Section,
    Source,
    Steps,
    Verbatim,
)
from lemmata.reports.evidence import check_sections, details
from lemmata.reports.formulas import formula, latex_of_steps, prose

KINDS: tuple[EvidenceKind, ...] = ("proof", "sympy", "search", "estimate", "oracle")
STATUSES: tuple[Status, ...] = ("proved", "confirmed", "refuted", "undecided", "stale", "not run")
KILLED, SURVIVED = "✓ killed", "✗ survived"
SHOWN_HASH = 12
NOT_PROVED = "not proved"

WHAT_IT_SAYS = (
    "A claim is proved when every step follows from named rules for all declared sizes and "
    "distributions, nothing else speaks against it, and every wrong version that was tried is "
    "told apart from it. SymPy, random worlds, estimates and foreign implementations confirm; they "
    "never prove. Each proof rests on the assumptions that are listed with it."
)
WHAT_EVIDENCE_SAYS: tuple[tuple[str, str], ...] = (
    ("proof", "the kernel: by named rules, for all declared sizes and distributions"),
    (
        "sympy",
        "computer algebra, independent of the kernel: the residual is zero at the scope given",
    ),
    ("search", "random worlds of the declared kind: none separates the two sides"),
    ("estimate", "a real model: the difference lies in the interval given, at a stated error rate"),
    ("oracle", "an implementation that is not ours gives the same numbers"),
)


def claims_report(claims: Sequence[Claim], folder: Path) -> Document:
    """The report of some claims, by the evidence that a folder keeps.

    Args:
        claims: What is reported, in order.
        folder: Where `lemmata certify` wrote; whatever is missing there shows as not run.
    """
    kept, problem = read_summary(folder)
    found = {each.claim: each for each in kept.claims}
    pages = [
        _Page(claim, found.get(claim.id), read_certificates(folder, claim.id), kept)
        for claim in claims
    ]
    status = {each.claim.id: each.status for each in pages}
    counts = [(name, list(status.values()).count(name)) for name in STATUSES]
    shown = ", ".join(f"{count} {name}" for name, count in counts if count)
    lead: list[Block] = [
        Paragraph((f"{len(pages)} claim{'s' * (len(pages) != 1)}: {shown}.",)),
        Paragraph((WHAT_IT_SAYS,)),
    ]
    if problem:
        lead.append(
            Paragraph(
                (problem, ". It counts as no evidence; run ", Source("lemmata certify"), "."),
                warning=True,
            )
        )
    elif kept.claims and not kept.fresh:
        words = (
            "The package has changed since this evidence was gathered, so all of it is stale; run "
        )
        lead.append(Paragraph((words, Source("lemmata certify"), "."), warning=True))
    return Document(
        "What Lemmata proves",
        tuple(lead),
        (
            _index(pages),
            *(page.section() for page in pages),
            _rules(pages),
            _provenance(kept),
        ),
    )


def _index(pages: Sequence["_Page"]) -> Section:
    kinds = [kind for kind in KINDS if any(page.evidence(kind) for page in pages)] or list(
        KINDS[:3]
    )
    rows: tuple[tuple[Inlines, ...], ...] = tuple(
        (
            (Link(page.claim.title, page.anchor), " ", Source(page.claim.id)),
            (Badge(page.status),),
            *((_cell(page.evidence(kind)),) for kind in kinds),
        )
        for page in pages
    )
    legend = [(name, (words,)) for name, words in WHAT_EVIDENCE_SAYS if name in kinds]
    note = "In each column of evidence: the outcome, and how many wrong versions were told apart."
    return Section(
        "Overview",
        "overview",
        (
            Grid("", ("claim", "status", *kinds), rows),
            Paragraph((note,)),
            Fields(tuple(legend)),
        ),
    )


def _cell(evidence: Evidence | None) -> Inline:
    if evidence is None:
        return "not run"
    killed = f" {evidence.killed}/{evidence.mutants}" if evidence.mutants else ""
    return f"{evidence.outcome}{killed}"


def _provenance(kept: Kept) -> Section:
    rows: list[tuple[str, Inlines]] = [
        ("Lemmata", (__version__,)),
        ("Python", (".".join(map(str, sys.version_info[:3])),)),
        ("evidence of source", (Source(kept.source[:SHOWN_HASH] or "none"),)),
        ("replay", (Source("lemmata certify --recheck"),)),
        ("this report", (Source("lemmata report --html report.html"),)),
    ]
    return Section("Provenance", "provenance", (Fields(tuple(rows)),))


# ------------------------------------------------------------------------------ one claim


@dataclass(frozen=True, slots=True)
class _Page:
    """The section of one claim."""

    claim: Claim
    summary: ClaimSummary | None
    certificates: Certificates
    kept: Kept

    @property
    def anchor(self) -> str:
        return f"claim-{self.claim.id}"

    @property
    def status(self) -> Status:
        """The status by the evidence that is kept; proved only with the certificates of it."""
        found = self.kept.status(self.claim.id)
        if found == "proved" and self.certificates.problem:
            return "stale" if self.certificates.stale else "undecided"
        return found

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that the author names and those that the proofs use."""
        steps = (step for part in self.claim.parts for step in part.derivation.steps)
        named = (name for step in steps for name in step.by)
        return tuple(dict.fromkeys((*named, *self.certificates.rules)))

    def evidence(self, kind: EvidenceKind) -> Evidence | None:
        found = self.summary.evidence if self.summary else ()
        return next((each for each in found if each.kind == kind), None)

    def section(self) -> Section:
        parts = self.claim.parts
        blocks: list[Block] = [*self._prose()]
        sections: list[Section] = []
        if len(parts) == 1:
            blocks += self._part(parts[0])
        else:
            sections += [
                Section(
                    "The claim" if part.title == self.claim.title else part.title,
                    f"{self.anchor}-{part.name}",
                    tuple(self._part(part)),
                )
                for part in parts
            ]
        sections += [self._all_evidence(), self._wrong_versions(), self._sources()]
        return Section(
            self.claim.title, self.anchor, tuple(blocks), Badge(self.status), tuple(sections)
        )

    def _prose(self) -> Iterator[Block]:
        """The words of the claim's own file, which say the same to a reader of the source."""
        text = inspect.cleandoc(import_module(self.claim.module).__doc__ or "")
        for paragraph in text.split("\n\n")[1:]:
            plain = " ".join(paragraph.split())
            if not re.match(r"\\\[|Source:", plain):
                yield Paragraph(prose(plain))

    def _part(self, part: Part) -> Iterator[Block]:
        declarations = part.declarations
        statement = part.statement
        yield Display(
            formula(statement.left, declarations),
            statement.relation,
            formula(statement.right, declarations),
        )
        if sentences := assumptions(declarations):
            yield Paragraph(("Here ", *_joined(sentences, "; "), "\u2060."))
        proved = self._is_proved(part)
        if part.induction_on:
            yield Paragraph(("By induction on ", Source(part.induction_on), "."))
        lines = [
            Line(
                f"{self.anchor}-{part.name}-{number}",
                step.relation,
                formula(step.term, declarations),
                _reasons(step.by),
                None if proved else self._step_badge(part, number),
            )
            for number, step in enumerate(part.derivation.steps, start=1)
        ]
        yield Steps(formula(part.derivation.start, declarations), tuple(lines))
        yield Folded("LaTeX", (Verbatim(latex_of_steps(part.derivation, declarations)),))

    def _is_proved(self, part: Part) -> bool:
        badges = (self._step_badge(part, n) for n in range(1, len(part.derivation.steps) + 1))
        return all(badge.status == "proved" for badge in badges)

    def _step_badge(self, part: Part, number: int) -> Badge:
        if f"{part.name}, step {number}" not in self.certificates.by_place:
            return Badge("undecided" if self.summary else "not run")
        return Badge("proved" if self.kept.fresh and not self.certificates.stale else "stale")

    def _all_evidence(self) -> Section:
        blocks: list[Block] = []
        if self.certificates.problem:
            blocks.append(Paragraph((self.certificates.problem,), warning=True))
        if self.summary is None:
            command = Source(f"lemmata certify {self.claim.id}")
            blocks.append(Paragraph(("Nothing was gathered yet; run ", command, ".")))
        else:
            rows = tuple(
                ((each.kind,), (Badge(each.outcome),), (_sentence(each.scope),), (_count(each),))
                for each in self.summary.evidence
            )
            blocks.append(Grid("", ("evidence", "outcome", "scope", "mutants killed"), rows))
        if self.certificates.assumptions:
            assumed = "; ".join(self.certificates.assumptions)
            blocks.append(Paragraph((f"The proof assumes: {assumed}.",)))
        checks: list[Section] = []
        for each in self.summary.evidence if self.summary else ():
            blocks += details(each)
            checks += check_sections(each, self.anchor)
        anchor = f"{self.anchor}-evidence"
        return Section("Evidence", anchor, tuple(blocks), sections=tuple(checks))

    def _wrong_versions(self) -> Section:
        evidence = [each for each in (self.summary.evidence if self.summary else ()) if each.trials]
        kinds = tuple(each.kind for each in evidence)
        trials: dict[tuple[str, str], dict[str, tuple[bool, str]]] = {}
        for each in evidence:
            for trial in each.trials:
                row = trials.setdefault((trial.name, trial.statement), {})
                row[each.kind] = (trial.killed, trial.witness)
        rows = tuple(
            (
                (name, ": ", Source(statement)) if statement else (name,),
                *((_fate(found.get(kind)),) for kind in kinds),
                (_witness(found),),
            )
            for (name, statement), found in trials.items()
        )
        columns = ("what is wrong, and what it states", *kinds, "told apart by")
        alive = sum(not killed for found in trials.values() for killed, _ in found.values())
        words = f"{len(rows)} wrong versions, " + (
            "each told apart" if not alive else f"{alive} not told apart"
        )
        grid: Block = Grid("", columns, rows)
        content: tuple[Block, ...] = (
            (Folded(words, (grid,)),) if rows else (Paragraph(("None was tried.",)),)
        )
        return Section("Wrong versions", f"{self.anchor}-wrong", content)

    def _sources(self) -> Section:
        claim = self.claim
        hashes = {each.hash for each in self.certificates.by_place.values()}
        rows: list[tuple[str, Inlines]] = [
            ("id", (Source(claim.id),)),
            ("family", (claim.family.replace("_", " "),)),
            ("from", (claim.source,)),
            ("file", (Source(claim.module.replace(".", "/") + ".py"),)),
        ]
        if claim.answer_ids:
            answers = tuple(p for name in claim.answer_ids for p in (" ", Source(name)))
            rows.append(("answer ids", answers[1:]))
        if hashes:
            first = min(hashes)[:SHOWN_HASH]
            rows.append(
                ("certificates", (f"{len(self.certificates.by_place)}, the first ", Source(first)))
            )
        rows.append(("replay", (Source(f"lemmata certify {claim.id} --recheck"),)))
        uses = Network(
            f"The rules that {claim.id} uses",
            (Link(claim.id, self.anchor),),
            tuple(Link(name, f"rule-{name}") for name in self.rules),
            tuple((0, place) for place in range(len(self.rules))),
        )
        return Section(
            "Where it stands",
            f"{self.anchor}-source",
            (
                Fields(tuple(rows)),
                Paragraph(("Uses ", *_reasons(self.rules), ".")),
                Folded("As a graph", (uses,)),
            ),
        )


def _reasons(names: Sequence[str]) -> Inlines:
    return _joined([(Link(name.replace("_", " "), f"rule-{name}"),) for name in names], ", ")


def _joined(items: Iterable[Inlines], separator: str) -> Inlines:
    parts = [part for item in items for part in (separator, *item)]
    return tuple(parts[1:])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(evidence: Evidence) -> str:
    return f"{evidence.killed} of {evidence.mutants}" if evidence.mutants else "–"


def _fate(found: tuple[bool, str] | None) -> Inline:
    if found is None:
        return "–"
    return KILLED if found[0] else SURVIVED


def _witness(found: Mapping[str, tuple[bool, str]]) -> Inline:
    """The most telling witness: the smallest counterexample before any other."""
    order = ("search", *KINDS)
    texts = [found[kind][1] for kind in order if kind in found]
    shown = [text for text in texts if text and text != NOT_PROVED]
    return Source(shown[0]) if shown else "–"


# ------------------------------------------------------------------------------ rules


def _rules(pages: Sequence[_Page]) -> Section:
    users: dict[str, list[_Page]] = {}
    for page in pages:
        for name in page.rules:
            users.setdefault(name, []).append(page)
    documented = rule_documentation()
    sections = tuple(
        Section(
            name.replace("_", " "),
            f"rule-{name}",
            (
                *rule_blocks(documented.get(name, "")),
                Paragraph(
                    (
                        "Used by ",
                        *_joined([(Link(p.claim.id, p.anchor),) for p in using], ", "),
                        ".",
                    )
                ),
            ),
        )
        for name, using in sorted(users.items())
    )
    names = sorted(users)
    network = Network(
        "Claims and the rules that they use",
        tuple(Link(page.claim.id, page.anchor) for page in pages),
        tuple(Link(name, f"rule-{name}") for name in names),
        tuple(
            (place, names.index(name)) for place, page in enumerate(pages) for name in page.rules
        ),
    )
    words = (
        "Each rule states what it does, assumes and refuses. Each claim lists the rules it uses."
    )
    return Section(
        "Rules",
        "rules",
        (Paragraph((words,)), Folded("All claims and rules as a graph", (network,))),
        sections=sections,
    )


def rule_blocks(documentation: str) -> tuple[Block, ...]:
    """The documentation of a rule: its first paragraphs, then what it states, assumes, refuses."""
    prose_blocks: list[Block] = []
    rows: list[tuple[str, Inlines]] = []
    for paragraph in documentation.split("\n\n"):
        found = re.split(r"^(Statement|Assumes|Refuses|Example): ", paragraph, flags=re.MULTILINE)
        if found[0].strip():
            prose_blocks.append(Paragraph(prose(" ".join(found[0].split()))))
        for name, value in zip(found[1::2], found[2::2], strict=True):
            rows.append((name.lower(), prose(" ".join(value.split()))))
    return (*prose_blocks, Fields(tuple(rows))) if rows else tuple(prose_blocks)

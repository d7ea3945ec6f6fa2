"""What a run of `lemmata certify` found, and how it is kept for `lemmata list`.

A status is computed from evidence, never typed by hand. Evidence names the source that it was
gathered from; once any file of the package has changed, it shows as stale.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

import lemmata
from lemmata.kernel.verdict import Outcome

EvidenceKind: TypeAlias = Literal["proof", "sympy", "search", "estimate", "oracle"]
Status: TypeAlias = Literal["proved", "confirmed", "refuted", "undecided", "stale", "not run"]

SUMMARY = "summary.json"
CHECKS = "checks"  # the title of a table with a row for each check


@dataclass(frozen=True)
class Trial:
    """One wrong version of a claim, and how it fared against one kind of evidence.

    Attributes:
        name: What is wrong with it, in words.
        statement: What it states, as keyboard text; empty where it is not one of our statements.
        killed: Whether it was told apart from the claim.
        witness: What tells it apart: the smallest counterexample, a residual, a test's numbers.
    """

    name: str
    statement: str
    killed: bool
    witness: str


@dataclass(frozen=True)
class Table:
    """Numbers of one kind of evidence, as text in rows and columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Curve:
    """One line of a plot, with a band around it where `low` and `high` are given.

    A gap is None: what is no number is kept as it.
    """

    name: str
    x: tuple[float | None, ...]
    y: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Plot:
    """Curves over one axis, or a cloud.

    Attributes:
        title: What is shown.
        x: What the horizontal axis counts.
        y: What the vertical axis measures.
        curves: The lines, or the clouds.
        level: Drawn across: the value that is claimed.
        limits: Drawn across and broken: the values that must be told apart from the level.
        points: Whether the curves are clouds of points.
        logarithmic: Whether the horizontal axis is.
        described: What a reader sees in it, in words, for whoever does not see it.
    """

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    level: float | None = None
    limits: tuple[float, ...] = ()
    points: bool = False
    logarithmic: bool = False
    described: str = ""


@dataclass(frozen=True)
class Tiles:
    """Rows of small grey images.

    Attributes:
        title: What is shown.
        rows: The name of each row, and its pixels from left to right and top to bottom, image
            after image, two hexadecimal digits each; 00 is black.
        size: The pixels on each side of an image.
    """

    title: str
    rows: tuple[tuple[str, str], ...]
    size: int

    def __post_init__(self) -> None:
        for name, row in self.rows:
            if self.size < 1 or len(bytes.fromhex(row)) % self.size**2:
                raise ValueError(f"the row {name!r} holds no images of {self.size} pixels a side")


@dataclass(frozen=True)
class Evidence:
    """One kind of evidence of one claim.

    Attributes:
        kind: How it was gathered.
        outcome: What it found.
        scope: What it covers, in one honest sentence.
        mutants: How many wrong versions, not equivalent to the claim, it was tried on.
        killed: How many of these it told apart from the claim.
        seconds: How long it took.
        facts: What a reader should know beside it, each by its name: interval, effect size,
            power, false-alarm rate, model, seed, versions.
        trials: The wrong versions one by one.
        tables: Its numbers, where it has more than facts.
        plots: Its curves.
        tiles: What a trained model makes.
    """

    kind: EvidenceKind
    outcome: Outcome
    scope: str
    mutants: int
    killed: int
    seconds: float
    facts: tuple[tuple[str, str], ...] = ()
    trials: tuple[Trial, ...] = ()
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    tiles: tuple[Tiles, ...] = ()


@dataclass(frozen=True)
class ClaimSummary:
    """The evidence of one claim.

    Attributes:
        claim: Its id.
        evidence: One of each kind that was gathered.
        budget: The budget that it was gathered with.
    """

    claim: str
    evidence: tuple[Evidence, ...]
    budget: str = ""

    @property
    def outcome(self) -> Outcome:
        """Proved only when the proof stands, nothing speaks against it and no mutant survives."""
        found = joint_outcome(each.outcome for each in self.evidence)
        survived = any(each.killed < each.mutants for each in self.evidence)
        proof = any(each.kind == "proof" and each.outcome == "proved" for each in self.evidence)
        if found == "refuted":
            return "refuted"
        return "proved" if proof and not survived and found != "undecided" else "undecided"


@dataclass(frozen=True)
class Summary:
    """The evidence of the claims of one run."""

    claims: tuple[ClaimSummary, ...]

    @property
    def outcome(self) -> Outcome:
        """The outcome that the exit code of the run tells."""
        return joint_outcome(each.outcome for each in self.claims)


@dataclass(frozen=True)
class Kept:
    """The content of the summary file: the claims, and the source that they were judged by."""

    source: str
    claims: tuple[ClaimSummary, ...]

    @property
    def fresh(self) -> bool:
        """Whether the package is still the one that the evidence was gathered with."""
        return self.source == source_hash()

    def status(self, claim: str) -> Status:
        """The status of a claim by this evidence."""
        outcome = next((each.outcome for each in self.claims if each.claim == claim), None)
        return "not run" if outcome is None else outcome if self.fresh else "stale"


def joint_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """Refuted if one is, else undecided if one is or there is none, else the weakest evidence."""
    found = set(outcomes)
    order: tuple[Outcome, ...] = ("refuted", "undecided", "confirmed", "proved")
    return next((outcome for outcome in order if outcome in found), "undecided")


@cache
def source_hash() -> str:
    """A fingerprint of every source file of the package: what its evidence depends on."""
    folder = Path(lemmata.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def write_summary(folder: Path, summary: Summary) -> None:
    """Keep a summary, beside what earlier runs of the same source kept of other claims."""
    kept, _ = read_summary(folder)
    claims = {each.claim: each for each in kept.claims if kept.fresh}
    claims |= {each.claim: each for each in summary.claims}
    content = Kept(source_hash(), tuple(claims[name] for name in sorted(claims)))
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{SUMMARY}.new"
    new.write_bytes(msgspec.json.format(msgspec.json.encode(content)))
    new.replace(folder / SUMMARY)  # so that a run that is cut short leaves the old file


def kept_claims(folder: Path) -> dict[str, ClaimSummary]:
    """The claims whose evidence a folder holds, if this source gathered it."""
    kept, _ = read_summary(folder)
    return {each.claim: each for each in kept.claims} if kept.fresh else {}


def read_summary(folder: Path) -> tuple[Kept, str]:
    """What a folder keeps, and why it cannot be read, if so: then it is no evidence."""
    path = folder / SUMMARY
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept), ""
    except FileNotFoundError:
        return Kept("", ()), ""
    except msgspec.DecodeError as error:
        return Kept("", ()), f"{path} cannot be read: {error}"
    except OSError as error:
        return Kept("", ()), f"{path} cannot be read: {error.strerror}"

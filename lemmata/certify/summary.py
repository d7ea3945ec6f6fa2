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

EvidenceKind: TypeAlias = Literal["proof", "sympy", "search"]
Status: TypeAlias = Literal["proved", "confirmed", "refuted", "undecided", "stale", "not run"]

SUMMARY = "summary.json"


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
    """

    kind: EvidenceKind
    outcome: Outcome
    scope: str
    mutants: int
    killed: int
    seconds: float


@dataclass(frozen=True)
class ClaimSummary:
    """The evidence of one claim."""

    claim: str
    evidence: tuple[Evidence, ...]

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
class _Kept:
    """The content of the summary file: the claims, and the source that they were judged by."""

    source: str
    claims: tuple[ClaimSummary, ...]


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
    kept = _read(folder)
    claims = {each.claim: each for each in kept.claims if kept.source == source_hash()}
    claims |= {each.claim: each for each in summary.claims}
    content = _Kept(source_hash(), tuple(claims[name] for name in sorted(claims)))
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{SUMMARY}.new"
    new.write_bytes(msgspec.json.format(msgspec.json.encode(content)))
    new.replace(folder / SUMMARY)  # so that a run that is cut short leaves the old file


def statuses(folder: Path, claims: Iterable[str]) -> dict[str, Status]:
    """The status of each claim by the evidence that is kept in a folder."""
    kept = _read(folder)
    fresh = kept.source == source_hash()
    found: dict[str, Status] = {
        each.claim: each.outcome if fresh else "stale" for each in kept.claims
    }
    return {name: found.get(name, "not run") for name in claims}


def _read(folder: Path) -> _Kept:
    """What a folder keeps; nothing if there is no file, or one of another version."""
    try:
        return msgspec.json.decode((folder / SUMMARY).read_bytes(), type=_Kept)
    except (FileNotFoundError, msgspec.DecodeError):
        return _Kept("", ())

"""A status is computed from evidence, and evidence of another source is stale."""

from pathlib import Path

import pytest

from lemmata.certify import summary
from lemmata.certify.summary import (
    SUMMARY,
    ClaimSummary,
    Evidence,
    Status,
    Summary,
    joint_outcome,
    read_summary,
    write_summary,
)
from lemmata.kernel.verdict import Outcome

PROOF = Evidence("proof", "proved", "all sizes", 4, 4, 0.1)
SEARCH = Evidence("search", "confirmed", "9 worlds", 4, 4, 0.2)


def statuses(folder: Path, claims: list[str]) -> dict[str, Status]:
    """The status of each claim by the evidence that is kept in a folder."""
    kept, _ = read_summary(folder)
    return {name: kept.status(name) for name in claims}


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ((PROOF, SEARCH), "proved"),
        ((PROOF,), "proved"),
        ((SEARCH,), "undecided"),
        ((), "undecided"),
        ((PROOF, Evidence("search", "refuted", "", 0, 0, 0.0)), "refuted"),
        ((PROOF, Evidence("sympy", "undecided", "", 0, 0, 0.0)), "undecided"),
        ((PROOF, Evidence("search", "confirmed", "", 4, 3, 0.0)), "undecided"),
    ],
)
def test_a_claim_is_as_good_as_its_evidence(
    evidence: tuple[Evidence, ...], expected: Outcome
) -> None:
    """Only a proof that nothing contradicts and no mutant survives makes a claim proved."""
    assert ClaimSummary("c", evidence).outcome == expected


def test_the_outcome_of_a_run() -> None:
    """A refuted claim outweighs an undecided one, and a run without claims proves nothing."""
    assert joint_outcome(["proved", "undecided", "refuted"]) == "refuted"
    assert joint_outcome(["proved", "undecided"]) == "undecided"
    assert joint_outcome(["proved", "proved"]) == "proved"
    assert Summary(()).outcome == "undecided"


def test_statuses_are_kept(tmp_path: Path) -> None:
    """What one run found is listed after it, and a later run of another claim adds to it."""
    write_summary(tmp_path, Summary((ClaimSummary("a", (PROOF,)),)))
    write_summary(tmp_path, Summary((ClaimSummary("b", (SEARCH,)),)))
    assert statuses(tmp_path, ["a", "b", "c"]) == {"a": "proved", "b": "undecided", "c": "not run"}


def test_evidence_of_another_source_is_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the package has changed, what was proved before is stale, and is not kept again."""
    write_summary(tmp_path, Summary((ClaimSummary("a", (PROOF,)),)))
    monkeypatch.setattr(summary, "source_hash", lambda: "another")
    assert statuses(tmp_path, ["a"]) == {"a": "stale"}
    write_summary(tmp_path, Summary((ClaimSummary("b", (PROOF,)),)))
    assert statuses(tmp_path, ["a", "b"]) == {"a": "not run", "b": "proved"}


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"source": 1, "claims": []}'])
def test_a_damaged_file_is_no_evidence(tmp_path: Path, content: bytes) -> None:
    """A summary file that cannot be read gives no status, and the next run replaces it."""
    (tmp_path / SUMMARY).write_bytes(content)
    assert statuses(tmp_path, ["a"]) == {"a": "not run"}
    write_summary(tmp_path, Summary((ClaimSummary("a", (PROOF,)),)))
    assert statuses(tmp_path, ["a"]) == {"a": "proved"}

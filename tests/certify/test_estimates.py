"""Estimates and oracles as evidence of claims, and runs that are resumed."""

import json
from pathlib import Path

import msgspec
import pytest

from lemmata.certify import estimates, run
from lemmata.certify.estimates import Numerics, OracleRun
from lemmata.certify.run import gather
from lemmata.certify.summary import ClaimSummary, Evidence, Table
from lemmata.reports.plain import estimate_text, oracles_text, summary_text

TINY = Numerics("quick", seed=3, device="cpu", size="tiny")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty cache of weights."""
    monkeypatch.setenv("LEMMATA_CACHE", str(tmp_path / "weights"))


def gathered(name: str, out: Path, numerics: Numerics) -> dict[str, Evidence]:
    """The evidence of a claim by its kind."""
    (out / "certificates").mkdir(exist_ok=True)
    found = gather(name, out=out, budget="quick", verify=False, numerics=numerics)
    assert found.outcome == "proved"
    return {each.kind: each for each in found.evidence}


def test_an_estimate_says_what_it_rests_on(tmp_path: Path) -> None:
    """Interval, effect size, power, false-alarm rate, seed, versions, and each mutant."""
    found = gathered("vq-codebook-sgd", tmp_path, TINY)["estimate"]

    assert found.outcome == "confirmed"
    assert found.killed == found.mutants == len(found.trials) >= 3
    facts = dict(found.facts)
    assert facts["false-alarm rate of the whole run"] == "1e-06"
    assert facts["seed"] == "3"
    assert "torch" in facts["versions"]
    assert {"effect size", "power", "interval"} <= set(found.tables[0].columns)
    assert "any error above" in facts["vq-codebook-sgd/digits"]
    shown = estimate_text(ClaimSummary("vq-codebook-sgd", (found,)))
    assert "vq-codebook-sgd/digits: factor 2 missing" in shown
    assert "ALIVE" not in shown
    assert estimate_text(ClaimSummary("vq-codebook-sgd", ())) == ""


def test_a_sampled_estimate_is_drawn(tmp_path: Path) -> None:
    """The running difference with its band around 0, small enough for a certificate."""
    found = gathered("gaussian-kl", tmp_path, TINY)["estimate"]

    (plot,) = found.plots
    (curve,) = plot.curves
    assert plot.title == "gaussian-kl/samples"
    assert plot.level == 0.0
    assert len(curve.x) == len(curve.y) == len(curve.low) == len(curve.high) > 20
    assert all(
        low is not None and high is not None and low < 0.0 < high
        for low, high in zip(curve.low, curve.high, strict=True)
    )
    assert len(msgspec.json.encode(plot)) < 4_000


def test_what_is_not_installed_is_not_run(tmp_path: Path) -> None:
    """Without numerics the other kinds of evidence stand alone, and the claim is proved."""
    (tmp_path / "certificates").mkdir()
    found = gather("vq-codebook-sgd", out=tmp_path, budget="quick", verify=False)

    assert [each.kind for each in found.evidence] == ["proof", "sympy", "search"]
    assert found.outcome == "proved"


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a user knows what to install."""
    assert estimates.missing() == ()
    monkeypatch.setattr(estimates, "NEEDED", ("torch", "no_such_package"))
    assert estimates.missing() == ("no_such_package",)


def test_what_an_oracle_says_stands_beside_the_claim(tmp_path: Path) -> None:
    """It is evidence of its own kind."""
    said = Evidence("oracle", "confirmed", "torch 2: our formula", 0, 0, 0.1)
    numerics = Numerics("quick", seed=3, size="tiny", oracles={"vq-codebook-sgd": said})

    assert gathered("vq-codebook-sgd", tmp_path, numerics)["oracle"] == said


def test_a_run_is_resumed(tmp_path: Path) -> None:
    """Claims whose evidence of the same budget is there are left out; others are not."""
    names = ["vq-codebook-sgd", "vq-rolling-average"]

    def gathered_now(claims: list[str], budget: str, *, resume: bool) -> list[str]:
        seen: list[str] = []
        summary = run(
            claims, out=tmp_path, jobs=1, budget=budget, recheck=False,
            progress=lambda _done, _total, name: seen.append(name), resume=resume,
        )  # fmt: skip
        assert [each.claim for each in summary.claims] == claims
        return seen

    assert gathered_now(names[:1], "quick", resume=False) == names[:1]
    assert gathered_now(names, "quick", resume=True) == names[1:]
    assert gathered_now(names, "quick", resume=True) == []
    assert gathered_now(names[:1], "standard", resume=True) == names[:1]


def test_the_table_of_oracles(tmp_path: Path) -> None:
    """Implementations with their versions, and notes on those that differ; kept as JSON."""
    table = Table("oracles", ("implementation", "what"), (("torch 2", "divergences"),))
    found = OracleRun(table, ("torchrl: known defect",), {}, differs=False)
    estimates.write_oracles(tmp_path, found)
    kept = json.loads((tmp_path / "oracles.json").read_text(encoding="utf-8"))

    assert "torch 2         divergences" in oracles_text(found)
    assert "torchrl: known defect" in oracles_text(found)
    assert kept["table"]["rows"] == [["torch 2", "divergences"]]
    assert "torch" in kept["versions"]


def test_the_summary_has_a_column_for_estimates(tmp_path: Path) -> None:
    """And says "not run" where there is none."""
    summary = run(
        ["vq-codebook-sgd"], out=tmp_path, jobs=1, budget="quick", recheck=False,
        progress=lambda *_: None,
    )  # fmt: skip
    lines = summary_text(summary).splitlines()

    assert "estimate" in lines[0]
    assert "not run" in lines[1]

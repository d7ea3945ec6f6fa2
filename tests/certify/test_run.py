"""Every claim of the library is certified: proof, certificates, SymPy, search, and all mutants."""

import json
from pathlib import Path

import pytest

from lemmata.certify.run import gather
from lemmata.derivations.registry import claims
from lemmata.kernel.recheck import recheck


@pytest.mark.parametrize("name", sorted(claims()))
def test_claim_is_certified(name: str, tmp_path: Path) -> None:
    """All evidence speaks for it, every wrong version is told apart, each certificate holds."""
    (tmp_path / "certificates").mkdir()
    found = gather(name, out=tmp_path, budget="quick", verify=True)
    scopes = [f"{each.kind}: {each.outcome}: {each.scope}" for each in found.evidence]

    assert found.outcome == "proved", scopes
    assert [each.kind for each in found.evidence] == ["proof", "sympy", "search"]
    assert all(each.killed == each.mutants >= 3 for each in found.evidence), scopes


def test_a_changed_certificate_is_noticed(tmp_path: Path) -> None:
    """A certificate that `certify` wrote holds, and no longer does when a step is changed."""
    (tmp_path / "certificates").mkdir()
    gather("gaussian-cross-entropy", out=tmp_path, budget="quick", verify=False)
    file = tmp_path / "certificates" / "gaussian-cross-entropy.json"
    steps = json.loads(file.read_text(encoding="utf-8"))["steps"]
    document = steps[-1]["certificate"]

    assert recheck(document).ok
    document["assumptions"] = []
    assert not recheck(document).ok


def test_each_wrong_version_is_kept_with_what_tells_it_apart(tmp_path: Path) -> None:
    """A trial says what is wrong, what it states, and by which counterexample or residual."""
    (tmp_path / "certificates").mkdir()
    found = gather("gaussian-kl", out=tmp_path, budget="quick", verify=False)
    for evidence in found.evidence:
        assert len(evidence.trials) == evidence.mutants
        assert sum(trial.killed for trial in evidence.trials) == evidence.killed
        assert all(trial.name and trial.witness for trial in evidence.trials)
    search = found.evidence[2]
    assert search.trials[0].name == "the sign is wrong"
    assert "left side = " in search.trials[0].witness
    assert " = (1 / 2) * sum_{j=1}^{m}" in search.trials[0].statement


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(claims()))
def test_no_edit_of_a_claim_survives(name: str, tmp_path: Path) -> None:
    """Of all one-site mutants of its statements, none is left that is neither proved nor refuted.

    The default suite tries the first few of them.
    """
    (tmp_path / "certificates").mkdir()
    found = gather(name, out=tmp_path, budget="long", verify=False)
    search = found.evidence[2]
    assert search.killed == search.mutants >= 3, search.scope

"""Certifies an installed copy: `pytest --pyargs lemmata`.

Every claim is proved step by step, confirmed by SymPy, attacked by random worlds, and its wrong
versions are told apart; every certificate is verified by the re-checker.
"""

from pathlib import Path

import pytest

from lemmata.certify.run import gather
from lemmata.derivations.registry import claims


@pytest.mark.parametrize("name", sorted(claims()))
def test_claim_is_certified(name: str, tmp_path: Path) -> None:
    """All evidence speaks for the claim, and every wrong version is told apart from it."""
    (tmp_path / "certificates").mkdir()
    found = gather(name, out=tmp_path, budget="quick", verify=True)
    assert found.outcome == "proved", [f"{each.kind}: {each.scope}" for each in found.evidence]

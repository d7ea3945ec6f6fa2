"""The sheets that belong to no claim can be used, and ask something."""

from pathlib import Path

import pytest

from lemmata import derivations
from lemmata.derivations.questions import question, questions, settings
from lemmata.semantics import witness


@pytest.mark.parametrize("name", questions())
def test_every_sheet_asks_something_of_some_world(name: str) -> None:
    """A sheet has a goal or a reference, and a world in which its declarations hold."""
    for sheet in (question(name), *settings(name)):
        assert sheet.goal is not None or sheet.reference
        assert witness(sheet.declarations).model is not None


def test_further_settings_are_found() -> None:
    """A divergence is also asked of any covariance, and no setting is a question of its own."""
    assert len(settings("gaussian-kl")) == 2
    assert not any(name.startswith("gaussian-kl.derivation") for name in questions())


def test_two_sheets_of_one_name_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer id names one question."""
    for family in ("calculus", "flows"):
        (tmp_path / family).mkdir()
        (tmp_path / family / "twice.toml").write_text("", "utf-8")
    monkeypatch.setattr(derivations, "__path__", [str(tmp_path)])
    with pytest.raises(ValueError, match="sheets of one answer id"):
        questions.__wrapped__()

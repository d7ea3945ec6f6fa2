"""The script of reseeded runs: a journal that is gone on from, and only by the same code."""

import importlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = str(Path(__file__).resolve().parents[2] / "scripts")


@pytest.fixture
def reseed(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, with no checks: what is run is recorded by the tests."""
    monkeypatch.syspath_prepend(SCRIPTS)
    found = importlib.import_module("reseed")
    monkeypatch.setattr(vars(found)["estimates"], "available", list)
    return found


def test_a_stopped_script_goes_on(
    reseed: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Seeds that were run are not run again; their flakes count."""
    ran: list[int] = []

    def flakes(_: object, *, seeds: Iterable[int]) -> list[str]:
        ran.extend(seeds)
        return ["a flake"] if ran[-1] == 4 else []

    monkeypatch.setattr(reseed, "flakes", flakes)
    journal = tmp_path / "journal"
    for first, runs in ((3, 2), (2, 4)):
        asked = ["--first", str(first), "--runs", str(runs), "--journal", str(journal)]
        monkeypatch.setattr(sys, "argv", ["reseed.py", *asked])
        assert reseed.main() == 1

    assert ran == [3, 4, 2, 5]
    assert "4 runs (seeds 2 to 5)" in capsys.readouterr().out
    kind = {"code": reseed.digest(), "size": "full"}
    assert reseed.recorded(journal, kind) == {3: [], 4: ["a flake"], 2: [], 5: []}


def test_runs_of_other_code_do_not_count(reseed: ModuleType, tmp_path: Path) -> None:
    """Nor do those on other models."""
    kind = {"code": reseed.digest(), "size": "full"}
    journal = tmp_path / "journal"
    others: tuple[dict[str, str], ...] = ({"code": "another"}, {"size": "tiny"}, {})
    lines = [{"seed": seed, "flakes": [], **kind, **other} for seed, other in enumerate(others)]
    journal.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    assert reseed.recorded(journal, kind) == {2: []}
    assert reseed.recorded(tmp_path / "none", kind) == {}

"""Evidence that was really gathered, for the reports to show."""

from pathlib import Path

import pytest

from lemmata.certify import run

CLAIMS = ("gaussian-kl", "gan-jsd", "reward-to-go")


@pytest.fixture(scope="session")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which three claims have evidence and certificates."""
    folder = tmp_path_factory.mktemp("evidence")
    run(CLAIMS, out=folder, jobs=1, budget="quick", recheck=False, progress=lambda *_: None)
    return folder

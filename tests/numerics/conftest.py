"""Models for the tests of this folder: tiny variants, trained once in a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lemmata.numerics import estimates
from lemmata.numerics.check import Check
from lemmata.numerics.models import Zoo
from lemmata.numerics.models.training import CACHE


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty cache of weights."""
    folder = tmp_path_factory.mktemp("weights")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE, str(folder))
        yield folder


@pytest.fixture(scope="session")
def zoo(cache: Path) -> Zoo:
    """The tiny models."""
    assert not list(cache.iterdir())
    return Zoo("tiny")


@pytest.fixture(scope="session")
def all_checks(zoo: Zoo) -> dict[str, tuple[Check, ...]]:
    """The checks of every claim, on the tiny models."""
    return {claim: estimates.checks(claim, zoo) for claim in estimates.available()}

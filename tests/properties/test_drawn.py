"""Every claim holds in every world that its signature draws, and its mistakes shrink to small ones.

The snapshot says which counterexample each mistake shrinks to, so that a change which makes them
larger is seen. It belongs to the pinned version of Hypothesis; write it anew with
`python tests/properties/test_drawn.py` and read the difference.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from lemmata.derivations.claim import Part
from lemmata.derivations.registry import claims
from lemmata.kernel.terms import Statement
from lemmata.properties.drawn import World, drawn_worlds

SNAPSHOT = Path(__file__).parent / "counterexamples.json"
QUICK = settings(
    max_examples=25,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def parts() -> Iterator[tuple[str, Part]]:
    """Every statement of every claim by its name."""
    for claim in claims().values():
        for part in claim.parts:
            yield f"{claim.id}/{part.name}", part


PARTS = dict(parts())
LONGEST = 25
"""Lines of a counterexample; what is longer nobody checks by hand."""


def smallest(part: Part, statement: Statement) -> World | None:
    """The smallest world that refutes a statement; None if none is found."""
    worlds = drawn_worlds(part.declarations, statement)
    try:
        return find(worlds, lambda world: not world.holds(), settings=QUICK, random=Random(1))
    except NoSuchExample:
        return None


def shrunk(name: str) -> str:
    """The counterexample of the first mistake of a statement."""
    part = PARTS[name]
    found = smallest(part, part.mistakes[0].statement)
    return f"{part.mistakes[0].because}\n{found.text() if found else 'not found'}"


@pytest.mark.parametrize("name", PARTS)
def test_a_claim_holds_in_every_world(name: str) -> None:
    """No drawn world refutes what is proved."""
    part = PARTS[name]
    found = smallest(part, part.statement)
    assert found is None, found


@pytest.mark.parametrize("name", [name for name, part in PARTS.items() if part.mistakes])
def test_a_mistake_shrinks_to_a_small_world(name: str) -> None:
    """The smallest counterexample is the one that is kept."""
    text = shrunk(name)
    assert text == json.loads(SNAPSHOT.read_text("utf-8"))[name]
    assert "not found" not in text
    assert text.count("\n") < LONGEST


if __name__ == "__main__":
    kept = {name: shrunk(name) for name, part in PARTS.items() if part.mistakes}
    SNAPSHOT.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")

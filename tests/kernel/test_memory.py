"""What is remembered changes no proof, nor what it takes, nor its certificate."""

from collections.abc import Iterator
from itertools import islice

import pytest

from lemmata.derivations.claim import Part
from lemmata.derivations.registry import claims
from lemmata.kernel.fuel import FUEL, Fuel
from lemmata.kernel.memory import LARGEST, MOST, memory
from lemmata.kernel.poly import Poly
from lemmata.kernel.prove import Open, Proof, prove, trace
from lemmata.kernel.terms import Statement
from lemmata.properties import worlds as on
from lemmata.properties.worlds import WORLD
from lemmata.semantics.mutants import mutants_of_statement

PARTS = {f"{name} {part.name}": part for name, claim in claims().items() for part in claim.parts}
WRONG = 4


def statements(part: Part) -> Iterator[Statement]:
    """The steps of a derivation, and some wrong versions of its statement."""
    before = part.derivation.start
    for step in part.derivation.steps:
        yield Statement(before, step.relation, step.term)
        before = step.term
    wrong = mutants_of_statement(part.statement, part.declarations)
    yield from (statement for statement, _ in islice(wrong, WRONG))


def attempt(part: Part, statement: Statement) -> tuple[Proof | Open, int]:
    """An attempt at a proof, and the fuel that it took."""
    fuel = Fuel()
    return prove(statement, part.declarations, fuel), FUEL - fuel.left


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_proof_is_the_same_whatever_is_remembered(part: Part) -> None:
    """Alone, after all the others, and after itself, an attempt ends in the same way."""
    alone = []
    for statement in statements(part):
        memory.cache_clear()
        alone.append(attempt(part, statement))
    memory.cache_clear()
    for _ in range(2):
        assert [attempt(part, statement) for statement in statements(part)] == alone


def test_a_certificate_is_the_same_whatever_is_remembered() -> None:
    """The uses of rules are found afresh, all of them."""
    statement = Statement((on.alpha + on.beta) ** 2, "=", (on.beta + on.alpha) ** 2)
    memory.cache_clear()
    proof = prove(statement, WORLD)
    assert isinstance(proof, Proof)
    first = trace(proof, WORLD)
    assert prove(statement, WORLD) == proof
    assert trace(proof, WORLD) == first


def test_the_memory_is_bounded() -> None:
    """However many statements there are, few normal forms are kept, and no large one."""
    memory.cache_clear()
    for number in range(2, 3 * MOST):
        prove(Statement(on.alpha / number, "=", on.beta * number), WORLD)
    known = memory(WORLD, frozenset(), False, False)
    assert 0 < len(known) <= MOST
    large = (on.alpha + on.beta + on.c + on.d + on.e + on.mu) ** 6
    prove(Statement(large, "=", large + 1), WORLD)
    assert all(isinstance(each.poly, Poly) for each in known.values())
    assert all(len(each.poly.terms) <= LARGEST for each in known.values())

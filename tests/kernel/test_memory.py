"""What is remembered changes no proof, nor what it takes, nor its certificate."""

from collections.abc import Iterator
from itertools import islice

import pytest

from lemmata.derivations.claim import Part
from lemmata.derivations.registry import claims
from lemmata.kernel.declarations import Declarations, Fact, Index, Scalar, Size
from lemmata.kernel.fuel import FUEL, Fuel
from lemmata.kernel.memory import LARGEST, MOST, MOST_GAPS, Remembering, gaps, memory
from lemmata.kernel.poly import ONE, Atom, Poly, constant, of_atom
from lemmata.kernel.prove import Open, Proof, prove, trace
from lemmata.kernel.terms import Range, Statement, Sym, Term, as_term
from lemmata.properties import worlds as on
from lemmata.properties.worlds import WORLD
from lemmata.semantics.mutants import mutants_of_statement

PARTS = {f"{name} {part.name}": part for name, claim in claims().items() for part in claim.parts}
WRONG = 4
n = Sym("n")


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


def sums(*facts: Fact, upper: Term = n) -> Declarations:
    """Sizes, an index that runs to an end, and a number."""
    return Declarations(
        sizes=(Size("n"), Size("m")),
        indices=(Index("i", Range(as_term(1), upper)),),
        scalars=(Scalar("w"),),
        facts=facts,
    )


def remembering(declarations: Declarations) -> Remembering:
    """A normaliser without equations."""
    return Remembering(declarations, frozenset(), Fuel())


def test_an_expression_is_asked_about_anew_under_another_range() -> None:
    """The numbers of bound variables are used again and again."""
    run = remembering(sums())
    place = of_atom(Atom("bound", 5))
    around = of_atom(Atom("bound", 6))
    upper = run.poly(n)
    run.note_limits(6, ("range", ONE, upper))
    for lower, holds in ((ONE, True), (ONE - ONE, False), (around, True), (around - ONE, False)):
        run.note_limits(5, ("range", lower, upper))
        assert [run.at_least(place - ONE) for _ in range(2)] == [holds] * 2
    run.note_limits(5, ("range", around, upper))
    run.note_limits(6, ("range", ONE - ONE, upper))
    assert not run.at_least(place - ONE)
    run.note_limits(5, ("space", "x"))
    assert not run.at_least(place - ONE)


def test_an_expression_is_asked_about_anew_under_other_declarations() -> None:
    """The index has another end, or there is no order of sizes."""
    i, order = Sym("i"), Fact("order", Statement(n, "<=", Sym("m")))
    for _ in range(2):
        within, beyond = remembering(sums()), remembering(sums(upper=n + 1))
        assert within.at_least(within.poly(n - i))
        assert not beyond.at_least(beyond.poly(n - i))
        run, plain = remembering(sums(order)), remembering(sums())
        assert run.at_least(run.poly(Sym("m") - n))
        assert run.assumptions == {"given: order": None}
        assert not plain.at_least(plain.poly(Sym("m") - n))
        assert not plain.assumptions


def test_what_was_asked_takes_the_same_again() -> None:
    """So a proof ends at the same place."""
    taken = set()
    for _ in range(3):
        run = remembering(sums())
        gap, left = run.poly(n - Sym("i")), run.fuel.left
        run.at_least(gap)
        taken.add(left - run.fuel.left)
    assert len(taken) == 1
    assert taken != {0}


def test_what_rests_on_a_condition_notes_it_each_time() -> None:
    """A range whose end divides by a number that may be zero."""
    run = remembering(sums(upper=n / Sym("w")))
    gap = run.poly(Sym("i") - 1)
    for _ in range(3):
        run.conditions.clear()
        assert run.at_least(gap)
        run.conditions.clear()
        run.at_least(-gap)
        assert run.conditions


def test_equations_are_never_asked_about_from_memory() -> None:
    """What is given may say what a size is."""
    gaps.cache_clear()
    run = Remembering(sums(), frozenset({"given"}), Fuel())
    assert run.at_least(run.poly(n))
    assert not gaps(sums(), False)


def test_few_expressions_are_remembered() -> None:
    """However many are asked about."""
    gaps.cache_clear()
    run = Remembering(sums(), frozenset(), Fuel(10**9))
    size = run.poly(n)
    for number in range(MOST_GAPS + 9):
        run.at_least(size - constant(number))
    assert 0 < len(gaps(sums(), False)) <= MOST_GAPS

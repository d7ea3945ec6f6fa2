"""Matrices and trajectories of the re-checker by themselves: signs, ends, times and laws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from lemmata.kernel.declarations import NONNEGATIVE, POSITIVE, Declarations, Interval
from lemmata.kernel.language import Array
from lemmata.kernel.recheck.inequalities import Inequalities
from lemmata.kernel.recheck.polynomials import (
    ONE,
    ZERO,
    Atom,
    Poly,
    RefusalError,
    Value,
    constant,
    of,
)
from lemmata.kernel.recheck.words import Matrix, Word, as_value, inverse_letter
from lemmata.kernel.terms import App, Density, Derivative, Sym
from lemmata.notation import read_sheet

MATRICES: Final = read_sheet(
    r"""
    sizes = ["d", "n"]
    [indices]
    i = "1..d"
    j = "1..d"
    [scalars]
    x = {shape = "d"}
    y = {shape = "d"}
    A = {shape = "d, d"}
    B = {shape = "n, d"}
    G = {shape = "d, d", kind = "invertible"}
    S = {shape = "d, d", kind = "definite"}
    C = {shape = "d, d", kind = "symmetric"}
    mu = {shape = "d"}
    [variables]
    z = {components = "i = 1..d"}
    [densities]
    known = {of = "z", normal = {mean = '\mu', covariance = 'S'}}
    unknown = {of = "z", normal = {mean = '\mu', covariance = 'C'}}
    plain = {of = "z"}
    """
).declarations
STEPS: Final = read_sheet(
    """
    sizes = ["T", "N"]
    parameters = ["theta"]
    [indices]
    t = "1..T"
    k = "1..N"
    [variables]
    s = {}
    a = {}
    [densities]
    pi = {of = "a", given = "s"}
    other = {of = "a", given = "s"}
    [functions]
    r = {arguments = 2}
    V = {index = "t = 1..T", parameters = "all"}
    Q = {arguments = 2, index = "t = 1..T", parameters = "all"}
    d = {index = "t = 1..T", parameters = "all"}
    h = {arguments = 2}
    [processes.tau]
    state = "s"
    action = "a"
    reward = "r"
    reward_function = "r"
    policy = "pi"
    times = "1..T"
    samples = "k = 1..N"
    value = "V"
    action_value = "Q"
    visits = "d"
    """
).declarations
i, j, d, t, k = (Sym(name) for name in ("i", "j", "d", "t", "k"))
A, S, C, x = (Array(name) for name in "ASCx")
s, a = Array("s"), Array("a")


def checker(world: Declarations, *, words: bool = False, facts: bool = True) -> Inequalities:
    """The re-checker in a world."""
    rules = Inequalities(world, frozenset({"normal"} if facts else ()), "")
    rules.words = words
    return rules


def letter(name: str, turned: int = 0) -> Word:
    """A word of one letter."""
    return ((Atom("array", name, ()), turned),)


def of_side(rules: Inequalities, name: str) -> tuple[Value, ...]:
    """The rows of an array."""
    size = rules.sides(letter(name))[0]
    assert size is not None
    return size


# ----------------------------------------------------------------------------- matrices

CLOSED: Final[dict[str, tuple[Word, Interval]]] = {
    "x^T S x": (letter("x", 1) + letter("S") + letter("x"), NONNEGATIVE),
    "x^T x": (letter("x", 1) + letter("x"), NONNEGATIVE),
    "x^T A^T A x": (letter("x", 1) + letter("A", 1) + letter("A") + letter("x"), NONNEGATIVE),
    "x^T A x": (letter("x", 1) + letter("A") + letter("x"), Interval()),
    "x^T C x": (letter("x", 1) + letter("C") + letter("x"), Interval()),
    "x^T S y": (letter("x", 1) + letter("S") + letter("y"), Interval()),
}


@pytest.mark.parametrize("name", CLOSED)
def test_where_a_closed_product_lies(name: str) -> None:
    """A square is not negative; a product of others may be anything."""
    rules, (word, interval) = checker(MATRICES, words=True), CLOSED[name]
    assert rules.interval(Atom("entry", word, None, None)) == interval
    plain = checker(MATRICES)
    assert plain.interval(Atom("entry", word, None, None)) == Interval()


def test_where_an_entry_lies() -> None:
    """The diagonal of a definite matrix is positive, that of a square is not negative."""
    rules = checker(MATRICES, words=True)
    row, column = rules.value(i, {}), rules.value(j, {})
    square = letter("B", 1) + letter("B")
    for word, on, off in (
        (letter("S"), POSITIVE, Interval()),
        (square, NONNEGATIVE, Interval()),
        (letter("C"), Interval(), Interval()),
        (letter("A"), Interval(), Interval()),
        (letter("A") + letter("A"), Interval(), Interval()),
    ):
        assert rules.interval(rules.named(word, row, row)) == on
        assert rules.interval(rules.named(word, row, column)) == off
    assert rules.interval(rules.named(letter("x"), row, None)) == Interval()


def test_where_a_trace_and_a_volume_lie() -> None:
    """By what is known of the matrix, and nothing without words."""
    rules = checker(MATRICES, words=True)
    size = of_side(rules, "S")
    for word, trace, volume, modulus in (
        (letter("S"), NONNEGATIVE, POSITIVE, POSITIVE),
        (letter("A"), Interval(), Interval(), NONNEGATIVE),
        (letter("G"), Interval(), Interval(), POSITIVE),
        (letter("C"), Interval(), Interval(), NONNEGATIVE),
    ):
        assert rules.interval(Atom("trace", word, *size)) == trace
        atom = rules.volume_atom({word: ONE}, size)
        assert rules.interval(atom) == volume
        assert rules.interval(Atom("abs", of(atom))) == modulus
        assert rules.interval(Atom("abs", of(atom) * 2)) == NONNEGATIVE
    for word in (letter("A"), letter("C")):
        atom = rules.volume_atom({word: ONE}, size)
        for sign in ((-1, True), (1, False), (1, True)):
            rules.written[of(atom).key] = sign
            assert rules.interval(atom) == (POSITIVE if sign == (1, True) else Interval())


def test_a_node_of_letters_is_made_anew() -> None:
    """An entry, a trace, a volume and an inverse are what they were; others by their letters."""
    rules = checker(MATRICES, words=True)
    row, column = rules.value(i, {}), rules.value(j, {})
    size = of_side(rules, "S")
    word = letter("A") + letter("S")
    for atom in (
        rules.entry(word, row, column).atom(),
        rules.entry(letter("x", 1) + word + letter("y"), None, None).atom(),
        rules.trace(word, size).atom(),
        rules.volume({letter("A"): ONE, (): ONE}, size).atom(),
        inverse_letter({letter("S"): ONE, (): ONE}, size),
    ):
        assert atom is not None
        assert rules.make(atom.kind, atom.args) == of(atom)
    whole: Word = ((inverse_letter({letter("S"): ONE}, size), 0), *letter("S"))
    assert rules.make("entry", (whole, row, column)) == rules.bracket("=", row - column)
    assert rules.make("trace", (whole, *size)) == rules.value(d, {})
    assert rules.make("volume", (as_value({whole: ONE}), *size[1:])) == ONE
    for name, equal in (("S", True), ("C", True), ("A", False)):
        turned = rules.value(Array(name)[i, j], {}), rules.value(Array(name)[j, i], {})
        assert (turned[0] == turned[1]) is equal
    plain = checker(MATRICES)
    assert plain.value(S[i, j], {}) != plain.value(S[j, i], {})


def test_a_trace_has_the_size_of_what_it_is_written_as() -> None:
    """Letters that go round are one trace, whichever of them it began with."""
    rules = checker(MATRICES, words=True)
    left, right = letter("B") + letter("B", 1), letter("B", 1) + letter("B")
    sizes = rules.sides(left)[0], rules.sides(right)[0]
    assert sizes[0] is not None
    assert sizes[1] is not None
    assert sizes[0] != sizes[1]
    assert rules.trace(left, sizes[0]) == rules.trace(right, sizes[1])
    assert rules.trace((), sizes[0]) != rules.trace((), sizes[1])


def test_which_matrices_are_definite_and_which_are_invertible() -> None:
    """Sums of squares of which one is definite; products of what has an inverse."""
    rules = checker(MATRICES, words=True)
    square, minus = letter("A", 1) + letter("A"), constant(-1)
    cases: list[tuple[Matrix, bool, bool]] = [
        ({letter("S"): ONE}, True, True),
        ({letter("S"): minus}, False, True),
        ({letter("G"): ONE}, False, True),
        ({letter("A"): ONE}, False, False),
        ({square: ONE}, False, False),
        ({square: ONE, (): ONE}, True, True),
        ({square: ONE, (): minus}, False, False),
        ({letter("S"): ONE, square: ONE}, True, True),
        ({letter("S"): ONE, letter("A"): ONE}, False, False),
        ({letter("G", 1) + letter("G"): ONE}, True, True),
        ({letter("G") + letter("S"): ONE}, False, True),
        ({letter("G") + letter("A"): ONE}, False, False),
    ]
    for matrix, definite, invertible in cases:
        assert rules.is_definite(matrix) is definite
        assert rules.is_invertible(matrix) is invertible


def test_a_law_of_a_vector_needs_a_definite_covariance() -> None:
    """It is used where it is declared, and in force, and its covariance has an inverse."""
    z = Sym("z")
    for name, facts, problem in (
        ("known", True, ""),
        ("known", False, "known is not declared by a covariance"),
        ("unknown", True, "a covariance that is not known to be positive definite"),
        ("plain", True, "plain is not declared by a covariance"),
    ):
        rules = checker(MATRICES, words=True, facts=facts)
        atom = rules.value(Density(name, (z,), ()), {}).atom()
        if problem:
            with pytest.raises(RefusalError, match=problem):
                rules.vector_law(atom)
            continue
        role, at, filler = rules.vector_law(atom)[0]
        assert (role, at, filler) == ("z", (), rules.value(z, {}))
        assert rules.assumed == "known is Gaussian, as declared"


# ------------------------------------------------------------------------- trajectories

VALUES: Final[dict[str, tuple[App, bool | None]]] = {
    "V_t(s_t)": (App("V", (s[t],), (t,)), False),
    "Q_t(s_t, a_t)": (App("Q", (s[t], a[t]), (t,)), True),
    "V_t at another time": (App("V", (s[t - 1],), (t,)), None),
    "Q_t of an action of another time": (App("Q", (s[t], a[t - 1]), (t,)), None),
    "V_t of an action": (App("V", (a[t],), (t,)), None),
    "Q_t of an action before its state": (App("Q", (a[t], s[t]), (t,)), None),
    "V_t of any state": (App("V", (Sym("s"),), (t,)), None),
    "V_t of a multiple": (App("V", (2 * s[t],), (t,)), None),
    "the law of a state": (App("d", (s[t],), (t,)), None),
    "another function": (App("h", (s[t], a[t]), ()), None),
}


@pytest.mark.parametrize("name", VALUES)
def test_which_values_stand_at_their_own_state(name: str) -> None:
    """Their time, and whether the action is taken."""
    rules, (term, acted) = checker(STEPS), VALUES[name]
    process, atom = STEPS.process("tau"), rules.value(term, {}).atom()
    assert atom is not None
    found = rules.moment(process, atom)
    assert found == (None if acted is None else (rules.value(t, {}), None, acted))


def test_a_value_of_a_numbered_trajectory_has_its_number() -> None:
    """Both the state and the action are of that trajectory."""
    rules, process = checker(STEPS), STEPS.process("tau")
    for term, found in (
        (App("Q", (s[t, k], a[t, k]), (t,)), (rules.value(t, {}), rules.value(k, {}), True)),
        (App("Q", (s[t, k], a[t]), (t,)), None),
        (App("Q", (s[t, k], a[t, k + 1]), (t,)), None),
    ):
        atom = rules.value(term, {}).atom()
        assert atom is not None
        assert rules.moment(process, atom) == found
    assert rules.moment(process, Atom("sym", "V", ())) is None


def test_what_is_settled_before_an_action() -> None:
    """What is earlier, the state of the same time, and another trajectory, where both are known."""
    rules, process = checker(STEPS), STEPS.process("tau")
    r, now, here = Array("r"), rules.value(t, {}), rules.value(k, {})

    def settled(term: Sym, label: Poly | None) -> Poly:
        return rules.settled_before(process, rules.value(term, {}), (now, label))

    assert settled(s[t], None) == settled(r[t - 1], None) == ONE
    assert settled(a[t], None) == settled(s[t + 1], None) == ZERO
    assert settled(s[t, k], here) == ONE
    assert settled(a[t, k], here) == ZERO
    assert settled(a[t, k + 1], here) == ONE
    assert settled(s[t, k], None) == settled(s[t], here) == ZERO


def expectation(body: Poly) -> Poly:
    """The expectation of a body, as a node."""
    return of(Atom("traj", "tau", body))


def test_the_score_of_an_expectation_is_one_of_trajectories_without_numbers() -> None:
    """A derivative of anything else, or of numbered trajectories, is none of this rule."""
    rules, slope = checker(STEPS), Atom("sym", "theta", ())
    reward = rules.value(Array("r")[t], {})
    found = rules.likelihood_ratio((slope, expectation(reward)), 0)
    assert rules.assumed == "derivatives and integrals may be exchanged"
    assert [atom.kind for mono in found.terms for atom, _ in mono] == ["bind"]
    with pytest.raises(RefusalError, match="there is no trajectory expectation"):
        rules.likelihood_ratio((slope, reward), 0)
    numbered = rules.value(Array("r")[t, k], {})
    with pytest.raises(RefusalError, match="the trajectories are numbered"):
        rules.likelihood_ratio((slope, expectation(numbered)), 0)


def averaged(rules: Inequalities, law: str, state: Poly, number: Atom, factor: Poly) -> Poly:
    """The expectation of a law of a bound action in a state, with another factor."""
    given = (("a", (), of(number)), ("s", (), state))
    return expectation(rules.mul(of(Atom("dens", law, given)), factor))


def test_an_action_that_a_policy_draws_is_one_of_the_trajectory() -> None:
    """Only under the policy of the process, in a state of the process, beside what is settled."""
    rules = checker(STEPS)
    number = rules.open("space", "a")
    (bound,) = number.free
    here, before = rules.value(s[t], {}), rules.value(s[t - 1], {})
    past, now, later = (rules.value(term, {}) for term in (a[t - 1], a[t], s[t + 1]))

    def taken(law: str, state: Poly, factor: Poly) -> Callable[[], Poly]:
        body = averaged(rules, law, state, number, factor)
        return lambda: rules.policy_average((("space", "a"), body), bound)

    assert taken("pi", here, ONE)() == ONE
    assert rules.assumed == "densities are positive where they divide or stand inside a logarithm"
    value = rules.value(App("h", (s[t], Sym("a")), ()), {"a": of(number)})
    acted = rules.value(App("h", (s[t], a[t]), ()), {})
    assert taken("pi", here, value)() == rules.expect("tau", acted)
    assert taken("pi", here, past)() == rules.expect("tau", past)
    for factor in (now, later):
        with pytest.raises(RefusalError, match="a factor may be settled behind the action"):
            taken("pi", here, factor)()
    with pytest.raises(RefusalError, match="a factor may be settled behind the action"):
        taken("pi", before, here)()
    nobody = "no policy decides about the variable in a state of the process"
    for law, state in (("other", here), ("pi", past), ("pi", rules.value(Sym("s"), {}))):
        with pytest.raises(RefusalError, match=nobody):
            taken(law, state, ONE)()
    with pytest.raises(RefusalError, match=nobody):
        rules.policy_average((("space", "a"), expectation(now)), bound)
    with pytest.raises(RefusalError, match="there is no expectation over trajectories alone"):
        rules.policy_average((("space", "a"), now), bound)


def test_a_derivative_of_a_policy_is_one_of_its_law() -> None:
    """The derivative of pi at a bound action stands for that at the action drawn."""
    rules = checker(STEPS)
    number = rules.open("space", "a")
    (bound,) = number.free
    law = Density("pi", (Sym("a"),), (Sym("s"),))
    slope = rules.value(
        Derivative(Sym("theta"), law), {"a": of(number), "s": rules.value(s[t], {})}
    )
    found = rules.policy_average((("space", "a"), expectation(slope)), bound)
    drawn = rules.value(law, {"a": rules.value(a[t], {}), "s": rules.value(s[t], {})})
    score = rules.mul(rules.derivative(Atom("sym", "theta", ()), drawn), rules.inverse(drawn))
    assert found == rules.expect("tau", score)

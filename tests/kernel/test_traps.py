"""False statements that a kernel which is a little careless would prove.

They stand beside `test_never_proved.py`, which keeps what was proved once. A model refutes each one
that is not marked as a matter of meaning, so that the trap is a trap.
"""

from __future__ import annotations

from typing import Final

import pytest

from lemmata.kernel.declarations import Declarations, Fact, Index, Scalar, Size
from lemmata.kernel.language import (
    Array,
    E,
    absolute,
    exp,
    gradient,
    indicator,
    integral,
    log,
    partial,
    product_over,
    sqrt,
    sum_over,
)
from lemmata.kernel.prove import Open, prove
from lemmata.kernel.terms import Range, Statement, Sym, Term, as_term
from lemmata.properties import worlds as on
from lemmata.properties.worlds import WORLD
from lemmata.semantics import search

T, N = on.T, Sym("N")
steps = Array("b")
mean = E[on.tau]


def score(*place: Term) -> Term:
    """The score of the action at a time, in a numbered trajectory if a number follows."""
    return gradient(on.theta, log(on.pi(on.a[place] | on.s[place])))


def doubling(first: int, *facts: Fact) -> Declarations:
    """An array that doubles from a first time on."""
    law = Fact("doubling", Statement(steps[on.t], "=", 2 * steps[on.t - 1]), ("t",))
    return Declarations(
        sizes=(Size("T"), Size("N")),
        indices=(Index("t", Range(as_term(first), T)),),
        scalars=(Scalar("b", axes=(Range(as_term(0), T),)),),
        facts=(law, *facts),
    )


TRAPS: Final[dict[str, tuple[Term, Term | int, Declarations]]] = {
    "log a^2 for negative a": (log(on.alpha**2), 2 * log(on.alpha), WORLD),
    "log of signless factors": (
        log(on.alpha * on.beta),
        log(on.alpha) + log(on.beta),
        WORLD,
    ),
    "sqrt(a^2) for negative a": (sqrt(on.alpha**2), on.alpha, WORLD),
    "|a| for negative a": (absolute(on.alpha), on.alpha, WORLD),
    "an odd power of -1": ((-as_term(1)) ** on.n, 1, WORLD),
    "a sum up to k - 1 may be empty": (sum_over(on.l, 1, on.k - 1, 1), on.k - 1, WORLD),
    "an empty product has no first factor": (
        product_over(on.l, 1, on.k, on.c),
        on.c * product_over(on.l, 2, on.k, on.c),
        WORLD,
    ),
    "the bracket inside a closed product": (
        sum_over(on.l, 1, on.n, product_over(on.i, 1, on.k, on.c + indicator(on.l, "<=", on.i))),
        sum_over(on.l, 1, on.n, product_over(on.i, 1, on.k, on.c + indicator(on.i, "<=", on.l))),
        WORLD,
    ),
    "an index in the range of another": (
        partial(on.alpha, sum_over(on.l, 1, on.n, sum_over(on.i, 1, on.l, on.alpha * on.xs[on.i]))),
        on.n * sum_over(on.l, 1, on.n, sum_over(on.i, 1, on.l, on.xs[on.i])),
        WORLD,
    ),
    "integrals over two spaces": (integral(on.x, 1), integral(on.y, 1), WORLD),
    "a mean beside its condition": (
        integral(on.x, on.p(on.x) * log(on.gauss(on.u | on.x))),
        log(on.gauss(on.u | on.x)),
        WORLD,
    ),
    "components in a closed sum": (
        integral(on.z, on.vector(on.z) * exp(sum_over(on.j, 1, on.m, on.f(on.z[on.j])))),
        integral(on.z, on.vector(on.z) * exp(on.m * on.f(on.z[1]))),
        WORLD,
    ),
    "dependent components": (
        on.q(on.z | on.x),
        product_over(on.j, 1, on.m, on.q(on.z[on.j] | on.x)),
        WORLD,
    ),
    "the reward of now": (mean(score(on.t) * on.r[on.t]), 0, WORLD),
    "the action of now": (mean(score(on.t) * on.f(on.a[on.t])), 0, WORLD),
    "the next state": (mean(score(as_term(1)) * on.f(on.s[T])), 0, WORLD),
    "two scores of one time": (mean(score(on.t) ** 2), 0, WORLD),
    "two scores of any times": (mean(score(on.t) * score(on.t_prime)), 0, WORLD),
    "rewards of a closed past and present": (
        mean(score(on.t) * exp(sum_over(on.t_prime, 1, on.t, on.r[on.t_prime]))),
        0,
        WORLD,
    ),
    "numbers that may agree": (
        sum_over(on.l, 1, on.N, mean(score(on.t, on.i) * on.r[on.t, on.l])),
        0,
        WORLD,
    ),
    "rewards of one trajectory": (
        mean(on.r[1] * on.r[T]),
        mean(on.r[1]) * mean(on.r[T]),
        WORLD,
    ),
    "a policy that is no score": (mean(gradient(on.theta, on.pi(on.a[1] | on.s[1]))), 0, WORLD),
    "a recursion before its range": (steps[T], as_term(2) ** T * steps[0], doubling(2)),
    "a base case that fails": (steps[T], as_term(2) ** T, doubling(1)),
    "a step that fails": (steps[T], steps[0] * (T + 1), doubling(1)),
    "an order that fails on the way up": (
        indicator(N, "<", T + 1) * (steps[T] - as_term(2) ** (T - N) * steps[N]) + T - N,
        1,
        doubling(1, Fact("ahead", Statement(N, "<", T))),
    ),
}
MEANING: Final[dict[str, tuple[Term, Term | int, Declarations]]] = {
    "a/a for a that may be 0": (on.alpha / on.alpha, 1, WORLD),
    "0/a for a that may be 0": (0 * (1 / on.alpha), 0, WORLD),
    "k/k for k that may be 0": (on.k / on.k, 1, WORLD),
    "5/2 as the end of a range": (sum_over(on.l, 1, as_term(5) / 2, 1), as_term(5) / 2, WORLD),
    "every size is bounded": (indicator(on.k, "<=", 2_000_000_000), 1, WORLD),
    "a recursion hides a dependence": (partial(on.xs[1], Array("avg")[1]), 0, on.GIVEN),
}
"""True wherever both sides have a value, or out of the reach of small models."""


@pytest.mark.parametrize("name", [*TRAPS, *MEANING])
def test_a_trap_is_not_proved(name: str) -> None:
    """What is false, or meant under a condition, is not proved, and nothing is raised."""
    left, right, declarations = {**TRAPS, **MEANING}[name]
    found = prove(Statement(left, "=", as_term(right)), declarations)
    assert isinstance(found, Open), found


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_false(name: str) -> None:
    """A model refutes the trap."""
    left, right, declarations = TRAPS[name]
    # more models than usual: with so many sizes, three may all have n = 1
    found = search(Statement(left, "=", as_term(right)), declarations, models=12, shrinking=0)
    assert found.outcome == "refuted", found.reason

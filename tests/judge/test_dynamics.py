"""Where the law of the states of a process is named, and the models have another one."""

from __future__ import annotations

import pytest

from lemmata.judge.doubts import _names_dynamics
from lemmata.kernel.declarations import (
    Declarations,
    Family,
    Function,
    Index,
    Parameter,
    Process,
    Size,
    Variable,
)
from lemmata.kernel.language import Array, DensityHead, E, ProcessHead, integral, log
from lemmata.kernel.terms import App, Range, Sym, Term, as_term

s, x, t, T = (Sym(name) for name in ("s", "x", "t", "T"))
tau, r = ProcessHead("tau"), Array("r")
rho, g, pi = (DensityHead(name) for name in ("rho", "g", "pi"))
TIMES = Range(as_term(1), T)
WORLD = Declarations(
    sizes=(Size("T"),),
    indices=(Index("t", TIMES),),
    variables=(Variable("s"), Variable("a"), Variable("x")),
    families=(
        Family("rho", ("s",), parameters=()),
        Family("g", ("x",), parameters=()),
        Family("pi", ("a",), ("s",), parameters=("theta",)),
    ),
    functions=(
        Function("R", 2),
        Function("V", 1, axes=(TIMES,), parameters=("theta",)),
    ),
    parameters=(Parameter("theta"),),
    processes=(Process("tau", "s", "a", "r", "pi", TIMES, reward_function="R", value="V"),),
)
MEAN, VALUE = E[tau](r[t]), App("V", (s,), (t,))


@pytest.mark.parametrize(
    ("left", "right", "named"),
    [
        (MEAN, integral(s, rho(s)), True),
        (integral(s, rho(s)), MEAN, True),
        (integral(s, rho(s) * VALUE), as_term(0), True),
        (MEAN, integral(s, log(rho(s))), False),
        (MEAN, integral(x, g(x)), False),
        (integral(s, rho(s)), as_term(1), False),
        (MEAN, as_term(1), False),
    ],
)
def test_a_law_of_states_beside_trajectories(left: Term, right: Term, named: bool) -> None:
    """It is doubtful only outside of logarithms, and where a trajectory or a value stands."""
    assert _names_dynamics((left, right), WORLD) is named

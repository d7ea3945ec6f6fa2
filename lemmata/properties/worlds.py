"""The worlds in which the kernel is attacked: something of every kind, and short names for it.

`WORLD` has sizes (one that may be 0), indices, scalars of every sign, arrays, outcomes, a vector,
densities with and without conditions, Gaussian laws, functions, a parameter, a process with
numbered trajectories, and definitions. `GIVEN` adds facts: an order of times, an equation, a
recursion. `HIDING` adds names that hide a size. `LINEAR` adds columns and matrices.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from lemmata.kernel.declarations import (
    POSITIVE,
    UNIT,
    Declarations,
    Definition,
    Fact,
    Family,
    Function,
    Index,
    Interval,
    Normal,
    Parameter,
    Process,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.language import Array, DensityHead, FunctionHead, ProcessHead, sum_over
from lemmata.kernel.terms import Expect, Law, Num, Range, Statement, Sym, as_term

one = Num(Fraction(1))
m, n, T, N, k = (Sym(name) for name in ("m", "n", "T", "N", "k"))
i, j, l, t, t_prime = (Sym(name) for name in ("i", "j", "l", "t", "t'"))
x, y, w, u = (Sym(name) for name in ("x", "y", "w", "u"))
alpha, beta, c, d, e = (Sym(name) for name in ("alpha", "beta", "c", "d", "e"))
mu, sigma, theta, slope = (Sym(name) for name in ("mu", "sigma", "theta", "slope"))
z, v, a, s, r = (Array(name) for name in ("z", "v", "a", "s", "r"))
xs, ys, mus, sds = (Array(name) for name in ("xs", "ys", "mus", "sds"))
p, nu, q, vector = (DensityHead(name) for name in ("p", "nu", "q", "vector"))
plain, gauss, normals, pi = (DensityHead(name) for name in ("plain", "gauss", "normals", "pi"))
f, g, h, D, V, B = (FunctionHead(name) for name in ("f", "g", "h", "D", "V", "B"))
F, G, mean, total = (FunctionHead(name) for name in ("F", "G", "mean", "total"))
tau = ProcessHead("tau")

WIDE = Range(-as_term(9), m + n + T + N + k + 9)
"""The axis of the arrays: wide enough for every index that the attacks write."""

WORLD = Declarations(
    sizes=(Size("m"), Size("n"), Size("T"), Size("N"), Size("k", 0)),
    indices=(
        Index("i", Range(one, N)),
        Index("j", Range(one, m)),
        Index("t", Range(one, T)),
        Index("t'", Range(one, T)),
    ),
    scalars=(
        Scalar("alpha"),
        Scalar("beta"),
        Scalar("c", POSITIVE),
        Scalar("d", UNIT),
        Scalar("e", Interval(None, Fraction(0))),
        Scalar("mu"),
        Scalar("sigma", POSITIVE),
        Scalar("xs", axes=(WIDE,)),
        Scalar("ys", POSITIVE, axes=(WIDE,)),
        Scalar("mus", axes=(Range(one, m),)),
        Scalar("sds", POSITIVE, axes=(Range(one, m),)),
        Scalar("slope", parameters=("theta",)),
    ),
    variables=(
        Variable("x"),
        Variable("y"),
        Variable("w", role="x"),
        Variable("z", components=Range(one, m)),
        Variable("u"),
        Variable("v", components=Range(one, m)),
        Variable("s"),
        Variable("a"),
    ),
    families=(
        Family("p", ("x", "y")),
        Family("nu", ("x", "y"), parameters=()),
        Family("q", ("z",), given=("x",)),
        Family("vector", ("z",), independent=True, parameters=()),
        Family("plain", ("x",), given=("z",), parameters=()),
        Family("gauss", ("u",), given=("x",), normal=Normal(mu * f(x), sigma), parameters=()),
        Family("normals", ("v",), normal=Normal(mus[j], sds[j], "j"), parameters=()),
        Family("pi", ("a",), given=("s",)),
    ),
    functions=(
        Function("f", 1),
        Function("g", 2),
        Function("h", 1),
        Function("D", 1, UNIT),
        Function("V", 1, POSITIVE),
        Function("B", 1),
        Function("F", 1, parameters=None),
        Function("G", 1),
    ),
    parameters=(Parameter("theta"),),
    processes=(Process("tau", "s", "a", "r", "pi", Range(one, T), samples=Range(one, N)),),
    definitions=(
        Definition("mean", (y,), Expect((Law((x,), p(x | y)),), f(x))),
        Definition("total", (alpha,), sum_over(l, 1, n, alpha * xs[l])),
    ),
)
"""Everything at once."""


def world(base: Declarations = WORLD, **added: tuple[object, ...]) -> Declarations:
    """A world with more declarations of some kinds, such as `facts=(...)`."""
    fields = {name: (*getattr(base, name), *items) for name, items in added.items()}
    return replace(base, **fields)  # type: ignore[arg-type]  # the caller names the fields


GIVEN = world(
    scalars=(Scalar("avg", axes=(WIDE,)), Scalar("twice")),
    indices=(Index("step", Range(one, n)),),
    facts=(
        Fact("past", Statement(t_prime, "<", t)),
        Fact("room", Statement(m, "<=", n)),
        Fact("double", Statement(Sym("twice"), "=", 2 * alpha)),
        Fact(
            "average",
            Statement(
                Array("avg")[Sym("step")],
                "=",
                d * Array("avg")[Sym("step") - 1] + (1 - d) * xs[Sym("step")],
            ),
            ("step",),
        ),
    ),
)
"""The same with facts: t' < t, m <= n, twice = 2 alpha, and a moving average."""

K, hidden, last, twofold = (Sym(name) for name in ("K", "hidden", "last", "twofold"))
avg, vec = Array("avg"), Array("vec")
HIDING = world(
    replace(
        WORLD,
        indices=(
            *(Index(name, Range(one, n)) for name in ("i", "t", "step")),
            *(Index(name, Range(one, end)) for name, end in (("j", i), ("t'", t))),
        ),
    ),
    scalars=(Scalar("avg", axes=(WIDE,)),),
    variables=(Variable("vec", components=Range(one, n)),),
    definitions=(
        Definition("K", (), n),
        Definition("twofold", (), K + n),
        Definition("hidden", (), sum_over(l, 1, n, xs[l])),
        Definition("last", (), xs[n] * avg[K]),
    ),
    facts=(GIVEN.facts[-1],),
)
"""The same with a moving average, and a size that hides in names, in the length of a vector, in the
ends of sums, and in letters that run to it or to each other."""

ROWS, COLUMNS, PAIR = Range(one, m), Range(one, N), Range(one, as_term(2))
LINEAR = world(
    replace(WORLD, processes=()),
    scalars=(
        Scalar("A", axes=(ROWS, COLUMNS), rank=2),
        Scalar("X", axes=(ROWS, COLUMNS), rank=2, kind="full-rank"),
        Scalar("C", axes=(ROWS, ROWS), rank=2),
        Scalar("S", axes=(ROWS, ROWS), rank=2, kind="symmetric"),
        Scalar("P", axes=(ROWS, ROWS), rank=2, kind="definite"),
        Scalar("W", axes=(ROWS, ROWS), rank=2, kind="invertible"),
        Scalar("Q", axes=(COLUMNS, COLUMNS), rank=2, kind="definite"),
        Scalar("U", axes=(PAIR, PAIR), rank=2),
        Scalar("b", axes=(ROWS,), rank=1),
        Scalar("eta", axes=(ROWS,), rank=1),
        Scalar("xi", POSITIVE, axes=(ROWS,), rank=1),
        Scalar("zeta", axes=(COLUMNS,), rank=1),
    ),
)
"""The same with columns and matrices, of which some are symmetric, definite or invertible."""

"""True statements survive in models of several sizes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lemmata.kernel.declarations import (
    POSITIVE,
    Declarations,
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
from lemmata.kernel.language import (
    JSD,
    KL,
    Array,
    DensityHead,
    E,
    FunctionHead,
    H,
    I,
    ProcessHead,
    Var,
    blocks,
    det,
    exp,
    gradient,
    half,
    indicator,
    integral,
    log,
    matrix,
    partial,
    product_over,
    sum_over,
)
from lemmata.kernel.terms import Fn, Range, Relation, Statement, Sym, Term, as_term
from lemmata.semantics import search

p, q, g = DensityHead("p"), DensityHead("q"), DensityHead("g")
pi = DensityHead("pi")
f, b, h = FunctionHead("f"), FunctionHead("b"), FunctionHead("h")
x, y, z, mu, sigma, eta = (Sym(name) for name in ("x", "y", "z", "mu", "sigma", "eta"))
i, j, k, l, t, u = (Sym(name) for name in ("i", "j", "k", "l", "t", "t'"))
m, n, d, T, N = (Sym(name) for name in ("m", "n", "d", "T", "N"))
theta = Sym("theta")
vz, va, vb, mus, sigmas = Array("z"), Array("u"), Array("v"), Array("mu"), Array("sigma")
s, a, r, e, xs = Array("s"), Array("a"), Array("r"), Array("e"), Array("x")
tau = ProcessHead("tau")
one = as_term(1)

TABLES = Declarations(
    variables=(Variable("x"), Variable("y"), Variable("z")),
    families=(
        Family("p", ("x", "y", "z")),
        Family("q", ("z",), ("x", "y")),
        Family("g", ("x",)),
    ),
    functions=(Function("f", 1),),
    parameters=(Parameter("theta"),),
)
VECTOR = Declarations(
    sizes=(Size("m"),),
    indices=(Index("j", Range(one, m)),),
    variables=(Variable("x"), Variable("z", components=Range(one, m))),
    families=(
        Family("q", ("z",), ("x",), independent=True),
        Family("p", ("z",), independent=True),
        Family("g", ("x", "z")),
    ),
)
NORMAL = Declarations(
    scalars=(Scalar("mu"), Scalar("sigma", POSITIVE)),
    variables=(Variable("x"), Variable("z")),
    families=(
        Family("q", ("z",), normal=Normal(mu, sigma)),
        Family("p", ("z",), normal=Normal(as_term(0), one)),
        Family("g", ("x", "z")),
    ),
)
NORMALS = Declarations(
    sizes=(Size("m"),),
    indices=(Index("j", Range(one, m)),),
    scalars=(
        Scalar("mu", axes=(Range(one, m),)),
        Scalar("sigma", POSITIVE, (Range(one, m),)),
    ),
    variables=(Variable("z", components=Range(one, m)),),
    families=(
        Family("q", ("z",), independent=True, normal=Normal(mus[j], sigmas[j], "j")),
        Family("p", ("z",), independent=True, normal=Normal(as_term(0), one, "j")),
    ),
)
PROCESS = Declarations(
    sizes=(Size("T"), Size("N")),
    indices=(Index("t", Range(one, T)), Index("t'", Range(one, T)), Index("i", Range(one, N))),
    variables=(Variable("s"), Variable("a")),
    families=(Family("pi", ("a",), ("s",)),),
    functions=(Function("b", 1),),
    parameters=(Parameter("theta"),),
    processes=(Process("tau", "s", "a", "r", "pi", Range(one, T), Range(one, N)),),
)
FLOW = Declarations(
    sizes=(Size("d"), Size("n")),
    variables=(
        Variable("u", components=Range(one, d)),
        Variable("v", components=Range(one, n - d)),
    ),
    functions=(Function("h", 1, axes=(Range(one, n - d),)),),
    facts=(Fact("dimensions", Statement(d, "<", n)),),
)
AVERAGE = Declarations(
    sizes=(Size("T"),),
    indices=(Index("t", Range(one, T)),),
    scalars=(
        Scalar("e", axes=(Range(as_term(0), T),)),
        Scalar("x", axes=(Range(one, T),)),
        Scalar("eta", Interval(Fraction(0), Fraction(1, 2))),
    ),
    facts=(
        Fact(
            "update",
            Statement(e[t], "=", (1 - 2 * eta) * e[t - 1] + 2 * eta * xs[t]),
            ("t",),
        ),
    ),
)

score = gradient(theta, log(pi(a[t, i] | s[t, i])))
elbo = E[q(z | (x, y))](log(p(x | (y, z)))) - KL(q(z | (x, y)), p(z | y))


def returns(start: Term) -> Term:
    """The rewards of trajectory i from a time on."""
    return sum_over(u, start, T, r[u, i])


def estimator(weight: Term) -> Term:
    """The mean of score times weight over times and trajectories."""
    return E[tau]((1 / N) * sum_over(i, 1, N, sum_over(t, 1, T, score * weight)))


def coupling(shift: Term, scale: Term) -> Term:
    """The determinant of the Jacobian of (u, v) -> (u, scale_i v_i + shift_i)."""
    image = scale * vb[i] + shift
    return det(
        blocks(
            (
                matrix(k, d, l, d, partial(va[l], va[k])),
                matrix(k, d, j, n - d, partial(vb[j], va[k])),
            ),
            (
                matrix(i, n - d, l, d, partial(va[l], image)),
                matrix(i, n - d, j, n - d, partial(vb[j], image)),
            ),
        )
    )


TRUE: list[tuple[str, Term, Relation, Term, Declarations]] = [
    ("elbo gap", log(p(x | y)), "=", elbo + KL(q(z | (x, y)), p(z | (x, y))), TABLES),
    ("elbo", log(p(x | y)), ">=", elbo, TABLES),
    ("bayes", p(x | y), "=", p(y | x) * p(x) / p(y), TABLES),
    (
        "chain rule of the divergence",
        KL(q(z | (x, y)), p(z | y)),
        "=",
        integral(z, q(z | (x, y)) * log(q(z | (x, y))))
        - integral(z, q(z | (x, y)) * log(p(z | y))),
        TABLES,
    ),
    ("mutual information", I(p, x, y), "=", H(p(x)) - H(p(x | y)), TABLES),
    ("conditioning", H(p(x | y)), "<=", H(p(x)), TABLES),
    ("gibbs", H(p(x), g(x)), ">=", H(p(x)), TABLES),
    ("jsd", JSD(p(x), g(x)), "<=", log(as_term(2)), TABLES),
    ("variance", Var[p(x)](f(x)), "=", E[p(x)](f(x) ** 2) - E[p(x)](f(x)) ** 2, TABLES),
    ("squares", E[p(x)](f(x) ** 2), ">=", E[p(x)](f(x)) ** 2, TABLES),
    (
        "score",
        gradient(theta, E[p(x)](f(x))),
        "=",
        E[p(x)](f(x) * gradient(theta, log(p(x)))),
        TABLES,
    ),
    ("score mean", E[p(x)](gradient(theta, log(p(x)))), "=", as_term(0), TABLES),
    (
        "fisher",
        E[p(x)](gradient(theta, log(p(x))) ** 2),
        "=",
        -E[p(x)](gradient(theta, gradient(theta, log(p(x))))),
        TABLES,
    ),
    (
        "independent components",
        KL(q(vz | x), p(vz.whole)),
        "=",
        sum_over(j, 1, m, KL(q(vz[j] | x), p(vz[j]))),
        VECTOR,
    ),
    ("product of components", q(vz | x), "=", product_over(j, 1, m, q(vz[j] | x)), VECTOR),
    (
        "one component",
        integral(vz, q(vz | x) * log(p(vz[j]))),
        "=",
        integral(vz[j], q(vz[j] | x) * log(p(vz[j]))),
        VECTOR,
    ),
    (
        "gaussian divergence",
        KL(q(z), p(z)),
        "=",
        -half * (1 + log(sigma**2) - mu**2 - sigma**2),
        NORMAL,
    ),
    (
        "gaussian divergence in m dimensions",
        KL(q(vz.whole), p(vz.whole)),
        "=",
        -half * sum_over(j, 1, m, 1 + log(sigmas[j] ** 2) - mus[j] ** 2 - sigmas[j] ** 2),
        NORMALS,
    ),
    ("reparametrisation", partial(mu, E[q(z)](z**2)), "=", 2 * mu, NORMAL),
    ("gaussian score", E[q(z)](partial(z, log(q(z))) ** 2), "=", 1 / sigma**2, NORMAL),
    (
        "elbo of a gaussian encoder",
        log(g(x)),
        "=",
        E[q(z)](log(g(x | z))) - KL(q(z), g(z)) + KL(q(z), g(z | x)),
        NORMAL,
    ),
    (
        "log-odds of a logistic function",
        E[q(z)](log(1 + exp(z))) - E[q(z)](log(1 + exp(-z))),
        "=",
        mu,
        NORMAL,
    ),
    ("mixture of gaussians", JSD(q(z), p(z)), "=", JSD(p(z), q(z)), NORMAL),
    (
        "optimal discriminator of gaussians",
        E[p(z)](log(p(z) / (p(z) + q(z)))) + E[q(z)](log(1 - p(z) / (p(z) + q(z)))),
        "=",
        2 * JSD(p(z), q(z)) - log(as_term(4)),
        NORMAL,
    ),
    (
        "policy gradient",
        gradient(theta, E[tau](sum_over(t, 1, T, r[t]))),
        "=",
        estimator(returns(one)),
        PROCESS,
    ),
    (
        "reward to go",
        gradient(theta, E[tau](sum_over(t, 1, T, r[t]))),
        "=",
        estimator(returns(t)),
        PROCESS,
    ),
    (
        "baseline",
        gradient(theta, E[tau](sum_over(t, 1, T, r[t]))),
        "=",
        estimator(returns(t) - b(s[t, i])),
        PROCESS,
    ),
    (
        "real nvp",
        log(Fn("abs", coupling(h[i](va), exp(h[i](va))))),
        "=",
        sum_over(i, 1, n - d, h[i](va)),
        FLOW,
    ),
    ("nice", coupling(h[i](va), one), "=", one, FLOW),
    (
        "rolling average",
        e[T],
        "=",
        (1 - 2 * eta) ** T * e[0] + 2 * eta * sum_over(t, 1, T, (1 - 2 * eta) ** (T - t) * xs[t]),
        AVERAGE,
    ),
    (
        "weights of the rolling average",
        (1 - 2 * eta) ** T + 2 * eta * sum_over(t, 1, T, (1 - 2 * eta) ** (T - t)),
        "=",
        one,
        AVERAGE,
    ),
    (
        "triangular sums",
        sum_over(t, 1, T, sum_over(u, 1, t, xs[t] * xs[u])),
        "=",
        sum_over(t, 1, T, sum_over(u, 1, T, indicator(u, "<=", t) * xs[t] * xs[u])),
        AVERAGE,
    ),
]


@pytest.mark.parametrize(
    ("left", "relation", "right", "declarations"),
    [case[1:] for case in TRUE],
    ids=[case[0] for case in TRUE],
)
def test_true_statements_are_supported(
    left: Term, relation: Relation, right: Term, declarations: Declarations
) -> None:
    """A true statement is supported by at least three models."""
    found = search(Statement(left, relation, right), declarations)
    assert (found.outcome, found.reason) == ("supported", "")
    assert found.models >= 3


@pytest.mark.parametrize("index", [0, 6, 17, 22])
def test_models_have_several_sizes(index: int) -> None:
    """Support comes from models that differ in size."""
    _, left, relation, right, declarations = TRUE[index]
    found = search(Statement(left, relation, right), declarations)
    assert len(found.sizes) >= (1 if declarations is NORMAL else 2)

"""The language of claims builds exactly the terms that it reads like."""

from fractions import Fraction

import pytest

from lemmata.kernel import terms
from lemmata.kernel.declarations import Definition, Fact
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
    absolute,
    blocks,
    delta,
    derive,
    det,
    exp,
    gradient,
    half,
    indicator,
    integral,
    inverse,
    law,
    log,
    matrix,
    partial,
    pi,
    product_over,
    sqrt,
    sum_over,
    trace,
    transpose,
)
from lemmata.kernel.terms import (
    Add,
    App,
    Density,
    Derivation,
    Div,
    Expect,
    Fn,
    Integral,
    Iverson,
    Law,
    Mul,
    Neg,
    Num,
    Pow,
    Range,
    Statement,
    Step,
    Sum,
    Sym,
    Term,
    Trajectory,
)

x, y, m, n = Sym("x"), Sym("y"), Sym("m"), Sym("n")
i, j, t, T = Sym("i"), Sym("j"), Sym("t"), Sym("T")
theta = Sym("theta")
z, mu, r = Array("z"), Array("mu"), Array("r")
p, q = DensityHead("p"), DensityHead("q")
f, s = FunctionHead("f"), FunctionHead("s")
path = ProcessHead("pi_theta")
Z, ONE, TWO = Sym("z"), Num(Fraction(1)), Num(Fraction(2))


@pytest.mark.parametrize(
    ("built", "meant"),
    [
        (half, Div(ONE, TWO)),
        (2 * pi, Mul((TWO, terms.Pi()))),
        (-half * x, Neg(Mul((Div(ONE, TWO), x)))),
        (1 - x**2, Add((ONE, Neg(Pow(x, TWO))))),
        (log(x), Fn("log", x)),
        (exp(0), Fn("exp", Num(Fraction(0)))),
        (sqrt(x), Fn("sqrt", x)),
        (absolute(x), Fn("abs", x)),
        (mu[j], Sym("mu", (j,))),
        (mu[1], Sym("mu", (ONE,))),
        (r[t - 1, i], Sym("r", (Add((t, Neg(ONE))), i))),
        (p(x), Density("p", (x,))),
        (p(x, z), Density("p", (x, Z))),
        (p(x | y), Density("p", (x,), (y,))),
        (p(x | z), Density("p", (x,), (Z,))),
        (q(z | x, y), Density("q", (Z,), (x, y))),
        (q(z | mu), Density("q", (Z,), (Sym("mu"),))),
        (p(x, z | y, m), Density("p", (x, Z), (y, m))),
        (p(z[j]), Density("p", (Sym("z", (j,)),))),
        (f(x, 1 + y), App("f", (x, Add((ONE, y))))),
        (s[i](z), App("s", (Z,), (i,))),
        (s[i, j](x), App("s", (x,), (i, j))),
        (integral(z, p(z)), Integral((Z,), Density("p", (Z,)))),
        (integral((x, y), 1), Integral((x, y), ONE)),
        (integral(z[j], p(z[j])), Integral((z[j],), Density("p", (z[j],)))),
        (E[q(z | x)](f(z)), Expect((Law((Z,), q(z | x)),), f(z))),
        (E[p(y), q(z | y)](1), Expect((Law((y,), p(y)), Law((Z,), q(z | y))), ONE)),
        (E[Law((x,), p(x) / 2)](x), Expect((Law((x,), p(x) / 2),), x)),
        (E[path](r[t]), Trajectory("pi_theta", Sym("r", (t,)))),
        (Var[p(x)](f(x)), terms.Variance((Law((x,), p(x)),), f(x))),
        (KL(q(z | x), p(z)), terms.KL((Z,), q(z | x), p(z))),
        (JSD(p(x), q(x)), terms.JSD((x,), p(x), q(x))),
        (H(p(y | z)), terms.Entropy("p", (y,), (Z,))),
        (H(p(y), q(y)), terms.CrossEntropy((y,), p(y), q(y))),
        (I(p, y, z), terms.MutualInformation("p", (y,), (Z,))),
        (sum_over(j, 1, m, mu[j]), Sum(j, Range(ONE, m), mu[j])),
        (sum_over(j, 1, m, 1, excluding=i), Sum(j, Range(ONE, m), ONE, i)),
        (product_over(t, 1, T, r[t]), terms.Prod(t, Range(ONE, T), r[t])),
        (gradient(theta, 1), terms.Derivative(theta, ONE)),
        (partial(mu[j], mu[i]), terms.Derivative(mu[j], mu[i])),
        (indicator(t, "<=", T), Iverson(t, "<=", T)),
        (delta(i, j), Iverson(i, "=", j)),
        (matrix(i, m, j, n, 0), terms.Entries(i, m, j, n, Num(Fraction(0)))),
        (blocks((x, y), (y, x)), terms.Blocks(((x, y), (y, x)))),
        (det(blocks((x,))), terms.Det(terms.Blocks(((x,),)))),
    ],
)
def test_builds(built: Term, meant: Term) -> None:
    """A builder gives the inert term that it reads like, and computes nothing."""
    assert built == meant


def test_a_component_of_a_function_is_called_like_one() -> None:
    """Indexed first and called then, with one index or two."""
    for head, indices in ((s[i], (i,)), (s[i, j], (i, j))):
        assert head(x) == App("s", (x,), indices)


def test_chain() -> None:
    """A chain is its lines with their relations and reasons, whatever else it carries."""
    chain = (
        derive(x)
        .equals(y, by="algebra")
        .at_least(0, by=("jensen", "algebra"))
        .where(f(x), x**2)
        .given("order", t, "<", T, forall=(t,))
        .by_induction_on(T)
        .but_not(1, because="it is less")
        .but_not(y, because="reversed", relation="<=")
    )
    zero = Num(Fraction(0))
    steps = (Step("=", y, ("algebra",)), Step(">=", zero, ("jensen", "algebra")))
    assert chain.derivation == Derivation(x, steps)
    assert chain.definitions == (Definition("f", (x,), Pow(x, TWO)),)
    assert chain.facts == (Fact("order", Statement(t, "<", T), ("t",)),)
    assert chain.induction_on == "T"
    first, second = chain.mistakes
    assert (first.statement, first.because) == (Statement(zero, "=", ONE), "it is less")
    assert second.statement == Statement(x, "<=", y)


def test_chain_does_not_change() -> None:
    """Going on from a chain leaves the chain as it was."""
    begun = derive(x)
    begun.equals(y, by="algebra").but_not(x, because="no")
    assert begun == derive(x)


def test_at_most() -> None:
    """`at_most` relates the last line to a larger one."""
    assert derive(x).at_most(y, by="algebra").derivation.statement() == Statement(x, "<=", y)


def test_two_bars_are_refused() -> None:
    """A density with two bars is no density."""
    with pytest.raises(ValueError, match="two bars"):
        p(x | y, z | m)


def test_law_of_no_names_is_refused() -> None:
    """A term that does not say what it draws is no law."""
    with pytest.raises(TypeError, match="law of names"):
        law(p(x + y))


def test_binding_a_number_is_refused() -> None:
    """Only names can be bound."""
    with pytest.raises(TypeError, match="only names"):
        integral(x + 1, x)


def test_variance_of_a_process_is_refused() -> None:
    """A variance is taken under densities."""
    with pytest.raises(TypeError, match="process"):
        Var[path]


def test_ragged_blocks_are_refused() -> None:
    """A block matrix has rows of one length."""
    with pytest.raises(ValueError, match="same number"):
        blocks((x, y), (x,))


def test_floats_are_refused() -> None:
    """A float is no term: a proof has none."""
    with pytest.raises(TypeError, match="never floats"):
        log(0.5)  # type: ignore[arg-type]


def test_words_about_arrays_and_matrices() -> None:
    """What stands for an array, a matrix or a comparison is the term of that name."""
    assert p(x | z) == Density("p", (x,), (Z,))
    assert p(z | x) == Density("p", (Z,), (x,))
    assert delta(i, 2) == Iverson(i, "=", TWO)
    assert H(p(x), q(x)) == terms.CrossEntropy((x,), p(x), q(x))
    assert JSD(p(x), q(x)) == terms.JSD((x,), p(x), q(x))
    body = Sym("B")
    assert transpose(body) == terms.Transpose(body)
    assert trace(body) == terms.Trace(body)
    assert inverse(body) == Pow(body, Neg(ONE))

"""What is written is read back as the same term, in one way only."""

from collections.abc import Callable
from fractions import Fraction
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lemmata.kernel.declarations import (
    POSITIVE,
    Declarations,
    Definition,
    Family,
    Function,
    Index,
    Parameter,
    Process,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.terms import (
    JSD,
    KL,
    Add,
    App,
    Blocks,
    CrossEntropy,
    Density,
    Derivative,
    Det,
    Div,
    Entries,
    Entropy,
    Expect,
    Fn,
    Integral,
    Iverson,
    Law,
    Mul,
    MutualInformation,
    Neg,
    Num,
    Pi,
    Pow,
    Prod,
    Range,
    Sum,
    Sym,
    Term,
    Trajectory,
    Variance,
)
from lemmata.notation import (
    Format,
    read_expression,
    write_latex,
    write_mathml,
    write_text,
)

OTHER_ORDER = "the first of two indices is: the number of a trajectory"


def number(value: int | str) -> Num:
    """A number as a term."""
    return Num(Fraction(value))


one, m, T, N = number(1), Sym("m"), Sym("T"), Sym("N")
TO_M, TO_T, TO_N = Range(one, m), Range(one, T), Range(one, N)
x, y, z = Sym("x"), Sym("y"), Sym("z")

DECLARATIONS = Declarations(
    sizes=(Size("m"), Size("T"), Size("N"), Size("d")),
    indices=(
        Index("j", TO_M),
        Index("k", TO_M),
        Index("t", TO_T),
        Index("t'", TO_T),
        Index("i", TO_N),
    ),
    scalars=(
        Scalar("c"),
        Scalar("eta", POSITIVE),
        Scalar("sigma_p", POSITIVE),
        Scalar("xhat"),
        Scalar("mu", axes=(TO_M,)),
        Scalar("mu_q", axes=(TO_M,)),
        Scalar("W", axes=(TO_M, TO_N)),
    ),
    variables=(
        Variable("x", other_names=("X",)),
        Variable("y"),
        Variable("z", components=TO_M),
        Variable("s"),
        Variable("a"),
    ),
    families=(
        Family("p", ("x", "z", "y")),
        Family("q", ("z",), ("x", "y")),
        Family("p_G", ("x",)),
        Family("pi", ("a",), ("s",)),
    ),
    functions=(
        Function("f", 1),
        Function("g", 2),
        Function("h", 1, axes=(TO_M,)),
        Function("b", 1),
    ),
    parameters=(Parameter("theta"), Parameter("phi")),
    processes=(Process("pi_theta", "s", "a", "r", "pi", TO_T, TO_N, "rho"),),
    definitions=(
        Definition("L", (Sym("theta"), x), Fn("log", Density("p", (x,)))),
        Definition("J", (), Trajectory("pi_theta", Sym("c"))),
        Definition("ELBO", (), Sym("c")),
        Definition("D^*", (x,), Density("p_G", (x,))),
        Definition("r'", (), Sym("c")),
    ),
)

indices = st.sampled_from([Sym("j"), Sym("k"), one, m, Add((Sym("j"), one)), Add((m, Neg(one)))])
times = st.sampled_from([Sym("t"), Sym("t'"), T, one, Add((Sym("t"), one))])
trajectories = st.sampled_from([Sym("i"), one])
outcomes = st.sampled_from([x, y, z, Sym("x'")])
components = st.builds(lambda index: Sym("z", (index,)), indices)
states = st.one_of(
    st.builds(lambda t: Sym("s", (t,)), times),
    st.builds(lambda t, i: Sym("s", (t, i)), times, trajectories),
)
actions = st.one_of(
    st.builds(lambda t: Sym("a", (t,)), times),
    st.builds(lambda t, i: Sym("a", (t, i)), times, trajectories),
)
policies = st.builds(lambda a, s: Density("pi", (a,), (s,)), actions, states)
posterior = Density("q", (z,), (x, y))
densities = st.one_of(
    st.sampled_from(
        [
            posterior,
            Density("q", (z,), (y, x)),
            Density("p", (x,)),
            Density("p", (x, z), (y,)),
            Density("p", (z,), (x, y)),
            Density("p", (Sym("x'"),)),
            Density("p_G", (x,)),
            Density("pi", (Sym("a"),), (Sym("s"),)),
        ]
    ),
    st.builds(lambda c: Density("q", (c,), (x, y)), components),
    policies,
)
numbers = st.sampled_from([number(v) for v in ("0", "1", "2", "10", "0.5", "3.25", "12345")])
leaves = st.one_of(
    numbers,
    st.sampled_from(
        [
            Pi(),
            m,
            Sym("c"),
            Sym("eta"),
            Sym("sigma_p"),
            Sym("xhat"),
            Sym("J"),
            Sym("ELBO"),
            Sym("d"),
            Sym("r'"),
            x,
            Sym("theta"),
        ]
    ),
    st.builds(lambda index: Sym("mu", (index,)), indices),
    st.builds(lambda index: Sym("mu_q", (index,)), indices),
    st.builds(lambda a, b: Sym("W", (a, b)), indices, trajectories),
    st.builds(lambda t: Sym("r", (t,)), times),
    st.builds(lambda t, i: Sym("r", (t, i)), times, trajectories),
    components,
    densities,
    st.sampled_from(
        [
            App("L", (Sym("theta"), x)),
            App("D^*", (x,)),
            Entropy("p", (y,), (z,)),
            Entropy("p_G", (x,)),
            MutualInformation("p", (y,), (x, z)),
        ]
    ),
)


def grow(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    """Terms of every kind over smaller ones."""
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    laws = st.sampled_from(
        [
            (Law((z,), posterior),),
            (Law((y,), Density("p", (y,))), Law((z,), Density("p", (z,), (y,)))),
            (Law((x, z), Density("p", (x, z))),),
        ]
    )
    letters = st.sampled_from(
        [("j", TO_M), ("k", TO_M), ("i", Range(one, N)), ("t", Range(Sym("t'"), T))]
    )
    relations = st.sampled_from(["=", "<=", ">=", "<", ">", "!="])
    variables = st.sampled_from([(z,), (x, z), (Sym("z", (Sym("j"),)),), (Sym("x'"),)])
    return st.one_of(
        several.map(Add),
        several.map(Mul),
        inner.map(Neg),
        st.builds(Div, inner, inner),
        st.builds(
            Pow,
            inner,
            st.sampled_from([number(2), Sym("c"), Neg(one), Div(one, number(2)), T, Sym("k")]),
        ),
        st.builds(Fn, st.sampled_from(["log", "exp", "sqrt", "abs"]), inner),
        st.builds(lambda u: App("f", (u,)), st.one_of(inner, outcomes)),
        st.builds(lambda u, v: App("g", (u, v)), inner, outcomes),
        st.builds(lambda u, index: App("h", (u,), (index,)), outcomes, indices),
        st.builds(lambda s: App("b", (s,)), states),
        st.builds(Integral, variables, inner),
        st.builds(Expect, laws, inner),
        st.builds(Variance, laws, inner),
        st.builds(lambda body: Trajectory("pi_theta", body), inner),
        st.builds(KL, st.just((z,)), st.just(posterior), st.one_of(inner, densities)),
        st.builds(KL, st.just((x,)), inner, inner),
        st.builds(JSD, st.just((x,)), st.just(Density("p", (x,))), inner),
        st.builds(CrossEntropy, st.just((x,)), inner, inner),
        st.builds(
            lambda c, b, e: Sum(Sym(c[0]), c[1], b, e),
            letters,
            inner,
            st.none() | st.just(number(2)),
        ),
        st.builds(
            lambda c, b, e: Prod(Sym(c[0]), c[1], b, e), letters, inner, st.none() | st.just(T)
        ),
        st.builds(Iverson, indices, relations, indices),
        st.builds(
            Derivative,
            st.sampled_from([Sym("theta"), Sym("phi"), x, Sym("mu", (Sym("j"),))]),
            inner,
        ),
        st.builds(lambda e: Det(Entries(Sym("j"), m, Sym("k"), m, e)), inner),
        st.builds(lambda a, b, c, e: Det(Blocks(((a, b), (c, e)))), inner, inner, inner, inner),
    )


terms = st.recursive(leaves, grow, max_leaves=8)


TWO_SENSES = ("is read as an average itself", "may be its number, and no power")


def only_reading(text: str, format: Format) -> Term:  # noqa: A002 - as in the call
    """The one reading of a text, without any risk but those of signs that have two senses.

    H(y|z) below an expectation may be an average already; a letter above a name, its number.

    People write the two indices of a trajectory's symbol in either order; we write the time first.
    """
    found = read_expression(text, DECLARATIONS, format)
    (reading,) = [each for each in found if OTHER_ORDER not in each.choices]
    assert all(flag.endswith(TWO_SENSES) for flag in reading.flags)
    return reading.term


@settings(max_examples=400, deadline=None)
@given(terms)
def test_latex_is_read_back(term: Term) -> None:
    """LaTeX that we write is read as the term that was written."""
    assert only_reading(write_latex(term, DECLARATIONS), "latex") == term


@settings(max_examples=400, deadline=None)
@given(terms)
def test_text_is_read_back(term: Term) -> None:
    """Keyboard text that we write is read as the term that was written."""
    assert only_reading(write_text(term, DECLARATIONS), "text") == term


@settings(max_examples=50, deadline=None)
@given(terms)
def test_mathml_is_well_formed(term: Term) -> None:
    """MathML that we write is well-formed XML."""
    parser = expat.ParserCreate()
    assert parser.Parse(write_mathml(term, DECLARATIONS), True) == 1


WRITTEN = [
    (Add((x, Neg(Mul((number(2), y))))), r"x - 2 y", "x - 2 * y"),
    (Neg(Div(one, number(2))), r"- \frac{1}{2}", "-1 / 2"),
    (
        KL((z,), posterior, Density("p", (z,), (y,))),
        r"D_{\mathrm{KL}}(q(z \mid x, y) \,\|\, p(z \mid y))",
        "KL(q(z|x, y) || p(z|y))",
    ),
    (
        Sum(Sym("j"), TO_M, Pow(Sym("mu", (Sym("j"),)), number(2))),
        r"\sum_{j=1}^{m} \mu_{j}^{2}",
        "sum_{j=1}^{m} mu_j^2",
    ),
    (
        Expect((Law((z,), posterior),), Fn("log", Density("p", (x,), (z, y)))),
        r"\mathbb{E}_{z \sim q(z \mid x, y)}\left[\log p(x \mid z, y)\right]",
        "E_{z ~ q(z|x, y)}[log(p(x|z, y))]",
    ),
    (
        Derivative(
            Sym("theta"),
            Fn("log", Density("pi", (Sym("a", (Sym("t"),)),), (Sym("s", (Sym("t"),)),))),
        ),
        r"\nabla_{\theta} \log \pi(a_{t} \mid s_{t})",
        "nabla_{theta} log(pi(a_t|s_t))",
    ),
]


@pytest.mark.parametrize(("term", "latex", "text"), WRITTEN)
def test_how_terms_look(term: Term, latex: str, text: str) -> None:
    """Common terms look as one would write them by hand."""
    assert write_latex(term, DECLARATIONS) == latex
    assert write_text(term, DECLARATIONS) == text


@pytest.mark.parametrize("write", [write_latex, write_text, write_mathml])
@pytest.mark.parametrize("term", [Add((x,)), Mul((x,)), Num(Fraction(1, 3)), Num(Fraction(-1))])
def test_terms_without_notation_are_refused(
    write: Callable[[Term, Declarations], str], term: Term
) -> None:
    """A sum or product of one term, and a number without finite digits, cannot be written."""
    with pytest.raises(ValueError, match=r"no notation|digits alone"):
        write(term, DECLARATIONS)

"""Normal forms are rendered as terms with the same normal form, and in plain words."""

import pytest

from lemmata.derivations.registry import claims
from lemmata.kernel.declarations import (
    POSITIVE,
    Declarations,
    Family,
    Function,
    Index,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.language import (
    Array,
    DensityHead,
    E,
    FunctionHead,
    delta,
    exp,
    half,
    indicator,
    integral,
    log,
    pi,
    product_over,
    sqrt,
    sum_over,
)
from lemmata.kernel.normal import Normaliser
from lemmata.kernel.notes import UnsupportedError
from lemmata.kernel.poly import Poly
from lemmata.kernel.prove import fact_levels
from lemmata.kernel.render import text, to_term
from lemmata.kernel.terms import Integral, Num, Range, Sym, Term, walk
from lemmata.kernel.unfold import unfold

x, y, a, b, k, j, m, T = (Sym(name) for name in ("x", "y", "a", "b", "k", "j", "m", "T"))
z, mu = Array("z"), Array("mu")
p, q, g = DensityHead("p"), DensityHead("q"), DensityHead("g")
f = FunctionHead("f")
ONE = Num(1)  # type: ignore[arg-type]

DECLARATIONS = Declarations(
    sizes=(Size("m"), Size("T")),
    indices=(Index("j", Range(ONE, m)),),
    scalars=(
        Scalar("a"),
        Scalar("b"),
        Scalar("c", POSITIVE),
        Scalar("mu", axes=(Range(ONE, m),)),
    ),
    variables=(Variable("x"), Variable("y"), Variable("z", components=Range(ONE, m))),
    families=(
        Family("p", ("x", "y")),
        Family("g", ("x",)),
        Family("q", ("z",), ("x",)),
    ),
    functions=(Function("f", 1),),
)
c = Sym("c")

TERMS = [
    a - b,
    -a,
    a * 0,
    a / (b + a),
    a / (b + a) ** 2 + 1 / (a - b),
    (a + b) / ((a + c) * (b + c)),
    half * c * sqrt(2 * c),
    sqrt(a * a + c * c) / sqrt(pi),
    (1 + c) ** half,
    (1 + 2 * c) ** (T - k),
    exp(-(a**2) / 2) * log(c + 1),
    log(a),
    p(x, y) / p(y),
    p(x | y) * log(p(y | x)),
    integral(x, p(x) * integral(x, p(x) * f(x)) * f(x)),
    integral((x, y), p(x, y) * p(x) * f(y)),
    E[p(x), p(y)](f(x) * f(y) * log(p(x, y))),
    integral(y, p(x, y) * f(y)) * integral(x, p(x, y) * f(x)),
    sum_over(k, 1, T, (1 + c) ** k * f(k)),
    sum_over(j, 1, m, mu[j] * sum_over(k, 1, m, f(mu[k] - mu[j] ** 2))),
    sum_over(k, j, m, mu[k] ** 2),
    sum_over(k, 2, m - 1, f(mu[k])),
    sum_over(k, 1, m, mu[k] * a, excluding=j),
    delta(j, 1) + indicator(j, ">=", 3),
    E[q(z | x)](log(q(z | x))),
    E[q(z | x)](z[j] ** 2 * log(q(z[j] | x))),
    E[q(z | x)](sum_over(j, 1, m, f(z[j])) * z[1]),
    product_over(k, 1, m, 1 + exp(mu[k])),
    integral(x, p(x) * g(x) / (p(x) + g(x))),
]


def normal(term: Term, declarations: Declarations, facts: frozenset[str] = frozenset()) -> Poly:
    """The normal form of a term."""
    return Normaliser(declarations, facts).poly(unfold(term, declarations))


@pytest.mark.parametrize("term", TERMS, ids=range(len(TERMS)))
def test_a_rendered_normal_form_is_read_as_itself(term: Term) -> None:
    """Rendering and reading again gives the same normal form, at every level of facts."""
    for facts in fact_levels(DECLARATIONS):
        form = normal(term, DECLARATIONS, facts)
        assert normal(to_term(form, DECLARATIONS), DECLARATIONS, facts) == form


@pytest.mark.parametrize("name", claims())
def test_the_lines_of_a_claim_are_rendered_faithfully(name: str) -> None:
    """Every line of every proof of the library comes back from its rendered normal form."""
    rendered = 0
    for part in claims()[name].parts:
        for line in (part.derivation.start, *(step.term for step in part.derivation.steps)):
            try:
                form = normal(line, part.declarations)
            except UnsupportedError:
                continue
            again = to_term(form, part.declarations)
            assert normal(again, part.declarations) == form
            rendered += 1
    assert rendered


def test_no_bound_variable_takes_a_name_that_is_in_use() -> None:
    """An integral over x beside a free x is rendered over another name."""
    form = normal(p(x) * integral(x, p(x) * f(x)), DECLARATIONS)
    term = to_term(form, DECLARATIONS)
    (inner,) = (part for part in walk(term) if isinstance(part, Integral))
    assert inner.variables == (Sym("x'"),)


def test_plain_words() -> None:
    """A message shows a normal form as one would type it."""
    form = normal(a / (b + c) - integral(y, p(x, y) * f(y)) / 2, DECLARATIONS)
    assert text(form, DECLARATIONS) == "a/(b + c) - int f(y) p(x, y) dy/2"
    assert text(form) == "a/(b + c) - int f(y) p(x, y) dy/2"
    assert text(normal(a * 0, DECLARATIONS)) == "0"

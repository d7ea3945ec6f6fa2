"""Named quantities unfold into what they stand for, and the models agree with the definitions."""

from __future__ import annotations

import pytest

from lemmata.kernel.declarations import Declarations, Definition
from lemmata.kernel.language import JSD, KL, E, H, I, Var, gradient, integral, log, sum_over
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.terms import (
    App,
    CrossEntropy,
    Derivative,
    Prod,
    Range,
    Statement,
    Sum,
    Sym,
    Term,
    as_term,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.notation import read_sheet, read_statement
from lemmata.properties import worlds as on
from lemmata.properties.worlds import WORLD, world
from lemmata.semantics import search

x, y, p, nu, f = on.x, on.y, on.p, on.nu, on.f

DEFINITIONS: dict[str, tuple[Term, Term]] = {
    "expectation": (E[p(x | y)](f(x)), integral(x, p(x | y) * f(x))),
    "two laws, drawn in order": (
        E[p(y), p(x | y)](f(x)),
        integral(y, p(y) * integral(x, p(x | y) * f(x))),
    ),
    "variance": (
        Var[p(x)](f(x)),
        integral(x, p(x) * f(x) ** 2) - integral(x, p(x) * f(x)) ** 2,
    ),
    "KL divergence": (KL(p(x), nu(x)), integral(x, p(x) * (log(p(x)) - log(nu(x))))),
    "Jensen-Shannon divergence": (
        JSD(p(x), nu(x)),
        KL(p(x), (p(x) + nu(x)) / 2) / 2 + KL(nu(x), (p(x) + nu(x)) / 2) / 2,
    ),
    "entropy": (H(p(x)), -integral(x, p(x) * log(p(x)))),
    "conditional entropy": (H(p(x | y)), -integral((x, y), p(x, y) * log(p(x | y)))),
    "cross-entropy": (H(p(x), nu(x)), -integral(x, p(x) * log(nu(x)))),
    "mutual information": (
        I(p, x, y),
        integral((x, y), p(x, y) * log(p(x, y) / (p(x) * p(y)))),
    ),
    "a definition with an argument": (
        App("mean", (y,)),
        integral(x, p(x | y) * f(x)),
    ),
    "a definition of an expression": (
        App("total", (on.alpha * on.c,)),
        on.alpha * on.c * sum_over(on.l, 1, on.n, on.xs[on.l]),
    ),
}

MISTAKES: dict[str, tuple[Term, Term]] = {
    "variance": (Var[p(x)](f(x)), integral(x, p(x) * f(x) ** 2)),
    "KL divergence": (KL(p(x), nu(x)), KL(nu(x), p(x))),
    "Jensen-Shannon divergence": (JSD(p(x), nu(x)), KL(p(x), nu(x)) / 2 + KL(nu(x), p(x)) / 2),
    "entropy": (H(p(x)), integral(x, p(x) * log(p(x)))),
    "conditional entropy": (H(p(x | y)), -integral((x, y), p(x, y) * log(p(y | x)))),
    "cross-entropy": (H(p(x), nu(x)), H(nu(x), p(x))),
    "mutual information": (I(p, x, y), H(p(x)) - H(p(y | x))),
    "a definition with an argument": (App("mean", (y,)), integral(x, p(x) * f(x))),
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_named_quantity_is_what_it_stands_for(name: str) -> None:
    """Both sides have one normal form, and the models agree."""
    left, right = DEFINITIONS[name]
    statement = Statement(left, "=", right)
    assert isinstance(prove(statement, WORLD), Proof)
    assert search(statement, WORLD, shrinking=0).outcome == "supported"


@pytest.mark.parametrize("name", MISTAKES)
def test_it_is_not_what_is_close_to_it(name: str) -> None:
    """A neighbour of the definition is refuted and not proved."""
    left, right = MISTAKES[name]
    statement = Statement(left, "=", right)
    assert not isinstance(prove(statement, WORLD), Proof)
    assert search(statement, WORLD, shrinking=0).outcome == "refuted"


def test_nothing_named_is_left() -> None:
    """After unfolding no named quantity and no definition remains, at any depth."""
    term = log(E[p(x)](KL(p(y | x), nu(y)) * App("mean", (y,))) + CrossEntropy((x,), p(x), nu(x)))
    left = {type(part).__name__ for part in walk(unfold(term, WORLD))}
    assert left <= {"Fn", "Add", "Mul", "Div", "Neg", "Integral", "Density", "Sym", "App"}
    assert not any(isinstance(p, App) and p.name == "mean" for p in walk(unfold(term, WORLD)))


REFUSED: dict[str, tuple[Term, str]] = {
    "too many arguments": (App("mean", (x, y)), "defined with 1 arguments and used with 2"),
    "no argument": (Sym("mean"), "defined with 1 arguments and used with 0"),
    "an index": (App("mean", (y,), (Sym("j"),)), "defined with 0 indices"),
    "a value under its gradient": (
        App("tilted", (gradient(on.theta, log(p(x))),)),
        "depends on theta",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_definition_does_not_cover_is_refused(name: str) -> None:
    """The message says which definition is misused, and `prove` passes it on."""
    term, message = REFUSED[name]
    tilted = Definition("tilted", (on.alpha,), gradient(on.theta, on.alpha * log(p(x))))
    declarations = world(definitions=(tilted,))
    with pytest.raises(ValueError, match=message):
        unfold(term, declarations)
    found = prove(Statement(term, "=", term), declarations)
    assert not isinstance(found, Proof)
    assert message in found.message


@pytest.mark.parametrize(
    "term",
    [
        Derivative(Sym("u"), Sym("u") * 2),
        Sum(Sym("u"), Range(as_term(1), as_term(3)), Sym("u")),
        Prod(Sym("u"), Range(as_term(1), as_term(3)), Sym("u")),
    ],
    ids=["derivative", "sum", "product"],
)
def test_a_defined_name_is_no_letter(term: Term) -> None:
    """Nothing runs over a name that is defined, and no derivative is taken by it."""
    declarations = Declarations(definitions=(Definition("u", (), as_term(2)),))
    with pytest.raises(ValueError, match="'u', which is defined by other names"):
        unfold(term, declarations)


CAPTURED = """
[variables]
s = {}
a = {}
x = {role = "s"}
b = {role = "a"}
"s'" = {role = "s"}
[densities]
pi = {of = "a", given = "s"}
P = {of = "s'", given = "s, a"}
[functions]
Q = {arguments = 2}
[definitions]
"m(x)" = "\\\\sum_b \\\\pi(b|s') Q(x, b)"
"""


def test_a_name_of_a_definition_means_the_one_bound_where_it_is_used() -> None:
    """m(x) holds s'; below a sum over s' it is that s': the proof and every model say so."""
    declarations = read_sheet(
        CAPTURED.replace("'\\sum", "'''\\sum").replace("b)'", "b)'''")
    ).declarations
    meant = r"\sum_{s'} P(s'|s,a) \sum_b \pi(b|s') Q(s, b)"
    other = r"\sum_b \pi(b|s') Q(s, b)"  # the name outside of the sum, which P does not weigh
    for right, proved, found in ((meant, True, "supported"), (other, False, "refuted")):
        text = rf"\sum_{{s'}} P(s'|s,a) m(s) = {right}"
        statement = read_statement(text, declarations)[0].statement
        assert isinstance(prove(statement, declarations), Proof) is proved
        assert search(statement, declarations).outcome == found

"""The generator of mutants makes the slips that people make, and says which."""

import pytest

from lemmata.derivations.registry import claims
from lemmata.kernel.declarations import (
    POSITIVE,
    Declarations,
    Family,
    Function,
    Index,
    Process,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.language import (
    KL,
    Array,
    DensityHead,
    E,
    FunctionHead,
    H,
    ProcessHead,
    delta,
    derive,
    exp,
    gradient,
    indicator,
    integral,
    log,
    sum_over,
)
from lemmata.kernel.terms import Add, Mul, Range, Statement, Step, Sym, Term, as_term, walk
from lemmata.semantics.mutants import (
    Mutant,
    mutants_of,
    mutants_of_derivation,
    mutants_of_statement,
)

x, y, z, s, a = (Sym(name) for name in ("x", "y", "z", "s", "a"))
t, u, T, k = Sym("t"), Sym("t'"), Sym("T"), Sym("k")
b, c, theta = Sym("b"), Sym("c"), Sym("theta")
mu, nu, r = Array("mu"), Array("nu"), Array("r")
p, q, w = DensityHead("p"), DensityHead("q"), DensityHead("w")
f, g = FunctionHead("f"), FunctionHead("g")
TIMES = Range(as_term(1), T)
WORLD = Declarations(
    sizes=(Size("T"),),
    indices=(Index("t", TIMES), Index("t'", TIMES)),
    scalars=(
        Scalar("b"),
        Scalar("c"),
        Scalar("v", POSITIVE),
        Scalar("mu", axes=(TIMES,)),
        Scalar("nu", axes=(TIMES,)),
    ),
    variables=tuple(Variable(name) for name in ("x", "y", "z", "s", "a")),
    families=(
        Family("p", ("x", "y", "z")),
        Family("q", ("z",), ("x",)),
        Family("w", ("a",), ("s",)),
    ),
    functions=(Function("f", 1), Function("g", 1)),
    processes=(Process("path", "s", "a", "r", "w", TIMES),),
)
path = ProcessHead("path")


def edits(term: Term) -> dict[Term, str]:
    """The mutants of a term with their edits in words, its terms left as dots."""
    return {each.term: each.edit.describe(lambda _: "...") for each in mutants_of(term, WORLD)}


@pytest.mark.parametrize(
    ("term", "mutant", "edit"),
    [
        (b + c, b - c, "flip the sign of ..."),
        (b - c, b + c, "flip the sign of ..."),
        (b - c, b, "leave out ..."),
        (b + c, b + 2 * c, "double ..."),
        (b - c, b - c / 2, "halve ..."),
        (log(b), -log(b), "flip the sign of ..."),
        (2 * b, b, "leave out the factor ..."),
        (b / c, c / b, "turn ... upside down"),
        (b / 2, b, "leave out the denominator of ..."),
        (log(b + 1), log(b + 2), "write ... for ..."),
        (log(3 + b), log(2 + b), "write ... for ..."),
        (as_term(0), as_term(1), "write ... for ..."),
        (b**2, b, "leave out the square of ..."),
        (log(b), log(b**2), "square ..."),
        (b**T, b ** (T + 1), "raise the exponent of ... by one"),
        (b**T, b ** (T - 1), "lower the exponent of ... by one"),
        (b + log(c), b + c, "leave out the log of ..."),
        (b + exp(c), b + c, "leave out the exp of ..."),
        (b + gradient(theta, f(x)), b + f(x), "leave out the derivative in ..."),
        (KL(q(z | x), p(z)), KL(p(z), q(z | x)), "swap the arguments of ..."),
        (KL(q(z | x), p(z)), KL(p(z | x), p(z)), "write ... for ..."),
        (H(p(z), q(z | x)), H(q(z | x), p(z)), "swap the arguments of ..."),
        (H(p(z | y)), H(p(y | z)), "reverse the conditioning of ..."),
        (H(p(z | y)), H(p(z)), "leave out the condition of ..."),
        (log(p(z | x)), log(q(z | x)), "write ... for ..."),
        (log(p(z | x)), log(p(x | z)), "reverse the conditioning of ...: ..."),
        (log(p(z | x)), log(p(z, x)), "write the joint density for ...: ..."),
        (log(p(z | x)), log(p(z)), "leave out a condition of ...: ..."),
        (log(p(z)) * f(y), log(p(z | y)) * f(y), "add a condition to ...: ..."),
        (E[q(z | x)](f(z)), E[p(z | x)](f(z)), "write ... for ..."),
        (E[p(z | x)](f(z)), E[p(z)](f(z)), "leave out a condition of ...: ..."),
        (sum_over(t, 1, T, mu[t]), sum_over(t, 2, T, mu[t]), "start ... one later"),
        (sum_over(t, 1, T, mu[t]), sum_over(t, 1, T - 1, mu[t]), "end ... one earlier"),
        (sum_over(t, 1, T - 1, mu[t]), sum_over(t, 1, T, mu[t]), "end ... one later"),
        (sum_over(u, t, T, mu[u]), sum_over(u, t + 1, T, mu[u]), "start ... one later"),
        (sum_over(u, t, T, mu[u]), sum_over(u, 1, T, mu[u]), "start ... at the beginning"),
        (sum_over(u, 1, t, mu[u]), sum_over(u, 1, T, mu[u]), "end ... at the end"),
        (sum_over(u, t, T, mu[u]), sum_over(u, t, T, mu[t]), "write ... for ..."),
        (
            sum_over(u, 1, T, mu[u], excluding=t),
            sum_over(u, 1, T, mu[u]),
            "include the excluded value in ...",
        ),
        (E[path](r[t] * r[u]), E[path](r[u] * r[u]), "write ... for ..."),
        (b * indicator(t, "<=", u), b * indicator(t, "<", u), "change the relation in ..."),
        (b * delta(t, u), b * indicator(t, "!=", u), "change the relation in ..."),
        (log(mu[t]), log(nu[t]), "write ... for ..."),
        (log(b), log(c), "write ... for ..."),
        (log(b), log(Sym("v")), "write ... for ..."),
        (log(f(x)), log(g(x)), "write g for f in ..."),
        (integral(x, p(x) * f(x)), integral(x, p(x)), "leave out the factor ..."),
    ],
)
def test_makes(term: Term, mutant: Term, edit: str) -> None:
    """Each kind of slip is made, once, and named."""
    assert edits(term)[mutant] == edit


@pytest.mark.parametrize(
    ("term", "never"),
    [
        (log(q(z | x)), log(q(z))),  # q is always conditioned on x
        (log(q(z | x)), log(q(x | z))),  # and is a law of z only
        (E[p(z | x)](f(z)), E[p(x | z)](f(z))),  # the expectation must go on drawing z
        (KL(q(z | x), p(z)), KL(p(x | z), p(z))),
        (log(p(x)) * f(x), log(p(x | x)) * f(x)),  # a variable stands in a density once
        (log(p(x)), log(p(x | y))),  # y is not in scope
        (sum_over(t, 1, T, mu[t]), sum_over(t, 0, T, mu[t])),  # outside the declared range
        (sum_over(t, 1, T, mu[t]), sum_over(t, 1, T + 1, mu[t])),
        (as_term(0), -as_term(0)),  # the same number
        (log(b), log(mu[1])),  # another shape
        (log(Sym("v")), log(b)),  # a real number where a positive one is needed
        (log(f(mu)), log(f(Sym("mu") ** 2))),  # an array as a whole is no number
    ],
)
def test_never_makes(term: Term, never: Term) -> None:
    """A mutant is well formed where the original is."""
    assert never not in edits(term)


def test_edit_in_words() -> None:
    """An edit is an order, with its terms written as the reader writes them."""
    (swap,) = (
        each for each in mutants_of(KL(q(z | x), p(z)), WORLD) if each.edit.text.startswith("swap")
    )
    assert swap.edit.describe(lambda term: type(term).__name__) == "swap the arguments of KL"
    assert swap.path == ()


def test_mutants_are_apart() -> None:
    """No mutant is made twice, none is the original, and the order is always the same."""
    term = E[q(z | x)](log(p(x | z)) - b**2) - KL(q(z | x), p(z)) / 2
    made: list[Mutant] = list(mutants_of(term, WORLD))
    terms = [each.term for each in made]
    assert len(set(terms)) == len(terms)
    assert term not in terms
    assert made == list(mutants_of(term, WORLD))


def test_path_leads_to_the_edit() -> None:
    """The path of a mutant is where it differs from the original."""
    term = b + log(c)
    (mutant,) = (each for each in mutants_of(term, WORLD) if each.term == b + log(b))
    assert mutant.path == (1, 0)


def test_statement() -> None:
    """The mutants of an inequality are its reversal and the mutants of its right side."""
    made = [one for one, _ in mutants_of_statement(Statement(b, ">=", c), WORLD)]
    assert made[0] == Statement(b, "<=", c)
    assert Statement(b, ">=", -c) in made
    equation = [one for one, _ in mutants_of_statement(Statement(b, "=", c), WORLD)]
    assert all(one.relation == "=" for one in equation)


def test_derivation() -> None:
    """A mutant of a derivation differs in one step, whose number it carries."""
    derivation = derive(b).equals(c + b, by="algebra").at_least(c, by="jensen").derivation
    made = list(mutants_of_derivation(derivation, WORLD))
    assert {each.step for each in made} == {1, 2}
    for each in made:
        pairs = zip(derivation.steps, each.derivation.steps, strict=True)
        changed = [number for number, (old, new) in enumerate(pairs, 1) if old != new]
        assert changed == [each.step]
        assert each.derivation.start == derivation.start
    assert any(each.derivation.steps[1] == Step("<=", c, ("jensen",)) for each in made)
    assert [each.step for each in made] == sorted(each.step for each in made)


def test_claims_have_mutants() -> None:
    """Every step of every claim has a mutant, and no mutant uses a name that is not declared."""
    for one in claims().values():
        for each in one.parts:
            made = list(mutants_of_derivation(each.derivation, each.declarations))
            numbers = range(1, len(each.derivation.steps) + 1)
            assert {mutant.step for mutant in made} == set(numbers), one.id
            for mutant in made:
                term = mutant.derivation.steps[mutant.step - 1].term
                assert not each.declarations.undeclared(term), (one.id, mutant.edit)


def test_flat_arithmetic() -> None:
    """Mutants of sums and products stay flat, so that they read as people write them."""
    for mutant in mutants_of(b + 2 * c + b * c * log(b), WORLD):
        for part in walk(mutant.term):
            if isinstance(part, Mul):
                assert not any(isinstance(factor, Mul) for factor in part.factors)
            if isinstance(part, Add):
                assert not any(isinstance(term, Add) for term in part.terms)

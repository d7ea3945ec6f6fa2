"""False statements are refuted, with a counterexample that can be checked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq

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
    KL,
    Array,
    DensityHead,
    E,
    FunctionHead,
    H,
    I,
    ProcessHead,
    gradient,
    half,
    integral,
    log,
    sqrt,
    sum_over,
)
from lemmata.kernel.terms import Entropy, Range, Relation, Statement, Sym, Term, as_term
from lemmata.semantics import SearchResult, search
from lemmata.semantics.build import Worlds
from lemmata.semantics.model import Shape
from lemmata.semantics.search import Trial
from lemmata.semantics.shrink import _drawn, _outcomes, _Shrinker

p, q = DensityHead("p"), DensityHead("q")
x, y, z, mu, sigma = (Sym(name) for name in ("x", "y", "z", "mu", "sigma"))
theta, t, i, T, N, eta = (Sym(name) for name in ("theta", "t", "i", "T", "N", "eta"))
f = FunctionHead("f")
one = as_term(1)

TABLES = Declarations(
    variables=(Variable("x"), Variable("y"), Variable("z")),
    families=(Family("p", ("x", "y", "z")), Family("q", ("z",), ("x", "y"))),
    functions=(Function("f", 1),),
    parameters=(Parameter("theta"),),
)
NUMBERS = Declarations(scalars=(Scalar("x"), Scalar("y")))
NORMAL = Declarations(
    scalars=(Scalar("mu"), Scalar("sigma", POSITIVE)),
    variables=(Variable("z"),),
    families=(
        Family("q", ("z",), normal=Normal(mu, sigma)),
        Family("p", ("z",), normal=Normal(as_term(0), one)),
    ),
)


def judge(
    left: Term, relation: Relation, right: Term | int, declarations: Declarations
) -> SearchResult:
    """Search a statement."""
    return search(Statement(left, relation, as_term(right)), declarations)


def world(result: SearchResult) -> dict[str, str]:
    """The world of a refutation."""
    assert result.outcome == "refuted", result
    assert result.counterexample is not None
    return result.counterexample.world


elbo = E[q(z | (x, y))](log(p(x | (y, z)))) - KL(q(z | (x, y)), p(z | y))


def test_a_dropped_divergence_gives_two_small_tables() -> None:
    """Without its gap the bound is no equality, and two points of z show it."""
    found = judge(log(p(x | y)), "=", elbo, TABLES)
    assert world(found) == {
        "p(x, y, z)": "(1, 1, 1) 1/3, (1, 1, 2) 2/3",
        "q(z | x, y)": "(1 | 1, 1) 1/2, (2 | 1, 1) 1/2",
        "x": "1",
        "y": "1",
    }
    assert found.counterexample is not None
    assert (found.counterexample.left, found.counterexample.right) == ("0", "-0.0588915")


def test_the_text_names_both_sides_and_the_tables() -> None:
    """The text of a counterexample is ready to print."""
    found = judge(gradient(theta, E[p(x)](f(x))), "=", 0, TABLES)
    assert found.counterexample is not None
    assert found.counterexample.text == (
        "left side = 1/4\n"
        "right side = 0\n"
        "where\n"
        "  p(x, y, z): (1, 1, 1) 1/2, (2, 1, 1) 1/2\n"
        "  d p(x, y, z) / d theta: (1, 1, 1) -1/4, (2, 1, 1) 1/4\n"
        "  f(1) = 0, f(2) = 1"
    )


def test_the_elbo_bounds_from_below_only() -> None:
    """The bound the other way round is refuted."""
    assert judge(log(p(x | y)), "<=", elbo, TABLES).outcome == "refuted"


def test_densities_may_exceed_one() -> None:
    """A differential entropy may be negative, though no entropy over a finite space is."""
    entropy = Entropy("p", (x,))
    found = world(judge(entropy, ">=", 0, TABLES))
    assert found["values of x"] == "{1} with base weights 1/2"
    finite = Declarations(variables=TABLES.variables, families=TABLES.families, world="finite")
    assert judge(entropy, ">=", 0, finite).outcome == "supported"


def test_conditioning_on_the_wrong_variable_is_refuted() -> None:
    """Mutual information is not H(y) - H(x|y)."""
    assert judge(I(p, x, y), "=", H(p(y)) - H(p(x | y)), TABLES).outcome == "refuted"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (log(x**2), 2 * log(x)),
        (sqrt(x**2), x),
        (log(x * y), log(x) + log(y)),
        (log(x**2), half * log(x**4) + log(x) - log(x) + 1),
    ],
    ids=["log of a square", "root of a square", "log of a product", "beyond the domain"],
)
def test_sign_traps_are_refuted_by_negative_numbers(left: Term, right: Term) -> None:
    """Rules for positive numbers fail for negative ones."""
    assert judge(left, "=", right, NUMBERS).outcome == "refuted"


def test_a_logarithm_of_a_negative_number_refutes() -> None:
    """The log of x^2 is not 2 log x at -1, where no value and no principal value fits."""
    found = judge(log(x**2), "=", 2 * log(x), NUMBERS)
    assert world(found) == {"x": "-1"}
    assert found.counterexample is not None
    assert found.counterexample.right == "no value (log of -1)"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (log(x) - log(x), as_term(0)),
        (sqrt(x) ** 2, x),
        (x / x, one),
        (log(x) + log(y) - log(y), log(x)),
    ],
    ids=["cancelled logarithms", "square of a root", "quotient", "inner cancellation"],
)
def test_a_narrower_domain_alone_never_refutes(left: Term, right: Term) -> None:
    """Sides that agree wherever both have a value are not refuted."""
    assert judge(left, "=", right, NUMBERS).outcome == "supported"


def test_gaussian_slips_are_refuted_with_small_parameters() -> None:
    """A sign slip and swapped arguments of the Gaussian divergence show at small numbers."""
    slip = -half * (1 + log(sigma**2) - mu**2 + sigma**2)
    closed = -half * (1 + log(sigma**2) - mu**2 - sigma**2)
    assert world(judge(KL(q(z), p(z)), "=", slip, NORMAL)) == {"mu": "0", "sigma": "1"}
    assert world(judge(KL(p(z), q(z)), "=", closed, NORMAL)) == {"mu": "0", "sigma": "2"}


def test_positions_in_a_density_are_told_apart() -> None:
    """Two roles of one law are not exchangeable: E f(x_1) is not E f(x_2)."""
    first, second = Sym("x_1"), Sym("x_2")
    declarations = Declarations(
        variables=(Variable("x_1"), Variable("x_2")),
        families=(Family("p", ("x_1", "x_2")),),
        functions=(Function("f", 1),),
    )
    joint = p(first, second)
    left, right = (integral((first, second), joint * f(v)) for v in (first, second))
    assert judge(left, "=", right, declarations).outcome == "refuted"


def test_components_of_a_vector_are_told_apart() -> None:
    """The components of a vector have different marginals, independent or not."""
    m, j, vector = Sym("m"), Sym("j"), Array("z")
    declarations = Declarations(
        sizes=(Size("m", 2),),
        indices=(Index("j", Range(one, m)),),
        variables=(Variable("z", components=Range(one, m)),),
        families=(Family("p", ("z",), independent=True),),
    )
    first, second = (integral(vector[c], p(vector[c]) * log(p(vector[c]))) for c in (1, 2))
    assert judge(first, "=", second, declarations).outcome == "refuted"
    whole = integral(vector, p(vector.whole) * log(p(vector.whole)))
    assert judge(whole, "=", sum_over(j, 2, m, first), declarations).outcome == "refuted"


def process(samples: bool = True) -> Declarations:
    """A decision process with numbered trajectories."""
    return Declarations(
        sizes=(Size("T"), Size("N")),
        indices=(Index("t", Range(one, T)), Index("t'", Range(one, T)), Index("i", Range(one, N))),
        variables=(Variable("s"), Variable("a")),
        families=(Family("pi", ("a",), ("s",)),),
        functions=(Function("b", 1),),
        parameters=(Parameter("theta"),),
        processes=(
            Process("tau", "s", "a", "r", "pi", Range(one, T), Range(one, N) if samples else None),
        ),
    )


def reward_to_go(start: Term, factor: Term, weight: Term | None = None) -> Statement:
    """The gradient of the expected return, and an estimator of it."""
    tau, pi, u = ProcessHead("tau"), DensityHead("pi"), Sym("t'")
    s, a, r = Array("s"), Array("a"), Array("r")
    score = gradient(theta, log(pi(a[t, i] | s[t, i])))
    target = gradient(theta, E[tau](sum_over(t, 1, T, r[t])))
    rest = sum_over(u, start, T, r[u, i])
    body = score * (rest if weight is None else rest - weight)
    estimate = E[tau](factor * sum_over(i, 1, N, sum_over(t, 1, T, body)))
    return Statement(target, "=", estimate)


def test_a_dropped_mean_over_trajectories_needs_two_of_them() -> None:
    """Without 1/N the estimator is N times too large."""
    found = search(reward_to_go(t, one), process())
    assert world(found)["N"] == "2"
    assert found.counterexample is not None
    assert (found.counterexample.left, found.counterexample.right) == ("1/4", "1/2")


def test_an_off_by_one_in_the_rewards_is_refuted() -> None:
    """The reward of the same step belongs to the reward to go."""
    found = search(reward_to_go(t + 1, 1 / N), process())
    assert world(found)["T"] == "1"


def test_a_reward_by_chance_becomes_one_for_certain() -> None:
    """Where only the reward of the other chance matters, it is the one that is kept."""
    r, tau = Array("r"), ProcessHead("tau")
    left, right = E[tau](r[1]), as_term(0)
    worlds = Worlds(process(samples=False), (left, right))
    codes = worlds.evaluator.compile(left), worlds.evaluator.compile(right)
    trial = Trial(worlds, Statement(left, "=", right), *codes)
    shape = Shape((("T", 1), ("N", 1)), (("s", 1), ("a", 1)), chances=2)
    rewards = {("reward", "tau", 1, 0, 0, 0, chance): fmpq(chance) for chance in range(2)}
    shrinker = _Shrinker(trial, worlds.at(shape, 0, rewards), 20)
    assert shrinker.try_world(shrinker.best.varied(_drawn(trial, shrinker.best)))
    _outcomes(shrinker)
    assert shrinker.best.shape.chances == 1


def test_a_baseline_of_the_action_is_biased() -> None:
    """A baseline may depend on the state, not on the action."""
    b, a, s = FunctionHead("b"), Array("a"), Array("s")
    biased = search(reward_to_go(t, 1 / N, b(a[t, i])), process())
    assert biased.outcome == "refuted"
    fine = search(reward_to_go(t, 1 / N, b(s[t, i])), process())
    assert fine.outcome == "supported"


def test_a_wrong_exponent_of_the_rolling_average_is_refuted() -> None:
    """The last sample has weight 2 eta, not 2 eta / (1 - 2 eta)."""
    e, xs = Array("e"), Array("x")
    declarations = Declarations(
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
    weights = sum_over(t, 1, T, (1 - 2 * eta) ** (T - t - 1) * xs[t])
    found = judge(e[T], "=", (1 - 2 * eta) ** T * e[0] + 2 * eta * weights, declarations)
    assert world(found) == {"T": "1", "eta": "1/3", "e_0": "0", "x_1": "1"}


BOUND = Declarations(
    variables=(Variable("y"), Variable("z")),
    families=(
        Family("p", ("y", "z")),
        Family("phi", ("z",)),
        Family("psi", ("z",), ("y",)),
        Family("theta", ("y",), ("z",)),
    ),
)


def entropy_bound(middle: Term) -> Statement:
    """H(y) <= E[-log phi(z) + middle - log theta(y|z)] under the joint law p."""
    phi, decoder = DensityHead("phi"), DensityHead("theta")
    body = -log(phi(z)) + middle - log(decoder(y | z))
    return Statement(H(p(y)), "<=", integral((y, z), p(y, z) * body))


def test_climbing_finds_a_false_inequality() -> None:
    """The entropy bound fails if its middle entropy is replaced by a cross-entropy, somewhere."""
    assert search(entropy_bound(log(p(z | y))), BOUND).outcome == "supported"
    wrong = entropy_bound(log(DensityHead("psi")(z | y)))
    assert search(wrong, BOUND, effort=400).outcome == "refuted"


def test_the_same_seed_gives_the_same_result() -> None:
    """A search is a function of its arguments."""
    statement = Statement(log(p(x | y)), "=", elbo)
    assert search(statement, TABLES, seed=5) == search(statement, TABLES, seed=5)
    assert all(search(statement, TABLES, seed=seed).outcome == "refuted" for seed in range(8))


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (log(as_term(2)), "left side = log 2 = 0.693147"),
        (-log(as_term(3) / 2), "left side = -log (3/2) = -0.405465"),
        (log(as_term(1009)), "left side = 6.91672"),
        (log(as_term(2)) + log(half) + one / 3, "left side = 1/3"),
        (log(as_term(2)) + log(half), "left side = 0"),
        (sqrt(as_term(2)), "left side = 1.41421"),
    ],
)
def test_values_are_printed_as_exactly_as_they_are_short(left: Term, text: str) -> None:
    """Fractions and logarithms of simple fractions stand beside their digits; others do not."""
    found = judge(left, "=", as_term(77), NUMBERS)
    assert found.counterexample is not None
    assert found.counterexample.text.startswith(text + "\n")
    assert found.counterexample.left in text

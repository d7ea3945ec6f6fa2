r"""The optimal discriminator of a generative adversarial network.

For fixed densities p and p_G, the D with values in (0, 1) that maximises the expectation of log D
under p plus that of log(1 - D) under p_G is p / (p + p_G), wherever that sum is positive.

\[ \mathbb{E}_{p(x)}\left[\log D(x)\right] + \mathbb{E}_{p_G(x)}\left[\log (1 - D(x))\right]
   \le \mathbb{E}_{p(x)}\left[\log D^*(x)\right]
   + \mathbb{E}_{p_G(x)}\left[\log (1 - D^*(x))\right] \]

Source: CS 182/282A, discussion on adversarial networks, section 1.2 and problem 1.

Proof idea: maximise a log d + b log(1 - d) at each point: one stationary point, and concave.
"""

from typing import Annotated

from lemmata.derivations.claim import claim
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import (
    AlsoCalled,
    DefinedFunction,
    Distribution,
    Function,
    Of,
    Outcome,
    Spelled,
    Takes,
)
from lemmata.derivations.tables import confirm_gibbs, distribution, divergence, mean_log
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.declarations import UNIT
from lemmata.kernel.language import Chain, E, derive, half, integral, log
from lemmata.kernel.terms import Term


@claim(
    title="The optimal discriminator",
    source="CS 182/282A, discussion 11, problem 1",
    answer_ids=("optimal-discriminator",),
)
def optimal_discriminator(
    x: Annotated[Outcome, AlsoCalled("X")],
    p: Annotated[Distribution, Of("x"), AlsoCalled("p_data")],
    p_G: Annotated[Distribution, Of("x"), AlsoCalled("p_g")],
    D: Annotated[Function, Takes(1), UNIT],
    D_star: Annotated[DefinedFunction, Spelled("D^*")],
) -> Chain:
    """No discriminator with values between 0 and 1 does better than p / (p + p_G)."""

    def value(discriminator: Term) -> Term:
        return E[p(x)](log(discriminator)) + E[p_G(x)](log(1 - discriminator))

    def integrand(discriminator: Term) -> Term:
        return p(x) * log(discriminator) + p_G(x) * log(1 - discriminator)

    return (
        derive(value(D(x)))
        .equals(integral(x, integrand(D(x))), by=("definition", "linearity_of_integrals"))
        .at_most(integral(x, integrand(D_star(x))), by="pointwise_maximum")
        .equals(value(D_star(x)), by=("definition", "linearity_of_integrals"))
        .where(D_star(x), p(x) / (p(x) + p_G(x)))
        .but_not(
            value(p_G(x) / (p(x) + p_G(x))),
            because="the roles of the two densities are swapped",
            relation="<=",
        )
        .but_not(value(half), because="1/2 is optimal only where p equals p_G", relation="<=")
        .but_not(value(D_star(x)), because="it is the maximum, not the minimum", relation=">=")
    )


def confirm() -> Confirmation:
    """Solve for the stationary point, sign the second derivative, and compare with any other D.

    Every d in (0, 1) is u / (1 + u) for one u > 0, which lets SymPy decide the signs.
    """
    import sympy as sp

    workings = Workings(
        "at a point: all values a, b > 0 of the two densities and all d in (0, 1), and the slopes "
        "when one of a, b is zero; over a space: all pairs of laws on 3 points with symbolic "
        "entries against every other discriminator"
    )
    a, b, d, u = sp.symbols("a b d u", positive=True)
    value, in_unit = a * sp.log(d) + b * sp.log(1 - d), u / (1 + u)
    solutions = sp.solve(sp.diff(value, d), d)
    workings.zero("one stationary point", sp.Integer(len(solutions) - 1))
    workings.zero("it is a / (a + b)", solutions[0] - a / (a + b))
    workings.positive("concave on (0, 1)", -sp.diff(value, d, 2).subs(d, in_unit))
    workings.positive("b = 0: increasing, so towards 1", sp.diff(value.subs(b, 0), d))
    workings.positive(
        "a = 0: decreasing, so towards 0", -sp.diff(value.subs(a, 0), d).subs(d, in_unit)
    )

    real, fake = distribution("p", 3), distribution("g", 3)
    best = [x / (x + y) for x, y in zip(real, fake, strict=True)]
    other = [odds / (1 + odds) for odds in sp.symbols("u_0:3", positive=True)]
    masses = [x + y for x, y in zip(real, fake, strict=True)]
    loss = sp.Add(
        *(
            mass * divergence([x, 1 - x], [y, 1 - y])
            for mass, x, y in zip(masses, best, other, strict=True)
        )
    )

    def objective(discriminator: list[Expr]) -> Expr:
        rejected = [sp.Integer(1) - each for each in discriminator]
        return mean_log(real, discriminator) + mean_log(fake, rejected)

    workings.zero(
        "any other D loses a sum of divergences", objective(best) - objective(other) - loss
    )
    confirm_gibbs(workings, "loss at a point", [best[0], 1 - best[0]], [other[0], 1 - other[0]])

    slope = sp.diff(value, d)
    workings.nonzero("roles swapped is not stationary", slope.subs(d, b / (a + b)))
    workings.nonzero("the odds a / b are not stationary", slope.subs(d, a / b))
    workings.nonzero("1/2 is not stationary", slope.subs(d, sp.Rational(1, 2)))
    workings.negative("convex, a minimum", sp.diff(value, d, 2))
    return workings.confirmation()

"""The optimal discriminator of a generative adversarial network.

For fixed densities p and p_G, the D with values in (0, 1) that maximises the expectation of log D
under p plus that of log(1 - D) under p_G is p / (p + p_G), wherever that sum is positive.

Source: CS 182/282A, discussion on adversarial networks, section 1.2 and problem 1.

Proof idea: maximise a log d + b log(1 - d) at each point: one stationary point, and concave.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.tables import confirm_gibbs, distribution, divergence, mean_log
from lemmata.derivations.workings import Expr, Workings


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

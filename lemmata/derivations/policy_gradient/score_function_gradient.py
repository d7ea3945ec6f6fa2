r"""The score-function gradient.

If the density p_theta is differentiable in theta, its support stands still, f does not depend on
theta, and derivative and integral may be exchanged, then the gradient of the expectation of f(X) is
the expectation of f(X) times the gradient of log p_theta(X).

\[ \nabla_\theta \mathbb{E}_{p(x)}\left[f(x)\right]
   = \mathbb{E}_{p(x)}\left[\nabla_\theta \log p(x) f(x)\right] \]

Source: CS 182/282A, discussion on reinforcement learning, section 1.1.

Proof idea: move the gradient under the integral; the gradient of p is p times that of log p.
"""

from typing import Annotated

from lemmata.derivations.claim import claim
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_log_density, normal_mean
from lemmata.derivations.signature import (
    AlsoCalled,
    Depends,
    Distribution,
    Function,
    Of,
    Outcome,
    Parameter,
    Takes,
)
from lemmata.derivations.tables import mean, moving_distribution
from lemmata.derivations.workings import Workings
from lemmata.kernel.language import Chain, E, derive, gradient, integral, log


@claim(
    title="The gradient of an expectation is the expectation of the score times the function",
    source="CS 182/282A, discussion 9, section 1.1",
    answer_ids=("score-function-gradient",),
    answers=("score-function-gradient",),
)
def score_function_gradient(
    theta: Parameter,
    x: Annotated[Outcome, AlsoCalled("X")],
    p: Annotated[Distribution, Of("x"), Depends("theta"), AlsoCalled("p_theta")],
    f: Annotated[Function, Takes(1), Depends()],
) -> Chain:
    """The law depends on the parameter, the function does not."""
    score = gradient(theta, log(p(x)))
    return (
        derive(gradient(theta, E[p(x)](f(x))))
        .equals(gradient(theta, integral(x, p(x) * f(x))), by="definition")
        .equals(integral(x, gradient(theta, p(x)) * f(x)), by="derivative_under_the_integral")
        .equals(integral(x, p(x) * score * f(x)), by="derivative_of_a_logarithm")
        .equals(E[p(x)](score * f(x)), by="definition")
        .but_not(E[p(x)](gradient(theta, f(x)) * log(p(x))), because="f has no gradient")
        .but_not(E[p(x)](score), because="the function is missing")
        .but_not(
            E[p(x)](f(x) * gradient(theta, p(x))),
            because="the gradient of the density is not divided by the density",
        )
    )


def confirm() -> Confirmation:
    """Differentiate expectations and compare, for finite, Gaussian and exponential families.

    In the two families with densities both sides are integrated, so that the exchange of derivative
    and integral is confirmed there and not assumed.
    """
    import sympy as sp

    workings = Workings(
        "one coordinate of theta; every differentiable family on 3 points with full support and "
        "every f; Gaussians in mean and deviation with every quartic f, and exponential laws with "
        "every quadratic f, by integration on both sides"
    )
    theta = sp.Symbol("theta", real=True)
    law, f = moving_distribution("w", 3, theta), sp.symbols("f_0:3", real=True)
    scores = [sp.diff(sp.log(each), theta) for each in law]
    weighted = [value * score for value, score in zip(f, scores, strict=True)]
    gradient = sp.diff(mean(law, f), theta)
    workings.zero("three points", gradient - mean(law, weighted))

    z, mu = sp.symbols("z mu", real=True)
    sigma, rate, x = sp.symbols("sigma rate x", positive=True)
    quartic = sum(c * z**k for k, c in enumerate(sp.symbols("c_0:5", real=True)))
    normal = [(z, mu, sigma)]
    for parameter in (mu, sigma):
        score = sp.diff(normal_log_density(*normal[0]), parameter)
        workings.zero(
            f"Gaussian, in {parameter}",
            sp.diff(normal_mean(quartic, normal), parameter) - normal_mean(quartic * score, normal),
        )
    quadratic = sum(c * x**k for k, c in enumerate(sp.symbols("c_0:3", real=True)))
    density = rate * sp.exp(-rate * x)
    score = sp.diff(sp.log(density), rate)
    workings.zero(
        "exponential, in its rate",
        sp.diff(sp.integrate(sp.expand(density * quadratic), (x, 0, sp.oo)), rate)
        - sp.integrate(sp.expand(density * quadratic * score), (x, 0, sp.oo)),
    )

    workings.nonzero("gradient of f", gradient)
    workings.nonzero("f missing", gradient - mean(law, scores))
    workings.nonzero(
        "gradient of p in place of log p",
        gradient - mean(law, [a * sp.diff(b, theta) for a, b in zip(f, law, strict=True)]),
    )
    end = sp.Symbol("b", positive=True)
    moving = sp.diff(sp.integrate(quadratic / end, (x, 0, end)), end)
    inside = sp.integrate(sp.expand(quadratic * sp.diff(1 / end, end)), (x, 0, end))
    workings.nonzero("support that moves: uniform on (0, b)", moving - inside)
    return workings.confirmation()

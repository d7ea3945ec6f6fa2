r"""The evidence lower bound of a data set, by Jensen's inequality.

The sum over the data of the logarithm of p(x_i) is at least the sum over the data of the
expectation, under q(z | x_i), of log p(z) - log q(z | x_i) + log p(x_i | z).

\[ \sum_{i=1}^{N} \log p(x_i) \ge \sum_{i=1}^{N} \mathbb{E}_{q(z | x_i)}
   \left[\log p(z) - \log q(z | x_i) + \log p(x_i | z)\right] \]

Source: CS 182/282A, discussion on unsupervised learning, problem 4.

Proof idea: write p(x_i) as the expectation of the weight p(z) p(x_i | z) / q(z | x_i) under
q(z | x_i), and move the concave logarithm inside.
"""

from typing import Annotated

from lemmata.derivations.claim import claim
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_density, normal_log_density, normal_mean
from lemmata.derivations.signature import (
    AlsoCalled,
    Dimension,
    Distribution,
    Letter,
    Of,
    Outcome,
    Runs,
    Timed,
)
from lemmata.derivations.tables import confirm_gibbs, distribution, mean, mean_log
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.language import Chain, E, derive, integral, log, sum_over


@claim(
    title="The evidence lower bound of a data set by Jensen's inequality",
    source="CS 182/282A, discussion 10, problem 4",
)
def elbo_jensen(
    N: Dimension,
    i: Annotated[Letter, Runs(1, "N")],
    x: Timed,
    z: Outcome,
    p: Annotated[Distribution, Of("x, z"), AlsoCalled("p_theta", "p_varphi")],
    q: Annotated[Distribution, Of("z", given="x")],
) -> Chain:
    """Summed over the data, the log-likelihood is at least the expected log-ratio under q."""
    mean = E[q(z | x[i])]
    weight = p(z) * p(x[i] | z) / q(z | x[i])
    bound = sum_over(i, 1, N, mean(log(p(z)) - log(q(z | x[i])) + log(p(x[i] | z))))
    return (
        derive(sum_over(i, 1, N, log(p(x[i]))))
        .equals(sum_over(i, 1, N, log(integral(z, p(x[i], z)))), by="marginalisation")
        .equals(
            sum_over(i, 1, N, log(integral(z, q(z | x[i]) * weight))),
            by=("conditional_density", "algebra"),
        )
        .equals(sum_over(i, 1, N, log(mean(weight))), by="definition")
        .at_least(sum_over(i, 1, N, mean(log(weight))), by="jensen")
        .equals(bound, by="logarithm_of_a_product")
        .but_not(bound, because="Jensen's inequality is reversed", relation="<=")
        .but_not(
            sum_over(i, 1, N, mean(log(p(z)) + log(q(z | x[i])) + log(p(x[i] | z)))),
            because="the logarithm of q is subtracted",
        )
        .but_not(
            sum_over(i, 1, N, mean(log(p(z)) + log(p(x[i] | z)))),
            because="the logarithm of q is missing",
        )
    )


def confirm() -> Confirmation:
    """Show, for two observations, that Jensen's gap is a sum of divergences, hence not negative.

    The logarithm of the mean weight, minus the mean of its logarithm, is the divergence of q from
    the law that is proportional to q times the weight.
    """
    import sympy as sp

    workings = Workings(
        "every prior on 3 latent states, two observations with arbitrary likelihoods and an "
        "encoder for each, with full support and symbolic entries"
    )
    prior = distribution("p", 3)
    encoders = [distribution("q", 3), distribution("k", 3)]
    likelihoods = [list(sp.symbols(f"{letter}_0:3", positive=True)) for letter in "lm"]
    joints = [[a * b for a, b in zip(prior, row, strict=True)] for row in likelihoods]
    evidences = [sp.log(sp.Add(*joint)) for joint in joints]

    bounds = []
    for observation, (q, joint) in enumerate(zip(encoders, joints, strict=True), start=1):
        weights = [cell / probability for cell, probability in zip(joint, q, strict=True)]
        workings.zero(
            f"observation {observation}: the evidence is the mean weight",
            sp.Add(*joint) - mean(q, weights),
        )
        bounds.append(mean_log(q, weights))
        tilted = [a * b / mean(q, weights) for a, b in zip(q, weights, strict=True)]
        confirm_gibbs(workings, f"observation {observation}", q, tilted)
        jensen_gap = sp.log(mean(q, weights)) - mean_log(q, weights)
        workings.zero(
            f"observation {observation}: Jensen's gap is that divergence",
            jensen_gap - mean_log(q, [a / b for a, b in zip(q, tilted, strict=True)]),
        )

    workings.negative("Jensen's inequality reversed", sp.Add(*bounds) - sp.Add(*evidences))
    # Over finitely many states the next two only loosen the bound; densities exceed one.
    evidence, log_joint, log_encoder, encoder, narrow = _narrow_posterior()
    wrong = evidence - normal_mean(log_joint + log_encoder, encoder)
    workings.negative("+ log q in place of - log q, for densities", wrong, narrow)
    wrong = evidence - normal_mean(log_joint, encoder)
    workings.negative("- log q dropped, for densities", wrong, narrow)
    workings.negative("two observations against one", sp.Add(*evidences) - bounds[0])
    return workings.confirmation()


def _narrow_posterior() -> tuple[Expr, Expr, Expr, list[tuple[Expr, Expr, Expr]], dict[Expr, Expr]]:
    """A Gaussian model at the observation x = 0 whose posterior density is well above one."""
    import sympy as sp

    z, zero, one = sp.Symbol("z", real=True), sp.Integer(0), sp.Integer(1)
    s, v = sp.symbols("s v", positive=True)
    joint = normal_density(z, zero, one) * normal_density(zero, z, s)
    evidence = sp.log(sp.integrate(joint, (z, -sp.oo, sp.oo)))
    log_joint = normal_log_density(z, zero, one) + normal_log_density(zero, z, s)
    narrow = {s: sp.Rational(1, 100), v: sp.Rational(1, 100)}
    return evidence, log_joint, normal_log_density(z, zero, v), [(z, zero, v)], narrow

"""The evidence lower bound of a data set, by Jensen's inequality.

The sum over the data of the logarithm of p(x_i) is at least the sum over the data of the
expectation, under q(z | x_i), of log p(z) - log q(z | x_i) + log p(x_i | z).

Source: CS 182/282A, discussion on unsupervised learning, problem 4.

Proof idea: write p(x_i) as the expectation of the weight p(z) p(x_i | z) / q(z | x_i) under
q(z | x_i), and move the concave logarithm inside.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_density, normal_log_density, normal_mean
from lemmata.derivations.tables import confirm_gibbs, distribution, mean, mean_log
from lemmata.derivations.workings import Expr, Workings


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

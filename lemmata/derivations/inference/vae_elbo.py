"""The evidence lower bound of the variational autoencoder.

For a model p(z) p(x | z) and any encoder q(z | x), the logarithm of p(x) is at least the
expectation of the logarithm of p(x | z) under the encoder, minus the Kullback-Leibler divergence of
q(z | x) from the prior p(z).

Source: Peking University, Deep Learning, homework 1, question 1(b); CS 182/282A, discussion on
unsupervised learning, section 4.1; HKUST Machine Learning, homework 4, question 1.

Proof idea: the conditional bound with nothing to condition on.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_density, normal_log_density, normal_mean
from lemmata.derivations.tables import confirm_gibbs, distribution, divergence, mean_log
from lemmata.derivations.workings import Expr, Workings


def confirm() -> Confirmation:
    """Show that the gap is a divergence, on symbolic tables and by Gaussian integrals.

    In the Gaussian model z ~ N(0, 1), x | z ~ N(w z, s^2) the evidence is the integral of the joint
    density, and the divergence is taken from the textbook posterior N(w x / c, s^2 / c) with
    c = w^2 + s^2, whose formula is thereby confirmed too.
    """
    import sympy as sp

    workings = Workings(
        "every prior, likelihood of the observed x and encoder on 3 latent states, with full "
        "support and symbolic entries; and every scalar linear-Gaussian model with slope w, noise "
        "s > 0 and encoder N(m, v^2), v > 0, by integrating the densities"
    )
    prior, q = distribution("p", 3), distribution("q", 3)
    # Any positive numbers are the values of some likelihood at one observation x.
    likelihood = list(sp.symbols("l_0:3", positive=True))
    joint = [a * b for a, b in zip(prior, likelihood, strict=True)]
    evidence, posterior = sp.log(sp.Add(*joint)), [cell / sp.Add(*joint) for cell in joint]
    reconstruction = mean_log(q, likelihood)
    bound = reconstruction - divergence(q, prior)
    workings.zero(
        "evidence minus bound is the divergence from the posterior",
        evidence - bound - divergence(q, posterior),
    )
    confirm_gibbs(workings, "posterior", q, posterior)
    workings.zero("linear-Gaussian model: the same by integration", _gaussian_residual())

    # Taking the expectation under the prior keeps a bound, a looser one: it fails as an identity.
    under_the_prior = mean_log(prior, likelihood) - divergence(q, prior)
    workings.nonzero(
        "expectation under the prior, same gap",
        evidence - under_the_prior - divergence(q, posterior),
    )
    workings.negative("divergence added", evidence - (reconstruction + divergence(q, prior)))
    workings.negative("sign of the loss", evidence - (-reconstruction - divergence(q, prior)))
    workings.negative("inequality reversed", bound - evidence)
    return workings.confirmation()


def _gaussian_residual() -> Expr:
    """Evidence minus bound minus divergence from the posterior, in the linear-Gaussian model."""
    import sympy as sp

    x, z, w, m = sp.symbols("x z w m", real=True)
    s, v = sp.symbols("s v", positive=True)
    zero, one = sp.Integer(0), sp.Integer(1)
    joint_density = normal_density(z, zero, one) * normal_density(x, w * z, s)
    evidence = sp.log(sp.expand(sp.integrate(joint_density, (z, -sp.oo, sp.oo))))

    log_encoder, log_prior = normal_log_density(z, m, v), normal_log_density(z, zero, one)
    c = w**2 + s**2
    log_posterior = normal_log_density(z, w * x / c, s / sp.sqrt(c))
    encoder = [(z, m, v)]
    reconstruction = normal_mean(normal_log_density(x, w * z, s), encoder)
    to_prior = normal_mean(log_encoder - log_prior, encoder)
    to_posterior = normal_mean(log_encoder - log_posterior, encoder)
    return evidence - (reconstruction - to_prior) - to_posterior

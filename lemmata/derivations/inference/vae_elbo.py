r"""The evidence lower bound of the variational autoencoder.

For a model p(z) p(x | z) and any encoder q(z | x), the logarithm of p(x) is at least the
expectation of the logarithm of p(x | z) under the encoder, minus the Kullback-Leibler divergence of
q(z | x) from the prior p(z).

\[ \log p(x) \ge \mathbb{E}_{q(z | x)}\left[\log p(x | z)\right]
   - D_{KL}\left(q(z | x) \,\|\, p(z)\right) \]

Source: Peking University, Deep Learning, homework 1, question 1(b); CS 182/282A, discussion on
unsupervised learning, section 4.1; HKUST Machine Learning, homework 4, question 1.

Proof idea: the conditional bound with nothing to condition on.
"""

from typing import Annotated

from lemmata.derivations.claim import claim
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.gaussians import normal_density, normal_log_density, normal_mean
from lemmata.derivations.signature import AlsoCalled, Distribution, Of, Outcome
from lemmata.derivations.tables import confirm_gibbs, distribution, divergence, mean_log
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.language import KL, Chain, E, derive, log


@claim(
    title="The evidence lower bound of the variational autoencoder",
    source=(
        "Peking University, Deep Learning, homework 1, question 1(b); CS 182/282A, discussion 10, "
        "section 4.1; HKUST Machine Learning, homework 4, question 1"
    ),
    answer_ids=("vae-elbo",),
    answers=("vae-elbo",),
)
def vae_elbo(
    x: Outcome,
    z: Outcome,
    p: Annotated[Distribution, Of("x, z"), AlsoCalled("p_theta", "p_varphi")],
    q: Annotated[Distribution, Of("z", given="x"), AlsoCalled("q_phi", "q_theta")],
) -> Chain:
    """The decoder's likelihood less the encoder's divergence from the prior is a lower bound."""
    mean = E[q(z | x)]
    likelihood, prior_term = mean(log(p(x | z))), KL(q(z | x), p(z))
    gap = KL(q(z | x), p(z | x))
    return (
        derive(log(p(x)))
        .equals(mean(log(p(x))), by="total_probability")
        .equals(mean(log(p(x | z) * p(z) / p(z | x))), by="conditional_density")
        .equals(
            likelihood - mean(log(q(z | x) / p(z))) + mean(log(q(z | x) / p(z | x))),
            by=("logarithm_of_a_product", "linearity_of_integrals"),
        )
        .equals(likelihood - prior_term + gap, by="definition")
        .at_least(likelihood - prior_term, by="jensen")
        .but_not(
            E[p(z)](log(p(x | z))) - prior_term,
            because="the expectation is under the encoder, not under the prior",
        )
        .but_not(-likelihood - prior_term, because="the likelihood enters with plus")
        .but_not(likelihood + prior_term, because="the divergence is subtracted", relation=">=")
        .but_not(
            likelihood - KL(p(z), q(z | x)), because="the arguments of the divergence are swapped"
        )
        .but_not(
            likelihood - prior_term, because="it is a lower bound, not an upper", relation="<="
        )
    )


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

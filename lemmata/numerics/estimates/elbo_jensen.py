"""The evidence lower bound of a data set."""

from torch import Tensor

from lemmata.numerics.bounds import Variance
from lemmata.numerics.bounds_on_evidence import log_weights
from lemmata.numerics.check import Check, ExactCheck, Mutant, SampledCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.latents import Gaussians, evidence, sample_images
from lemmata.numerics.models.vae import LATENT, VAE, Vae, log_normal
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.quadrature import normal_mean, normal_nodes
from lemmata.numerics.streams import normal


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """The sums over several digits, by quadrature and by sampling."""
    model = zoo.get(VAE)
    found = evidence(model)
    x, y = sample_images()
    q = Gaussians(*model.encode(x, y))

    def log_prior(noise: Tensor) -> Tensor:
        z = q.at(noise)
        return log_normal(z, z * 0.0, z * 0.0)

    total = found.log_evidence.sum()
    each, missed = normal_mean(lambda noise: log_weights(model, noise).T, LATENT)
    prior_terms, _ = normal_mean(lambda noise: log_prior(noise).T, LATENT)
    error = each.numel() * (found.error + missed)

    def bound(right: Tensor) -> Sides:
        return sides(total, right, error)

    points, weights = normal_nodes(LATENT, 40)
    values = log_weights(model, points).sum(1)
    spread = (1.02 * weights @ (values - weights @ values).square()).sqrt()
    flipped = _flipped(model, points) / spread
    flipped_variance = float(1.02 * weights @ (flipped - weights @ flipped).square())
    return (
        ExactCheck(
            id="elbo-jensen/quadrature",
            method="quadrature on a grid and Gauss-Hermite quadrature",
            estimand="the sums of log p(x_i) and of its bound over digits, for the VAE",
            estimators=("a grid over z", "the sum of E_q[log p(z) - log q(z|x) + log p(x|z)]"),
            sides=lambda: bound(each.sum()),
            tolerance=1e-6,
            evidence_class="quadrature",
            relation=">=",
            mutants={
                "Jensen's inequality flipped": lambda: sides(each.sum(), total, error),
                "sums of different lengths": lambda: bound(each[:-1].sum()),
                "the prior's sign flipped": lambda: bound((each - 2.0 * prior_terms).sum()),
            },
        ),
        SampledCheck(
            id="elbo-jensen/samples",
            method="samples, beside the quadrature",
            estimand="the summed log-weights of digits and their summed log p, in deviations",
            estimators=("the mean of the summed log-weights",),
            noise=lambda generator, n: normal(generator, n, LATENT),
            integrand=lambda noise: log_weights(model, noise).sum(1) / spread,
            bound=Variance(1.0, "the variance of the sum by quadrature, with 2 % to spare"),
            effect_size=0.1,
            scale="a tenth of the standard deviation",
            target=total / spread,
            relation="<=",
            mutants={
                "Jensen's inequality flipped": Mutant(relation=">="),
                "evidence with twice the gap subtracted": Mutant(
                    target=(total - 2.0 * found.gap.sum()) / spread
                ),
                "the prior's sign flipped": Mutant(
                    integrand=lambda noise: _flipped(model, noise) / spread,
                    bound=Variance(flipped_variance, "by quadrature, with 2 % to spare"),
                ),
            },
        ),
    )


def _flipped(model: Vae, noise: Tensor) -> Tensor:
    """The summed log-weights with the prior's sign flipped."""
    x, y = sample_images()
    z = Gaussians(*model.encode(x, y)).at(noise)
    return (log_weights(model, noise) - 2.0 * log_normal(z, z * 0.0, z * 0.0)).sum(1)

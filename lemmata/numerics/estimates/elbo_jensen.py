"""The evidence lower bound of a data set."""

from collections.abc import Callable

from torch import Tensor

from lemmata.numerics.bounds import Variance
from lemmata.numerics.bounds_on_evidence import log_weights
from lemmata.numerics.check import DRAWN, ON_A_GRID, Check, ExactCheck, Mutant, SampledCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.latents import (
    NOISE,
    TOLERANCE,
    VARIANCE_MARGIN,
    Gaussians,
    evidence,
    sample_images,
    variance_of,
)
from lemmata.numerics.methods import mean_of
from lemmata.numerics.models.vae import LATENT, VAE, Vae, log_normal
from lemmata.numerics.models.zoo import Zoo
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
    name = "elbo-jensen"
    by_row = mean_of(name, lambda noise: log_weights(model, noise), NOISE, TOLERANCE)
    each = by_row.value
    prior_terms = mean_of(name, log_prior, NOISE, TOLERANCE).value
    error = each.numel() * (found.error + by_row.error)

    def bound(right: Tensor) -> Sides:
        return sides(total, right, error)

    def variance(f: Callable[[Vae, Tensor], Tensor], mean: Tensor) -> Tensor:
        return VARIANCE_MARGIN * variance_of(name, lambda noise: f(model, noise), mean)

    spread = variance(_summed, each.sum()).sqrt()
    flipped = variance(_flipped, (each - 2.0 * prior_terms).sum()) / spread.square()
    return (
        ExactCheck(
            id="elbo-jensen/quadrature",
            method=f"{ON_A_GRID}; and {by_row.how}",
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
            method=DRAWN,
            estimand="the summed log-weights of digits and their summed log p, in deviations",
            estimators=("the mean of the summed log-weights",),
            noise=lambda generator, n: normal(generator, n, LATENT),
            integrand=lambda noise: _summed(model, noise) / spread,
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
                    bound=Variance(float(flipped), "by quadrature, with 2 % to spare"),
                ),
            },
        ),
    )


def _summed(model: Vae, noise: Tensor) -> Tensor:
    """The summed log-weights."""
    return log_weights(model, noise).sum(1)


def _flipped(model: Vae, noise: Tensor) -> Tensor:
    """The summed log-weights with the prior's sign flipped."""
    x, y = sample_images()
    z = Gaussians(*model.encode(x, y)).at(noise)
    return (log_weights(model, noise) - 2.0 * log_normal(z, z * 0.0, z * 0.0)).sum(1)

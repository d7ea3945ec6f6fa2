"""What the estimates of evidence lower bounds share."""

from torch import Tensor

from lemmata.numerics.bounds import Variance
from lemmata.numerics.check import DRAWN, ON_A_GRID, Check, ExactCheck, Mutant, SampledCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.latents import TOLERANCE, Gaussians, evidence, sample_images
from lemmata.numerics.models.vae import LATENT, Vae
from lemmata.numerics.streams import normal


def log_weights(model: Vae, noise: Tensor, divergence_weight: float = 1.0) -> Tensor:
    """Log p(x | z, y) + w (log p(z | y) - log q(z | x, y)) of the sample images, z from noise."""
    x, y = sample_images()
    q, prior = Gaussians(*model.encode(x, y)), Gaussians(*model.prior(y))
    z = q.at(noise)
    ratio = prior.log_density(z) - q.log_density(z)
    return model.log_likelihood(x, z, y) + divergence_weight * ratio


def lower_bound_checks(name: str, what: str, model: Vae) -> tuple[Check, ...]:
    """The bound is at most the evidence, for every image: by quadrature and by sampling.

    Args:
        name: The claim.
        what: The model, in words.
        model: An autoencoder with two latents.
    """
    found = evidence(model)
    spread = found.log_weight_variance.sqrt()

    def bound(weight: float) -> Sides:
        right = found.likelihood.value - weight * found.divergence
        return sides(found.log_evidence, right, found.error)

    exact = ExactCheck(
        id=f"{name}/quadrature",
        method=f"{ON_A_GRID}; and {found.likelihood.how}",
        estimand=f"log p of each image and its bound: {what}",
        estimators=("a grid over z", "E_q[log p(x|z)] - KL(q || prior)"),
        sides=lambda: bound(1.0),
        tolerance=TOLERANCE,
        evidence_class="quadrature",
        relation=">=",
        mutants={
            "divergence added": lambda: bound(-1.0),
            "divergence dropped": lambda: bound(0.0),
            "half the divergence": lambda: bound(0.5),
            "an upper bound": lambda: _swapped(bound(1.0)),
        },
    )
    target = found.log_evidence / spread
    sampled = SampledCheck(
        id=f"{name}/samples",
        method=DRAWN,
        estimand=f"the mean log importance weight and log p of each image: {what}, in deviations",
        estimators=("the mean log-weight",),
        noise=lambda generator, n: normal(generator, n, LATENT),
        integrand=lambda noise: log_weights(model, noise) / spread,
        bound=Variance(1.0, "the variance of the log-weight by quadrature, with 2 % to spare"),
        effect_size=0.1,
        scale="a tenth of the standard deviation",
        target=target,
        relation="<=",
        mutants={
            "an upper bound": Mutant(relation=">="),
            "evidence with the gap subtracted twice": Mutant(
                target=target - 2.0 * found.gap / spread
            ),
            "evidence less the divergence": Mutant(target=target - found.divergence / spread),
        },
    )
    return exact, sampled


def _swapped(found: Sides) -> Sides:
    return Sides(found.right, found.left, found.error)

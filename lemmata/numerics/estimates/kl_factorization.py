"""The divergence of encoder outputs, jointly and coordinate by coordinate."""

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, Normal, kl_divergence

from lemmata.numerics.check import Check, ExactCheck, Sides
from lemmata.numerics.exact import sides
from lemmata.numerics.latents import NOISE, Gaussians, sample_images
from lemmata.numerics.methods import Computed, mean_of
from lemmata.numerics.models.vae import CVAE, LATENT
from lemmata.numerics.models.zoo import Zoo

# How strongly the coordinates of the mutant's q are correlated.
CORRELATION = 0.6


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """The joint divergence by quadrature against the sum of torch's coordinate divergences."""
    model = zoo.get(CVAE)
    x, y = sample_images()
    q, p = Gaussians(*model.encode(x, y)), Gaussians(*model.prior(y))
    each = torch.stack(
        [
            kl_divergence(
                Normal(q.mean[:, j], q.deviation[:, j]), Normal(p.mean[:, j], p.deviation[:, j])
            )
            for j in range(LATENT)
        ],
        1,
    )

    name, tolerance = "kl-factorization/encoder", 1e-11

    def joint(correlation: float = 0.0) -> Computed:
        mixing = torch.eye(LATENT, dtype=torch.float64)
        mixing[1, 0], mixing[1, 1] = correlation, (1.0 - correlation**2) ** 0.5
        factor = q.deviation[:, :, None] * mixing
        law = MultivariateNormal(q.mean, scale_tril=factor)
        prior = MultivariateNormal(p.mean, scale_tril=torch.diag_embed(p.deviation))

        def log_ratio(noise: Tensor) -> Tensor:
            z = q.mean + (factor @ noise[:, None, :, None]).squeeze(-1)
            found: Tensor = law.log_prob(z) - prior.log_prob(z)
            return found

        return mean_of(name, log_ratio, NOISE, tolerance)

    independent = joint()

    def against(other: Tensor, found: Computed = independent) -> Sides:
        return sides(found.value, other, found.error)

    return (
        ExactCheck(
            id=name,
            method=independent.how,
            estimand="KL(q(z|x,y) || p(z|y)) of the CVAE over its two latents",
            estimators=("joint quadrature", "the sum of torch's divergences of coordinates"),
            sides=lambda: against(each.sum(1)),
            tolerance=tolerance,
            evidence_class=independent.evidence_class,
            mutants={
                "the product of the divergences": lambda: against(each.prod(1)),
                "their mean": lambda: against(each.mean(1)),
                "one coordinate dropped": lambda: against(each[:, 0]),
                "q does not factorise": lambda: against(each.sum(1), joint(CORRELATION)),
            },
        ),
    )

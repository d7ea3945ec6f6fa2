"""All models under one seed and size, trained or loaded when first asked for."""

from typing import TypeVar, cast

from torch import nn

from lemmata.numerics.models import ddpm, decisions, flow, gan, vae, vqvae
from lemmata.numerics.models.training import Recipe, Report, Size, trained

M = TypeVar("M", bound=nn.Module)

RECIPES: tuple[Recipe[nn.Module], ...] = cast(
    "tuple[Recipe[nn.Module], ...]",
    (
        vae.CVAE,
        vae.VAE,
        vae.LINEAR_VAE,
        gan.KNOWN_GAN,
        gan.DIGIT_GAN,
        flow.REAL_NVP,
        flow.NICE,
        vqvae.VQ_VAE,
        vqvae.CLASSIFIER,
        decisions.CART_POLE,
        decisions.GRID_POLICY,
        decisions.CHAIN_POLICY,
        ddpm.DDPM,
    ),
)


class Zoo:
    """The models that estimates are made on.

    Args:
        size: tiny for tests, full for certification.
        seed: The seed of their training.
        report: Called while a model trains: its name, the steps done, and the steps in all.
    """

    def __init__(
        self,
        size: Size = "full",
        *,
        seed: int = 0,
        report: Report | None = None,
    ) -> None:
        self.size: Size = size
        self.seed = seed
        self.report = report
        self._known: dict[str, nn.Module] = {}

    def get(self, recipe: Recipe[M]) -> M:
        """A trained model."""
        if recipe.name not in self._known:
            self._known[recipe.name] = trained(
                recipe, self.size, seed=self.seed, report=self.report
            )
        return cast("M", self._known[recipe.name])

    def train_all(self) -> None:
        """Train whatever the cache does not hold."""
        for recipe in RECIPES:
            self.get(recipe)

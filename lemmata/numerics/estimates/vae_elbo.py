"""The evidence lower bound of the plain autoencoder of digits."""

from lemmata.numerics.bounds_on_evidence import lower_bound_checks
from lemmata.numerics.check import Check
from lemmata.numerics.models.vae import VAE
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.pictures import Picture, reconstructions


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """Log p(x) by a grid over z against the bound, for several digits."""
    return lower_bound_checks("vae-elbo", "the VAE on digits", zoo.get(VAE))


def pictures(zoo: Zoo) -> tuple[Picture, ...]:
    """Digits, and what the autoencoder makes of them."""
    return (reconstructions(zoo.get(VAE)),)

"""The evidence lower bound of the conditional autoencoder of digits."""

from lemmata.numerics.bounds_on_evidence import lower_bound_checks
from lemmata.numerics.check import Check
from lemmata.numerics.models.vae import CVAE
from lemmata.numerics.models.zoo import Zoo
from lemmata.numerics.pictures import Picture, conditional_samples


def checks(zoo: Zoo) -> tuple[Check, ...]:
    """Log p(x|y) by a grid over z against the bound, for several digits."""
    return lower_bound_checks("cvae-elbo", "the CVAE on digits", zoo.get(CVAE))


def pictures(zoo: Zoo) -> tuple[Picture, ...]:
    """Digits of each class, drawn from its prior."""
    return (conditional_samples(zoo.get(CVAE)),)

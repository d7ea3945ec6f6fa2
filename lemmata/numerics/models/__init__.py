"""Real models, small enough to train in seconds, from data inside installed packages."""

from lemmata.numerics.models.zoo import Zoo

__all__ = ["Zoo"]

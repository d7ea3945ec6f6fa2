"""Statistical confirmation with stated error rates, on real models and on your own torch code."""

from lemmata.numerics.api import (
    check_density,
    check_gradient_estimator,
    check_log_det,
    check_mean,
    check_recursion,
    check_unbiased,
)
from lemmata.numerics.bounds import Range, SubGaussian, Unbounded, Variance
from lemmata.numerics.check import Estimate
from lemmata.numerics.elbo import LatentModel, check_elbo
from lemmata.numerics.errors import (
    ConfigurationError,
    DeviceError,
    FalseBoundError,
    ModelError,
    NumericsError,
)
from lemmata.numerics.kl import check_kl
from lemmata.numerics.sampled import Options
from lemmata.numerics.variance import Controls, Sobol, hermite

__all__ = [
    "ConfigurationError",
    "Controls",
    "DeviceError",
    "Estimate",
    "FalseBoundError",
    "LatentModel",
    "ModelError",
    "NumericsError",
    "Options",
    "Range",
    "Sobol",
    "SubGaussian",
    "Unbounded",
    "Variance",
    "check_density",
    "check_elbo",
    "check_gradient_estimator",
    "check_kl",
    "check_log_det",
    "check_mean",
    "check_recursion",
    "check_unbiased",
    "hermite",
]

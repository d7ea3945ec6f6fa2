"""Jacobians by automatic differentiation, in float64."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import jacrev, vmap

from lemmata.numerics.errors import ModelError


def jacobians(transform: Callable[[Tensor], Tensor], points: Tensor) -> Tensor:
    """The Jacobian matrix at each point, (n, d) -> (n, d, d): entry i, j is that of y_i by x_j.

    Raises:
        ModelError: The output has another size, is cut off from the input, or is not finite.
    """
    count, size = points.shape
    image = transform(points)
    if image.shape != points.shape:
        raise ModelError(
            f"the transform takes {tuple(points.shape)} to {tuple(image.shape)}: it has no "
            "determinant"
        )
    try:
        found = vmap(jacrev(lambda x: transform(x[None])[0]))(points)
    except RuntimeError:  # code that vmap cannot follow is differentiated point by point
        rows = [
            torch.autograd.functional.jacobian(lambda x: transform(x[None])[0], point, strict=False)
            for point in points
        ]
        found = torch.stack(rows)
    matrices: Tensor = found.detach().reshape(count, size, size)
    if not bool(torch.isfinite(matrices).all()):
        raise ModelError("the Jacobian has entries that are NaN or infinite")
    if not bool(matrices.abs().sum() > 0.0):
        raise ModelError(
            "the output does not depend on the input as far as autograd sees: is it detached, or "
            "computed without gradients?"
        )
    return matrices


def log_abs_det(matrices: Tensor) -> Tensor:
    """The logarithm of the absolute determinant of each matrix."""
    found: Tensor = torch.linalg.slogdet(matrices).logabsdet
    return found

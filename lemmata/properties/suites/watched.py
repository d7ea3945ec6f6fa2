"""A user's function as the laws see it: called in one form of numbers, its values in float64.

Users write for torch or for numpy, in float64 or in float32. A `Watched` function is called with
copies of the inputs in one of these forms, and gives float64 tensors back, so that the laws' own
arithmetic loses nothing; it remembers how precise the values were.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

Function: TypeAlias = Callable[..., Any]

FORMS = ("torch float64", "numpy float64", "torch float32", "numpy float32")
"""What a function may be called with, in the order in which it is tried."""
STEP = 2.0**-7
"""Of the differences that stand for a gradient; a power of two, so that it is added exactly."""
AGREEMENT = 1e-5
"""How far the differences of a step and of its half may be apart, relative to 1 and the slope."""


class WrongFormError(Exception):
    """What the function returned is not what its signature says."""


class NoGradientError(Exception):
    """The function has values, but neither autograd nor differences find its gradient."""


class Watched:
    """A function called in one form of numbers.

    Attributes:
        form: One of `FORMS`.
        precision: The largest machine epsilon of a value since it was last set to 0.
        coarsest: The largest one ever.
        answered: The forms in which it ever gave a value of the right shape.
        notes: What the user should know though no law is about it.
    """

    def __init__(self, function: Function, reference: Function | None = None) -> None:
        self.function = function
        self.reference = reference
        self.form = FORMS[0]
        self.precision = 0.0
        self.coarsest = 0.0
        self.answered: set[str] = set()
        self.notes: set[str] = set()

    def __call__(self, *inputs: Any) -> Any:
        """The function's value at copies of the inputs, as float64 tensors.

        Raises:
            NoGradientError: An input asks for a gradient, and the function cannot carry it.
            WrongFormError: The value has another form than the signature says.
        """
        if not any(isinstance(each, Tensor) and each.requires_grad for each in inputs):
            return _detached(self._value(inputs))
        try:
            value = self._value(inputs)
        except Exception as error:
            self._value(_detached(inputs))
            raise NoGradientError("it has values and no gradient") from error
        whole = value if isinstance(value, tuple) else (value,)
        if not whole[0].requires_grad:
            raise NoGradientError("its value is cut off from autograd")
        return value

    def _value(self, inputs: tuple[Any, ...]) -> Any:
        given = [self._given(each) for each in inputs]
        before = [self._given(each) for each in inputs]
        value = self.function(*given)
        if not all(map(_same, given, before)):
            self.notes.add("the function changes its inputs in place")
        if self.reference is None:
            return self._read(value, None)
        with torch.no_grad():
            expected = self.reference(*inputs)
        if isinstance(expected, tuple):
            if not isinstance(value, tuple | list) or len(value) != len(expected):
                raise WrongFormError(
                    f"it returns {_kind(value)} where {len(expected)} values belong"
                )
            found: Any = tuple(map(self._read, value, expected))
        else:
            found = self._read(value, torch.as_tensor(expected))
        self.answered.add(self.form)
        return found

    def _given(self, value: Any) -> Any:
        """A copy of an input in the form that the function is called with."""
        if isinstance(value, list):
            return [self._given(each) for each in value]
        if isinstance(value, Tensor):
            return self._in_form(value)
        if callable(value):
            return lambda point: _like(value(_float64(point)), point)
        return value

    def _in_form(self, value: Tensor) -> Any:
        dtype = torch.float32 if self.form.endswith("float32") else torch.float64
        if self.form.startswith("torch"):
            return value.to(dtype, copy=True)
        if value.requires_grad:
            raise NoGradientError("numpy has no gradients")
        return value.to(dtype, copy=True).numpy()

    def _read(self, value: Any, expected: Tensor | None) -> Tensor:
        found = self._number(value)
        if expected is None or found.shape == expected.shape:
            return found
        shapes = f"shape {tuple(found.shape)} where {tuple(expected.shape)} belongs"
        if [n for n in found.shape if n != 1] == [n for n in expected.shape if n != 1]:
            self.notes.add(
                f"the function returns {shapes}; it was read without the axes of length 1"
            )
            return found.reshape(expected.shape)
        raise WrongFormError(f"it returns {shapes}")

    def _number(self, value: Any) -> Tensor:
        """Real numbers as a float64 tensor."""
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "fiu":
            found = torch.as_tensor(np.asarray(value))
        elif isinstance(value, Tensor):
            found = value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found = torch.tensor(value, dtype=torch.float64)
        elif isinstance(value, tuple | list) and value:
            return torch.stack([self._number(each) for each in value])
        else:
            raise WrongFormError(f"it returns {_kind(value)} where real numbers belong")
        if found.dtype == torch.bool or found.is_complex():
            raise WrongFormError(f"it returns {found.dtype} where real numbers belong")
        if found.is_floating_point():
            self.precision = max(self.precision, torch.finfo(found.dtype).eps)
            self.coarsest = max(self.coarsest, self.precision)
        return found.double()


def derivative(function: Function, at: Tensor) -> Tensor:
    """The gradient of a scalar function in float64: by autograd, or by differences without it.

    Raises:
        NoGradientError: Differences of two steps disagree: the function is not computed in float64.
    """
    point = at.detach().clone().requires_grad_()
    try:
        value = function(point)
    except NoGradientError:
        return _slope(function, at.detach())
    (found,) = torch.autograd.grad(value, point, allow_unused=True, materialize_grads=True)
    return found


def _slope(function: Function, at: Tensor) -> Tensor:
    """The gradient by central differences of fourth order."""

    def differences(step: float) -> Tensor:
        slopes = []
        for move in torch.eye(len(at), dtype=torch.float64) * step:
            near = function(at + move) - function(at - move)
            far = function(at + 2 * move) - function(at - 2 * move)
            slopes.append((8 * near - far) / (12 * step))
        return torch.stack(slopes)

    coarse, fine = differences(STEP), differences(STEP / 2)
    if bool(((coarse - fine).abs() > AGREEMENT * (1 + fine.abs())).any()):
        raise NoGradientError("its differences are too rough for a gradient")
    return fine


def _detached(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return type(value)(map(_detached, value))
    return value.detach() if isinstance(value, Tensor) else value


def _float64(point: Any) -> Tensor:
    return torch.as_tensor(point).double()


def _like(value: Tensor, point: Any) -> Any:
    """A value in the form of the point that it was asked at."""
    if isinstance(point, Tensor):
        return value.to(point.dtype)
    return value.detach().numpy().astype(np.asarray(point).dtype)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Tensor):
        return bool(torch.equal(one.detach(), other.detach()))
    return bool(np.array_equal(one, other)) if isinstance(one, np.ndarray) else True


def _kind(value: Any) -> str:
    return "None" if value is None else f"{type(value).__name__} {value!r:.60}"

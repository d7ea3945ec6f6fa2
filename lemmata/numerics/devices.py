"""Where samples are drawn, and how code that was written on the CPU follows them there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from lemmata.numerics.errors import DeviceError

DeviceName: TypeAlias = Literal["auto", "cpu", "cuda"]

# What leaves torch for the host, where a tensor must stay.
LEAVING = (Tensor.cpu, Tensor.numpy, Tensor.__array__, Tensor.tolist, Tensor.item)


def device_of(name: DeviceName) -> torch.device:
    """The device of a name; `auto` is the GPU when there is one.

    Raises:
        DeviceError: A GPU was demanded and there is none, or the name is not known.
    """
    if name not in get_args(DeviceName):
        raise DeviceError(f"there is no device {name!r}; say auto, cpu or cuda")
    if name == "cpu":
        return torch.device("cpu")
    if torch.cuda.is_available():
        return torch.device("cuda")
    if name == "cuda":
        raise DeviceError("no GPU is available to torch; give cpu or auto as the device")
    return torch.device("cpu")


def use_one_thread() -> None:
    """The models are small and claims run side by side: more threads make both slower."""
    torch.set_num_threads(1)


class Following(TorchFunctionMode):
    """Within it, every torch function moves its tensors on the CPU to one device first.

    Those that leave torch, such as `numpy`, do not.

    An estimator captures tensors and models that live on the CPU; drawn on a GPU, it runs there
    without being written twice.

    Args:
        device: Where tensors are moved.
    """

    def __init__(self, device: torch.device) -> None:
        super().__init__()
        self.device = device

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call the function with everything in one place."""
        del types
        if func in LEAVING:
            return func(*args, **(kwargs or {}))
        moved = self._moved(args)
        return func(*moved, **{name: self._moved(each) for name, each in (kwargs or {}).items()})

    def _moved(self, value: Any) -> Any:
        if isinstance(value, Tensor) and value.device.type == "cpu" and value.ndim:
            return value.to(self.device)
        if type(value) in (tuple, list):
            return type(value)(self._moved(each) for each in value)
        return value


class Measuring(TorchFunctionMode):
    """Within it, the size of the largest tensor that a torch function returns is kept.

    Attributes:
        largest: In bytes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.largest = 0

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call the function and look at what it returns."""
        del types
        found = func(*args, **(kwargs or {}))
        for each in found if type(found) in (tuple, list) else (found,):
            if isinstance(each, Tensor):
                self.largest = max(self.largest, each.nbytes)
        return found

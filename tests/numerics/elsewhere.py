"""A second device that is none: tensors that are elsewhere, computed by the CPU behind the scenes.

Its tensors say that they are on `meta`, where nothing can be read by accident; operations between
them and the CPU's are refused as a GPU refuses them. It may compute worse than the CPU, and have
little memory.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter, tree_map

from lemmata.numerics import api, engine, laws, methods, sampled, streams

ELSEWHERE = torch.device("meta")


class Remote(Tensor):
    """A tensor elsewhere; `here` is its content."""

    here: Tensor

    @staticmethod
    def __new__(cls: "type[Remote]", here: Tensor) -> "Remote":  # noqa: PYI034
        found = Tensor._make_wrapper_subclass(
            cls, here.size(), strides=here.stride(), dtype=here.dtype, device=ELSEWHERE
        )
        found.here = here
        return found

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls,
        func: Any,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Only the mode below computes."""
        raise AssertionError(f"{func} outside of the device")


class Generator(torch.Generator):
    """The generator of a stream elsewhere."""

    device = ELSEWHERE


class Device(TorchDispatchMode):
    """The device.

    Args:
        wrong: What it makes of each result, by the name of the operation.
        memory: The most numbers that a tensor may have; more is out of memory.
    """

    def __init__(self, wrong: Mapping[str, Callable[[Tensor], Tensor]], memory: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.wrong, self.memory = wrong, memory
        self.calls = 0

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Compute on the contents, and wrap what was asked for elsewhere."""
        del types
        named = dict(kwargs or {})
        tensors = [each for each in tree_iter((args, named)) if isinstance(each, Tensor)]
        remote = [each for each in tensors if isinstance(each, Remote)]
        name = func.overloadpacket.__name__
        asked = named.get("device")
        away = bool(remote) if asked is None else asked == ELSEWHERE
        if asked is not None:
            named["device"] = torch.device("cpu")
        elif remote and name != "copy_" and len(remote) < sum(each.ndim > 0 for each in tensors):
            raise RuntimeError(f"{name}: tensors are on two devices")
        content = {id(each): each.here if isinstance(each, Remote) else each for each in tensors}
        args, named = tree_map(lambda x: content.get(id(x), x), (args, named))
        with torch._C.DisableTorchFunction():  # what follows a device is not to follow it here
            found = func(*args, **named)
        if not away:
            return found
        self.calls += 1
        owners = {id(here): each for each, here in ((r, r.here) for r in remote)}

        def wrapped(value: Any) -> Any:
            if not isinstance(value, Tensor):
                return value
            if id(value) in owners:  # changed in place
                return owners[id(value)]
            if value.numel() > self.memory:
                raise torch.OutOfMemoryError(f"{value.numel()} numbers")
            return Remote(self.wrong[name](value) if name in self.wrong else value)

        return tree_map(wrapped, found)


@contextmanager
def elsewhere(
    patch: pytest.MonkeyPatch,
    *,
    wrong: Mapping[str, Callable[[Tensor], Tensor]] | None = None,
    memory: float = float("inf"),
) -> Iterator[Device]:
    """The device is there within this block; its streams are those of the CPU."""

    def stream(seed: int, *names: str, device: torch.device | None = None) -> torch.Generator:
        found = streams.stream(seed, *names)
        if device != ELSEWHERE:
            return found
        away = Generator()
        away.set_state(found.get_state())
        return away

    for module in (engine, api, sampled, methods, laws):
        patch.setattr(module, "stream", stream)
    patch.setattr(sampled, "device_of", lambda _: ELSEWHERE)
    with Device(wrong or {}, memory) as device:
        yield device

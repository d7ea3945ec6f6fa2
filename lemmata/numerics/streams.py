"""Random streams, one for each purpose.

A run has one seed, drawn afresh unless it is given, and printed. Each check draws from a stream of
its own, a hash of the run's seed and the check's id, so that checks neither share noise nor depend
on their order. The global generators of torch and numpy are never used, and never left changed.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import torch


def fresh_seed() -> int:
    """A seed for a run that was given none."""
    return secrets.randbits(48)


def stream(seed: int, *names: str, device: torch.device | None = None) -> torch.Generator:
    """The generator of one purpose: the same for the same seed and names.

    Args:
        seed: The seed of the run.
        names: The check, and what the stream is for.
        device: Where it draws; the CPU unless given.
    """
    digest = hashlib.sha256("\0".join((str(seed), *names)).encode()).digest()
    generator = torch.Generator(device=device or "cpu")
    generator.manual_seed(int.from_bytes(digest[:7], "big"))
    return generator


@contextmanager
def isolated(generator: torch.Generator) -> Iterator[None]:
    """Let foreign code draw from torch's global generator, seeded by ours, and put it back.

    `torch.distributions` samples from the global generator only. Within this block it is a
    stream of the check; after it, it is what it was.
    """
    devices = [torch.cuda.current_device()] if generator.device.type == "cuda" else []
    seed = int(torch.randint(2**62, (), generator=generator, device=generator.device))
    with torch.random.fork_rng(devices=devices):
        torch.default_generator.manual_seed(seed)  # and no GPU's but the one that draws
        if devices:
            torch.cuda.manual_seed(seed)
        yield


def normal(generator: torch.Generator, *shape: int, single_precision: bool = False) -> torch.Tensor:
    """Independent standard normal numbers, in float64.

    Args:
        generator: Where they are drawn from.
        shape: Their shape.
        single_precision: Draw in float32, about five times as fast. torch's float32 normals
            stop at 5.77 deviations, so only for checks that declare the bias as their tolerance.
    """
    dtype = torch.float32 if single_precision else torch.float64
    drawn = torch.randn(shape, generator=generator, device=generator.device, dtype=dtype)
    return drawn.to(torch.float64) if single_precision else drawn


def uniform(generator: torch.Generator, *shape: int) -> torch.Tensor:
    """Independent uniform numbers in [0, 1), in float64."""
    return torch.rand(shape, generator=generator, device=generator.device, dtype=torch.float64)

"""Training with seeds and progress, and the cache of trained weights.

Weights are kept as safetensors in the user's cache directory, with a note beside them that holds
their hash and that of the recipe: the source of the model and of its training. A file that is
corrupt, foreign, or of another recipe is noticed and trained again.
"""

import hashlib
import inspect
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Generic, Literal, TypeAlias, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from lemmata.numerics.models import data
from lemmata.numerics.streams import isolated, stream

Size: TypeAlias = Literal["tiny", "full"]
# What is being trained, steps done, and steps in all.
Report: TypeAlias = Callable[[str, int, int], None]
M = TypeVar("M", bound=nn.Module)

CACHE = "LEMMATA_CACHE"
# Progress is reported this often in a training.
REPORTS = 50


@dataclass(frozen=True)
class Recipe(Generic[M]):
    """How a model is made.

    Attributes:
        name: What it is called, also in the cache.
        build: Makes it untrained; initial weights may come from torch's global generator, which
            is a stream of the recipe meanwhile.
        train: Trains it in place, with a generator and a function that reports its steps.
    """

    name: str
    build: Callable[[], M]
    train: Callable[[M, Size, torch.Generator, Callable[[int, int], None]], None]

    def fingerprint(self, size: Size) -> str:
        """A hash of all source that the weights depend on."""
        digest = hashlib.sha256(f"{self.name}\0{size}\0".encode())
        module = inspect.getmodule(self.train)
        for part in (module, data, inspect.getmodule(fit)):
            digest.update(inspect.getsource(part).encode() if part else b"")
        return digest.hexdigest()


def cache_folder() -> Path:
    """Where weights are kept: $LEMMATA_CACHE, or `lemmata` in the user's cache directory."""
    if CACHE in os.environ:
        return Path(os.environ[CACHE])
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "lemmata"


def trained(
    recipe: Recipe[M], size: Size = "full", *, seed: int = 0, report: Report | None = None
) -> M:
    """The trained model: from the cache if its file is what it should be, else trained now.

    Args:
        recipe: How it is made.
        size: tiny for tests, full for certification.
        seed: The seed of initial weights and batches.
        report: Called with the name, the steps done, and the steps in all, while it trains.
    """
    generator = stream(seed, recipe.name, size)
    with isolated(generator):
        model = recipe.build()
    model.double()
    file = cache_folder() / f"{recipe.name}-{size}-{seed}.safetensors"
    if not _load(model, file, recipe.fingerprint(size)):

        def steps(done: int, total: int) -> None:
            if report is not None and (done == total or done % max(1, total // REPORTS) == 0):
                report(recipe.name, done, total)

        model.train()
        with isolated(generator):
            recipe.train(model, size, generator, steps)
        _save(model, file, recipe.fingerprint(size))
    model.eval()
    return model.requires_grad_(requires_grad=False)


def _load(model: nn.Module, file: Path, fingerprint: str) -> bool:
    """Fill the model from the cache, or say that this cannot be done."""
    try:
        note = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        content = file.read_bytes()
        known = {"recipe": fingerprint, "sha256": hashlib.sha256(content).hexdigest()}
        if note != known:
            return False
        weights = load_file(file)
        if not all(bool(torch.isfinite(each).all()) for each in weights.values()):
            return False
        model.load_state_dict(weights)
    except (OSError, ValueError, RuntimeError, SafetensorError):
        return False  # absent, unreadable, or of another shape: it is trained again
    return True


def _save(model: nn.Module, file: Path, fingerprint: str) -> None:
    """Keep the weights; a cache that cannot be written costs the next run its training only."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(f".{os.getpid()}.new")
        save_file({name: each.contiguous() for name, each in model.state_dict().items()}, new)
        digest = hashlib.sha256(new.read_bytes()).hexdigest()
        note = json.dumps({"recipe": fingerprint, "sha256": digest})
        file.with_suffix(".json").write_text(note, encoding="utf-8")
        new.replace(file)
    except OSError:
        return


def fit(
    parameters: Iterable[Tensor],
    loss: Callable[[], Tensor],
    *,
    steps: int,
    rate: float,
    report: Callable[[int, int], None],
) -> None:
    """Minimise by Adam with a rate that falls to zero along a cosine.

    Raises:
        FloatingPointError: The loss is no longer finite.
    """
    optimizer = torch.optim.Adam(list(parameters), lr=rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for step in range(1, steps + 1):
        optimizer.zero_grad()
        value = loss()
        if not bool(torch.isfinite(value)):
            raise FloatingPointError(f"the loss is {value.item()} after {step - 1} steps")
        value.backward()
        optimizer.step()
        schedule.step()
        report(step, steps)


def mlp(*widths: int) -> nn.Sequential:
    """A smooth network: linear maps with tanh between them."""
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def batch(rows: Tensor, n: int, generator: torch.Generator) -> Tensor:
    """So many rows, drawn with replacement."""
    return rows[torch.randint(rows.shape[0], (n,), generator=generator)]

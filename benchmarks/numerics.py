"""Measure the numerics, in one run: `python benchmarks/numerics.py`.

    loop        samples per second of the loop (noise, integrand, centre, both sums), and of whole
                runs with their pilot, looks and trace, as shares of raw `torch.randn` in float64:
                medians of turns taken one after the other, so that a busy machine slows all alike
                target: 0.9, and 3 with float32 draws
    statistics  time of a look, per sample since the last one       target: at most 1 ns
    samples     how many a refutation takes, against the z-test and against the DKWM design of
                TensorFlow Probability           target: 0.65 of the z-test in the mean
    claims      seconds for the checks of each claim on tiny models, mutants included

On the CPU with one thread, and on the GPU when there is one. Nothing here is asserted.
"""

import math
import statistics
import tempfile
import time
from collections.abc import Callable
from operator import truediv

import numpy as np
import torch
from torch import Tensor

from lemmata.numerics import estimates
from lemmata.numerics.audit import audit
from lemmata.numerics.bounds import Design, Powers, Variance
from lemmata.numerics.calibration import LAWS, RANGES, UNIT_VARIANCE, replicate
from lemmata.numerics.check import SampledCheck, Sums
from lemmata.numerics.engine import CHUNK, GROWTH, SIGNS, run_check
from lemmata.numerics.models import Zoo
from lemmata.numerics.streams import normal

SAMPLES = 10_000_000
LONG, SHORT = 50_000_000, 1_000_000  # what a claim that is half an effect off may take
REPETITIONS = 5
ALPHA = 1e-6


def seconds(action: Callable[[], object]) -> float:
    """The shortest of a few runs."""
    times = []
    for _ in range(REPETITIONS):
        started = time.process_time()
        action()
        times.append(time.process_time() - started)
    return min(times)


def raw(device: torch.device) -> Callable[[], int]:
    """Draws float64 normals, in chunks, and says how many."""
    place = torch.empty(CHUNK, dtype=torch.float64, device=device)

    def draw() -> int:
        for _ in range(SAMPLES // CHUNK):
            place.normal_()
        if device.type == "cuda":
            torch.cuda.synchronize()
        return SAMPLES // CHUNK * CHUNK

    return draw


def check_of(samples: float, target: float, *, single: bool) -> SampledCheck:
    """The mean of normal numbers, with an effect that a z-test sees after so many samples."""

    def noise(generator: torch.Generator, n: int) -> Tensor:
        return normal(generator, n, single_precision=single)

    effect = math.sqrt(Design(np.ones(1), 1.0, ALPHA, 0.99).fixed_samples() / samples)
    return SampledCheck(
        "benchmark/loop", "E z", ("z",), noise, lambda z: z, Variance(1.0, "standard normal"),
        effect, "the design", target=target * effect, longest=3.0,
    )  # fmt: skip


def loop(device: torch.device, *, single: bool) -> Callable[[], int]:
    """One batch of a long run: the loop itself, with one look at its end."""
    check = check_of(SAMPLES / 3.0, 1e-9, single=single)
    zero = np.zeros(1)
    before = Sums(20 * SAMPLES, zero, zero + 20.0 * SAMPLES, zero, zero, zero)

    def batch() -> int:
        found = run_check(check, false_alarm_rate=ALPHA, seed=1, device=device, sums=before)
        return found.n - before.n

    return batch


def run(device: torch.device, samples: int, *, single: bool) -> Callable[[], int]:
    """A whole run with its looks; its claim is half an effect off, and so decided late."""
    check = check_of(samples, 0.5, single=single)
    return lambda: run_check(check, false_alarm_rate=ALPHA, seed=1, device=device).n


def rates(actions: dict[str, Callable[[], int]]) -> dict[str, tuple[int, float]]:
    """How many samples each draws, and its rate as a multiple of the first: a median over turns."""
    found: dict[str, list[float]] = {name: [] for name in actions}
    drawn: dict[str, int] = {}
    for _ in range(2 * REPETITIONS):
        for name, action in actions.items():
            started = time.process_time()
            drawn[name] = action()
            found[name].append(drawn[name] / (time.process_time() - started))
    base = found[next(iter(found))]
    return {
        name: (drawn[name], statistics.median(map(truediv, each, base)))
        for name, each in found.items()
    }


def look_cost(n: float) -> float:
    """Nanoseconds of the look after so many samples, for each sample since the last one."""
    bound = Variance(1.0, "one")
    design = Design(np.ones(1), 0.01, ALPHA, 0.99)
    tuning = bound.tuning(design, ALPHA)
    sums = Powers(n, np.array([3.0]), np.array([n]), np.zeros(1), np.zeros(1))

    def look() -> None:
        for shift in (0.0, -0.01):
            bound.log_e(sums, sign=SIGNS["="], shift=shift, tuning=tuning)

    return seconds(look) * 1e9 / (GROWTH * n)


def samples() -> None:
    """Samples to refute an error of a tenth of a deviation, by law."""
    print("samples to refute 0.1 deviations at 1e-6, as multiples of the z-test")
    for name, law in LAWS.items():
        found = replicate(
            law, UNIT_VARIANCE, replications=300, samples=40_000, every=64, rates=(ALPHA,),
            effect_size=0.1, error=0.1,
        )  # fmt: skip
        text = f"mean {found.mean_samples / found.fixed_samples:.2f}"
        text += f", 99 % {found.late_samples / found.fixed_samples:.2f}"
        if name in RANGES:  # TFP: each of two envelopes is half of the discrepancy
            width = float(RANGES[name].high) - float(RANGES[name].low)
            dkwm = math.log(2.0 / ALPHA) / (2.0 * (0.1 / (2.0 * width)) ** 2)
            text += f"; DKWM design {dkwm / found.fixed_samples:.1f}"
        print(f"  {name:28s} {text}")


def claims() -> None:
    """Seconds for the checks of each claim, mutants included, on tiny models."""
    with tempfile.TemporaryDirectory() as folder:
        import os

        os.environ["LEMMATA_CACHE"] = folder
        zoo = Zoo("tiny")
        started = time.process_time()
        zoo.train_all()
        print(f"training of the tiny models: {time.process_time() - started:.1f} s")
        for claim in estimates.available():
            started = time.process_time()
            for check in estimates.checks(claim, zoo):
                audit(check, false_alarm_rate=ALPHA / 24, seed=1)
            print(f"  {claim:36s} {time.process_time() - started:6.2f} s")


def main() -> None:
    """Print the measurements."""
    torch.set_num_threads(1)
    devices = [torch.device("cpu")]
    if torch.cuda.is_available():
        devices.append(torch.device("cuda"))
    for device in devices:
        draw = raw(device)
        print(f"{device.type}: torch.randn float64 {draw() / seconds(draw) / 1e6:.0f} M/s")
        measured = {"raw": draw}
        for single in (False, True):
            measured[f"the loop, {32 if single else 64}-bit draws"] = loop(device, single=single)
            for size in (LONG, SHORT):
                name = f"a run with its looks, {32 if single else 64}-bit draws, {size}"
                measured[name] = run(device, size, single=single)
        for name, (n, ratio) in list(rates(measured).items())[1:]:
            print(f"  {name}: {ratio:.2f} of it, over {n / 1e6:.1f} M samples")
    for n in (1e5, 1e6, 1e7):
        print(f"statistics: a look at {n:.0e} samples costs {look_cost(n):.2f} ns for each new one")
    samples()
    claims()


if __name__ == "__main__":
    main()

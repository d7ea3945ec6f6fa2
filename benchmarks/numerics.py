"""Measure the numerics, in one run: `python benchmarks/numerics.py`.

    loop        samples per second of the loop (noise, integrand, centre, both sums, looks), and of
                whole runs with their pilot, report and trace, as shares of raw float64 normals
                that are drawn in place, without an allocation: after each batch as many of these
                are drawn as it had, so that a busy or slow machine slows both sides alike. The
                ratio of the medians, and the quartiles of the ratios of neighbours
                target: 0.9, and 3 with float32 draws
    statistics  what centring and both sums take, per sample; and a look, per sample since the last
                                                 target: at most 1 ns together
    samples     how many a refutation takes, against the z-test and against the DKWM design of
                TensorFlow Probability           target: 0.65 of the z-test in the mean
    claims      seconds for the checks of each claim on tiny models, mutants included

On the CPU with one thread, and on the GPU when there is one. Nothing here is asserted. `--loop`
measures the first two only.
"""

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from lemmata.numerics import estimates
from lemmata.numerics.audit import audit
from lemmata.numerics.bounds import Design, Powers, Variance
from lemmata.numerics.calibration import LAWS, RANGES, UNIT_VARIANCE, replicate
from lemmata.numerics.check import SampledCheck, Sums
from lemmata.numerics.engine import CHUNK, CHUNK_ON_GPU, GROWTH, SIGNS, run_check
from lemmata.numerics.models import Zoo
from lemmata.numerics.streams import normal

LONG, SHORT = 50_000_000, 1_000_000  # what a claim that is half an effect off may take
REPETITIONS = 5
ALPHA = 1e-6
# The loop is measured from so many samples on, in batches of a million, up to where it decides.
BEFORE, DESIGNED = 20_000_000, 60_000_000


def now(device: torch.device) -> float:
    """Seconds that this process worked; on a GPU, which works beside it, those that passed."""
    if device.type == "cuda":
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def seconds(action: Callable[[], object]) -> float:
    """The shortest of a few runs."""
    times = []
    for _ in range(REPETITIONS):
        started = time.process_time()
        action()
        times.append(time.process_time() - started)
    return min(times)


class Beside:
    """Times a run batch by batch, and as many raw normals after each.

    Attributes:
        ours: Seconds of each batch with its look.
        raw: Seconds of as many raw normals.
        sizes: How many each batch had.
        rest: Seconds of the run outside of its batches: the pilot, the report.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        size = CHUNK if device.type == "cpu" else CHUNK_ON_GPU
        self.place = torch.empty(size, dtype=torch.float64, device=device)
        self.ours: list[float] = []
        self.raw: list[float] = []
        self.sizes: list[int] = []
        self.rest = 0.0

    def run(self, check: SampledCheck, before: Sums | None = None) -> None:
        """Run a check, timed."""
        done = before.n if before is not None else 0
        began = now(self.device)
        first = len(self.sizes)

        def looked(total: int, most: int) -> None:
            nonlocal began, done
            del most
            ended = now(self.device)
            self.ours.append(ended - began)
            self.sizes.append(total - done)
            for start in range(done, total, len(self.place)):
                self.place[: total - start].normal_()
            began = now(self.device)
            self.raw.append(began - ended)
            done = total

        run_check(
            check, false_alarm_rate=ALPHA, seed=1, device=self.device, sums=before, progress=looked
        )
        # The first batch comes after the pilot.
        self.rest += now(self.device) - began + self.ours[first] - self.ours[first + 1]
        self.ours[first] = self.ours[first + 1]

    def ratios(self) -> list[float]:
        """For each batch, the rate of ours as a share of the raw one."""
        return [raw / ours for raw, ours in zip(self.raw, self.ours, strict=True)]


def check_of(samples: float, *, single: bool) -> SampledCheck:
    """The mean of normals, half an effect off, which a z-test sees after so many samples."""

    def noise(generator: torch.Generator, n: int) -> Tensor:
        return normal(generator, n, single_precision=single)

    effect = math.sqrt(Design(np.ones(1), 1.0, ALPHA, 0.99).fixed_samples() / samples)
    return SampledCheck(
        "benchmark/loop", "E z", ("z",), noise, lambda z: z, Variance(1.0, "standard normal"),
        effect, "the design", target=0.5 * effect, longest=3.0,
    )  # fmt: skip


def loop(device: torch.device) -> None:
    """Print the rate of the loop and of whole runs, as shares of raw normals."""
    for single in (False, True):
        bits = f"{32 if single else 64}-bit draws"
        check = check_of(DESIGNED, single=single)
        first, zero = np.array([-0.5 * check.effect_size * BEFORE]), np.zeros(1)
        before = Sums(BEFORE, first, zero + BEFORE, zero, zero, zero)
        found = Beside(device)
        for _ in range(REPETITIONS):
            found.run(check, before)
        per_sample = [
            statistics.median(t / n for t, n in zip(times, found.sizes, strict=True))
            for times in (found.raw, found.ours)
        ]
        low, _, high = statistics.quantiles(found.ratios())
        print(
            f"{device.type}: the loop, {bits}: {per_sample[0] / per_sample[1]:.2f} of raw float64 "
            f"normals ({1e-6 / per_sample[0]:.0f} M/s); quartiles {low:.2f} to {high:.2f} over "
            f"{len(found.ours)} batches of {min(found.sizes) / 1e6:.1f} to "
            f"{max(found.sizes) / 1e6:.1f} M"
        )
        for size in (LONG, SHORT):
            check = check_of(size, single=single)
            each = []
            for _ in range(1 if size == LONG else REPETITIONS):
                whole = Beside(device)
                whole.run(check)
                each.append(sum(whole.raw) / (sum(whole.ours) + whole.rest))
            print(
                f"  a whole run, {bits}: {statistics.median(each):.2f}, "
                f"over {sum(whole.sizes) / 1e6:.1f} M samples and {len(whole.sizes)} looks"
            )


def statistics_cost() -> None:
    """Print what the statistics of a sample take, beside its draw."""
    y, center = torch.randn(CHUNK, 1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    place = torch.empty_like(y)

    def summed() -> None:
        for _ in range(100):
            flat = torch.sub(y, center, out=place).reshape(-1)
            torch.sum(flat)
            torch.dot(flat, flat)

    each = seconds(summed) * 1e9 / (100 * CHUNK)
    print(f"statistics: centring and both sums take {each:.2f} ns per sample")
    for n in (1e5, 1e6, 1e7):
        print(f"  a look at {n:.0e} samples takes {look_cost(n):.2f} ns for each new one")


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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loop", action="store_true", help="only the loop and its statistics")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    loop(torch.device("cpu"))
    if torch.cuda.is_available():
        loop(torch.device("cuda"))
    statistics_cost()
    if not asked.loop:
        samples()
        claims()


if __name__ == "__main__":
    main()

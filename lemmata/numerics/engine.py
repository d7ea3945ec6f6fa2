"""Runs a sampled check: draws in batches, looks after each, and stops when the evidence is in.

Three verdicts. *Refuted*: the e-value against the claim reached 1 / false_alarm_rate at a look.
*Confirmed*: the e-values against "the mean is off by the effect size or more", to either side, in
every coordinate, reached 1 / (1 - power). *Undecided*: the sample cap was reached first, or a few
samples dominate a sum for which no bound is known. There is no retry and no choice of seed; more
evidence is had by continuing from the sums of an earlier run.
"""

import math
from bisect import bisect_right
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lemmata.kernel.verdict import Cause, Counterexample, Outcome
from lemmata.numerics.bounds import (
    FEWEST,
    LARGEST_SHARE,
    PER_KURTOSIS,
    RANGE_SLACK,
    Array,
    Bound,
    Design,
    Powers,
    Range,
    best_scale,
    coordinate,
    log_half_mixture,
    moved,
)
from lemmata.numerics.check import (
    Draws,
    Estimate,
    Relation,
    SampledCheck,
    Sums,
    Trace,
    Tuned,
)
from lemmata.numerics.devices import Following, Measuring
from lemmata.numerics.errors import ConfigurationError, DeviceError, FalseBoundError, ModelError
from lemmata.numerics.messages import sampled_message
from lemmata.numerics.streams import stream

# Samples are drawn and summed in chunks that fit into the caches of a CPU, and keep a GPU busy;
# in smaller ones where a draw takes much memory, so that no tensor of theirs is larger than this.
CHUNK, CHUNK_ON_GPU, SMALLEST_CHUNK = 65_536, 1_048_576, 64
LARGEST_TENSOR, LARGEST_ON_GPU = 2**23, 2**28
# What torch says where the memory of a CPU is short; it has no exception of its own.
CPU_MEMORY = "DefaultCPUAllocator: can't allocate memory"
# The first look, and the share of the samples so far that each further batch adds.
FIRST, GROWTH = 512, 0.05
# The pilot, from which runs are designed, and the draws that show whether a sampler repeats itself.
PILOT, REPLAY = 512, 64
# A bound is called false at this e-value against it, far beyond any false alarm of ours.
FALSE_BOUND = math.log(1e9)
# Bets that the variance is above its bound; each a share of the stake on every batch.
BETS = np.array([0.1, 0.3, 0.6, 0.9])
# How far the same draws may lead apart on two devices, relatively.
DEVICE_TOLERANCE = 1e-10
# How far the value of a draw may depend on the draws beside it: in deviations, and in its size.
APART, ROUNDED = 1e-2, 1e-6
# The running estimate is kept at these numbers of samples, each a tenth above the last, and of
# these, where they are at least the end of the run over this factor.
MARKS = sorted({math.ceil(64.0 * 1.1**k) for k in range(160)})
TRACED = 128
# The signs of the errors that a confirmation excludes, a row for each.
SIGNS: dict[Relation, Array] = {
    "=": np.array([[-1.0], [1.0]]),
    ">=": np.array([[1.0]]),
    "<=": np.array([[-1.0]]),
}
# No run draws more, whatever its design asks for.
MOST_SAMPLES = 200_000_000
# ... nor more than this where no bound is known and the tails decide.
MOST_UNBOUNDED = 4_000_000
# A variance below this share of the mean square is rounding.
ROUNDING = 1e-13
# Why a run ends undecided where all is well.
CAPPED = "the sample cap was reached"
# What is wrong with code that draws elsewhere, or whose values hang together.
RANDOM_ELSEWHERE = (
    "what is averaged may use no randomness but the generator's: no global torch, numpy or random "
    "draws, and no dropout (`model.eval()`)"
)
NOT_INDEPENDENT = (
    "the value of a draw depends on the draws beside it; values must be independent: no mean or "
    "standardisation over the batch, no batch normalisation in training mode (`model.eval()`)"
)


@dataclass
class _Chunk:
    """How many samples are drawn at once; it shrinks when the memory is short.

    Attributes:
        size: How many.
        center: What they are centred at, on their device; None where they are not.
        offset: What their sums are moved by instead, where nothing is lost in that.
        place: Where they are centred: fresh memory for each would cost more than the sums.
    """

    size: int
    center: Tensor | None = None
    offset: Array | float = 0.0
    place: Tensor = field(default_factory=lambda: torch.empty(0, 0, dtype=torch.float64))

    def center_at(self, tuned: Tuned, device: torch.device) -> None:
        """Centre at the claimed value.

        A claim that is within a bounded deviation of 0 is subtracted from the sums: the digits that
        this costs are those of a number no larger than the bound itself.
        """
        near = tuned.bound.powers == 2 and tuned.deviations is not None
        if near and tuned.center.size == 1 and np.all(np.abs(tuned.center) <= tuned.deviations):
            self.offset = tuned.center
        elif tuned.center.any():
            self.center = torch.from_numpy(tuned.center).to(device)

    def fit(self, size: int, per_draw: float, device: torch.device) -> None:
        """Draw fewer at once where there are many coordinates, or a draw takes much memory."""
        largest = LARGEST_TENSOR if device.type == "cpu" else LARGEST_ON_GPU
        fitting = min(self.size // size, int(largest / max(per_draw, 1.0)))
        self.size = min(self.size, max(SMALLEST_CHUNK, fitting))

    def centred(self, values: Tensor) -> Tensor:
        """The values less the center, until the next call."""
        if self.center is None:
            return values
        n = values.shape[0]
        if self.place.shape[0] < n:
            self.place = torch.empty_like(values)
        place = self.place if self.place.shape[0] == n else self.place[:n]
        return torch.sub(values, self.center, out=place)


@dataclass
class _Batch:
    """The sums of one batch so far: of each chunk on its device, of all of them on the host.

    Attributes:
        tuned: The check and its design.
        before: How many samples there were before it.
        chunk: Where its chunks are centred.
        along: What y is projected on; None where it is not.
        traced: Whether to keep marks.
        powers: The sums of y, y^2 and, where they are asked for, y^3 and y^4: a row for each.
        largest: The largest y^2, where no bound is known.
        line: The sums of the projection and of its square.
        n: How many samples it has.
        low: The least y above the lower end, negative where the range is false.
        high: The largest y above the upper end.
        marks: The sums of its first samples, up to each of `MARKS` that it passes.
    """

    tuned: Tuned
    before: int
    chunk: _Chunk
    along: Tensor | None
    traced: bool
    powers: Array
    largest: Array
    line: Array = field(default_factory=lambda: np.zeros(2))
    n: int = 0
    low: float = math.inf
    high: float = -math.inf
    marks: list[Sums] = field(default_factory=list)

    def add(self, values: Tensor) -> None:
        """Add a chunk; the sums stay what they were when its memory does not suffice.

        Raises:
            ModelError: A value is not finite.
        """
        bound = self.tuned.bound
        y = self.chunk.centred(values)
        n, begin = y.shape[0], self.before + self.n
        stops = _stops(begin, begin + n) if self.traced else []
        parts = y.tensor_split([stop - begin for stop in stops]) if stops else (y,)
        powers = [_on_host(_power_sums(part, bound.powers)) for part in parts]
        # The highest power is even: nothing cancels, and lower ones are finite where it is.
        if not all(math.isfinite(part[-1].sum()) for part in powers):
            raise ModelError(f"{self.tuned.check.id}: {_not_finite(values)}")
        largest = None if self.tuned.deviations is not None else _on_host((y.square().amax(0),))
        ends = _on_host(torch.aminmax(y, dim=0)) if isinstance(bound, Range) else None
        line = None
        if self.along is not None:
            projected = y @ self.along
            line = _on_host((projected.sum(), projected @ projected))
        # Nothing that follows needs memory.
        self.powers += powers[0]
        for stop, part in zip(stops, powers[1:], strict=True):
            self.marks.append(self.sums(stop - self.before))
            self.powers += part
        self.n += n
        if largest is not None:
            np.maximum(self.largest, largest[0], out=self.largest)
        if line is not None:
            self.line += line[:, 0]
        if isinstance(bound, Range) and ends is not None:
            self.low = min(self.low, float((ends[0] - bound.low).min()))
            self.high = max(self.high, float((ends[1] - bound.high).max()))

    def sums(self, n: int) -> Sums:
        """All that is kept of its samples, of which there are n."""
        s1, s2, *high = self.powers.copy()
        s3, s4 = high or np.zeros((2, s1.size))
        s1, s2 = Powers(n, s1, s2, s3, s4).moved(1, self.chunk.offset)
        along, along2 = self.line.tolist()
        return Sums(n, s1, s2, s3, s4, self.largest.copy(), along, along2)


@dataclass
class _Bets:
    """The evidence that the declared variance is exceeded: log-wealth of each bet."""

    wealth: Array = field(default_factory=lambda: np.zeros((1, BETS.size)))

    def add(self, batch: Sums, variance: Array) -> float:
        """Bet on one batch's sample variance, whose mean is Var y, and return log e."""
        spread = (batch.s2 - np.square(batch.s1) / batch.n) / (batch.n - 1)
        excess = np.maximum(spread, 0.0) / variance - 1.0
        self.wealth = self.wealth + np.log1p(BETS * excess[:, None])
        peak = float(self.wealth.max())
        return peak - math.log(self.wealth.size)  # at most the average of the e-values


def run_check(
    check: SampledCheck,
    *,
    false_alarm_rate: float,
    seed: int,
    device: torch.device | None = None,
    sums: Sums | None = None,
    progress: Callable[[int, int], None] | None = None,
    miss_rate: float | None = None,
    traced: bool = True,
) -> Estimate:
    """Estimate a mean until it is told apart from the claim, or from every error that matters.

    Args:
        check: What is estimated; its share multiplies the false-alarm rate.
        false_alarm_rate: The budget that the check has a share of.
        seed: The seed of the run.
        device: Where to draw; the CPU unless given.
        sums: What an earlier run of the same check, with another seed, kept.
        progress: Called after each look with the samples so far and the most there may be.
        miss_rate: Confirm at this rate instead of 1 - power; the design stays that of the check.
        traced: Whether to keep how the estimate settled.

    Raises:
        ModelError: What was drawn or computed is not finite, or has the wrong shape.
        FalseBoundError: The data contradict the bound.
        ConfigurationError: The effect cannot be seen within the sample cap.
        DeviceError: There is not enough memory even for small chunks.
    """
    place = device or torch.device("cpu")
    chunk = _Chunk(CHUNK if place.type == "cpu" else CHUNK_ON_GPU)
    tuned = _tune(check, false_alarm_rate * check.share, seed, place, chunk)
    if miss_rate is not None:
        tuned = replace(tuned, miss_rate=miss_rate)
    _compare_devices(check, seed, place, min(PILOT, chunk.size))
    generator = stream(seed, check.id, "samples", device=place)
    zero = np.zeros_like(tuned.center)
    total = sums or Sums(0, zero, zero, zero, zero, zero)
    most = total.n + tuned.most
    bets, marks = _Bets(), list[Sums]()
    chunk.center_at(tuned, place)
    while True:
        size = min(max(FIRST, int(GROWTH * total.n)), most - total.n)
        batch = _draw_batch(tuned, total, generator, size, chunk, traced=traced)
        _hold_bound(tuned, batch, bets)
        marks += [total + each for each in batch.marks]
        total = total + batch.sums(batch.n)
        found = _look(tuned, total, finished=total.n >= most)
        if progress is not None:
            progress(total.n, most)
        if found is not None:
            return _estimate(tuned, total, found, seed, place, marks)


def evaluate(check: SampledCheck, generator: torch.Generator, n: int) -> Tensor:
    """The integrand on n fresh draws: (n, d), in float64.

    Raises:
        ModelError: It is none of this; the message says what it is.
    """
    with following(generator.device):
        return _values(check, check.noise(generator, n), n)


def following(device: torch.device) -> AbstractContextManager[object]:
    """Within it, code of the CPU runs on the device."""
    return nullcontext() if device.type == "cpu" else Following(device)


def _values(check: SampledCheck, draws: Draws, n: int) -> Tensor:
    return in_rows(check.id, check.integrand(draws), n)


def in_rows(name: str, values: object, n: int) -> Tensor:
    """The values in float64, (n, d).

    Raises:
        ModelError: They are none of this; the message says what they are.
    """
    if not isinstance(values, Tensor):
        raise ModelError(f"{name}: the estimator returned {type(values).__name__}, no tensor")
    if values.ndim not in (1, 2) or values.shape[0] != n or 0 in values.shape:
        raise ModelError(
            f"{name}: the estimator returned the shape {tuple(values.shape)} for {n} draws; it "
            f"must be ({n},) or ({n}, d)"
        )
    if values.dtype != torch.float64:
        if values.is_complex():
            raise ModelError(f"{name}: the estimator returned complex numbers")
        values = values.to(torch.float64)
    if values.requires_grad:
        values = values.detach()
    return values if values.ndim == 2 else values[:, None]


def _square(n: int, columns: int) -> str:
    """What is wrong with a shape whose second size is not the same for all numbers of draws."""
    return (
        f"the estimator returned the shape ({n}, {columns}) for {n} draws, and another second size "
        "for another number of draws; an (n, 1) and an (n,) broadcast to (n, n): squeeze the first"
    )


def _not_finite(values: Tensor) -> str:
    """Which values are not finite, or so large that their powers are not."""
    wrong = ~torch.isfinite(values)
    if not bool(wrong.any()):
        return f"the powers of values as large as {float(values.abs().max()):.3g} overflow"
    row, column = wrong.nonzero()[0].tolist()
    return (
        f"{int(wrong.sum())} of {values.numel()} values are NaN or infinite; the first is "
        f"{values[row, column]:g} at draw {row}, coordinate {column}"
    )


def _tune(
    check: SampledCheck, rate: float, seed: int, device: torch.device, chunk: _Chunk
) -> Tuned:
    """Design a run: from the bound, and from a pilot whose samples are not used again."""
    pilot, dtype = _pilot(check, seed, device, chunk)
    values = pilot.numpy()
    target = torch.as_tensor(check.target, dtype=torch.float64).detach().cpu().numpy()
    if target.size not in (1, values.shape[1]):
        raise ModelError(
            f"{check.id}: {target.size} claimed values for {values.shape[1]} estimated ones"
        )
    center = np.broadcast_to(target.reshape(-1), values.shape[1:]).astype(float)
    if not np.isfinite(center).all():
        raise ModelError(f"{check.id}: the claimed value is not finite")
    bound = moved(check.bound, center)
    variance = values.var(axis=0)
    bounding = bound.variance_at(check.tolerance)
    if isinstance(bound, Range):  # an event may be too rare for the pilot
        variance = np.maximum(variance, np.square(np.subtract(bound.high, bound.low)) / PILOT)
    elif bounding is not None:
        variance = np.broadcast_to(bounding, center.shape).astype(float)
    variance = variance + 1e-12 * check.effect_size**2  # where nothing varies
    design = Design(variance, check.effect_size, rate, check.power)
    most = design.fixed_samples()
    if isinstance(bound, Range):  # a mean within a range is not known better than range / n
        width = float(np.max(np.asarray(bound.high) - np.asarray(bound.low)))
        most += math.log(1.0 / rate) * width / check.effect_size
    if bounding is None:  # the pilot may have missed the tails: no promise is made
        most = min(most, MOST_UNBOUNDED / check.longest)
    if check.longest * most > MOST_SAMPLES:
        raise ConfigurationError(
            f"{check.id}: to see an effect of {check.effect_size:.3g} may take "
            f"{check.longest * most:.2g} samples, and the most is {MOST_SAMPLES:.2g}; declare a "
            "larger effect, or reduce the variance by pairing or control variates"
        )
    if check.longest < 1.0:
        raise ConfigurationError(
            f"{check.id}: the sample cap is {check.longest:g} times what a z-test takes to see the "
            "declared effect: the check could not decide; give a `longest` of 1 or more"
        )
    deviations = None if bounding is None else np.sqrt(np.broadcast_to(bounding, center.shape))
    together = math.sqrt(center.size) if check.uncorrelated else 1.0
    effect = together * check.effect_size / math.sqrt(variance.max())
    scaled = Design(np.ones(1), effect, rate, check.power)
    return Tuned(
        check,
        center,
        bound,
        design,
        bound.tuning(design, rate),
        bound.tuning(design, design.miss_rate),
        float(best_scale(scaled.expected(rate), rate)[0]),
        deviations,
        max(FIRST, check.fewest, math.ceil(check.longest * most)),
        design.miss_rate,
        dtype,
    )


def _pilot(
    check: SampledCheck, seed: int, device: torch.device, chunk: _Chunk
) -> tuple[Tensor, torch.dtype]:
    """A pilot on the host, after seeing that it depends on its generator and on nothing else.

    It also shows how much memory a draw takes, by which the chunks are made to fit, and in which
    precision the values come, which is returned with it.
    """

    def drawn(purpose: str, n: int) -> tuple[Tensor, int]:
        generator = stream(seed, check.id, purpose, device=device)
        kept: list[Tensor] = []
        with Measuring() as measured:
            _draw(check, generator, n, chunk, lambda values: kept.append(values.cpu()))
        if len({each.shape[1] for each in kept}) > 1:
            raise ModelError(f"{check.id}: {_square(*kept[-1].shape)}")
        values = torch.cat(kept)
        if not math.isfinite(float(values.square().sum())):
            raise ModelError(f"{check.id}: {_not_finite(values)}")
        return values, measured.largest

    (pilot, largest), (first, smaller) = drawn("pilot", PILOT), drawn("replay", REPLAY)
    again, other = drawn("replay", REPLAY)[0], drawn("another", REPLAY)[0]
    if first.shape[1] != pilot.shape[1]:
        raise ModelError(f"{check.id}: {_square(*first.shape)}")
    if not torch.allclose(first, again, rtol=1e-6, atol=1e-12):  # GPUs may sum in another order
        raise ModelError(
            f"{check.id}: the same generator gave two different results; {RANDOM_ELSEWHERE}"
        )
    if bool((first != first[0]).any()) and torch.equal(first, other):
        raise ModelError(
            f"{check.id}: two different generators gave the same samples; the sampler ignores its "
            "generator"
        )
    once = all(bool((each == each[0]).all()) for each in (pilot, first, other))
    if once and not (torch.equal(pilot[0], first[0]) and torch.equal(first[0], other[0])):
        raise ModelError(
            f"{check.id}: all values of one call are the same and those of another call differ: "
            "they are one draw or one mean, repeated; return one value for each draw"
        )
    dtype = _precision(check, stream(seed, check.id, "replay", device=device), first)
    chunk.fit(pilot.shape[1], (largest - smaller) / (PILOT - REPLAY), device)
    return pilot, dtype


def _precision(check: SampledCheck, generator: torch.Generator, among: Tensor) -> torch.dtype:
    """The precision of the values, after seeing that none depends on the draws beside it.

    Raises:
        ModelError: One does: they are not independent.
    """
    half = REPLAY // 2

    def twice(draws: Tensor) -> Tensor:
        """Half of the draws, twice: as many as there were, for the same rounding."""
        return torch.cat((draws[:half], draws[:half]))

    with following(generator.device):
        draws = check.noise(generator, REPLAY)
        if isinstance(draws, Tensor):
            draws = twice(draws)
        elif isinstance(draws, tuple) and all(isinstance(each, Tensor) for each in draws):
            draws = tuple(twice(each) for each in draws)
        else:
            return torch.float64  # nothing is known of such draws
        found = check.integrand(draws)
        values = in_rows(check.id, found, REPLAY).cpu()
    spread, size = float(among.std(0).max()), float(among.abs().max())
    if float((values - among)[:half].abs().max()) > APART * spread + ROUNDED * size:
        raise ModelError(f"{check.id}: {NOT_INDEPENDENT}")
    return found.dtype


def _compare_devices(check: SampledCheck, seed: int, device: torch.device, n: int) -> None:
    """On a GPU, see that the integrand gives there what it gives on the CPU, for n draws."""
    if device.type == "cpu":
        return
    with Following(device):
        draws = check.noise(stream(seed, check.id, "device", device=device), n)
        there = _values(check, draws, n).cpu()
    home = tuple(part.cpu() for part in draws) if isinstance(draws, tuple) else draws.cpu()
    here = _values(check, home, n)
    scale = 1.0 + float(here.abs().max())
    apart = float((here - there).abs().max()) / scale
    if apart > DEVICE_TOLERANCE:
        raise ModelError(
            f"{check.id}: the same draws give values {apart:.2g} apart on {device} and on the CPU; "
            "compute in float64 and switch TF32 off"
        )


def _draw_batch(
    tuned: Tuned,
    total: Sums,
    generator: torch.Generator,
    size: int,
    chunk: _Chunk,
    *,
    traced: bool,
) -> _Batch:
    """The sums of a batch."""
    direction = _direction(tuned, total)
    along = None if direction is None else torch.from_numpy(direction).to(generator.device)
    powers = np.zeros((tuned.bound.powers, tuned.center.size))
    batch = _Batch(tuned, total.n, chunk, along, traced, powers, np.zeros_like(tuned.center))
    _draw(tuned.check, generator, size, chunk, batch.add)
    return batch


def _on_host(found: tuple[Tensor, ...]) -> Array:
    """Small tensors of one shape, a row for each: (rows, d); from a GPU in one transfer."""
    if not found[0].ndim and found[0].is_cpu:
        return np.array([[each.item()] for each in found])
    if found[0].is_cpu:
        return np.array([each.numpy() for each in found])
    return np.asarray(torch.stack(found).cpu().numpy()).reshape(len(found), -1)


def _stops(begin: int, end: int) -> list[int]:
    """The marks above one number of samples, up to another."""
    return MARKS[bisect_right(MARKS, begin) : bisect_right(MARKS, end)]


def _power_sums(y: Tensor, powers: int) -> tuple[Tensor, ...]:
    """The sums of y, y^2 and, where they are asked for, y^3 and y^4, by coordinate."""
    if y.shape[1] == 1:
        y = y.reshape(-1)  # much faster than a long column
        total, product = torch.sum, torch.dot
    else:
        total, product = partial(torch.sum, dim=0), partial(torch.linalg.vecdot, dim=0)
    if powers == 2:
        return total(y), product(y, y)
    square = y * y
    return total(y), total(square), product(square, y), product(square, square)


def _draw(
    check: SampledCheck,
    generator: torch.Generator,
    size: int,
    chunk: _Chunk,
    take: Callable[[Tensor], None],
) -> None:
    """Take the integrand on so many draws, chunk by chunk; smaller ones when the memory is short.

    Raises:
        DeviceError: Even the smallest chunk does not fit.
    """
    left = size
    while left:
        n = min(chunk.size, left)
        try:
            take(evaluate(check, generator, n))
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if type(error) is RuntimeError and CPU_MEMORY not in str(error):
                raise
            if chunk.size <= SMALLEST_CHUNK:
                raise DeviceError(
                    f"{check.id}: {generator.device} has too little memory for {n} draws at once; "
                    "use a smaller model or another device"
                ) from error
            # What was drawn for this chunk is lost; that it was does not depend on its values.
            chunk.size = max(SMALLEST_CHUNK, chunk.size // 2)
        else:
            left -= n


def _direction(tuned: Tuned, total: Sums) -> Array | None:
    """Where the samples so far point, scaled so that y along it has at most variance 1.

    The variance of a sum is at most the square of the sum of the deviations; for uncorrelated
    coordinates it is the sum of the variances.
    """
    if tuned.deviations is None or tuned.center.size == 1 or not total.n:
        return None
    parts = np.abs(total.s1) * tuned.deviations
    scale = float(np.linalg.norm(parts)) if tuned.check.uncorrelated else float(parts.sum())
    return total.s1 / scale if scale > 0.0 else None


def _hold_bound(tuned: Tuned, batch: _Batch, bets: _Bets) -> None:
    """Notice that the declared bound is false.

    Raises:
        FalseBoundError: A value is out of range, or the variance is shown to exceed its bound.
    """
    check, bound = tuned.check, tuned.bound
    if isinstance(bound, Range):
        slack = RANGE_SLACK * float(np.max(np.asarray(bound.high) - np.asarray(bound.low)))
        if batch.low < -slack or batch.high > slack:
            raise FalseBoundError(
                f"{check.id}: the declared range is false: a value lies "
                f"{max(-batch.low, batch.high):.3g} outside of it ({bound.source}); give a range "
                "that holds, or none"
            )
    elif tuned.deviations is not None and batch.n > 1:
        variance = np.square(tuned.deviations)
        if bets.add(batch.sums(batch.n), np.maximum(variance, np.finfo(float).tiny)) >= FALSE_BOUND:
            raise FalseBoundError(
                f"{check.id}: the declared variance is false: the samples show a larger one with "
                f"an e-value above 1e9 ({bound.source}); give a bound that holds, or none"
            )


def _look(tuned: Tuned, sums: Sums, *, finished: bool) -> tuple[Outcome, str, float] | None:
    """The outcome at one look with a reason and the log e-value, or None to go on."""
    check, bound, design = tuned.check, tuned.bound, tuned.design
    trusted = tuned.deviations is not None or _is_tame(sums)
    log_e = against_claim(tuned, sums) if trusted else 0.0
    if log_e >= -math.log(design.false_alarm_rate):
        return "refuted", "", log_e
    errors = bound.log_e(
        sums, sign=SIGNS[check.relation], shift=-check.effect_size, tuning=tuned.confirming
    )
    against_errors = float(errors.min())
    if trusted and against_errors >= -math.log(tuned.miss_rate):
        return "confirmed", "", log_e
    if not finished:
        return None
    if trusted:
        return "undecided", CAPPED, log_e
    constant = bool(np.any(_central(sums)[0] <= 0.0))
    return "undecided", "nothing varies" if constant else "tail-dominated", log_e


def against_claim(tuned: Tuned, sums: Sums) -> float:
    """The logarithm of the e-value against the claim, all coordinates together."""
    check, bound = tuned.check, tuned.bound
    # The hypotheses that make up the claim lie opposite to the errors that are excluded.
    sides = bound.log_e(
        sums,
        sign=-SIGNS[check.relation],
        shift=check.tolerance,
        tuning=tuned.refuting,
    )
    average = float(np.logaddexp.reduce(sides, axis=None)) - math.log(sides.size)
    if tuned.deviations is None or sums.along2 <= 0.0 or check.relation != "=":
        return average
    # Along a direction w the mean is at most the tolerance times the sum of |w|: at most 1 over the
    # least deviation, times the root of the dimension where coordinates are uncorrelated.
    least = float(np.maximum(tuned.deviations, np.finfo(float).tiny).min())
    n = sums.n
    slack = check.tolerance / least * (math.sqrt(sums.s1.size) if check.uncorrelated else 1.0)
    first = np.asarray(sums.along - n * slack)
    second = max(sums.along2 + 2.0 * slack * abs(sums.along) + n * slack**2, 0.0)
    variance = np.asarray((second + 2.0 * n) / 3.0)
    projected = float(log_half_mixture(first, variance, np.asarray(tuned.along)))
    return float(np.logaddexp(average, projected)) - math.log(2.0)


def _central(sums: Sums) -> tuple[Array, Array]:
    """The second and the fourth central moment; zero where all samples are the same."""
    mean, n = sums.s1 / sums.n, sums.n
    second = sums.s2 / n - mean**2
    fourth = sums.s4 / n - 4.0 * mean * sums.s3 / n + 6.0 * mean**2 * sums.s2 / n - 3.0 * mean**4
    rounding = ROUNDING * sums.s2 / n
    return np.where(second > rounding, second, 0.0), fourth


def _is_tame(sums: Sums) -> bool:
    """Whether no few samples dominate: asked only where no bound is known.

    A rare event has a kurtosis of one over its probability, so that fifty of them are waited for;
    one that never happened leaves no variance at all, and then nothing is known.
    """
    second, fourth = _central(sums)
    if sums.n < FEWEST or np.any(second <= 0.0):
        return False
    enough = sums.n >= PER_KURTOSIS * float((fourth / np.square(second)).max())
    return enough and bool(np.all(sums.largest <= LARGEST_SHARE * sums.s2))


def interval(tuned: Tuned, sums: Sums) -> tuple[Array, Array]:
    """Where the mean of y lies by coordinate, all at once, up to the false-alarm rate."""
    return _band(tuned, tuned.bound, sums, tuned.refuting)


def _band(tuned: Tuned, bound: Bound, sums: Powers, tuning: Array) -> tuple[Array, Array]:
    """Both ends of the means that the sums do not exclude; infinite where they exclude none."""
    mean = sums.s1 / sums.n
    size = tuned.center.size
    # What a side of a coordinate weighs in the e-value of all of them.
    limit = math.log((1 if size == 1 else 2 * size) / tuned.design.false_alarm_rate) + math.log(2.0)

    sign = np.array([1.0, -1.0]).reshape(2, *np.ones_like(mean.shape))  # below it, and above it

    def excluded(value: Array) -> NDArray[np.bool_]:
        found = bound.log_e(sums, sign=sign, shift=sign * value, tuning=tuning)
        return np.asarray(found >= limit)

    near, far = mean + 0.0 * sign, mean - sign * tuned.check.effect_size
    inside = ~excluded(far)
    for _ in range(40):
        if not inside.any():
            break
        far = np.where(inside, mean + 2.0 * (far - mean), far)
        inside = ~excluded(far)
    for _ in range(24):  # to 1e-7 of the width
        middle = (near + far) / 2.0
        out = excluded(middle)
        near, far = np.where(out, near, middle), np.where(out, middle, far)
    low, high = np.where(inside, -sign * math.inf, far)
    if isinstance(bound, Range):
        # The mean is in the range for certain; and where the claim is far outside of it, the fourth
        # powers have lost the digits that a narrower band would need.
        outside = np.greater(bound.low, 0.0) | np.less(bound.high, 0.0)
        low = np.where(outside, bound.low, np.maximum(low, bound.low))
        high = np.where(outside, bound.high, np.minimum(high, bound.high))
    return low, high


def _trace(tuned: Tuned, marks: list[Powers], j: int) -> Trace:
    """The running estimate of one coordinate with its band, near the end of the run."""
    kept = [each for each in marks if each.n * TRACED >= marks[-1].n]
    n = np.array([each.n for each in kept], dtype=float)
    powers = [[float(s[j]) for s in (each.s1, each.s2, each.s3, each.s4)] for each in kept]
    sums = Powers(n, *np.array(powers).T)
    low, high = _band(tuned, coordinate(tuned.bound, j), sums, tuned.refuting[j])
    columns = ((sums.s1 / n).tolist(), low.tolist(), high.tolist())
    return Trace(tuple(int(each) for each in n), *(tuple(each) for each in columns))


def _estimate(
    tuned: Tuned,
    sums: Sums,
    found: tuple[Outcome, str, float],
    seed: int,
    device: torch.device,
    marks: list[Sums],
) -> Estimate:
    """The verdict, with its numbers at the coordinate that speaks loudest."""
    outcome, reason, log_e = found
    check, design = tuned.check, tuned.design
    cause: Cause | None = None
    if outcome == "undecided":
        cause = "budget" if reason == CAPPED else "unsupported"
    low, high = interval(tuned, sums)
    if cause == "unsupported":  # then nothing is known of the mean
        low, high, marks = np.full_like(low, -math.inf), np.full_like(high, math.inf), []
    mean = sums.s1 / sums.n
    j = int(np.argmax(np.abs(mean) / np.sqrt(design.variance)))
    estimate = Estimate(
        outcome=outcome,
        cause=cause,
        read_as=check.estimand,
        assumptions=(check.bound.source,),
        check=check.id,
        evidence_class=check.bound.evidence_class,
        estimate=float(mean[j]),
        interval=(float(low[j]), float(high[j])),
        effect_size=check.effect_size,
        false_alarm_rate=design.false_alarm_rate,
        power=check.power,
        n=sums.n,
        seed=seed,
        log10_e=log_e / math.log(10.0),
        sums=sums,
        trace=_trace(tuned, [*marks, sums], j) if marks else None,
        method=check.method,
        claimed=tuple(tuned.center.tolist()),
    )
    message = sampled_message(estimate, tuned, coordinate=j, reason=reason, device=device)
    counterexample = None
    if outcome == "refuted":
        claimed = float(tuned.center[j])
        counterexample = Counterexample(
            {"coordinate": str(j), "samples": str(sums.n), "seed": str(seed)},
            f"{claimed + mean[j]:.6g}",
            f"{claimed:.6g}",
            message,
        )
    return replace(estimate, message=message, counterexample=counterexample)

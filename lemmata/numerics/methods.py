"""Chooses how a mean is found: the cheapest method whose error suffices for the effect size.

In this order: a sum over a finite law, Gauss-Hermite nodes, a rule on the line, control variates,
scrambled Sobol points, plain samples. A method is passed over where it cannot be applied, or where
its error is not small beside the effect size; the report names the one that was used, and says why
each cheaper one was not.

Why the error rates stay what they are:

- Whether a method that computes suffices depends on the code and the law alone: on how two rules
  agree, and on how far f is off the polynomial that a rule integrates, at random points. Only a
  claim that is as near as the error of the rule goes on to the next method.
- Methods that sample are compared by what they cost, in evaluations of f that are expected from the
  variance in a pilot. Its draws are not used again, so that the run tests a mean that is fixed
  before its first sample; one test is run, not the best of several.
- A bound asks for rates that are proved. No method whose error is only measured replaces it.

The cost is counted, never timed: the same code on another machine is checked by the same method.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution, Normal

from lemmata.numerics.bounds import FEWEST, Design, EvidenceClass
from lemmata.numerics.check import (
    LARGEST_TOLERANCE,
    Draws,
    Estimate,
    ExactCheck,
    Integrand,
    Noise,
    Sides,
)
from lemmata.numerics.divergences import counts, first_counts, precision
from lemmata.numerics.engine import (
    MOST_UNBOUNDED,
    NOT_INDEPENDENT,
    PILOT,
    RANDOM_ELSEWHERE,
    following,
    in_rows,
)
from lemmata.numerics.errors import ModelError
from lemmata.numerics.exact import run_exact
from lemmata.numerics.laws import MOST_POINTS, Transport, on_a_line, table, transport
from lemmata.numerics.quadrature import interpolated, normal_nodes
from lemmata.numerics.sampled import Question, as_check, asked, noise_of, sampled
from lemmata.numerics.streams import isolated, normal, stream
from lemmata.numerics.variance import (
    FITTED,
    LEAST_CAP,
    Controls,
    Sobol,
    averaged,
    by_sobol,
    controlled,
    fit,
    hermite,
)

# A method gives a verdict, or says why it does not suffice.
Attempt: TypeAlias = Callable[[], Estimate | str]
Found = TypeVar("Found")

# What a computed mean may be off by is at most this share of the effect size.
SPARE = 0.1
# Two sides that are computed may differ by this, relatively, whatever their precision.
COMPUTED = 1e-8
# Pairs of rules, by nodes in each direction: the second is used, the first shows how far it is off.
RULES = ((6, 9), (12, 16), (17, 24), (33, 48), (64, 96))
# Random points at which f is compared with the polynomial that a rule integrates.
PROBES = 1024
# A rule on the line and a few draws may differ by so many deviations of their mean.
APART = 6.0
# Of this many interleaved rules on the line each is compared with the others.
INTERLEAVED = 4
# So many nodes at either end of a part have no share in a variance that is finite.
OUTER = 20
# More dimensions than this have too many controls, or no gain from Sobol points.
MOST_CONTROLLED, MOST_SOBOL = 64, 16
# The Sobol points that are tried: drawing a scrambling takes as long as thousands of evaluations.
POINTS, SCRAMBLING, TRIED = (32, 1024), 4096, 64
# f is computed at so many points at once.
AT_ONCE = 4096

BOUNDED = "a bound asks for rates that are proved, and this error is measured"
SAMPLER = "of a sampler the law is not known"
NOT_GAUSSIAN = "the law is no function of Gaussian noise that is known"
GIVEN = "controls were given"
NEAR = "the difference is as small as its error"


@dataclass(frozen=True)
class Computed:
    """A mean that was computed.

    Attributes:
        value: The mean, (d,).
        size: The mean of |f|, by which it is rounded.
        error: What the method may be off by.
        kind: The precision of f.
        how: The method, in words.
    """

    value: Tensor
    size: Tensor
    error: float
    kind: torch.dtype
    how: str

    def tolerance(self, question: Question) -> float:
        """By how much f, its law and the claimed value are rounded, relative to the mean of |f|.

        Raises:
            ModelError: One of them is in half precision.
        """
        given = [question.target] if isinstance(question.target, Tensor) else []
        if question.law is not None:
            with isolated(stream(0, question.name)):
                given.append(question.law.log_prob(question.law.sample()))
        return max(COMPUTED, precision(question.name, torch.zeros(1, dtype=self.kind), *given))

    def off(self, question: Question) -> float:
        """What the mean may be off by, rounding included; infinite in half precision."""
        try:
            return self.tolerance(question) * self.unit + self.error
        except ModelError:
            return math.inf

    @property
    def evidence_class(self) -> EvidenceClass:
        """Quadrature, if there is more than rounding."""
        return "quadrature" if self.error else "exact"

    @property
    def unit(self) -> float:
        """The largest mean of |f|."""
        return max(float(self.size.max()), 1e-300)


def first(methods: Iterable[tuple[str, Callable[[], Found | str]]]) -> tuple[Found | None, str]:
    """What the first method that suffices gives, if there is one; and why others were passed over.

    Args:
        methods: By cost, with their names.
    """
    passed: dict[str, list[str]] = {}
    found: Found | str | None = None
    for name, attempt in methods:
        found = attempt()
        if not isinstance(found, str):
            break
        passed.setdefault(found, []).append(name)
    why = "; ".join(f"{', '.join(names)}: {reason}" for reason, names in passed.items())
    return (None if isinstance(found, str) else found), why


def cheapest(methods: Iterable[tuple[str, Attempt]]) -> Estimate:
    """The verdict of the first method that suffices; its report says why others were passed over.

    Args:
        methods: By cost, with their names; the last one never passes.
    """
    found, why = first(methods)
    assert found is not None  # noqa: S101 - the last one never passes
    return replace(found, message=f"{found.message}\n  cheaper   {why}") if why else found


def mean_of(name: str, f: Integrand, law: Distribution, error: float) -> Computed:
    """The mean of f under a law that torch tells, by the cheapest method that computes it.

    Args:
        name: Of the check that it is for.
        f: What is averaged.
        law: The law.
        error: What the mean may be off by.

    Raises:
        ModelError: No method is so exact; the message says why.
    """
    question = asked(
        name, "the mean of f", ("f",), noise_of(name, law), f, 0.0, None, "=",
        {"effect_size": error / SPARE, "seed": 0, "device": "cpu"}, law=law,
    )  # fmt: skip
    found, why = first(computing(question, transport(law)))
    if found is None:
        raise ModelError(f"{name}: no method computes the mean to {error:.2g}: {why}")
    return replace(found, how=f"{found.how}; not {why}") if why else found


def check_question(question: Question, controls: Controls | None = None) -> Estimate:
    """The verdict on a mean, by the cheapest method that suffices.

    Raises:
        NumericsError: The code cannot be judged.
    """
    return cheapest(methods_of(question, controls))


def methods_of(
    question: Question, controls: Controls | None = None
) -> tuple[tuple[str, Attempt], ...]:
    """All methods for a mean, by cost.

    Raises:
        ConfigurationError: The question promises what no check can keep.
    """
    as_check(question)
    from_noise = None if question.law is None else transport(question.law)
    means = computing(question, from_noise, controls)
    return (
        *((name, _verdict(question, mean)) for name, mean in means),
        ("control variates", lambda: _by_controls(question, from_noise, controls)),
        ("scrambled Sobol points", lambda: _by_sobol(question, from_noise, controls)),
        ("samples", lambda: sampled(question)),
    )


def computing(
    question: Question, from_noise: Transport | None, controls: Controls | None = None
) -> tuple[tuple[str, Callable[[], Computed | str]], ...]:
    """The methods that draw nothing, by cost."""
    return (
        ("enumeration", lambda: _by_table(question)),
        ("Gauss-Hermite quadrature", lambda: _by_nodes(question, from_noise, controls)),
        ("quadrature on the line", lambda: _on_the_line(question, controls)),
    )


def _verdict(question: Question, mean: Callable[[], Computed | str]) -> Attempt:
    """The verdict on a mean that a method computes."""

    def attempt() -> Estimate | str:
        found = mean()
        return found if isinstance(found, str) else computed(question, found)

    return attempt


def only_samples(question: Question, why: str) -> Estimate:
    """The verdict from plain samples, where nothing else can be done for the same reason."""
    names = ("enumeration", "quadrature", "control variates", "scrambled Sobol points")
    return cheapest(
        [*((name, lambda: why) for name in names), ("samples", lambda: sampled(question))]
    )


@dataclass(frozen=True)
class Two:
    """A question about the difference of two sides, each of which draws for itself.

    Each side has its law whatever the other draws, so that the mean of the difference is the same;
    its variance is not.

    Attributes:
        question: What is asked of the difference.
        first: Draws one side, (n,) or (n, d).
        second: Draws the other.
    """

    question: Question
    first: Noise
    second: Noise

    @property
    def common(self) -> Question:
        """The question with both sides on common random numbers."""
        return self._drawn(1)

    @property
    def separate(self) -> Question:
        """The question with both sides on random numbers of their own."""
        return self._drawn(2)

    def methods(self) -> tuple[tuple[str, Attempt], ...]:
        """Both, by cost."""
        return (
            ("pairing", self._paired),
            ("samples", lambda: sampled(self.separate, fewest=LEAST_CAP)),
        )

    def _drawn(self, seeds: int) -> Question:
        name = self.question.name

        def noise(generator: torch.Generator, n: int) -> tuple[Tensor, ...]:
            device, sides = generator.device, []
            drawn = [
                int(torch.randint(2**62, (), generator=generator, device=device))
                for _ in range(seeds)
            ]
            for each, seed in ((self.first, drawn[0]), (self.second, drawn[-1])):
                own = stream(seed, name, "side", device=device)
                sides.append(in_rows(name, each(own, n), n))
            if sides[0].shape != sides[1].shape:
                raise ModelError(
                    f"{name}: the two estimators returned the shapes {tuple(sides[0].shape)} and "
                    f"{tuple(sides[1].shape)}"
                )
            return tuple(sides)

        return replace(self.question, noise=noise, integrand=lambda sides: sides[0] - sides[1])

    def _paired(self) -> Estimate | str:
        if self.question.bound is not None:
            return "the bound is one on the difference of separate draws"
        ours, theirs = spread(self.common), spread(self.separate)
        if not ours > 0.0:
            return "on common random numbers nothing varies"
        if not ours < theirs:
            return f"the variance on common random numbers is {ours:.2g}, on separate {theirs:.2g}"
        return sampled(
            self.common,
            method=f"pairing: both sides have common random numbers, with {ours / theirs:.2g} of "
            "the variance of separate ones in a pilot",
            fewest=LEAST_CAP,
        )


def spread(question: Question, n: int = PILOT) -> float:
    """The largest variance of a coordinate, in a pilot that is not used again."""
    with following(question.device):
        found: object = question.integrand(few(question, n))
    return float(in_rows(question.name, found, n).cpu().var(0).nan_to_num().max())


def _by_table(question: Question) -> Computed | str:
    """A sum over all values of a finite law."""
    if question.law is None:
        return SAMPLER
    law = question.law
    counted = counts(law) and not law.batch_shape and not law.has_enumerate_support
    found = first_counts(law) if counted else table(law)
    if isinstance(found, str):
        return found
    points, chances = found[0][found[1] > 0.0], found[1][found[1] > 0.0]
    values, kind = values_at(question, points)
    if not bool(torch.isfinite(values).all()):
        raise ModelError(f"{question.name}: f is NaN or infinite at a value of the law")
    terms = chances[:, None] * values
    # A sum over counts ends where the law is rounded to 0: what its second half adds is in doubt.
    rest = float(terms[terms.shape[0] // 2 :].abs().sum(0).max()) if counted else 0.0
    if rest > SPARE * question.effect:
        return f"the second half of {chances.numel()} counts adds {rest:.2g}"
    how = f"enumeration of {chances.numel()} values"
    return Computed(terms.sum(0), terms.abs().sum(0), rest, kind, how)


def _unsuited(question: Question, controls: Controls | None) -> str | None:
    """Why no rule whose error is measured is asked for."""
    if question.law is None:
        return SAMPLER
    if question.bound is not None:
        return BOUNDED
    return None if controls is None else GIVEN


def _by_nodes(
    question: Question, from_noise: Transport | None, controls: Controls | None
) -> Computed | str:
    """Gauss-Hermite nodes, for a function of a few standard normal numbers."""
    unsuited = _unsuited(question, controls)
    if unsuited is not None:
        return unsuited
    return NOT_GAUSSIAN if from_noise is None else mean_by_nodes(question, from_noise)


def mean_by_nodes(question: Question, from_noise: Transport) -> Computed | str:
    """The mean of f by the first rule that suffices; or why none does.

    The product rule is the exact mean of a polynomial, so that its error is the mean of what f is
    off this polynomial. How far it is off is measured at random points, where f that jumps shows.
    The error is this, or what a rule with fewer nodes differs by if that is more.
    """
    size = from_noise.dimension
    probes = normal(stream(question.seed, question.name, "interpolation"), PROBES, size)
    there, kind = values_at(question, from_noise.at(probes))
    why = f"a grid in {size} dimensions has too many nodes"
    for coarse, fine in RULES:
        if fine**size > MOST_POINTS:
            break
        at_few, few_weights = _at_nodes(question, from_noise, coarse)
        values, weights = _at_nodes(question, from_noise, fine)
        if not bool(torch.isfinite(values).all() and torch.isfinite(at_few).all()):
            return "f is not finite at a node"
        mean = weights @ values
        off = (there - interpolated(values, probes, size, fine)).abs().mean(0)
        error = float(torch.maximum((mean - few_weights @ at_few).abs(), off).max())
        rule = f"{fine}^{size} nodes" if size > 1 else f"{fine} nodes"
        if error <= SPARE * question.effect:
            how = (
                f"Gauss-Hermite quadrature with {rule}, whose polynomial is off f by "
                f"{error:.2g} at {PROBES} random points (seed {question.seed})"
            )
            return Computed(mean, weights @ values.abs(), error, kind, how)
        why = f"with {rule} f is {error:.2g} off its polynomial, above a tenth of the effect size"
    return why


def _at_nodes(question: Question, from_noise: Transport, nodes: int) -> tuple[Tensor, Tensor]:
    """The values of f at the nodes of a rule, and their weights."""
    points, weights = normal_nodes(from_noise.dimension, nodes)
    return values_at(question, from_noise.at(points))[0], weights


def _on_the_line(question: Question, controls: Controls | None) -> Computed | str:
    """A rule on the line, for one number that has a density."""
    unsuited = _unsuited(question, controls)
    if unsuited is not None or question.law is None:
        return unsuited or SAMPLER
    parts = on_a_line(question.law)
    if parts is None:
        return "the law is not that of one real number"
    draws, kind = values_at(question, few(question))
    value, size, error = torch.zeros(3, draws.shape[1], dtype=torch.float64)
    mass, square, outer = 0.0, 0.0, 0.0
    for x, weight in parts:
        values, _ = values_at(question, x)
        terms = torch.where(weight[:, None] > 0.0, values * weight[:, None], 0.0)
        if not bool(torch.isfinite(terms).all()):
            return "f is not finite at a node"
        rules = torch.stack(
            [INTERLEAVED * terms[first::INTERLEAVED].sum(0) for first in range(INTERLEAVED)]
        )
        value, size = value + terms.sum(0), size + terms.abs().sum(0)
        error = error + rules.amax(0) - rules.amin(0)
        mass += float(weight.sum())
        squares = (terms * values)[weight > 0.0].amax(1)
        square += float(squares.sum())
        outer += float(squares[:OUTER].sum() + squares[-OUTER:].sum())
    off = float(error.max()) + abs(mass - 1.0) * float(size.max())
    if off > SPARE * question.effect:
        return f"interleaved rules differ by {off:.2g}, more than a tenth of the effect size"
    if outer > LARGEST_TOLERANCE * square:
        return "the variance of f is infinite as far as its nodes see"
    apart = (draws.mean(0) - value).abs() - APART * draws.std(0) / PILOT**0.5 - off
    if not bool((apart <= 0.0).all()):
        return "a few draws have another mean than its nodes"
    return Computed(value, size, off, kind, "quadrature on the line")


def few(question: Question, n: int = PILOT) -> Draws:
    """A few draws that are not used again."""
    generator = stream(question.seed, question.name, "choice", device=question.device)
    return question.noise(generator, n)


def values_at(question: Question, points: Tensor) -> tuple[Tensor, torch.dtype]:
    """What f is at given points, (n, d) on the host, and the precision that it computes in.

    Raises:
        ModelError: f draws numbers, or its values depend on each other.
    """

    def at(where: Tensor) -> Tensor:
        with following(question.device):
            found: object = question.integrand(where.clone())  # it may work in place
        in_rows(question.name, found, where.shape[0])
        assert isinstance(found, Tensor)  # noqa: S101 - or `in_rows` has raised
        found = found.detach()
        return found if found.is_floating_point() else found.to(torch.float64)

    there = points.to(question.device)
    try:
        first = at(there[:AT_ONCE])
    except RuntimeError:
        if points.dtype != torch.float64:
            raise
        there = there.to(torch.float32)  # f has weights of its own
        first = at(there[:AT_ONCE])
    rest = [at(each) for each in there[AT_ONCE:].split(AT_ONCE)] if len(there) > AT_ONCE else []
    seen = first[: (first.shape[0] + 1) // 2]
    if not _alike(at(there[:AT_ONCE]), first):
        raise ModelError(
            f"{question.name}: the same draws gave two different results; {RANDOM_ELSEWHERE}"
        )
    if not _alike(at(there[: seen.shape[0]]), seen):
        raise ModelError(f"{question.name}: {NOT_INDEPENDENT}")
    values = torch.cat((first, *rest))
    return in_rows(question.name, values, len(there)).cpu(), values.dtype


def _alike(a: Tensor, b: Tensor) -> bool:
    """Whether two results are the same but for rounding."""
    return a.shape == b.shape and torch.allclose(a, b, rtol=1e-4, atol=1e-5, equal_nan=True)


def computed(
    question: Question, found: Computed, against: str = "the claimed value"
) -> Estimate | str:
    """The verdict on a computed mean; or why rounding does not allow one.

    Args:
        question: What is asked.
        found: The mean.
        against: What the claimed value is, in words.
    """
    value, target = found.value, question.claimed.cpu().flatten()
    if target.numel() not in {1, value.numel()}:
        raise ModelError(
            f"{question.name}: {target.numel()} claimed values for {value.numel()} estimated ones"
        )
    off = found.off(question)
    if off > SPARE * question.effect:
        return f"rounding by {off:.2g} is more than a tenth of the effect size"
    rounded = _half_units(question).expand(value.shape) + found.error
    shape = value.shape if value.numel() > 1 else torch.Size()
    verdict = run_exact(
        ExactCheck(
            question.name,
            question.estimand,
            (f"the mean of {' - '.join(question.estimators)}", against),
            lambda: Sides(
                value.reshape(shape),
                target.expand(value.shape).reshape(shape),
                found.error,
                rounded.reshape(shape),
            ),
            found.tolerance(question),
            found.evidence_class,
            question.relation,
            found.unit,
            found.how,
        )
    )
    return NEAR if verdict.outcome == "undecided" else verdict


def _half_units(question: Question) -> Tensor:
    """Half a unit of the last decimal of each claimed value, where that is small to the effect."""
    given = question.target
    array = given.detach().cpu().numpy() if isinstance(given, Tensor) else np.float64(given)
    found = []
    for value in np.atleast_1d(array).flatten():
        decimals = np.format_float_positional(value, trim="-").partition(".")[2]
        half = 0.5 * 10.0 ** -len(decimals) if decimals else 0.0
        found.append(half if half <= SPARE * question.effect else 0.0)
    return torch.tensor(found, dtype=torch.float64)


def _needed(question: Question, variance: float) -> float:
    """How many samples of this variance a run is expected to take."""
    design = Design(np.array([variance]), question.effect, question.rate, question.power)
    return max(float(FEWEST), design.fixed_samples())


def _standard(question: Question, from_noise: Transport) -> Question:
    """The same question as one about standard normal noise."""
    f, size = question.integrand, from_noise.dimension
    law = Normal(torch.zeros(size, dtype=torch.float64), torch.ones(size, dtype=torch.float64))
    kind = few(question).dtype

    def of_noise(noise: Tensor) -> Tensor:
        return f(from_noise.at(noise).to(kind))

    def draw(generator: torch.Generator, n: int) -> Tensor:
        return normal(generator, n, size)

    return replace(question, noise=draw, integrand=of_noise, law=law)


def _by_controls(
    question: Question, from_noise: Transport | None, controls: Controls | None
) -> Estimate | str:
    """Control variates: those that were given, or Hermite polynomials of Gaussian noise."""
    if controls is None:
        if question.bound is not None:
            return BOUNDED
        if question.law is None:
            return SAMPLER
        if from_noise is None:
            return NOT_GAUSSIAN
        if from_noise.dimension > MOST_CONTROLLED:
            return f"{from_noise.dimension} dimensions have too many Hermite polynomials"
    plain = _needed(question, spread(question))
    if plain <= FITTED + FEWEST:
        return f"plain samples are as few as {plain:.0f}"
    if controls is None and from_noise is not None:
        question = _standard(question, from_noise)
        controls = Controls(hermite, "Hermite polynomials of standard normal noise have mean 0")
    assert controls is not None  # noqa: S101 - given, or made
    place = question.device
    with following(place):
        generator = stream(question.seed, question.name, "fit", device=place)
        fitted = fit(question.name, question.noise, question.integrand, controls, generator)
    # Means that are sampled too have half of the effect size, and so four times the samples.
    share = 1.0 if controls.are_proved_for(question.law) else 0.5
    if fitted.rounding > LARGEST_TOLERANCE * share * question.effect:
        return f"rounding by {fitted.rounding:.2g} is more than a hundredth of the effect size"
    takes = FITTED + max(float(FEWEST), fitted.share * plain / share**2)
    if takes >= plain:
        return f"they leave {fitted.share:.2g} of the variance of f, too much to pay"
    if takes > MOST_UNBOUNDED:
        return f"they leave {fitted.share:.2g} of the variance of f, and take {takes:.2g} samples"
    return controlled(question, fitted)


def _by_sobol(
    question: Question, from_noise: Transport | None, controls: Controls | None
) -> Estimate | str:
    """Scrambled Sobol points, for a function of a few numbers that takes very many samples."""
    if question.bound is not None:
        return BOUNDED
    if question.law is None:
        return SAMPLER
    if from_noise is None:
        return NOT_GAUSSIAN
    if controls is not None:
        return GIVEN
    if from_noise.dimension > MOST_SOBOL:
        return f"{from_noise.dimension} dimensions are too many"
    plain = _needed(question, spread(question))
    if plain <= FEWEST * SCRAMBLING:
        return f"plain samples are as few as {plain:.2g}"
    standard = _standard(question, from_noise)

    def over(count: int) -> tuple[Question, Sobol]:
        points = Sobol(from_noise.dimension, count)
        average = averaged(question.name, standard.integrand, points)
        return replace(standard, noise=points.draw, integrand=average), points

    def cost(count: int) -> float:
        return (SCRAMBLING + count) * _needed(question, spread(over(count)[0], TRIED))

    best, count = min((cost(count), count) for count in POINTS)
    if best >= plain:
        return "the means over scramblings vary too much to pay"
    return by_sobol(*over(count))

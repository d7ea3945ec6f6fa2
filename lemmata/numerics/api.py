"""Checks of your own torch code: estimators, gradients, log-determinants, densities, recursions.

Each function takes your code, runs it, and returns a verdict that reads as a report when printed:
`confirmed` with what a pass means, `refuted` with the evidence, or `undecided` with the reason.
Code that cannot be judged at all (NaN, a wrong shape, a sampler that ignores its generator, a bound
that the data violate) raises a `NumericsError` that says so.
"""

import copy
import math
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, Unpack

import torch
from torch import Tensor
from torch.distributions import Distribution

from lemmata.numerics.bounds import Bound, Range
from lemmata.numerics.check import (
    Draws,
    Estimate,
    ExactCheck,
    Relation,
    Sides,
)
from lemmata.numerics.divergences import LARGEST_TOLERANCE, precision
from lemmata.numerics.engine import PILOT
from lemmata.numerics.errors import ConfigurationError, ModelError, judging
from lemmata.numerics.exact import run_exact
from lemmata.numerics.jacobian import jacobians, log_abs_det
from lemmata.numerics.laws import known, log_density
from lemmata.numerics.methods import Two, cheapest, check_question, only_samples
from lemmata.numerics.sampled import Options, Sampler, asked, noise_of
from lemmata.numerics.streams import fresh_seed, isolated, normal, stream
from lemmata.numerics.variance import Controls, Sobol, averaged, by_sobol

T = TypeVar("T")

# Samples of a density are distinct, but for the coarseness of float32.
DISTINCT = 0.99
# The least share of the largest variance that samples with a density have in any direction.
FLATTEST = 1e-9
# A density that is too large by this share everywhere is refuted, where probes can see so little.
SHARE_OF_DENSITY, LEAST_PROBED = 0.01, 0.002


@judging
def check_mean(
    f: Callable[[Draws], Tensor],
    target: float | Tensor,
    *,
    sample: Sampler | Sobol,
    bound: Bound | None = None,
    controls: Controls | None = None,
    relation: Relation = "=",
    name: str = "check_mean",
    **options: Unpack[Options],
) -> Estimate:
    """Whether the mean of f over samples is (or is at least, or at most) a value.

    The cheapest method that suffices for the effect size is chosen, and named in the report: see
    `lemmata.numerics.methods` for the choice, and for why the rates hold. A finite law is
    enumerated. What else is given asks for its method: a bound for samples whose rates are proved,
    controls for control variates, `Sobol` for scrambled points; of a function as sampler the law is
    not known.

    Args:
        f: Samples (n, ...) -> values (n,) or (n, d).
        target: The claimed mean, a number or a tensor of shape (d,).
        sample: Where the samples come from: a torch distribution, or your own sampler; `Sobol` for
            scrambled Sobol points.
        bound: What is known of f: `Variance`, `Range` or `SubGaussian`. Without it a verdict from
            samples is asymptotic, and undecided where a few samples dominate.
        controls: Functions of the samples with known means, which take variance away. They are used
            where a pilot shows that this pays.
        relation: = or >= or <=.
        name: What the report calls the check.
        **options: See `Options`.

    Raises:
        NumericsError: The code cannot be judged.
    """
    if isinstance(sample, Sobol) and controls is not None:
        raise ConfigurationError(f"{name}: give controls or Sobol points, not both")
    if controls is not None and bound is not None:
        raise ConfigurationError(
            f"{name}: a bound on f is none on what its controls leave of it; say what is known "
            "of that as `left` of the controls, or leave it out"
        )
    if isinstance(sample, Sobol):
        means = averaged(name, f, sample)
        question = asked(
            name, "the mean of f", ("f",), sample.draw, means, target, bound, relation, options
        )
        return by_sobol(question, sample)
    question = asked(
        name, "the mean of f", ("f",), noise_of(name, sample), f, target, bound, relation, options,
        law=known(sample),
    )  # fmt: skip
    return check_question(question, controls)


@judging
def check_unbiased(
    estimator: Callable[[int, torch.Generator], Tensor],
    target: float | Tensor | Callable[[int, torch.Generator], Tensor],
    *,
    bound: Bound | None = None,
    name: str = "check_unbiased",
    **options: Unpack[Options],
) -> Estimate:
    """Whether an estimator has the target as its mean, or the same mean as another estimator.

    Two estimators are run on common random numbers where a pilot shows that this takes variance
    away.

    Args:
        estimator: (n, generator) -> n independent estimates, (n,) or (n, d).
        target: The value or vector that it estimates, or another estimator of it.
        bound: What is known of one estimate; of the difference of two, drawn separately.
        name: What the report calls the check.
        **options: See `Options`.

    Raises:
        NumericsError: The code cannot be judged.
    """
    if callable(target):
        first, second = noise_of(name, estimator), noise_of(name, target)
        question = asked(
            name, "the means of two estimators", ("the estimator", "the other"), first, _itself,
            0.0, bound, "=", options,
        )  # fmt: skip
        return cheapest(Two(question, first, second).methods())
    question = asked(
        name, "the mean of the estimator", ("the estimator",), noise_of(name, estimator), _itself,
        target, bound, "=", options,
    )  # fmt: skip
    return check_question(question)


@judging
def check_gradient_estimator(
    estimator: Callable[[int, torch.Generator], Tensor],
    objective: Callable[[Tensor], Tensor],
    parameters: Tensor,
    *,
    bound: Bound | None = None,
    name: str = "check_gradient_estimator",
    **options: Unpack[Options],
) -> Estimate:
    """Whether a gradient estimator has the gradient of an objective as its mean.

    Args:
        estimator: (n, generator) -> n independent estimates of the gradient, (n, d).
        objective: The exact objective as a differentiable function of the parameters; a number.
        parameters: Where the gradient is taken, d numbers in any shape.
        bound: What is known of one coordinate of one estimate.
        name: What the report calls the check.
        **options: See `Options`.

    Raises:
        ModelError: The objective is no number, or does not depend on the parameters as far as
            autograd sees.
        NumericsError: The code cannot be judged.
    """
    with isolated(stream(0, name, "objective")):
        point, first = _running(lambda at: objective(at.clone().requires_grad_()), parameters)
        point = point.clone().requires_grad_()
        value: object = objective(point)
    if not isinstance(value, Tensor) or value.numel() != 1:
        raise ModelError(f"{name}: the objective must return one number")
    if not bool(torch.isfinite(value)):
        raise ModelError(f"{name}: the objective is {value.item()} at the parameters")
    if not torch.allclose(value, first, rtol=1e-6):
        raise ModelError(
            f"{name}: the objective gave two different results; it must be exact: no samples, and "
            "no dropout (`model.eval()`)"
        )
    if not value.requires_grad:
        raise ModelError(
            f"{name}: the objective is cut off from the parameters: it is not differentiable "
            "(detach, no_grad, argmax or item on the way)"
        )
    (gradient,) = torch.autograd.grad(value, point, allow_unused=True)
    if gradient is None:
        raise ModelError(f"{name}: the objective does not depend on the parameters")

    def flat(estimates: Any) -> Any:
        if not isinstance(estimates, Tensor) or not estimates.ndim:
            return estimates  # the run will say what is wrong with it
        if estimates.shape[1:].numel() != gradient.numel():
            raise ModelError(
                f"{name}: the estimator returned the shape {tuple(estimates.shape)} for "
                f"{gradient.numel()} parameters; it must return n estimates, one a row: "
                f"(n, {gradient.numel()})"
            )
        return estimates.reshape(estimates.shape[0], -1)

    question = asked(
        name, "the gradient, by autograd of the exact objective", ("the estimator",),
        noise_of(name, estimator), flat, gradient.flatten().to(torch.float64), bound, "=", options,
    )  # fmt: skip
    return check_question(question)


@judging
def check_log_det(
    transform: Any, x: Tensor, *, tolerance: float = 1e-6, name: str = "check_log_det"
) -> Estimate:
    """Whether a transform's log-determinant is that of its Jacobian, by autograd in float64.

    Args:
        transform: A function x -> (y, log |det J|), or an object with `call_and_ladj(x)` (zuko) or
            `log_abs_det_jacobian(x, y)` (torch). A module is checked in float64.
        x: Points (n, d).
        tolerance: The largest difference, relative to values above 1.
        name: What the report calls the check.

    Raises:
        ModelError: The output has another size, is not differentiable, or is not finite.
    """
    if x.ndim != 2 or not x.numel():
        raise ModelError(f"{name}: the points must have the shape (n, d), not {tuple(x.shape)}")
    if isinstance(transform, torch.nn.Module):
        transform = copy.deepcopy(transform).double()

    def both(z: Tensor) -> tuple[Tensor, Tensor]:
        if hasattr(transform, "call_and_ladj"):
            y, log_det = transform.call_and_ladj(z)
        elif hasattr(transform, "log_abs_det_jacobian"):
            y = transform(z)
            log_det = transform.log_abs_det_jacobian(z, y)
        else:
            found: object = transform(z)
            if not isinstance(found, tuple | list) or len(found) != 2:
                raise ModelError(f"{name}: the transform must return the pair (y, log |det J|)")
            y, log_det = found
        if not isinstance(log_det, Tensor):
            raise ModelError(
                f"{name}: the log-determinant is {type(log_det).__name__}, no tensor of one number "
                "for each point"
            )
        return y, log_det.sum(-1) if log_det.ndim == z.ndim else log_det

    half = (x.shape[0] + 1) // 2
    with isolated(stream(0, name)):
        points, (image, claimed) = _running(both, x)
        again = both(points)
        others = both(torch.cat((points[:half], points[: points.shape[0] - half])))
    claimed = claimed.detach()
    if claimed.shape != points.shape[:1]:
        raise ModelError(
            f"{name}: the log-determinant has the shape {tuple(claimed.shape)}, not "
            f"({points.shape[0]},)"
        )
    if not (_alike(again[1], claimed) and _alike(again[0], image)):
        raise ModelError(
            f"{name}: the transform gave two different results for the same points; switch noise "
            "and dropout off (`model.eval()`)"
        )
    if not (_alike(others[1][:half], claimed[:half]) and _alike(others[0][:half], image[:half])):
        raise ModelError(
            f"{name}: what becomes of a point depends on the points beside it, as with batch "
            "normalisation in training mode (`model.eval()`)"
        )
    check = ExactCheck(
        name,
        f"log |det J| at {points.shape[0]} points",
        ("the transform's log-determinant", "autograd and slogdet"),
        lambda: Sides(claimed, log_abs_det(jacobians(lambda z: both(z)[0], points))),
        max(tolerance, min(LARGEST_TOLERANCE, math.sqrt(x.shape[1]) * precision(name, claimed))),
        method="autograd Jacobians",
    )
    return run_exact(check)


@judging
def check_density(
    log_prob: Distribution | Callable[[Tensor], Tensor],
    sample: Sampler,
    *,
    probes: int = 8,
    name: str = "check_density",
    **options: Unpack[Options],
) -> Estimate:
    """Whether samples follow a density, and the density is normalised.

    The density is one with respect to volume in all coordinates of a sample.

    With any reference density r, here a Gaussian fitted to a pilot, and any probe h: if samples
    follow p, then E_p[h r / (p + r)] = E_r[h p / (p + r)], and both integrands are bounded. The
    probes are the constant 1, where a wrong normalisation shows, and cosines of random directions.

    Args:
        log_prob: Points (n,) or (n, d) -> log-densities (n,), which are -inf outside of the
            support; or a torch distribution.
        sample: Where the samples come from.
        probes: How many functions are compared.
        name: What the report calls the check.
        **options: See `Options`; the effect size is that of a density which is too large by 1 %
            everywhere, but at least 0.002, unless given.

    Raises:
        NumericsError: The code cannot be judged.
    """
    if probes < 1:
        raise ConfigurationError(f"{name}: at least one probe is needed, and {probes} are none")
    source, density = noise_of(name, sample), _density(log_prob)

    def draw(generator: torch.Generator, n: int) -> Tensor:
        found: object = source(generator, n)
        if not isinstance(found, Tensor) or found.shape[:1] != (n,):
            what = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
            raise ModelError(f"{name}: the sampler returned {what}, no tensor of {n} samples")
        if not bool(torch.isfinite(found).all()):
            raise ModelError(f"{name}: the sampler returned samples that are NaN or infinite")
        return found

    seed = options.get("seed", fresh_seed())
    pilot = draw(stream(seed, name, "reference"), 4 * PILOT)
    if pilot.dtype in {torch.float16, torch.bfloat16}:
        raise ModelError(
            f"{name}: samples in {str(pilot.dtype).removeprefix('torch.')} are too coarse to have "
            "a density; sample in float32 or float64"
        )
    if torch.unique(pilot, dim=0).shape[0] < DISTINCT * pilot.shape[0]:
        raise ModelError(
            f"{name}: samples repeat themselves, so that they have no density; compare the "
            "probabilities of a discrete law by `check_mean` of indicators"
        )
    shape, dtype = pilot.shape[1:], pilot.dtype
    flat = pilot.to(torch.float64).reshape(pilot.shape[0], -1)
    center, size = flat.mean(0), flat.shape[1]
    scales = torch.linalg.eigvalsh(torch.atleast_2d(torch.cov(flat.T)))
    if not float(scales[0]) > FLATTEST * float(scales[-1]):
        raise ModelError(
            f"{name}: the samples lie in a plane of fewer than {size} dimensions, as those of a "
            "simplex do, and have no density in space; drop a coordinate of both"
        )
    spread = torch.atleast_2d(torch.cov(flat.T)) + 1e-9 * torch.eye(size)
    reference = torch.distributions.MultivariateNormal(center, spread.to(torch.float64))
    factor = torch.linalg.cholesky(spread.to(torch.float64))
    directions = normal(stream(seed, name, "probes"), probes, size)
    directions[0] = 0.0  # the constant probe

    def noise(generator: torch.Generator, n: int) -> tuple[Tensor, Tensor]:
        ours = draw(generator, n).to(torch.float64).reshape(n, size)
        return ours, center + normal(generator, n, size) @ factor.T

    def share_of(points: Tensor, sign: float) -> Tensor:
        """That of the reference in p + r, or that of p."""
        try:
            log_p: object = density(points.reshape(points.shape[0], *shape).to(dtype))
        except ValueError as error:  # torch refuses values outside of the support of its laws
            raise ModelError(
                f"{name}: log_prob refuses some of {points.shape[0]} points: "
                f"{str(error).partition(':')[0][:80]}; outside of the support it must be -inf"
            ) from error
        if not isinstance(log_p, Tensor) or log_p.shape != points.shape[:1]:
            what = type(log_p).__name__
            if isinstance(log_p, Tensor):
                what = f"the shape {tuple(log_p.shape)}"
            raise ModelError(
                f"{name}: log_prob returned {what} for {points.shape[0]} points; it must return "
                "one number for each"
            )
        if bool(torch.isnan(log_p).any()):
            raise ModelError(
                f"{name}: log_prob is NaN at {int(torch.isnan(log_p).sum())} of "
                f"{points.shape[0]} points; outside of the support it must be -inf"
            )
        return torch.sigmoid(sign * (reference.log_prob(points) - log_p.to(torch.float64)))

    def difference(draws: tuple[Tensor, Tensor]) -> Tensor:
        parts = []
        for points, sign in zip(draws, (1.0, -1.0), strict=True):
            standard = torch.linalg.solve_triangular(factor, (points - center).T, upper=False).T
            parts.append(share_of(points, sign)[:, None] * torch.cos(standard @ directions.T))
        return parts[0] - parts[1]

    # With a density that is (1 + e) p, the constant probe is off by e times the mean of this share.
    with torch.no_grad():
        seen = float(share_of(flat, 1.0).mean())
    effect = options.get("effect_size", max(SHARE_OF_DENSITY * seen, LEAST_PROBED))
    scale = "as you asked; " if "effect_size" in options else "of the mean of a probe; "
    scale += (
        f"that of a density too large by {effect / seen:.1%} everywhere"
        if seen > effect
        else "the normalisation is not seen"
    )
    settings: Options = {**options, "effect_size": effect, "seed": seed}
    question = asked(
        name,
        f"whether samples follow the density, by {probes} bounded probes",
        ("the mean under the samples", "the mean under the density"),
        noise,
        difference,
        0.0,
        Range(-2.0, 2.0, "cosines times probabilities"),
        "=",
        settings,
        scale,
    )
    return only_samples(question, "the sampler is what is judged")


@judging
def check_recursion(
    update: Callable[[Tensor, Tensor], Tensor],
    closed_form: Callable[[Tensor, Tensor], Tensor],
    *,
    start: Tensor,
    inputs: Tensor,
    tolerance: float = 1e-5,
    name: str = "check_recursion",
) -> Estimate:
    """Whether a closed form is what an update gives, after each number of steps.

    Args:
        update: (state, input) -> the next state.
        closed_form: (start, inputs so far (k, ...)) -> the state after them.
        start: The first state.
        inputs: The inputs in order, (steps, ...).
        tolerance: The largest difference, relative to values above 1. States and inputs are
            float64; the default leaves room for code that rounds to float32 in between, as
            `0.9 ** torch.arange(n)` does.
        name: What the report calls the check.

    Raises:
        ModelError: There are no inputs, or a state has another shape or is not finite.
    """
    if not inputs.shape[:1].numel() or inputs.ndim == 0:
        raise ModelError(f"{name}: there must be at least one input")

    def compute() -> Sides:
        first = start.detach().to(torch.float64)
        given = inputs.detach().to(torch.float64)
        state, stepped, closed = first, [], []
        for count in range(1, given.shape[0] + 1):
            # Copies, since either may work in place.
            state = update(state.clone(), given[count - 1].clone())
            whole = closed_form(first.clone(), given[:count].clone())
            for what, returned in (("update", state), ("closed form", whole)):
                if not isinstance(returned, Tensor):
                    raise ModelError(
                        f"{name}: the {what} returned {type(returned).__name__}, no tensor; it "
                        "must return the state, also where it works in place"
                    )
            if state.shape != start.shape or whole.shape != start.shape:
                raise ModelError(
                    f"{name}: after {count} steps the states have the shapes "
                    f"{tuple(state.shape)} and {tuple(whole.shape)}, not {tuple(start.shape)}"
                )
            stepped.append(state.detach().to(torch.float64, copy=True))
            closed.append(whole.detach().to(torch.float64, copy=True))
        return Sides(torch.stack(closed), torch.stack(stepped))

    return run_exact(
        ExactCheck(
            name,
            f"the state after each of {inputs.shape[0]} steps",
            ("the closed form", "the update, step by step"),
            compute,
            tolerance,
            method="step by step",
        )
    )


def _itself(draws: Tensor) -> Tensor:
    return draws


def _running(f: Callable[[Tensor], T], x: Tensor) -> tuple[Tensor, T]:
    """The point in the precision that f runs in, which may have weights of its own; and f of it."""
    failed: RuntimeError | None = None
    for kind in dict.fromkeys((torch.float64, x.dtype, torch.float32)):
        point = x.detach().to(kind)
        try:
            return point, f(point)
        except RuntimeError as error:
            failed = failed or error
    raise failed or ConfigurationError("no precision was tried")


def _alike(a: Tensor, b: Tensor) -> bool:
    """Whether two results are the same but for rounding; shapes that differ are told elsewhere."""
    return a.shape != b.shape or torch.allclose(a, b, rtol=1e-4, atol=1e-5, equal_nan=True)


def _density(log_prob: Distribution | Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """A function of points; a torch distribution has density 0 outside of its support."""
    return partial(log_density, log_prob) if isinstance(log_prob, Distribution) else log_prob

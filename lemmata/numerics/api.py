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
from itertools import pairwise
from typing import Any, Protocol, TypeAlias, TypedDict, Unpack

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, Normal
from torch.distributions.kl import kl_divergence

from lemmata.numerics.bounds import Bound, Range, Unbounded
from lemmata.numerics.check import (
    Draws,
    Estimate,
    ExactCheck,
    Noise,
    Relation,
    SampledCheck,
    Sides,
)
from lemmata.numerics.devices import DeviceName, device_of
from lemmata.numerics.engine import PILOT, run_check
from lemmata.numerics.errors import ConfigurationError, ModelError
from lemmata.numerics.exact import run_exact
from lemmata.numerics.jacobian import jacobians, log_abs_det
from lemmata.numerics.quadrature import double_exponential, hermite
from lemmata.numerics.streams import fresh_seed, isolated, normal, stream

# A torch distribution, or your own sampler: (n, generator) -> n samples, the first axis counting.
Sampler: TypeAlias = Distribution | Callable[[int, torch.Generator], Draws]

FALSE_ALARM_RATE, POWER, LONGEST = 1e-6, 0.99, 12.0
# The effect size, where none is given, as a share of the claimed value or of the deviation.
SHARE_OF_VALUE, SHARE_OF_DEVIATION = 0.01, 0.05
# The largest tolerance for two computed sides, whatever their precision.
LARGEST_TOLERANCE = 1e-3
# Samples of a density are distinct, but for the coarseness of float32.
DISTINCT = 0.99
# Sums over all counts end here.
LONGEST_SUM = 20_000
# The least share of the largest variance that samples with a density have in any direction.
FLATTEST = 1e-9
# A quadrature that misses more of a density's mass has missed a peak or a tail.
LARGEST_MISSED = 1e-4
# So many roundings of the dtype are allowed: code in float32 is not refuted for being float32.
ROUNDINGS = 200.0


class Options(TypedDict, total=False):
    """How a sampled check is run; the functions below take these by keyword.

    Attributes:
        effect_size: The smallest error that must not be confirmed. Without it: 1 % of the claimed
            value or 5 % of the standard deviation, whichever is larger, but at most a quarter of
            the value where that can be seen.
        false_alarm_rate: The probability of refuting a true claim; 1e-6 unless given.
        power: The least probability of not confirming a claim that is wrong by the effect size;
            0.99 unless given.
        seed: The seed of the run; a fresh one unless given. It is part of the report.
        device: auto, cpu or cuda.
        longest: The cap on samples, as a multiple of what a z-test would take; 12 unless given.
    """

    effect_size: float
    false_alarm_rate: float
    power: float
    seed: int
    device: DeviceName
    longest: float


def check_mean(
    f: Callable[[Draws], Tensor],
    target: float | Tensor,
    *,
    sample: Sampler,
    bound: Bound | None = None,
    relation: Relation = "=",
    name: str = "check_mean",
    **options: Unpack[Options],
) -> Estimate:
    """Whether the mean of f over samples is (or is at least, or at most) a value.

    Args:
        f: Samples (n, ...) -> values (n,) or (n, d).
        target: The claimed mean, a number or a tensor of shape (d,).
        sample: Where the samples come from.
        bound: What is known of f: `Variance`, `Range` or `SubGaussian`. Without it the verdict is
            asymptotic, and undecided where a few samples dominate.
        relation: = or >= or <=.
        name: What the report calls the check.
        **options: See `Options`.

    Raises:
        NumericsError: The code cannot be judged.
    """
    return _sampled(
        name, "the mean of f", ("f",), _noise(sample), f, target, bound, relation, options
    )


def check_unbiased(
    estimator: Callable[[int, torch.Generator], Tensor],
    target: float | Tensor,
    *,
    bound: Bound | None = None,
    name: str = "check_unbiased",
    **options: Unpack[Options],
) -> Estimate:
    """Whether an estimator has the target as its mean.

    Args:
        estimator: (n, generator) -> n independent estimates, (n,) or (n, d).
        target: The value or vector that it estimates.
        bound: What is known of one estimate.
        name: What the report calls the check.
        **options: See `Options`.

    Raises:
        NumericsError: The code cannot be judged.
    """
    return _sampled(
        name,
        "the mean of the estimator",
        ("the estimator",),
        _noise(estimator),
        _itself,
        target,
        bound,
        "=",
        options,
    )


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
    point = parameters.detach().to(torch.float64).clone().requires_grad_()
    value: object = objective(point)
    if not isinstance(value, Tensor) or value.numel() != 1:
        raise ModelError(f"{name}: the objective must return one number")
    if not value.requires_grad:
        raise ModelError(
            f"{name}: the objective is cut off from the parameters: it is not differentiable "
            "(detach, no_grad, argmax or item on the way)"
        )
    (gradient,) = torch.autograd.grad(value, point, allow_unused=True)
    if gradient is None:
        raise ModelError(f"{name}: the objective does not depend on the parameters")

    def flat(estimates: Tensor) -> Tensor:
        if estimates.shape[1:].numel() != gradient.numel():
            raise ModelError(
                f"{name}: the estimator returned the shape {tuple(estimates.shape)} for "
                f"{gradient.numel()} parameters"
            )
        return estimates.reshape(estimates.shape[0], -1)

    return _sampled(
        name,
        "the gradient, by autograd of the exact objective",
        ("the estimator",),
        _noise(estimator),
        flat,
        gradient.flatten(),
        bound,
        "=",
        options,
    )


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
            y, log_det = transform(z)
        return y, log_det.sum(-1) if log_det.ndim == z.ndim else log_det

    points = x.detach().to(torch.float64)
    try:
        claimed = both(points)[1].detach()
    except RuntimeError:  # a function whose own weights are in another precision
        points = x.detach()
        claimed = both(points)[1].detach()
    if claimed.shape != points.shape[:1]:
        raise ModelError(
            f"{name}: the log-determinant has the shape {tuple(claimed.shape)}, not "
            f"({points.shape[0]},)"
        )
    check = ExactCheck(
        name,
        f"log |det J| at {points.shape[0]} points",
        ("the transform's log-determinant", "autograd and slogdet"),
        lambda: Sides(claimed, log_abs_det(jacobians(lambda z: both(z)[0], points))),
        max(tolerance, min(LARGEST_TOLERANCE, math.sqrt(x.shape[1]) * _precision(claimed))),
    )
    return run_exact(check)


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
        **options: See `Options`; the effect size is 0.02 unless given.

    Raises:
        NumericsError: The code cannot be judged.
    """
    draw, density = _noise(sample), _log_density(log_prob)
    seed = options.get("seed", fresh_seed())
    pilot = draw(stream(seed, name, "reference"), 4 * PILOT)
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

    def difference(draws: tuple[Tensor, Tensor]) -> Tensor:
        parts = []
        for points, sign in zip(draws, (1.0, -1.0), strict=True):
            log_p = density(points.reshape(points.shape[0], *shape).to(dtype))
            if log_p.shape != points.shape[:1]:
                raise ModelError(
                    f"{name}: log_prob returned the shape {tuple(log_p.shape)} for "
                    f"{points.shape[0]} points"
                )
            if bool(torch.isnan(log_p).any()):
                raise ModelError(
                    f"{name}: log_prob is NaN at {int(torch.isnan(log_p).sum())} of "
                    f"{points.shape[0]} points; outside of the support it must be -inf"
                )
            log_r = reference.log_prob(points)
            share = torch.sigmoid(sign * (log_r - log_p.to(torch.float64)))
            standard = torch.linalg.solve_triangular(factor, (points - center).T, upper=False).T
            parts.append(share[:, None] * torch.cos(standard @ directions.T))
        return parts[0] - parts[1]

    settings: Options = {"effect_size": 0.02, **options, "seed": seed}
    return _sampled(
        name,
        f"whether samples follow the density, by {probes} bounded probes",
        ("the mean under the samples", "the mean under the density"),
        noise,
        difference,
        0.0,
        Range(-2.0, 2.0, "cosines times probabilities"),
        "=",
        settings,
    )


def check_kl(
    p: Distribution,
    q: Distribution,
    claimed: float | Tensor | None = None,
    *,
    bound: Bound | None = None,
    tolerance: float = 1e-8,
    name: str = "check_kl",
    **options: Unpack[Options],
) -> Estimate:
    """Whether KL(p || q) is what you claim, or what torch claims.

    The cheapest sufficient method is chosen: enumeration of a finite support, quadrature for one
    real variable, Gauss-Hermite for independent Gaussians, else samples of the log-ratio.

    Args:
        p: The first distribution.
        q: The second.
        claimed: The divergence, of the batch shape; `torch.distributions.kl_divergence` if None.
        bound: What is known of log p - log q, for samples.
        tolerance: The relative difference that is allowed where nothing is sampled.
        name: What the report calls the check.
        **options: See `Options`, for samples.

    Raises:
        NumericsError: The code cannot be judged.
    """
    if p.batch_shape != q.batch_shape:
        shape = torch.Size(torch.broadcast_shapes(p.batch_shape, q.batch_shape))
        p, q = p.expand(shape), q.expand(shape)
    if p.event_shape != q.event_shape:
        raise ModelError(
            f"{name}: {_named(p)} draws values of the shape {tuple(p.event_shape)} and {_named(q)} "
            f"of the shape {tuple(q.event_shape)}: there is no divergence between them"
        )
    try:
        value = kl_divergence(p, q) if claimed is None else claimed
    except NotImplementedError as error:
        raise ModelError(
            f"{name}: torch has no formula for KL({_named(p)} || {_named(q)}); claim a value"
        ) from error
    target = torch.as_tensor(value, dtype=torch.float64).detach()

    def densities(x: Tensor) -> tuple[Tensor, Tensor]:
        ours = p.log_prob(x)
        try:
            theirs = q.log_prob(x)
        except ValueError:  # torch checks the support, unless it is told not to
            theirs = torch.full_like(ours, -math.inf)
        if bool((torch.isneginf(theirs) & ~torch.isneginf(ours)).any()):
            raise ModelError(
                f"{name}: {_named(q)} has no density at some values of {_named(p)}: the divergence "
                "is infinite, and nothing can be computed"
            )
        return ours, theirs

    with isolated(stream(0, name)):
        probe = p.sample()
    tolerance = max(tolerance, _precision(*densities(probe)))

    def log_ratio(x: Tensor) -> Tensor:
        ours, theirs = densities(x)
        return ours.to(torch.float64) - theirs.to(torch.float64)

    def exact(how: str, integral: Callable[[], tuple[Tensor, float]]) -> Estimate:
        def compute() -> Sides:
            found, error = integral()
            return Sides(found, target.expand(found.shape), error)

        return run_exact(
            ExactCheck(
                name,
                f"KL({_named(p)} || {_named(q)})",
                (how, "the claimed value"),
                compute,
                tolerance,
                "exact" if how == "enumeration" else "quadrature",
            )
        )

    if p.has_enumerate_support or (p.support is not None and _counts(p)):
        return exact("enumeration", lambda: _enumerated(p, log_ratio))
    base = p.base_dist if isinstance(p, Independent) else p
    if isinstance(base, Normal) and isinstance(
        q.base_dist if isinstance(q, Independent) else q, Normal
    ):
        return exact("Gauss-Hermite quadrature", lambda: (_gauss_hermite(base, p, q), 0.0))
    discrete = p.support is None or p.support.is_discrete
    if not p.batch_shape and not p.event_shape and not discrete:
        return exact("quadrature", lambda: _on_the_line(p, q, log_ratio))
    return _sampled(
        name,
        f"KL({_named(p)} || {_named(q)})",
        ("log p - log q",),
        _noise(p),
        log_ratio,
        target,
        bound,
        "=",
        options,
    )


class LatentModel(Protocol):
    """What `check_elbo` needs of a variational autoencoder."""

    @property
    def prior(self) -> Distribution:
        """The law of z, of event shape (latent,)."""
        ...

    def encode(self, x: Tensor) -> Distribution:
        """q(z | x), batched like x, of event shape (latent,)."""
        ...

    def decode(self, z: Tensor) -> Distribution:
        """p(x | z), batched like z, of event shape (pixels,)."""
        ...

    def elbo(self, x: Tensor) -> Tensor:
        """The bound that the model computes, one number for each row; it may draw samples."""
        ...


def check_elbo(
    model: LatentModel,
    x: Tensor,
    *,
    bound: Bound | None = None,
    name: str = "check_elbo",
    **options: Unpack[Options],
) -> Estimate:
    """Whether a model's bound has the mean E_q[log p(z) + log p(x | z) - log q(z | x)].

    The model's own value and the definition are computed from samples; their difference is tested
    for each row of x at once, in one budget.

    Args:
        model: See `LatentModel`.
        x: A few inputs, (rows, ...).
        bound: What is known of the difference for one row.
        name: What the report calls the check.
        **options: See `Options`; the effect size is in nats, 0.1 unless given.

    Raises:
        NumericsError: The code cannot be judged.
    """
    rows = x.shape[0]

    def noise(generator: torch.Generator, n: int) -> Tensor:
        with torch.no_grad(), isolated(generator):
            repeated = x.expand(n, *x.shape).reshape(n * rows, *x.shape[1:])
            claimed = model.elbo(repeated)
            if claimed.shape != (n * rows,):
                raise ModelError(
                    f"{name}: elbo returned the shape {tuple(claimed.shape)} for {n * rows} rows; "
                    "it must return one number for each"
                )
            q = model.encode(repeated)
            z = q.sample()
            defined = model.prior.log_prob(z) + model.decode(z).log_prob(repeated) - q.log_prob(z)
        return (claimed - defined).reshape(n, rows)

    settings: Options = {"effect_size": 0.1, **options}
    return _sampled(
        name,
        f"the model's bound for {rows} inputs",
        ("the model's bound", "its definition"),
        noise,
        _itself,
        0.0,
        bound,
        "=",
        settings,
    )


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
        state = start.detach().to(torch.float64)
        given = inputs.detach().to(torch.float64)
        stepped, closed = [], []
        for count in range(1, given.shape[0] + 1):
            state = update(state, given[count - 1])
            whole = closed_form(start.detach().to(torch.float64), given[:count])
            if state.shape != start.shape or whole.shape != start.shape:
                raise ModelError(
                    f"{name}: after {count} steps the states have the shapes "
                    f"{tuple(state.shape)} and {tuple(whole.shape)}, not {tuple(start.shape)}"
                )
            stepped.append(state)
            closed.append(whole)
        return Sides(torch.stack(closed).detach(), torch.stack(stepped).detach())

    return run_exact(
        ExactCheck(
            name,
            f"the state after each of {inputs.shape[0]} steps",
            ("the closed form", "the update, step by step"),
            compute,
            tolerance,
        )
    )


def _itself(draws: Tensor) -> Tensor:
    return draws


def _noise(sample: Sampler) -> Noise:
    """A sampler in our order of arguments; a torch distribution draws from our stream."""
    if isinstance(sample, Distribution):

        def drawn(generator: torch.Generator, n: int) -> Tensor:
            with isolated(generator):
                return sample.sample((n,))

        return drawn

    def own(generator: torch.Generator, n: int) -> Draws:
        with isolated(generator):  # so that foreign code inside it is reproducible too
            return sample(n, generator)

    return own


def _log_density(log_prob: Distribution | Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """A function of points; a torch distribution has density 0 outside of its support."""
    if not isinstance(log_prob, Distribution):
        return log_prob
    law = log_prob

    def inside(points: Tensor) -> Tensor:
        if law.support is None:
            return law.log_prob(points)
        possible = law.support.check(points)
        with isolated(stream(0, "support", device=points.device)):
            safe = law.sample((points.shape[0],)).to(points.dtype)
        mask = possible.reshape(*possible.shape, *[1] * (points.ndim - possible.ndim))
        return torch.where(possible, law.log_prob(torch.where(mask, points, safe)), -math.inf)

    return inside


def _sampled(  # noqa: PLR0913, PLR0917 - one check, put together from the arguments of its callers
    name: str,
    estimand: str,
    estimators: tuple[str, ...],
    noise: Noise,
    integrand: Callable[[Draws], Tensor],
    target: float | Tensor,
    bound: Bound | None,
    relation: Relation,
    options: Options,
) -> Estimate:
    unknown = set(options) - Options.__annotations__.keys()
    if unknown:
        raise ConfigurationError(f"{name}: there is no option {', '.join(sorted(unknown))}")
    seed = options.get("seed", fresh_seed())
    place = device_of(options.get("device", "auto"))
    claimed = torch.as_tensor(target, dtype=torch.float64).detach()
    scale = "as you asked"
    effect = options.get("effect_size")
    if effect is None:
        effect, scale = _default_effect(noise, integrand, claimed, stream(seed, name, "scale"))
    check = SampledCheck(
        id=name,
        estimand=estimand,
        estimators=estimators,
        noise=noise,
        integrand=integrand,
        bound=bound or Unbounded(),
        effect_size=effect,
        scale=scale,
        target=claimed,
        relation=relation,
        power=options.get("power", POWER),
        longest=options.get("longest", LONGEST),
    )
    rate = options.get("false_alarm_rate", FALSE_ALARM_RATE)
    return run_check(check, false_alarm_rate=rate, seed=seed, device=place)


def _default_effect(
    noise: Noise,
    integrand: Callable[[Draws], Tensor],
    claimed: Tensor,
    generator: torch.Generator,
) -> tuple[float, str]:
    """1 % of the claimed value, or 5 % of the deviation in a pilot if that is more.

    Where the deviation is much larger than the value, the effect is a quarter of the value, lest a
    pass say nothing about it; but no less than 0.5 % of the deviation, which takes a while to see.
    """
    values: object = integrand(noise(generator, PILOT))
    if not isinstance(values, Tensor) or values.ndim not in (1, 2):
        return 1.0, "the unit"  # the run will say what is wrong with it
    spread = float(values.detach().to(torch.float64).std(0).nan_to_num(1.0, 1.0, 1.0).max())
    value = float(claimed.abs().max())
    of_value, of_spread = SHARE_OF_VALUE * value, SHARE_OF_DEVIATION * spread
    if value > 0.0 and spread == 0.0:  # an event too rare for the pilot, or a constant
        return 0.1 * value, "10 % of the claimed value"
    if value > 0.0 and 0.25 * value < of_spread:
        quarter = max(0.25 * value, 0.1 * of_spread)
        return quarter, f"{quarter / value:.0%} of the claimed value"
    if of_value >= of_spread and of_value > 0.0:
        return of_value, f"{SHARE_OF_VALUE:.0%} of the claimed value"
    if of_spread > 0.0:
        return of_spread, f"{SHARE_OF_DEVIATION:.0%} of the standard deviation"
    return 1e-6, "the least effect that is tested where nothing varies"


def _named(law: Distribution) -> str:
    return type(law).__name__


def _counts(p: Distribution) -> bool:
    """Whether the values are 0, 1, 2, ... without an end."""
    counting = getattr(p.support, "lower_bound", None) == 0 and not p.event_shape
    return bool(p.support is not None and p.support.is_discrete and counting)


def _enumerated(p: Distribution, f: Callable[[Tensor], Tensor]) -> tuple[Tensor, float]:
    """E_p f as a sum; of unknown error where a sum that must end somewhere misses some mass."""
    if p.has_enumerate_support:
        points = p.enumerate_support()
    else:
        points = torch.arange(float(LONGEST_SUM)).reshape(-1, *[1] * len(p.batch_shape))
    log_p = p.log_prob(points).to(torch.float64)
    mass = torch.where(torch.isfinite(log_p), log_p.exp(), 0.0)
    missed = float((mass.sum(0) - 1.0).abs().max())
    total = torch.where(mass > 0.0, mass * f(points), 0.0).sum(0)
    return total, 0.0 if missed <= max(1e-9, _precision(p.log_prob(points[:1]))) else math.inf


def _gauss_hermite(base: Normal, p: Distribution, q: Distribution) -> Tensor:
    """The mean of the log-ratio coordinate by coordinate: a quadratic, for which 3 nodes do."""
    points, weights = hermite(3)
    second = q.base_dist if isinstance(q, Independent) else q
    shape = (-1, *[1] * base.loc.ndim)
    x = base.loc + base.scale * points.reshape(shape)
    ratio = base.log_prob(x) - second.log_prob(x)
    each = (weights.reshape(shape) * ratio).sum(0)
    return each.flatten(each.ndim - events).sum(-1) if (events := len(p.event_shape)) else each


def _on_the_line(
    p: Distribution, q: Distribution, f: Callable[[Tensor], Tensor]
) -> tuple[Tensor, float]:
    """Quadrature over the support of p, split at the locations of both laws: kinks are there.

    The same rule integrates p itself. Where it does not find the mass 1, it has missed a peak or a
    tail, and its error is unknown.
    """
    support = p.support
    low = float(getattr(support, "lower_bound", -math.inf))
    high = float(getattr(support, "upper_bound", math.inf))

    def under_p(g: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
        log_p = p.log_prob(x).to(torch.float64)
        possible = torch.isfinite(log_p) & (log_p > -700.0)
        return torch.where(possible, log_p.exp() * g(x), 0.0)

    located = [getattr(law, "loc", None) for law in (p, q)]
    places = {float(place) for place in located if isinstance(place, Tensor)}
    ends = sorted({low, high} | {place for place in places if low < place < high})
    parts = [double_exponential(partial(under_p, f), a, b) for a, b in pairwise(ends)]
    masses = [
        double_exponential(partial(under_p, torch.ones_like), a, b) for a, b in pairwise(ends)
    ]
    total = torch.tensor(sum(value for value, _ in parts), dtype=torch.float64)
    missed = abs(sum(mass for mass, _ in masses) - 1.0)
    return total, math.inf if missed > LARGEST_MISSED else sum(error for _, error in parts)


def _precision(*values: Tensor) -> float:
    """The relative rounding error that the least precise of these brings, with some to spare."""
    found = [torch.finfo(each.dtype).eps for each in values if each.dtype.is_floating_point]
    return ROUNDINGS * max(found, default=0.0)

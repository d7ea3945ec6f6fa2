"""What an estimate says: where, what, the evidence, and what a pass means."""

import math
from fractions import Fraction

import torch

from lemmata.numerics.check import Estimate, ExactCheck, Tuned

# Factors that mistakes of mathematics have, by name; a ratio this near to one of them is named.
FACTORS: tuple[tuple[str, float], ...] = (
    ("-1", -1.0),
    ("2", 2.0),
    ("1/2", 0.5),
    ("-2", -2.0),
    ("-1/2", -0.5),
    ("ln 2", math.log(2.0)),
    ("1/ln 2", 1.0 / math.log(2.0)),
    ("2 pi", 2.0 * math.pi),
    ("pi", math.pi),
    ("sqrt(2 pi)", math.sqrt(2.0 * math.pi)),
    ("sqrt 2", math.sqrt(2.0)),
    ("1/sqrt 2", math.sqrt(0.5)),
)
NEAR = 1e-3


def named_factor(value: float, claimed: float, uncertainty: float) -> str | None:
    """The simple factor between a value and the claimed one, if the uncertainty singles one out."""
    if claimed == 0.0 or not math.isfinite(value / claimed):
        return None
    ratio, slack = value / claimed, max(abs(uncertainty / claimed), 1e-12)
    if slack > 0.05:
        return None
    near = [name for name, factor in FACTORS if abs(ratio - factor) <= slack + NEAR * abs(factor)]
    if len(near) == 1:
        return near[0]
    whole = Fraction(ratio).limit_denominator(12)
    if slack <= NEAR and abs(ratio - whole) <= slack + 1e-6 and whole != 1:
        return str(whole)
    return None


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def sampled_message(
    found: Estimate, tuned: Tuned, *, coordinate: int, reason: str, device: torch.device
) -> str:
    """The report of a sampled check, at the coordinate that speaks loudest."""
    check, size = tuned.check, tuned.center.size
    claimed = float(tuned.center[coordinate])
    low, high = found.interval
    where = f", coordinate {coordinate} of {size}" if size > 1 else ""
    sign = {"=": "equal to", ">=": "at least", "<=": "at most"}[check.relation]
    target = "its target" if size > 1 else format(claimed, ".6g")
    mean = f"the mean of {' - '.join(check.estimators)} is {sign} {target}"
    value = f"{claimed + found.estimate:.6g} against {claimed:.6g}{where}"
    of = "" if tuned.dtype == torch.float64 else f" sums of {_short(tuned.dtype)}"
    run = f"{found.n} (at most {tuned.most}); seed {found.seed}; {device.type}, float64{of}"
    lines = [
        f"{check.id}: {found.outcome}" + (f" ({reason})" if reason else ""),
        f"  claim     {mean}: {check.estimand}",
        f"  estimate  {value}; the difference lies in [{low:.3g}, {high:.3g}]",
        f"  samples   {run}, torch {torch.__version__}",
        f"  evidence  {found.evidence_class}: {check.bound.source}",
        f"  method    {check.method}",
    ]
    if found.outcome == "confirmed":
        lines.append(
            f"  meaning   an error of {check.effect_size:.3g} ({check.scale}) or more would have "
            f"been confirmed with probability at most {tuned.miss_rate:.2g}"
        )
        if found.evidence_class == "asymptotic":
            lines.append("            in the limit of many samples: this is no certificate")
    elif found.outcome == "refuted":
        lines.append(
            f"  meaning   a true claim would be refuted with probability at most "
            f"{found.false_alarm_rate:.2g}; here the e-value is 10^{found.log10_e:.1f}"
        )
        factor = named_factor(claimed + found.estimate, claimed, (high - low) / 2.0)
        if factor is not None:
            lines.append(f"  hint      the estimate is about {factor} times the claimed value")
        if tuned.dtype.is_floating_point and tuned.dtype != torch.float64:
            rounding = torch.finfo(tuned.dtype).eps * abs(claimed)
            if abs(found.estimate) <= rounding:
                lines.append(
                    f"  hint      {_short(tuned.dtype)} rounds such values by {rounding:.2g}, more "
                    "than the difference; compute in float64"
                )
    elif reason == "nothing varies":
        lines.append(
            "  next      a coordinate is the same in every sample: compare the two numbers, or "
            "give a bound, without which an event too rare to be seen cannot be ruled out"
        )
    elif found.cause == "unsupported":
        lines.append(
            "  next      a few samples make up most of the sum of squares, as with infinite "
            "variance; give a bound, or rewrite the estimator as a bounded one"
        )
    else:
        lines.append(
            "  next      give this verdict as `earlier` to another run, which adds its samples; or "
            f"allow more at once: `longest` above {check.longest:g}"
        )
    return "\n".join(lines)


def exact_message(
    found: Estimate, check: ExactCheck, *, left: float, right: float, place: tuple[int, ...]
) -> str:
    """The report of a check whose sides are computed, at the entry where they differ most."""
    where = f" at {list(place)}, the worst entry" if place else ""
    lines = [
        f"{check.id}: {found.outcome}",
        f"  claim     {f' {check.relation} '.join(check.estimators)}: {check.estimand}",
        f"  computed  {left:.10g} against {right:.10g}{where}",
        f"  evidence  {check.evidence_class}: float64, torch {torch.__version__}",
        f"  method    {check.method}",
    ]
    if found.outcome == "confirmed":
        lines.append(f"  meaning   any error above {found.effect_size:.3g} would have been refuted")
    elif found.outcome == "refuted":
        factor = named_factor(left, right, 1e-9 * abs(right))
        if factor is not None:
            lines.append(f"  hint      the left side is {factor} times the right one")
    else:
        lines.append(
            f"  next      the quadrature is off by up to {found.interval[1] - found.estimate:.2g}, "
            "more than the check tolerates: take more nodes where the check is defined"
        )
    return "\n".join(lines)

"""Makes each check fail: its mutants must be refuted, or the check is vacuous.

Beside the mutants that its author wrote, every sampled check is tried on the claim that is off by
the declared effect size, upwards and downwards; within the sample cap of its design it must be
refuted, before the evidence excludes it a thousand million to one. A check that has lost its power
(a cap too small, a bound or tolerance too wide) shows here.
"""

from dataclasses import dataclass, replace

import torch

from lemmata.kernel.verdict import Outcome
from lemmata.numerics.check import Check, Draws, Estimate, Mutant, SampledCheck
from lemmata.numerics.engine import run_check
from lemmata.numerics.errors import ConfigurationError
from lemmata.numerics.exact import run_exact

# Fewer mutants than this are no audit.
FEWEST_MUTANTS = 3
# So many draws of a check are kept for its mutants.
KEPT = 100_000
# Mutants are confirmed at this miss rate only. At that of the check, one in a hundred claims that
# are wrong by just the effect size may be confirmed, and a run of many mutants would often fail.
MISS_RATE = 1e-9


@dataclass(frozen=True)
class Kill:
    """What became of one mutant.

    Attributes:
        mutant: What is wrong with it.
        outcome: refuted, if all is well.
        error: How far apart its two sides are, where they are furthest apart.
        n: How many samples it took.
    """

    mutant: str
    outcome: Outcome
    error: float
    n: int


@dataclass(frozen=True)
class Audit:
    """A check, what it found, and its mutants."""

    estimate: Estimate
    kills: tuple[Kill, ...]

    @property
    def killed(self) -> int:
        """How many mutants were refuted."""
        return sum(kill.outcome == "refuted" for kill in self.kills)

    @property
    def vacuous(self) -> bool:
        """Whether a mutant survives, or there are too few."""
        return self.killed < len(self.kills) or len(self.kills) < FEWEST_MUTANTS

    @property
    def smallest_killed(self) -> float:
        """The smallest error that was refuted; infinite when none was."""
        errors = [kill.error for kill in self.kills if kill.outcome == "refuted"]
        return min(errors, default=float("inf"))


def run(
    check: Check, *, false_alarm_rate: float, seed: int, device: torch.device | None = None
) -> Estimate:
    """Run a check of either kind."""
    if isinstance(check, SampledCheck):
        return run_check(check, false_alarm_rate=false_alarm_rate, seed=seed, device=device)
    return run_exact(check)


def audit(
    check: Check, *, false_alarm_rate: float, seed: int, device: torch.device | None = None
) -> Audit:
    """Run a check and each of its mutants, all on the same draws."""
    if isinstance(check, SampledCheck):
        check = _remembering(check)
    estimate = run(check, false_alarm_rate=false_alarm_rate, seed=seed, device=device)
    kills = []
    if isinstance(check, SampledCheck):
        for name, mutant in {**check.mutants, **off_by_the_effect(check)}.items():
            found = run_check(
                check.mutated(mutant),
                false_alarm_rate=false_alarm_rate,
                seed=seed,
                device=device,
                miss_rate=MISS_RATE,
                traced=False,
            )
            kills.append(Kill(name, found.outcome, abs(found.estimate), found.n))
    else:
        for name, wrong in check.mutants.items():
            found = run_exact(replace(check, sides=wrong, mutants={}))
            kills.append(Kill(name, found.outcome, abs(found.estimate), 0))
    return Audit(estimate, tuple(kills))


def _remembering(check: SampledCheck) -> SampledCheck:
    """The check, which draws and averages once what its mutants draw and average again.

    They have the same id, so that they draw from the same streams; most differ in the target only.
    """
    drawn: dict[tuple[bytes, int], tuple[Draws, torch.Tensor]] = {}
    # By the identity of draws that are kept.
    averaged: dict[int, torch.Tensor | None] = {}

    def noise(generator: torch.Generator, n: int) -> Draws:
        key = (generator.get_state().numpy().tobytes(), n)
        if key not in drawn:
            draws = check.noise(generator, n)
            if n + sum(m for _, m in drawn) > KEPT:
                return draws
            drawn[key] = draws, generator.get_state()
            averaged[id(draws)] = None
        draws, state = drawn[key]
        generator.set_state(state)
        return draws

    def integrand(draws: Draws) -> torch.Tensor:
        found = averaged.get(id(draws))
        if found is None:
            found = check.integrand(draws)
            if id(draws) in averaged:
                averaged[id(draws)] = found
        return found

    return replace(check, noise=noise, integrand=integrand)


def off_by_the_effect(check: SampledCheck) -> dict[str, Mutant]:
    """The claim, wrong by the declared effect size in every coordinate."""
    target = torch.as_tensor(check.target, dtype=torch.float64)
    wrong = {
        "above by the effect size": Mutant(target=target + check.effect_size),
        "below by the effect size": Mutant(target=target - check.effect_size),
    }
    if check.relation == "=":
        return wrong
    # Only one side of an inequality is wrong, and only where the sides are equal is it off by so
    # little: the author's mutants speak for it.
    return {}


def require_power(found: Audit) -> None:
    """Refuse a vacuous check.

    Raises:
        ConfigurationError: It lets a mutant live; the message names it.
    """
    if found.vacuous:
        alive = [kill.mutant for kill in found.kills if kill.outcome != "refuted"]
        reason = f"it does not refute: {'; '.join(alive)}" if alive else "it has too few mutants"
        raise ConfigurationError(f"{found.estimate.check} is vacuous: {reason}")

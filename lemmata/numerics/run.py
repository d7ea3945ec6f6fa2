"""Gathers the estimates of a claim: every check on its model, with its mutants, in one budget."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import torch

from lemmata.kernel.verdict import Outcome
from lemmata.numerics import estimates
from lemmata.numerics.audit import Audit, audit
from lemmata.numerics.check import Check, SampledCheck
from lemmata.numerics.devices import DeviceName, device_of
from lemmata.numerics.errors import NumericsError
from lemmata.numerics.models.training import Report, Size
from lemmata.numerics.models.zoo import Zoo

Budget: TypeAlias = Literal["quick", "standard", "long"]

# The probability that a run refutes any claim that is true, over all claims and checks together.
FALSE_ALARM_RATE = 1e-6
# The effect sizes that the checks declare are multiplied with this: smaller errors are seen.
EFFECTS: dict[Budget, float] = {"quick": 1.0, "standard": 0.5, "long": 0.2}


@dataclass(frozen=True)
class ClaimEstimates:
    """What the checks of one claim found.

    Attributes:
        claim: The claim.
        seed: The seed of the run.
        audits: Each check with its mutants.
        problems: Checks that could not be run, and why.
    """

    claim: str
    seed: int
    audits: tuple[Audit, ...]
    problems: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """Refuted if a check is, undecided if one is or could not be run, else confirmed."""
        found = {each.estimate.outcome for each in self.audits}
        if "refuted" in found:
            return "refuted"
        return "undecided" if self.problems or found != {"confirmed"} else "confirmed"

    @property
    def mutants(self) -> int:
        """How many mutants were tried."""
        return sum(len(each.kills) for each in self.audits)

    @property
    def killed(self) -> int:
        """How many of them were refuted."""
        return sum(each.killed for each in self.audits)

    def scope(self) -> str:
        """What was checked, in one line; and what went wrong."""
        classes = sorted({each.estimate.evidence_class for each in self.audits})
        methods = sorted({each.estimate.method.partition(",")[0] for each in self.audits})
        smallest = min((each.smallest_killed for each in self.audits), default=float("inf"))
        text = (
            f"{len(self.audits)} checks ({', '.join(classes)}) on trained models, seed "
            f"{self.seed}, by {'; '.join(methods)}; smallest error refuted {smallest:.2g}"
        )
        wrong = [
            each.estimate.message.splitlines()[0]
            for each in self.audits
            if each.estimate.outcome != "confirmed"
        ]
        alive = [
            f"{each.estimate.check} does not refute {kill.mutant!r}"
            for each in self.audits
            for kill in each.kills
            if kill.outcome != "refuted"
        ]
        return "; ".join((text, *wrong, *alive, *self.problems))

    def kill_matrix(self) -> tuple[tuple[str, str, Outcome, str], ...]:
        """A row for each mutant: its check, what is wrong with it, its outcome, the evidence."""
        return tuple(
            (
                each.estimate.check,
                kill.mutant,
                kill.outcome,
                f"off by {kill.error:.3g}" + (f" after {kill.n} samples" if kill.n else ""),
            )
            for each in self.audits
            for kill in each.kills
        )


def estimate_claim(
    claim: str,
    *,
    budget: Budget,
    seed: int,
    device: DeviceName = "auto",
    size: Size = "full",
    report: Report | None = None,
) -> ClaimEstimates:
    """Run every check of a claim on trained models.

    Args:
        claim: A claim that has an estimate.
        budget: How small the errors are that the run promises to see.
        seed: The seed of the run; models have a seed of their own, so that the cache is used.
        device: Where samples are drawn.
        size: The size of the models.
        report: Called while a model trains.

    Raises:
        KeyError: The claim has no estimate.
        DeviceError: The device demanded is not there.
    """
    place = device_of(device)
    try:
        checks = estimates.checks(claim, Zoo(size, report=report))
    except NumericsError as error:  # of a mean that its checks are about, and that none computes
        return ClaimEstimates(claim, seed, (), (str(error),))
    return estimate_checks(claim, checks, budget=budget, seed=seed, device=place)


def estimate_checks(
    claim: str, checks: Iterable[Check], *, budget: Budget, seed: int, device: torch.device
) -> ClaimEstimates:
    """Run checks of a claim that have been built; see `estimate_claim`."""
    checks = tuple(checks)
    found: list[Audit] = []
    problems: list[str] = []
    rate = FALSE_ALARM_RATE / len(estimates.available()) / _sampled(checks)
    for check in checks:
        wanted = check.with_effect(EFFECTS[budget]) if isinstance(check, SampledCheck) else check
        try:
            found.append(audit(wanted, false_alarm_rate=rate, seed=seed, device=device))
        except NumericsError as error:
            problems.append(str(error))
    return ClaimEstimates(claim, seed, tuple(found), tuple(problems))


def flakes(checks: Mapping[str, Iterable[Check]], *, seeds: Iterable[int]) -> list[str]:
    """Run the sampled checks of claims with their mutants, once for each seed: what went wrong.

    A flake is a check that is not confirmed, or a mutant that is not refuted. What is computed
    exactly has no seed, and is left out.

    Args:
        checks: The checks of each claim.
        seeds: The seeds of the runs.
    """
    sampled = {
        claim: [check for check in each if isinstance(check, SampledCheck)]
        for claim, each in checks.items()
    }
    found: list[str] = []
    for seed in seeds:
        for claim, each in sampled.items():
            if each:
                tried = estimate_checks(
                    claim, each, budget="quick", seed=seed, device=torch.device("cpu")
                )
                if tried.outcome != "confirmed" or tried.killed < tried.mutants:
                    found.append(f"{claim}, seed {seed}: {tried.outcome}: {tried.scope()}")
    return found


def _sampled(checks: Iterable[Check]) -> int:
    return max(1, sum(isinstance(check, SampledCheck) for check in checks))

"""Recursions as machines: whatever samples come in whatever order, the closed form keeps up."""

from fractions import Fraction

from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from lemmata.kernel.verdict import Outcome
from lemmata.properties.strategies import rationals
from lemmata.properties.suites import laws
from lemmata.properties.suites.law import tensor

SETTINGS = settings(
    max_examples=30,
    stateful_step_count=8,
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


class RollingAverage(RuleBasedStateMachine):
    """A code that moves towards each sample; its closed form is worked out anew each time."""

    closed_form = staticmethod(laws("vq-rolling-average").reference)

    @initialize(start=rationals(-3, 3), eta=rationals(0, Fraction(1, 2)))
    def begin(self, start: Fraction, eta: Fraction) -> None:
        """The first code and the rate."""
        self.start, self.eta = start, eta
        self.code = start
        self.samples: list[Fraction] = []

    @rule(sample=rationals(-3, 3))
    def see(self, sample: Fraction) -> None:
        """One more sample, in exact arithmetic."""
        self.code = (1 - 2 * self.eta) * self.code + 2 * self.eta * sample
        self.samples.append(sample)

    @rule()
    def see_the_code_itself(self) -> None:
        """A sample at the code moves nothing."""
        before = self.code
        self.see(before)
        assert self.code == before

    @invariant()
    def closed_form_keeps_up(self) -> None:
        """The closed form gives the code that the recursion reached."""
        if not self.samples:
            return
        samples = tensor([[sample] for sample in self.samples])
        found = self.closed_form(tensor([self.start]), samples, tensor(self.eta))
        assert abs(float(found) - float(self.code)) < 1e-9

    @invariant()
    def stays_between_what_it_has_seen(self) -> None:
        """An average lies between the smallest and the largest of what it averages."""
        seen = [self.start, *self.samples]
        assert min(seen) <= self.code <= max(seen)


class AgedAverage(RollingAverage):
    """The same with a wrong closed form."""

    closed_form = staticmethod(laws("vq-rolling-average").mutants["the samples are one step older"])


def outcome(machine: type[RollingAverage]) -> Outcome:
    """Refuted if some run breaks an invariant."""
    try:
        run_state_machine_as_test(machine, settings=SETTINGS)
    except AssertionError:
        return "refuted"
    return "confirmed"


def test_the_closed_form_follows_the_recursion() -> None:
    """After every step of every run."""
    assert outcome(RollingAverage) == "confirmed"


def test_a_wrong_closed_form_falls_behind() -> None:
    """The machine can fail."""
    assert outcome(AgedAverage) == "refuted"

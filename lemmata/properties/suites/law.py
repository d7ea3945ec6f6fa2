"""Laws: what a claim says about every implementation of it, on random small inputs.

A law is deterministic: exact enumeration, closed forms or autograd in float64, never a sample. A
`Suite` holds the laws of one claim and an implementation of ours; called with a user's function it
gives a verdict on it:

    laws("gaussian-kl")(my_kl)  # confirmed, or refuted with the smallest inputs that show it

A law may fail for an honest implementation only by rounding. Inputs are small fractions, away from
where logarithms and quotients lose digits, so an implementation that computes with the machine
epsilon e is right to within `CONDITION` e, relative to 1 and the size of both sides. What is
farther apart than e of its values allows, and not farther than e of float32 does, may be rounding
inside the function: it is neither confirmed nor refuted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any, Literal, NamedTuple, TypeAlias

import torch
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy
from torch import Tensor

from lemmata.kernel.verdict import Counterexample, Verdict
from lemmata.properties.suites.watched import (
    FORMS,
    Function,
    NoGradientError,
    Watched,
    WrongFormError,
    derivative,
)

__all__ = [
    "Finding",
    "Law",
    "Sides",
    "Suite",
    "above",
    "at_least",
    "derivative",
    "equal",
    "softmax",
    "tensor",
]

Relation: TypeAlias = Literal["=", ">=", ">"]
Finding: TypeAlias = Literal["holds", "doubtful", "unjudged", "broken"]

TOLERANCE = 1e-9
"""What the laws' own arithmetic in float64 may lose, relative to 1 plus the size of both sides."""
CONDITION = 1024
"""The largest condition number of a claim at the inputs that are drawn."""
DOUBLE, SINGLE = torch.finfo(torch.float64).eps, torch.finfo(torch.float32).eps
EXAMPLES = 100


class Sides(NamedTuple):
    """What a law compares: `left relation right`, entry by entry."""

    left: Tensor
    relation: Relation
    right: Tensor

    def finding(self, precision: float) -> Finding:
        """Whether they stand in the relation, for a function that computes with an epsilon."""
        left, right = self.left, self.right
        if left.shape != right.shape or bool(torch.isnan(left).any() | torch.isnan(right).any()):
            return "broken"
        size = 1 + _finite(left) + _finite(right)
        room = (TOLERANCE + CONDITION * precision) * size
        rounding = (TOLERANCE + CONDITION * max(precision, SINGLE)) * size
        gap = torch.where(left == right, 0.0, left - right)
        match self.relation:
            case "=":
                holds, may_hold = gap.abs() <= room, gap.abs() <= rounding
            case ">=":
                holds, may_hold = gap >= -room, gap >= -rounding
            case _:
                holds, may_hold = gap > room, gap >= -rounding
        if not bool(may_hold.all()):
            return "broken"
        return "holds" if bool(holds.all()) else "doubtful"


def tensor(value: Any) -> Tensor:
    """Fractions, however nested, as a float64 tensor."""
    if isinstance(value, Tensor):
        return value
    return torch.tensor(_floats(value), dtype=torch.float64)


def equal(left: Any, right: Any) -> Sides:
    """Both sides are the same number, entry by entry."""
    return Sides(tensor(left), "=", tensor(right))


def at_least(left: Any, right: Any) -> Sides:
    """The left side is not smaller."""
    return Sides(tensor(left), ">=", tensor(right))


def above(left: Any, right: Any) -> Sides:
    """The left side is larger, by more than rounding."""
    return Sides(tensor(left), ">", tensor(right))


@dataclass(frozen=True, slots=True)
class Law:
    """One law.

    Attributes:
        name: What it says, in words.
        inputs: The strategy of each input by its name.
        sides: What is compared, for a function and the inputs.
    """

    name: str
    inputs: dict[str, SearchStrategy[Any]]
    sides: Callable[..., Sides]

    def finding(self, function: Watched, values: dict[str, Any]) -> Finding:
        """What it finds about a function at some inputs; a crash of the function breaks it."""
        function.precision = 0.0
        try:
            found = self.sides(function, **values).finding(function.precision)
        except NoGradientError:
            return "unjudged"
        except Exception:  # noqa: BLE001 - whatever the function raises, it has no value there
            return "broken"
        return "doubtful" if found == "holds" and function.precision > SINGLE else found

    def broken_by(
        self,
        function: Function,
        examples: int = EXAMPLES,
        seed: int = 0,
        short_of: dict[Finding, dict[str, Any]] | None = None,
    ) -> dict[str, Any] | None:
        """The smallest inputs found that break it; None if none of `examples` does.

        Args:
            function: What is judged.
            examples: How many inputs are tried.
            seed: Where they come from.
            short_of: Takes the first inputs at which it neither holds nor is broken.
        """
        watched = function if isinstance(function, Watched) else Watched(function)
        first = short_of if short_of is not None else {}

        def broken(values: dict[str, Any]) -> bool:
            found = self.finding(watched, values)
            if found in {"doubtful", "unjudged"}:
                first.setdefault(found, values)
            return found == "broken"

        try:
            return find(
                st.fixed_dictionaries(self.inputs),
                broken,
                settings=settings(
                    max_examples=examples,
                    database=None,
                    deadline=None,
                    phases=[Phase.generate, Phase.shrink],
                    suppress_health_check=list(HealthCheck),
                ),
                random=Random(seed),
            )
        except NoSuchExample:
            return None


@dataclass(slots=True)
class Suite:
    """The laws of one claim.

    Attributes:
        claim: The claim's id.
        signature: What a function takes and returns, with shapes and units.
        reference: Our implementation, which the laws are tried on first.
        mutants: Wrong implementations by what is wrong with them; each must break a law.
        laws: In the order in which they are tried.
    """

    claim: str
    signature: str
    reference: Function
    mutants: dict[str, Function] = field(default_factory=dict)
    laws: list[Law] = field(default_factory=list)

    def law(
        self, name: str, **inputs: SearchStrategy[Any]
    ) -> Callable[[Callable[..., Sides]], Law]:
        """Make the decorated function a law of the claim."""

        def add(sides: Callable[..., Sides]) -> Law:
            made = Law(name, inputs, sides)
            self.laws.append(made)
            return made

        return add

    def mutant(self, wrong: str) -> Callable[[Function], Function]:
        """Make the decorated function a wrong implementation that the laws must refute."""

        def add(function: Function) -> Function:
            self.mutants[wrong] = function
            return function

        return add

    def __call__(self, function: Function, *, examples: int = EXAMPLES, seed: int = 0) -> Verdict:
        """Judge an implementation.

        Args:
            function: As `signature` says. Its inputs are float64 tensors; a function that does not
                take them is given numpy arrays or float32.
            examples: How many inputs each law is tried on.
            seed: Where they come from.

        Raises:
            TypeError: What is given cannot be called.
        """
        if not callable(function):
            raise TypeError(f"{self.claim}: {function!r:.60} is no function; give {self.signature}")
        watched = Watched(function, self.reference)
        verdict = self._verdict(watched, examples, seed)
        notes = "".join(f"\nnote: {note}" for note in sorted(watched.notes))
        return replace(verdict, message=verdict.message + notes) if notes else verdict

    def _verdict(self, watched: Watched, examples: int, seed: int) -> Verdict:
        open_laws: list[str] = []
        for law in self.laws:
            short: dict[Finding, dict[str, Any]] = {}
            values = law.broken_by(watched, examples, seed, short)
            if values is not None:
                if _found_form(law, watched, values):
                    return self._verdict(watched, examples, seed)
                if not watched.answered:
                    return self._no_value(law, watched, values)
                return _refuted(self.claim, law, watched, values)
            open_laws += [_short_of(law, watched, short[kind], kind) for kind in short]
        judged = f"{len(self.laws)} laws of {self.claim}"
        if open_laws:
            return Verdict(
                "undecided",
                cause="unsupported",
                message=(
                    f"no law of {self.claim} is broken on {examples} random inputs each, and not "
                    f"all could be judged:\n" + "\n".join(open_laws)
                ),
                read_as=self.signature,
            )
        single = " to the precision of float32" if watched.coarsest > DOUBLE else ""
        names = "; ".join(law.name for law in self.laws)
        return Verdict(
            "confirmed",
            message=f"{judged} hold{single} on {examples} random inputs each: {names}",
            read_as=self.signature,
        )

    def _no_value(self, law: Law, watched: Watched, values: dict[str, Any]) -> Verdict:
        """It gave no value of the right form at any input, so nothing is said about it."""
        raised = _raised(law, watched, values)
        return Verdict(
            "undecided",
            cause="unsupported",
            message=(
                f"{self.claim}: the function gives no value at any input that was tried, be it "
                f"called with {', '.join(FORMS)}\n{raised}\ngive {self.signature}"
            ),
            read_as=self.signature,
        )


def _found_form(law: Law, watched: Watched, values: dict[str, Any]) -> bool:
    """Whether the function does well in a later form, which is then kept.

    What raises may want any other form. What has values in float64 may want numpy's, where a
    method of one name may mean something else than torch's.
    """
    form = watched.form
    later = FORMS[FORMS.index(form) + 1 :]
    if not _raised(law, watched, values):
        later = tuple(each for each in later if each == "numpy float64")
    for each in later:
        watched.form = each
        holds = law.finding(watched, values) == "holds"
        if holds or (form not in watched.answered and each in watched.answered):
            return True
    watched.form = form
    return False


def _raised(law: Law, watched: Watched, values: dict[str, Any]) -> str:
    """What a function raises, or returns in the wrong form; nothing if it gives a value."""
    try:
        law.sides(watched, **values)
    except WrongFormError as error:
        return f"{error}"
    except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
        return f"the function raises {type(error).__name__}: {error}"
    return ""


def _short_of(law: Law, watched: Watched, values: dict[str, Any], kind: Finding) -> str:
    """Why a law was not judged, and what to do."""
    if kind == "unjudged":
        return (
            f"«{law.name}» needs a gradient, and the function has none for autograd or differences;"
            " compute in float64, with torch or numpy"
        )
    watched.precision = 0.0
    left, relation, right = law.sides(watched, **values)
    if watched.precision > SINGLE:
        return f"«{law.name}»: the values are too coarse to be judged; compute in float64"
    one, other = _entries(left, right)
    where = ", ".join(f"{name} = {shown(value)}" for name, value in values.items())
    return (
        f"«{law.name}» (left {relation} right) may fail by rounding alone: left side = {one}, "
        f"right side = {other} at {where}; compute in float64 throughout, constants too"
    )


def _refuted(claim: str, law: Law, watched: Watched, values: dict[str, Any]) -> Verdict:
    world = {name: shown(value) for name, value in values.items()}
    raised = _raised(law, watched, values)
    if raised:
        found, sides, wanted = (raised, ""), raised, "a value"
    else:
        left, relation, right = law.sides(watched, **values)
        found = _entries(left, right)
        sides = f"left side = {found[0]}\nright side = {found[1]}"
        wanted = f"left {relation} right"
    where = "\n".join(f"  {name} = {value}" for name, value in world.items())
    text = f"{sides}\nwhere\n{where}" if where else sides
    message = f"{claim}: the law «{law.name}» fails ({wanted} was expected)\n{text}"
    return Verdict(
        "refuted", message=message, counterexample=Counterexample(world, found[0], found[1], text)
    )


def shown(value: Any) -> str:
    """An input in small exact numbers: fractions, rows in parentheses, records by their fields."""
    if isinstance(value, Fraction | int):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        inner = ", ".join(f"{f.name} {shown(getattr(value, f.name))}" for f in fields(value))
        return f"[{inner}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{shown(k)}: {shown(v)}" for k, v in value.items()) + "}"
    return "(" + ", ".join(map(shown, value)) + ")"


def _entries(left: Tensor, right: Tensor) -> tuple[str, str]:
    """Both sides with six digits an entry, or as many as tell them apart."""

    def written(side: Tensor, digits: int) -> str:
        flat = [f"{float(entry):.{digits}g}" for entry in side.flatten()]
        return flat[0] if side.ndim == 0 else f"({', '.join(flat)})"

    told_apart = (n for n in (6, 9, 12) if written(left, n) != written(right, n))
    digits = next(told_apart, 17)
    return written(left, digits), written(right, digits)


def _finite(side: Tensor) -> Tensor:
    """The size of an entry; an infinite one makes no room for rounding."""
    return torch.where(torch.isfinite(side), side.abs(), 0.0)


def _floats(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.tolist()
    if isinstance(value, Fraction | int | float):
        return float(value)
    return [_floats(part) for part in value]


def softmax(logits: Any) -> Tensor:
    """Probabilities from logits, over the last axis."""
    return torch.softmax(tensor(logits), -1)

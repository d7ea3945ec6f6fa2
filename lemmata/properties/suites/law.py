"""Laws: what a claim says about every implementation of it, on random small inputs.

A law is deterministic: exact enumeration, closed forms or autograd in float64, never a sample. A
`Suite` holds the laws of one claim and an implementation of ours; called with a user's function it
gives a verdict on it:

    laws("gaussian-kl")(my_kl)  # confirmed, or refuted with the smallest inputs that show it

A law may fail for an honest implementation only by rounding, so both sides are compared within
`TOLERANCE`, relative to their size; inputs are small fractions, away from where logarithms and
quotients lose digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
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

Function: TypeAlias = Callable[..., Any]
Relation: TypeAlias = Literal["=", ">=", ">"]

TOLERANCE = 1e-9
"""Relative to 1 plus the size of both sides; float64 carries 1e-16."""
EXAMPLES = 100


class Sides(NamedTuple):
    """What a law compares: `left relation right`, entry by entry."""

    left: Tensor
    relation: Relation
    right: Tensor

    def hold(self) -> bool:
        """Whether they have one shape, are numbers, and stand in the relation."""
        left, right = self.left, self.right
        if left.shape != right.shape or bool(torch.isnan(left).any() | torch.isnan(right).any()):
            return False
        room = TOLERANCE * (1 + left.abs() + right.abs())
        gap = left - right
        match self.relation:
            case "=":
                same = (left == right) | (gap.abs() <= room)
                return bool(same.all())
            case ">=":
                return bool((gap >= -room).all())
            case ">":
                return bool((gap > room).all())


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

    def holds(self, function: Function, values: dict[str, Any]) -> bool:
        """Whether it holds for a function at some inputs; a crash of the function breaks it."""
        try:
            return self.sides(function, **values).hold()
        except Exception:  # noqa: BLE001 - whatever the function raises, it has no value there
            return False

    def broken_by(
        self, function: Function, examples: int = EXAMPLES, seed: int = 0
    ) -> dict[str, Any] | None:
        """The smallest inputs found that break it; None if none of `examples` does."""
        try:
            return find(
                st.fixed_dictionaries(self.inputs),
                lambda values: not self.holds(function, values),
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
            function: As `signature` says; its inputs are float64 tensors.
            examples: How many inputs each law is tried on.
            seed: Where they come from.
        """
        for law in self.laws:
            values = law.broken_by(function, examples, seed)
            if values is not None:
                return _refuted(self.claim, law, function, values)
        return Verdict(
            "confirmed",
            message=(
                f"{len(self.laws)} laws of {self.claim} hold on {examples} random inputs each: "
                f"{'; '.join(law.name for law in self.laws)}"
            ),
            read_as=self.signature,
        )


def _refuted(claim: str, law: Law, function: Function, values: dict[str, Any]) -> Verdict:
    world = {name: shown(value) for name, value in values.items()}
    try:
        left, relation, right = law.sides(function, **values)
        sides = f"left side = {_entries(left)}\nright side = {_entries(right)}"
        found = _entries(left), _entries(right)
        wanted = f"left {relation} right"
    except Exception as error:  # noqa: BLE001 - whatever it raises is the finding
        found = f"{type(error).__name__}: {error}", ""
        sides = f"the function raises {found[0]}"
        wanted = "a value"
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


def _entries(side: Tensor) -> str:
    """A side with six digits an entry."""
    flat = [f"{float(entry):.6g}" for entry in side.flatten()]
    return flat[0] if side.ndim == 0 else f"({', '.join(flat)})"


def _floats(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.tolist()
    if isinstance(value, Fraction | int | float):
        return float(value)
    return [_floats(part) for part in value]


def softmax(logits: Any) -> Tensor:
    """Probabilities from logits, over the last axis."""
    return torch.softmax(tensor(logits), -1)


def derivative(function: Function, at: Tensor) -> Tensor:
    """The gradient of a scalar function, by autograd in float64."""
    point = at.detach().clone().requires_grad_()
    value = function(point)
    (found,) = torch.autograd.grad(value, point)
    return found


def pieces(*rows: Any) -> Iterator[Tensor]:
    """Several rows as tensors."""
    return map(tensor, rows)

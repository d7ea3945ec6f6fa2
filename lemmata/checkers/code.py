"""Code answers: a student's torch function is called on many inputs and its values are compared.

The function runs in the sandbox and sends back what it returned. The right values stay here, and so
does the verdict: `confirmed` when every value agrees, `refuted` with the smallest input of those
tried on which one does not.
"""

import math
import random
import signal
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from itertools import product
from typing import Any, Literal, TypeAlias

from lemmata.checkers import sandbox
from lemmata.checkers.code_questions import QUESTIONS, Argument, Case, Layer, Question, Tensor
from lemmata.checkers.forkserver import LostError
from lemmata.checkers.record import undecided
from lemmata.kernel.verdict import Counterexample, Verdict

Json: TypeAlias = dict[str, Any]
Precision: TypeAlias = Literal["float64", "float32"]

TOLERANCES: dict[Precision, float] = {"float64": 1e-6, "float32": 1e-3}
DIGITS = 50
STEP = Decimal("1e-15")
SEED = 20_26
SHRINKS = 60  # how many simpler inputs are tried
LONGEST_SHOWN = 120


@dataclass(frozen=True)
class _Fault:
    """What is wrong with one call: what was found, and what was expected."""

    found: str
    expected: str


class _Undecided(Exception):  # noqa: N818 - an outcome, and not an error
    """Nothing can be said of the answer; carries the verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.message)
        self.verdict = verdict


def check_code(source: str, claim: str, *, trust: bool) -> Verdict:
    """Judge the source of a function.

    Args:
        source: A Python file that defines `answer`.
        claim: The id of the question, one of `QUESTIONS`.
        trust: Whether it may run where no sandbox can be had.
    """
    question = QUESTIONS[claim]
    try:
        session = sandbox.start(source, trust=trust)
    except sandbox.NoSandboxError as error:
        return undecided("sandbox", str(error))
    except (LostError, ValueError) as error:
        try:
            fault = _lost(error)
        except _Undecided as found:
            return found.verdict
        return _refuted(question, None, fault, "while it is loaded")
    try:
        return _Judge(question, session, source, trust=trust).verdict()
    except _Undecided as found:
        return found.verdict
    finally:
        session.end()


class _Judge:
    """The calls of one answer."""

    def __init__(
        self, question: Question, session: sandbox.Session, source: str, *, trust: bool
    ) -> None:
        self.question, self.session, self.source, self.trust = question, session, source, trust

    def verdict(self) -> Verdict:
        """Call the function on every input, the smallest first."""
        loaded = self.session.loaded
        if loaded["state"] != "loaded":
            return _refuted(self.question, None, _unloaded(loaded), "when it is loaded")
        rng = random.Random(SEED)  # noqa: S311 - the same inputs in every run
        cases = sorted(self.question.cases(rng), key=_entries)
        precisions: tuple[Precision, ...] = ("float64", "float32")
        for case, precision in product(cases, precisions):
            rounded = _rounded(case, precision)
            fault = self._fault(rounded, precision)
            if fault is not None:
                small, fault = self._shrunk(rounded, precision, fault)
                return _refuted(self.question, small, fault, precision)
        gradients = ", with gradients" if self.question.gradients else ""
        message = (
            f"agrees on {len(cases)} inputs in float64 (relative error at most "
            f"{TOLERANCES['float64']:g}) and in float32 ({TOLERANCES['float32']:g}){gradients}; "
            f"run in: {self.session.sandbox}"
        )
        return Verdict("confirmed", message=message, read_as=self.question.signature)

    def _shrunk(self, case: Case, precision: Precision, fault: _Fault) -> tuple[Case, _Fault]:
        """A simpler input on which the function is still wrong."""
        tried = 0
        simpler = True
        while simpler and self.question.free:
            simpler = False
            for candidate in _simpler(case):
                tried += 1
                if tried > SHRINKS:
                    return case, fault
                found = self._fault(candidate, precision)
                if found is not None:
                    case, fault, simpler = candidate, found, True
                    break
        return case, fault

    def _fault(self, case: Case, precision: Precision) -> _Fault | None:
        """What is wrong with the function on one input, if anything."""
        tolerance = TOLERANCES[precision]
        arguments = [_encoded(each, precision) for each in case.arguments]
        with localcontext(prec=DIGITS):
            right = _right(self.question, case)
            weights = _weights(right) if self.question.gradients else None
            encoded = None
            if weights is not None:
                encoded = [
                    _tensor(shape, row, precision)
                    for (shape, _), row in zip(right, weights, strict=True)
                ]
            reply = self._reply(arguments, encoded)
            if isinstance(reply, _Fault):
                return reply
            fault = _compared(reply.get("values"), right, precision, tolerance, "value")
            if fault is None and not _same(reply.get("arguments"), arguments):
                return _Fault("the inputs are modified", "they are left as they are")
            if fault is None and weights is not None:
                wanted = _right_gradients(self.question, case, weights)
                found = reply.get("gradients")
                if isinstance(found, dict):
                    return _Fault(f"its gradient raises {_said(found)}", "a gradient")
                fault = _compared(found, wanted, precision, tolerance, "gradient")
        return fault

    def _reply(self, arguments: list[Any], weights: list[Json] | None) -> Json | _Fault:
        """What the function returned, or what it did instead."""
        try:
            reply = self.session.call(arguments, weights)
        except (LostError, ValueError) as error:
            fault = _lost(error)
            self.session.end()
            try:  # for the next input, if there is one
                self.session = sandbox.start(self.source, trust=self.trust)
            except (LostError, ValueError, sandbox.NoSandboxError):
                raise _Undecided(undecided("killed", "its process was lost twice")) from error
            return fault
        if reply["state"] == "memory":
            raise _Undecided(undecided("budget", f"it needs too much memory: {_said(reply)}"))
        if reply["state"] != "returned":
            return _Fault(f"raises {_said(reply)}", "")
        return reply


# -------------------------------------------------------------------------- what went wrong


def _unloaded(loaded: Json) -> _Fault:
    """Why no function was found in a source.

    Raises:
        _Undecided: Through no fault of the answer.
    """
    if loaded["state"] == "missing":
        return _Fault("the source defines no function `answer`", "a function `answer`")
    said = _said(loaded)
    if loaded["state"] == "memory":
        raise _Undecided(undecided("budget", f"it needs too much memory: {said}"))
    if "No module named 'numpy" in said:
        message = "numpy is not installed beside torch: pip install 'lemmata[grade]'"
        raise _Undecided(undecided("sandbox", message))
    return _Fault(f"raises {said}", "a function `answer`")


def _lost(error: LostError | ValueError) -> _Fault:
    """What a process did that ended before it answered.

    Raises:
        _Undecided: It was stopped from outside.
    """
    if isinstance(error, ValueError):
        return _Fault("writes into the channel of its results", "the values of the function")
    if error.cause == "length":
        return _Fault(f"returns more than {sandbox.LARGEST_REPLY} bytes", "")
    if error.cause == "time" or error.status is None or error.status == -signal.SIGKILL:
        message = (
            "its process was stopped, because it took too long or the machine ran out of memory: "
            "a loop that never ends looks like this"
        )
        raise _Undecided(undecided("killed", message))
    if error.status < 0:
        return _Fault(f"crashes ({signal.Signals(-error.status).name})", "")
    return _Fault(f"ends its process with exit code {error.status}", "")


def _said(reply: Json) -> str:
    return str(reply.get("reason", ""))[:400]


def _refuted(question: Question, case: Case | None, fault: _Fault, when: str) -> Verdict:
    world = {}
    if case is not None:
        named = zip(question.names, case.arguments, strict=True)
        world = {name: _shown(argument) for name, argument in named}
    inputs = "".join(f"\n  {name} = {value}" for name, value in world.items())
    place = f"in {when}, at" if case is not None else when
    expected = f"\n  expected: {fault.expected}" if fault.expected else ""
    text = f"{place}{inputs}\n  found: {fault.found}{expected}"
    counterexample = Counterexample(world, fault.found, fault.expected, text)
    return Verdict(
        "refuted", message=text, read_as=question.signature, counterexample=counterexample
    )


def _shown(argument: Argument) -> str:
    if isinstance(argument, Layer):
        return f"u -> tanh(u W + b), W = {_shown(argument.weight)}, b = {_shown(argument.bias)}"
    if not isinstance(argument, Tensor):
        return repr(argument)
    return repr(_nested(argument.shape, [float(f"{value:.9g}") for value in argument.data]))


def _nested(shape: Sequence[int], data: Sequence[Any]) -> Any:
    """The entries of a tensor as nested lists."""
    if not shape:
        return data[0]
    size = len(data) // shape[0]
    rows = (data[index * size : (index + 1) * size] for index in range(shape[0]))
    return [_nested(shape[1:], row) for row in rows]


# -------------------------------------------------------------------------- inputs


def _entries(case: Case) -> int:
    return sum(len(each.data) for each in case.arguments if isinstance(each, Tensor))


def _rounded(case: Case, precision: Precision) -> Case:
    """The case with entries that the precision can hold."""
    if precision == "float64":
        return case

    def single(tensor: Tensor) -> Tensor:
        data = struct.unpack(
            f"{len(tensor.data)}f", struct.pack(f"{len(tensor.data)}f", *tensor.data)
        )
        return replace(tensor, data=data)

    def of(argument: Argument) -> Argument:
        if isinstance(argument, Layer):
            return Layer(single(argument.weight), single(argument.bias))
        if isinstance(argument, Tensor) and not argument.whole:
            return single(argument)
        return argument

    return replace(case, arguments=tuple(of(each) for each in case.arguments))


def _simpler(case: Case) -> Iterator[Case]:
    """The case with one entry replaced by a simpler number."""
    for place, argument in enumerate(case.arguments):
        if not isinstance(argument, Tensor) or argument.whole:
            continue
        for index, value in enumerate(argument.data):
            for simple in (0.0, 1.0, float(round(value))):
                if simple == value or (value in (0.0, 1.0)):
                    continue
                data = (*argument.data[:index], simple, *argument.data[index + 1 :])
                changed = replace(argument, data=data)
                arguments = (*case.arguments[:place], changed, *case.arguments[place + 1 :])
                yield replace(case, arguments=arguments)


def _encoded(argument: Argument, precision: Precision) -> Any:
    if isinstance(argument, Layer):
        return {
            "weight": _encoded(argument.weight, precision),
            "bias": _encoded(argument.bias, precision),
        }
    if not isinstance(argument, Tensor):
        return argument
    dtype = "int64" if argument.whole else precision
    return {"dtype": dtype, "shape": list(argument.shape), "data": list(argument.data)}


def _tensor(shape: Sequence[int], data: Sequence[Decimal], precision: Precision) -> Json:
    return {"dtype": precision, "shape": list(shape), "data": [float(value) for value in data]}


# -------------------------------------------------------------------------- right values

# The shape of a value, and its entries; None where any value is right.
_Value: TypeAlias = tuple[tuple[int, ...], list[Decimal | None]]


def _right(question: Question, case: Case) -> list[_Value]:
    """The right values on one input, in the precision of the context."""
    found: list[_Value] = []
    for element in _elements(case):
        for place, value in enumerate(question.right(*element)):
            shape, entries = _flat(value)
            if place == len(found):
                found.append(((*case.batch, *shape), []))
            found[place][1].extend(entries)
    return found


def _elements(case: Case) -> Iterator[list[Any]]:
    """The arguments for each element of the batch, as nested lists of numbers."""
    count = math.prod(case.batch)
    for index in range(count):
        element: list[Any] = []
        for argument in case.arguments:
            if isinstance(argument, Tensor):
                size = len(argument.data) // count
                data = argument.data[index * size : (index + 1) * size]
                core = argument.shape[len(case.batch) :]
                element.append(_nested(core, [Decimal(value) for value in data]))
            elif isinstance(argument, Layer):
                parts = (argument.weight, argument.bias)
                element.append(
                    tuple(_nested(p.shape, [Decimal(value) for value in p.data]) for p in parts)
                )
            elif isinstance(argument, float):
                element.append(Decimal(argument))
            else:
                element.append(argument)
        yield element


def _flat(value: Any) -> tuple[tuple[int, ...], list[Decimal | None]]:
    """The shape of nested lists, and their entries in rows."""
    if not isinstance(value, list):
        return (), [value]
    rows = [_flat(row) for row in value]
    return (len(rows), *rows[0][0]), [entry for _, entries in rows for entry in entries]


def _weights(right: Sequence[_Value]) -> list[list[Decimal]]:
    """Weights of the values in the sum whose gradients are compared."""
    rng = random.Random(SEED)  # noqa: S311 - the same weights in every run
    return [[Decimal(rng.randint(1, 9)) / 8 for _ in entries] for _, entries in right]


def _right_gradients(
    question: Question, case: Case, weights: Sequence[Sequence[Decimal]]
) -> list[_Value]:
    """The gradients of the weighted sum of the values with respect to each tensor of numbers."""
    count = math.prod(case.batch)
    found: list[_Value] = [
        (each.shape, []) for each in case.arguments if isinstance(each, Tensor) and not each.whole
    ]
    for index, element in enumerate(_elements(case)):
        parts = [
            row[index * len(row) // count : (index + 1) * len(row) // count] for row in weights
        ]
        places = [
            place
            for place, each in enumerate(case.arguments)
            if isinstance(each, Tensor) and not each.whole
        ]
        for number, place in enumerate(places):
            shape, entries = _flat(element[place])
            for entry in range(len(entries)):
                totals = []
                for step in (STEP, -STEP):
                    moved = [
                        e + step if i == entry else e
                        for i, e in enumerate(entries)
                        if e is not None
                    ]
                    changed = [*element[:place], _nested(shape, moved), *element[place + 1 :]]
                    totals.append(_total(question.right(*changed), parts))
                found[number][1].append((totals[0] - totals[1]) / (2 * STEP))
    return found


def _total(values: Sequence[Any], weights: Sequence[Sequence[Decimal]]) -> Decimal:
    total = Decimal(0)
    for value, row in zip(values, weights, strict=True):
        for entry, weight in zip(_flat(value)[1], row, strict=True):
            total += (entry or Decimal(0)) * weight
    return total


# -------------------------------------------------------------------------- comparing


def _compared(
    found: object, right: Sequence[_Value], precision: Precision, tolerance: float, what: str
) -> _Fault | None:
    """The first difference between what came back and what is right.

    What came back is data from a process that may say anything, so every part of it is looked at.
    """
    if not isinstance(found, list) or len(found) != len(right):
        count = len(found) if isinstance(found, list) else 0
        return _Fault(f"{count} values", f"{len(right)} values")
    for number, (value, (shape, entries)) in enumerate(zip(found, right, strict=True), 1):
        name = what if len(right) == 1 else f"{what} {number}"
        if not isinstance(value, dict) or "dtype" not in value:
            kind = value.get("type") if isinstance(value, dict) else None
            return _Fault(f"{name} is a {str(kind)[:80]}", "a torch tensor")
        if value["dtype"] != precision:
            return _Fault(f"{name} has dtype {str(value['dtype'])[:80]}", f"dtype {precision}")
        if value.get("shape") != list(shape):
            return _Fault(
                f"{name} has shape {str(value.get('shape'))[:80]}", f"shape {list(shape)}"
            )
        data = value.get("data")
        if not isinstance(data, list) or len(data) != len(entries):
            return _Fault(f"{name} has no entries", f"{len(entries)} entries")
        for place, (one, wanted) in enumerate(zip(data, entries, strict=True)):
            if wanted is not None and not _near(one, wanted, tolerance):
                at = f" at {list(_index(place, shape))}" if shape else ""
                return _Fault(f"{name}{at} is {_number(one)}", f"{float(wanted):.9g}")
    return None


def _near(found: object, wanted: Decimal, tolerance: float) -> bool:
    if not isinstance(found, int | float) or not math.isfinite(found):
        return False
    return abs(Decimal(found) - wanted) <= Decimal(tolerance) * max(Decimal(1), abs(wanted))


def _number(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)[:80]


def _index(place: int, shape: Sequence[int]) -> Iterator[int]:
    """The indices of an entry from its place in rows."""
    for axis in range(len(shape)):
        size = math.prod(shape[axis + 1 :])
        yield place // size % shape[axis]


def _same(found: object, arguments: Sequence[Any]) -> bool:
    """Whether the tensors that went in came back as they were."""
    return found == [each for each in arguments if isinstance(each, dict) and "dtype" in each]

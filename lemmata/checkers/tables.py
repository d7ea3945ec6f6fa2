"""Tables and choices: JSON in, compared cell by cell with the right table, exactly.

A number is a JSON number or a string such as `"9/25"`. It is right when it is the right number, or
rounds it: a decimal with k digits may differ by half a unit of its last. A choice is a list of
labels in any order. The first cell that differs is named.
"""

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from lemmata.checkers.record import undecided
from lemmata.checkers.table_questions import TABLES, Table
from lemmata.kernel.verdict import Counterexample, Verdict

DECIMAL = re.compile(r"[+-]?\d{1,40}(\.\d{0,40})?([eE][+-]?\d{1,2})?")
RATIO = re.compile(r"[+-]?\d{1,40}/\d{1,40}")
NOISE = Fraction(1, 10**9)  # of binary fractions
DEEPEST = 20
LONGEST_SHOWN = 60


class _Literal(str):
    """A number as it is written in the JSON text."""

    __slots__ = ()


# What a JSON text holds, with its numbers as they are written.
Json: TypeAlias = "_Literal | str | bool | list[Json] | dict[str, Json] | None"


class _UnreadableError(Exception):
    """The answer is no table; the message says where and what is expected."""


class _DifferentError(Exception):
    """A cell is not what it should be."""

    def __init__(self, place: str, found: str, wanted: str) -> None:
        super().__init__(f"{place}: found {found}, expected {wanted}")
        self.place, self.found, self.wanted = place, found, wanted


def check_table(text: str, claim: str) -> Verdict:
    """Judge a table or a choice.

    Args:
        text: The JSON that was handed in.
        claim: The id of the question, one of `TABLES`.
    """
    try:
        found = _read(text)
        _compare(found, TABLES[claim](), "the table")
    except _UnreadableError as error:
        return undecided("unreadable", str(error))
    except _DifferentError as error:
        world = {"cell": error.place}
        counterexample = Counterexample(world, error.found, error.wanted, str(error))
        return Verdict("refuted", message=str(error), counterexample=counterexample)
    return Verdict("proved", message="every cell is right")


def _read(text: str) -> Json:
    def pairs(entries: list[tuple[str, Json]]) -> Json:
        table: dict[str, Json] = {}
        for key, value in entries:
            name = "".join(key.split())
            if name in table:
                raise _UnreadableError(f"the key {_short(key)!r} stands twice in one object")
            table[name] = value
        return table

    def constant(name: str) -> Json:
        raise _UnreadableError(f"{name} is no number; write a decimal or a fraction")

    try:
        found: Json = json.loads(
            text,
            parse_float=_Literal,
            parse_int=_Literal,
            parse_constant=constant,
            object_pairs_hook=pairs,
        )
    except json.JSONDecodeError as error:
        message = f"this is no JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        raise _UnreadableError(message) from error
    except RecursionError as error:
        raise _UnreadableError("the table is nested too deeply") from error
    return found


def _compare(found: Json, right: Table, place: str) -> None:
    """Compare a part of the answer with the same part of the right table.

    Raises:
        _DifferentError: A cell differs, is missing, or is one too many.
        _UnreadableError: A cell is neither a number nor what else is expected.
    """
    if isinstance(right, dict):
        if not isinstance(found, dict):
            raise _DifferentError(place, _kind(found), f"an object with {', '.join(right)}")
        for key in right:
            if key not in found:
                raise _DifferentError(_inside(place, key), "nothing", "an entry")
        for key in found:
            if key not in right:
                raise _DifferentError(_inside(place, _short(key)), "an entry", "nothing")
        for key, part in right.items():
            _compare(found[key], part, _inside(place, key))
    elif isinstance(right, list):
        if not isinstance(found, list):
            raise _DifferentError(place, _kind(found), f"a list of {len(right)}")
        if len(found) != len(right):
            raise _DifferentError(place, f"a list of {len(found)}", f"a list of {len(right)}")
        for number, (one, part) in enumerate(zip(found, right, strict=True), 1):
            _compare(one, part, _inside(place, str(number)))
    elif isinstance(right, frozenset):
        labels = frozenset(_labels(found, place))
        if labels != right:
            raise _DifferentError(place, _set(labels), _set(right))
    elif not _rounds(_written(found, place), right):
        raise _DifferentError(place, _short(str(found)), str(right))


def _inside(place: str, key: str) -> str:
    return key if place == "the table" else f"{place}, {key}"


def _labels(found: Json, place: str) -> Iterator[str]:
    for label in found if isinstance(found, list) else [found]:
        if not isinstance(label, str) or isinstance(label, _Literal):
            raise _UnreadableError(f"{place}: a choice is a list of labels, not {_kind(label)}")
        yield "".join(label.split())


def _written(found: Json, place: str) -> str:
    """A number as it is written, without spaces."""
    if not isinstance(found, str):
        if isinstance(found, list | dict):
            raise _DifferentError(place, _kind(found), "a number")
        raise _UnreadableError(f"{place}: {_kind(found)} is no number")
    text = "".join(found.split()).replace("\N{MINUS SIGN}", "-")
    if not (DECIMAL.fullmatch(text) or RATIO.fullmatch(text)) or re.fullmatch(r".*/0+", text):
        message = f"{place}: {_short(found)!r} is no number; write a decimal or a fraction"
        raise _UnreadableError(message)
    return text


def _rounds(text: str, right: Fraction) -> bool:
    """Whether a number is the right one, or a rounding of it."""
    difference = abs(Fraction(text) - right)
    return difference <= max(_half_unit(text), NOISE if "." in text else Fraction(0))


def _half_unit(text: str) -> Fraction:
    """Half a unit of the last digit of a decimal; nothing for what is written as exact."""
    mantissa, _, exponent = text.lower().partition("e")
    digits = mantissa.partition(".")[2]
    # `2.0` is how programs write the whole number 2.
    if digits in ("", "0"):
        return Fraction(0)
    return Fraction(10) ** (int(exponent or 0) - len(digits)) / 2


def _kind(found: Json) -> str:
    match found:
        case dict():
            return "an object"
        case list():
            return f"a list of {len(found)}"
        case None:
            return "null"
        case bool():
            return "a truth value"
        case _Literal():
            return f"the number {_short(found)}"
        case _:
            return f"the text {_short(found)!r}"


def _set(labels: frozenset[str]) -> str:
    return "{" + ", ".join(_short(label) for label in sorted(labels)) + "}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."

"""Statements, terms and declarations as JSON and back, for certificates.

    encode(Sym("z", (Sym("j"),)))  ==  ["Sym", "z", [["Sym", "j"]]]

A node is a list that starts with the name of its class and goes on with its fields; the fields at
the end that have their default value are left out. A tuple is a list, a fraction is text such as
"1/2". The decoder knows what stands where and takes nothing else: no other class, no other type, no
missing field.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from fractions import Fraction
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from lemmata.kernel import declarations, terms

T = TypeVar("T")
DEEPEST = 200
LONGEST = 2_000
CLASSES: dict[str, type] = {
    name: kind
    for module in (terms, declarations)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and is_dataclass(kind) and kind is not terms.Term
}


class DecodeError(Exception):
    """The JSON does not say what it should; the message says where and what."""


def encode(value: object) -> Any:
    """A term, statement or declaration as JSON.

    Raises:
        TypeError: It is something else.
    """
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return [encode(part) for part in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    if type(value).__name__ not in CLASSES:
        raise TypeError(f"{value!r} has no place in a certificate")
    members = fields(value)  # type: ignore[arg-type]
    given = [(getattr(value, field.name), field.default) for field in members]
    while given and given[-1][1] is not MISSING and given[-1][0] == given[-1][1]:
        given.pop()
    return [type(value).__name__, *(encode(part) for part, _ in given)]


def decode(value: object, kind: type[T]) -> T:
    """The term, statement or declaration that JSON stands for.

    Raises:
        DecodeError: It is not the JSON of a `kind`, or it is nested too deep.
    """
    result = _decode(value, kind, 0)
    assert isinstance(result, kind)
    return result


def _decode(value: object, hint: Any, depth: int) -> object:
    """Read JSON where a value of the type `hint` must stand."""
    if depth > DEEPEST:
        raise DecodeError(f"nested deeper than {DEEPEST} levels")
    origin, options = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        inner = [option for option in options if option is not type(None)]
        if value is None and len(inner) < len(options):
            return None
        return _decode(value, inner[0], depth)
    if origin is Literal:
        if value in options:
            return value
    elif origin is tuple:
        if isinstance(value, list):
            return tuple(_decode(part, options[0], depth + 1) for part in value)
    elif hint is Fraction:
        if isinstance(value, str):
            return _fraction(value)
    elif hint in {str, int, bool}:
        if type(value) is hint:
            return value
    elif isinstance(value, list) and value and isinstance(value[0], str):
        found = CLASSES.get(value[0])
        if found is not None and issubclass(found, hint):
            return _node(found, value[1:], depth)
    wanted = getattr(hint, "__name__", str(hint))
    raise DecodeError(f"{_short(value)} stands where a {wanted} is expected")


def _node(kind: type, parts: list[object], depth: int) -> object:
    hints = _hints(kind)
    required = sum(field.default is MISSING for field in fields(kind))
    if not required <= len(parts) <= len(hints):
        raise DecodeError(f"a {kind.__name__} has {len(parts)} fields")
    values = [_decode(part, hint, depth + 1) for part, hint in zip(parts, hints, strict=False)]
    build: Callable[..., object] = kind
    try:
        return build(*values)
    except ValueError as problem:  # declarations are validated when they are made
        raise DecodeError(str(problem)) from problem


@cache
def _hints(kind: type) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[field.name] for field in fields(kind))


def _fraction(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    digits = (top.removeprefix("-"), bottom or "1")
    if (
        len(text) > LONGEST
        or not all(part.isascii() and part.isdigit() for part in digits)
        or not int(bottom or "1")
    ):
        raise DecodeError(f"{text!r} is not a fraction")
    return Fraction(int(top), int(bottom or "1"))


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


def canonical(certificate: dict[str, Any]) -> str:
    """The canonical JSON of a certificate, its own hash left out."""
    content = {key: value for key, value in certificate.items() if key != "hash"}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(certificate: dict[str, Any]) -> str:
    """The SHA-256 hash over the canonical JSON of a certificate."""
    return hashlib.sha256(canonical(certificate).encode("ascii")).hexdigest()


def seal(certificate: dict[str, Any]) -> dict[str, Any]:
    """The certificate with the hash of what it holds."""
    return {**certificate, "hash": digest(certificate)}

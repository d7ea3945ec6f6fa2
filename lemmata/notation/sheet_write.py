"""Declarations to TOML: the sheet that is read back as the same declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from lemmata.kernel.declarations import (
    REAL,
    Declarations,
    Definition,
    Fact,
    Family,
    Function,
    Interval,
    Process,
    Scalar,
    Values,
    Variable,
)
from lemmata.kernel.terms import Num, Range, Relation, Statement, Sym, Term, substitute
from lemmata.notation.sheet import (
    DOMAINS,
    PROCESS_FUNCTIONS,
    TABLES,
    Sheet,
    default_letters,
    parameters_carried,
)
from lemmata.notation.write import write_latex, write_text

_RELATIONS: Final[dict[Relation, str]] = {
    "=": "=",
    ">=": r"\geq",
    "<=": r"\leq",
    "<": "<",
    ">": ">",
    "!=": r"\neq",
}


def write_sheet(sheet: Sheet) -> str:
    """A sheet as TOML.

    Raises:
        ValueError: A term in it has no notation.
    """
    return _Writer(sheet).write()


class _Writer:
    """Writes one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.declarations = sheet, sheet.declarations
        # The letter with which the components of each variable are written.
        self.letters: dict[str, str] = {}
        for family in self.declarations.families:
            if family.normal and family.normal.index:
                self.letters.setdefault(family.of[0], family.normal.index)

    def write(self) -> str:
        """The whole text."""
        declarations, sheet = self.declarations, self.sheet
        top: list[str] = []
        unknown = sheet.conventions.unknown_name

        def own(scalar: Scalar) -> bool:
            return unknown is not None and scalar.name == unknown.name

        if sheet.title:
            top.append(f"title = {_string(sheet.title)}")
        if declarations.world != "any":
            top.append(f"world = {_string(declarations.world)}")
        sizes = [s.name if s.least == 1 else f"{s.name} >= {s.least}" for s in declarations.sizes]
        parameters = [parameter.name for parameter in declarations.parameters]
        for key, values in (("sizes", sizes), ("parameters", parameters)):
            if values:
                top.append(f"{key} = {_strings(values)}")
        tables = [
            ("indices", [(i.name, _string(self._range(i.range))) for i in declarations.indices]),
            ("variables", [(v.name, self._variable(v)) for v in declarations.variables]),
            ("scalars", [(s.name, self._scalar(s)) for s in declarations.scalars if not own(s)]),
            ("functions", [(f.name, self._function(f)) for f in declarations.functions]),
            ("densities", [(f.name, self._family(f)) for f in declarations.families]),
            ("processes", [(p.name, self._process(p)) for p in declarations.processes]),
            ("values", [(v.name, self._values(v)) for v in declarations.values]),
            ("definitions", [self._definition(d) for d in declarations.definitions]),
            ("facts", [(fact.name, self._fact(fact)) for fact in declarations.facts]),
            ("shorthand", [(sign, _string(law)) for sign, law in sheet.conventions.shorthand]),
            ("spellings", list(self._spellings())),
            ("mistakes", [(why, self._latex(term)) for term, why in sheet.mistakes]),
            ("question", list(self._question())),
        ]
        blocks = ["\n".join(top)] if top else []
        blocks.extend(
            "\n".join([f"[{name}]", *(f"{_key(key)} = {value}" for key, value in entries)])
            for name, entries in tables
            if entries
        )
        return "\n\n".join(blocks) + "\n"

    def _spellings(self) -> Iterable[tuple[str, str]]:
        groups: dict[str, list[str]] = {}
        for name, ways in self.sheet.conventions.spellings:
            groups.setdefault(name, []).append(_strings(ways))
        for name, found in groups.items():
            yield name, found[0] if len(found) == 1 else f"[{', '.join(found)}]"

    def _range(self, span: Range, letter: str = "") -> str:
        bounds = "..".join(
            write_text(bound, self.declarations) for bound in (span.lower, span.upper)
        )
        return f"{letter} = {bounds}" if letter else bounds

    def _latex(self, term: Term) -> str:
        return _string(write_latex(term, self.declarations))

    def _statement(self, statement: Statement) -> str:
        left, right = (write_latex(s, self.declarations) for s in (statement.left, statement.right))
        return _string(f"{left} {_RELATIONS[statement.relation]} {right}")

    def _axes(self, axes: tuple[Range, ...]) -> str:
        spans = [self._range(axis) for axis in axes]
        return _string(spans[0]) if len(spans) == 1 else _strings(spans)

    def _variable(self, variable: Variable) -> str:
        entry: dict[str, str] = {}
        if variable.components is not None:
            letter = self.letters.get(variable.place, "")
            entry["components"] = _string(self._range(variable.components, letter))
        if variable.role:
            entry["role"] = _string(variable.role)
        if variable.other_names:
            entry["names"] = _strings(variable.other_names)
        return _table(entry)

    def _array(self, item: Scalar | Function, entry: dict[str, str]) -> None:
        """The indices of an array, its shape and its kind."""
        first = len(item.axes) - item.rank
        if item.axes[:first]:
            entry["index"] = self._axes(item.axes[:first])
        if item.rank:
            entry["shape"] = _string(", ".join(map(self._side, item.axes[first:])))
        if item.kind != "general":
            entry["kind"] = _string(item.kind)

    def _side(self, axis: Range) -> str:
        """One size of a shape; a range where it does not begin at 1."""
        if axis.lower == Num(Fraction(1)):
            return write_text(axis.upper, self.declarations)
        return self._range(axis)

    def _scalar(self, scalar: Scalar) -> str:
        entry: dict[str, str] = {}
        self._array(scalar, entry)
        if scalar.interval != REAL:
            entry["domain"] = _string(_interval(scalar.interval))
        if scalar.parameters:
            entry["parameters"] = _strings(scalar.parameters)
        if scalar.other_names:
            entry["names"] = _strings(scalar.other_names)
        return _table(entry)

    def _function(self, function: Function) -> str:
        entry: dict[str, str] = {}
        if function.optional:
            least = function.arity - function.optional
            entry["arguments"] = _string(f"{least}..{function.arity}")
        elif function.arity != 1:
            entry["arguments"] = str(function.arity)
        self._array(function, entry)
        if function.interval != REAL:
            entry["domain"] = _string(_interval(function.interval))
        if function.parameters is None:
            entry["parameters"] = _string("all")
        elif function.parameters:
            entry["parameters"] = _strings(function.parameters)
        if function.other_names:
            entry["names"] = _strings(function.other_names)
        if function.bare:
            entry["bare"] = _strings(function.bare)
        return _table(entry)

    def _family(self, family: Family) -> str:
        entry = {"of": _string(", ".join(family.of))}
        if family.given:
            entry["given"] = _string(", ".join(family.given))
        if family.independent:
            entry["independent"] = "true"
        if family.normal is not None:
            letter = Sym(self.letters.get(family.of[0], family.normal.index))
            terms = {"mean": family.normal.mean, "deviation": family.normal.deviation}
            moved = {Sym(family.normal.index): letter} if family.normal.index else {}
            entry["normal"] = _table(
                {k: self._latex(substitute(t, dict(moved))) for k, t in terms.items()}
            )
        if family.multivariate is not None:
            law = family.multivariate
            parts = {"mean": law.mean, "covariance": law.covariance}
            entry["normal"] = _table({key: self._latex(term) for key, term in parts.items()})
        names, declared = (family.name, *family.other_names), family.parameters
        if declared != (parameters_carried(names, self.declarations) or None):
            entry["parameters"] = _string("all") if declared is None else _strings(declared)
        if family.other_names:
            entry["names"] = _strings(family.other_names)
        if family.bare:
            entry["bare"] = _strings(family.bare)
        if family.data:
            entry["data"] = _string(family.data)
        return _table(entry)

    def _process(self, process: Process) -> str:
        entry = {
            "state": _string(process.state),
            "action": _string(process.action),
            "reward": _string(process.reward),
            "policy": _string(process.policy),
            "times": _string(self._range(process.times)),
        }
        if process.samples is not None:
            entry["samples"] = _string(self._range(process.samples))
        for key in PROCESS_FUNCTIONS:
            if getattr(process, key):
                entry[key] = _string(getattr(process, key))
        return _table(entry)

    def _values(self, values: Values) -> str:
        return _table({key: _string(getattr(values, key)) for key in TABLES["values"]})

    def _definition(self, definition: Definition) -> tuple[str, str]:
        arguments = ", ".join(argument.name for argument in definition.arguments)
        name = "_".join(filter(None, (definition.name, ",".join(definition.letters))))
        head = f"{name}({arguments})" if arguments else name
        return head, self._latex(definition.body)

    def _fact(self, fact: Fact) -> str:
        statement = self._statement(fact.statement)
        if fact.forall == default_letters(fact.statement, self.declarations):
            return statement
        return _table({"statement": statement, "forall": _strings(fact.forall)})

    def _question(self) -> Iterable[tuple[str, str]]:
        sheet = self.sheet
        if sheet.goal is not None:
            first = self._statement(sheet.goal)
            others = ", ".join((first, *map(self._statement, sheet.goals)))
            yield "goal", f"[{others}]" if sheet.goals else first
        if sheet.start is not None:
            yield "start", self._latex(sheet.start)
        if sheet.reference:
            yield "reference", "[" + ", ".join(map(self._latex, sheet.reference)) + "]"
        if sheet.called:
            yield "called", "[" + ", ".join(map(self._latex, sheet.called)) + "]"
        if sheet.named:
            yield "named", "[" + ", ".join(map(self._latex, sheet.named)) + "]"
        if sheet.conventions.maximised:
            yield "maximised", _string(sheet.conventions.maximised)
        if sheet.conventions.labels:
            yield "labels", _strings(sheet.conventions.labels)
        if sheet.conventions.conditions:
            yield "conditions", _strings(sheet.conventions.conditions)
        if sheet.assume:
            yield "assume", _strings(sheet.assume)
        if sheet.conventions.words:
            yield "words", _strings(sheet.conventions.words)
        yield from self._agreed()

    def _agreed(self) -> Iterable[tuple[str, str]]:
        """What a question agrees on that few of them need."""
        sheet = self.sheet
        if sheet.conventions.joint:
            yield "joint", _string(sheet.conventions.joint)
        if sheet.conventions.unknown_name is not None:
            yield "unknown", _string(sheet.conventions.unknown_name.name)
        if sheet.conventions.drawn:
            yield (
                "drawn",
                _table({_key(n): self._latex(term) for n, term in sheet.conventions.drawn}),
            )
        if sheet.conventions.meanings:
            yield "meanings", _table({_key(n): _string(w) for n, w in sheet.conventions.meanings})
        for key in ("chosen", "componentwise", "undefined", "written_out"):
            if texts := getattr(sheet.conventions, key):
                yield key, _strings(texts)


def export(declarations: Declarations) -> str:
    """Declarations alone as TOML."""
    return write_sheet(Sheet(declarations))


def _string(text: str) -> str:
    """A TOML string: between single quotes if there is a backslash and no single quote in it."""
    if "\\" in text and "'" not in text and "\n" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _strings(texts: Iterable[str]) -> str:
    return "[" + ", ".join(map(_string, texts)) + "]"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _string(key)


def _table(entry: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key} = {value}" for key, value in entry.items()) + "}"


def _interval(interval: Interval) -> str:
    for word, known in DOMAINS.items():
        if interval == known:
            return word
    bounds = (interval.lower, interval.upper)
    lower, upper = ("" if bound is None else str(Fraction(bound)) for bound in bounds)
    return f"[{lower}, {upper}]" if interval.closed else f"({lower}, {upper})"

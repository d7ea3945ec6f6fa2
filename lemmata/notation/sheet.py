"""The declaration language.

One small TOML schema for answer sheets, `--declare` files and documents.

    sizes = ["m"]
    [variables]
    x = {}
    z = {components = "j = 1..m"}
    [densities]
    p = {of = "x, z", names = ["p_theta"]}
    q = {of = "z", given = "x"}

Every key, with its meaning and default, is in docs/declarations.md. Formulas inside are LaTeX, read
by the same reader as answers; unknown keys are errors, with the nearest known key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fractions import Fraction
from functools import partial
from string import ascii_lowercase
from typing import Final, TypeAlias, cast

from lemmata.kernel.declarations import (
    NONNEGATIVE,
    POSITIVE,
    REAL,
    UNIT,
    Declarations,
    Definition,
    Fact,
    Family,
    Function,
    Index,
    Interval,
    MatrixKind,
    Multivariate,
    Normal,
    Parameter,
    Process,
    Scalar,
    Size,
    Values,
    Variable,
    World,
)
from lemmata.kernel.shapes import ShapeError, settled, typed
from lemmata.kernel.terms import App, Range, Statement, Sum, Sym, Term, as_term, free
from lemmata.notation import sheet_hints
from lemmata.notation.blanks import declaration_block
from lemmata.notation.defined_names import WITH_ARGUMENTS, functionals, plain, split_letters
from lemmata.notation.derivatives import TURNED_LAYOUT
from lemmata.notation.errors import NotationError
from lemmata.notation.given import with_given_arrays
from lemmata.notation.read import NO_CONVENTIONS
from lemmata.notation.single import read_statement, read_within
from lemmata.notation.symbols import Conventions, symbols_of
from lemmata.notation.words import MAX_DIGITS

Value: TypeAlias = object
"""What TOML gives: a string, a number, a truth value, a list or a table."""

LONGEST_EXPONENT: Final = 4
"""Signs of a power of ten."""
MOST_DEFINITIONS: Final = 200
TABLES: Final[dict[str, tuple[str, ...]]] = {
    "indices": (),
    "variables": ("components", "role", "names"),
    "scalars": ("index", "shape", "kind", "domain", "parameters", "names"),
    "densities": ("of", "given", "names", "independent", "normal", "parameters", "bare", "data"),
    "functions": (
        *("arguments", "domain", "index", "shape", "kind"),
        *("parameters", "names", "bare"),
    ),
    "processes": (
        *("state", "action", "reward", "policy", "times", "samples", "reward_function"),
        *("value", "action_value", "visits"),
    ),
    "values": ("action_value", "policy", "reward", "dynamics", "discount"),
    "definitions": (),
    "facts": ("statement", "forall"),
    "shorthand": (),
    "spellings": (),
    "mistakes": (),
    "question": (
        "goal",
        "start",
        "reference",
        "called",
        "named",
        "maximised",
        "labels",
        "conditions",
        "assume",
        "words",
        "joint",
        "unknown",
        "chosen",
        "componentwise",
        "undefined",
        "drawn",
        "written_out",
        "meanings",
    ),
}
"""The tables of a sheet and the keys of an entry of each."""
PROCESS_FUNCTIONS: Final = ("reward_function", "value", "action_value", "visits")
TOP: Final = ("title", "world", "sizes", "parameters", *TABLES)
KINDS: Final = ("general", "symmetric", "definite", "invertible", "full-rank")
SIMPLEX: Final = "simplex"
"""The domain of an array of numbers between 0 and 1 that sum to one."""
DOMAINS: Final = {"real": REAL, "positive": POSITIVE, "nonnegative": NONNEGATIVE, "unit": UNIT}


class SheetError(ValueError):
    """A sheet that cannot be used.

    The message names the place, the fault, and what to write instead.
    """


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a question declares and asks.

    Attributes:
        declarations: The names and the world.
        conventions: Shorthand, harmless words, the law that entropies are about.
        title: What it is about.
        goal: The statement that a derivation should reach.
        goals: Further statements that it may reach instead.
        start: The expression that it should start from.
        reference: Expressions with the value of the right answer.
        called: What an answer may call itself: such a left side states nothing.
        named: What derivations give a name of their own, beside the sides of the goals.
        assume: Assumptions that an answer may make.
        mistakes: Wrong answers that people give, each with what is wrong with it.
    """

    declarations: Declarations
    conventions: Conventions = field(default_factory=Conventions)
    title: str = ""
    goal: Statement | None = None
    start: Term | None = None
    reference: tuple[Term, ...] = ()
    called: tuple[Term, ...] = ()
    assume: tuple[str, ...] = ()
    mistakes: tuple[tuple[Term, str], ...] = ()
    goals: tuple[Statement, ...] = ()
    named: tuple[Term, ...] = ()


def read_sheet(text: str) -> Sheet:
    """Read a sheet.

    Raises:
        SheetError: It is no TOML, has an unknown key, a value of the wrong kind, a formula that
            cannot be read, or declarations that contradict each other.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = sheet_hints.hint_of_syntax(text, error)
        message = f"the declarations are no TOML: {error}"
        raise SheetError(f"{message}\n{hint}" if hint else message) from error
    except (ValueError, RecursionError) as error:
        raise SheetError("the declarations are nested too deeply, or have a huge number") from error
    return _Reader(text, data).sheet()


def declarations_from_document(text: str) -> Sheet | None:
    """The sheet that a document carries in a comment block or a fenced block, if any.

    Raises:
        SheetError: The block cannot be used.
    """
    block = declaration_block(text)
    if block is None:
        return None
    lines = text.count("\n", 0, block.start) + ("```" in text[block.start : block.end])
    return read_sheet(
        "\n" * lines + sheet_hints.without_remarks(block.toml)
    )  # errors count all lines


class _Reader:
    """Reads one sheet; the errors name the key they are about and its line."""

    def __init__(self, text: str, data: dict[str, Value]) -> None:
        self.text, self.data = text, data
        for key, value in data.items():
            self._known(key, TOP, "")
            if key in TABLES and not isinstance(value, dict):
                raise self._error(
                    key,
                    "expected a table",
                    f"Write [{key}] on a line of its own and the entries below it.",
                )

    def sheet(self) -> Sheet:
        """The whole sheet."""
        sizes = tuple(
            self._size(item) for item in self._strings("sizes", self.data.get("sizes", []))
        )
        parameters = tuple(
            Parameter(plain(name))
            for name in self._strings("parameters", self.data.get("parameters", []))
        )
        base = self._made("sizes", lambda: Declarations(sizes=sizes, parameters=parameters))
        base = self._made("indices", lambda: replace(base, indices=self._indices(base)))
        base = self._made("scalars", lambda: replace(base, scalars=self._scalars(base)))
        base = self._made("functions", lambda: replace(base, functions=self._functions(base)))
        base = self._made("variables", lambda: replace(base, variables=self._variables(base)))
        base = self._made("densities", lambda: replace(base, families=self._families(base)))
        base = self._made("processes", lambda: replace(base, processes=self._processes(base)))
        base = self._made("values", lambda: replace(base, values=self._values()))
        conventions = self._conventions(base)
        base = self._made("question.unknown", lambda: _with_unknown(base, conventions))
        base = self._definitions(base, conventions)
        world = self._string("world", self.data.get("world", "any"))
        if world not in ("any", "finite", "gaussian"):
            raise self._error(
                "world", f"the world {world!r} is not known", 'Write "any", "finite" or "gaussian".'
            )
        facts = (
            *self._simplexes(base),
            *(
                self._fact(base, conventions, name, value)
                for name, value in self._table("facts").items()
            ),
        )
        declared = self._made("facts", lambda: replace(base, facts=facts, world=cast(World, world)))
        return self._question(with_given_arrays(declared), conventions)

    # Values and errors

    def _error(self, path: str, message: str, hint: str = "") -> SheetError:
        line = self._line(path)
        place = f"line {line}, {path}" if line else path
        return SheetError(f"{place}: {message}" + (f"\n{hint}" if hint else ""))

    def _line(self, path: str) -> int:
        """The line of a key, found by looking for it below its table."""
        table, _, key = path.partition(".")
        key = key.split(".")[0]
        inside = not key
        for number, line in enumerate(self.text.splitlines(), 1):
            stripped = line.strip()
            if stripped.startswith("["):
                inside = stripped.strip("[]") == table
                if inside and not key:
                    return number
                if inside and stripped.strip("[]") == path:
                    return number
            wanted = key or table
            if (inside or not key) and re.match(
                rf"""["']?{re.escape(wanted)}["']?\s*=""", stripped
            ):
                return number
        return 0

    def _known(self, key: str, known: Iterable[str], path: str) -> None:
        if key in known:
            return
        near = get_close_matches(key, list(known), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known are: {', '.join(known)}."
        raise self._error(f"{path}.{key}" if path else key, f"unknown key {key!r}", hint)

    def _table(self, name: str) -> dict[str, Value]:
        value = self.data.get(name, {})
        return value if isinstance(value, dict) else {}

    def _entries(self, table: str) -> Iterable[tuple[str, str, dict[str, Value]]]:
        """The entries of a table that are tables themselves, with their path.

        Their keys are checked.
        """
        for name, value in self._table(table).items():
            path = f"{table}.{name}"
            if not isinstance(value, dict):
                raise self._error(
                    path,
                    f"expected a table, not {value!r}",
                    f"Write {name} = {{}}, with keys in the braces.",
                )
            for key in value:
                self._known(key, TABLES[table], path)
            yield plain(name), path, value

    def _string(self, path: str, value: Value) -> str:
        if not isinstance(value, str):
            raise self._error(path, f"expected text in quotes, not {value!r}")
        return value

    def _strings(self, path: str, value: Value) -> tuple[str, ...]:
        """A list of strings, or one string with commas."""
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._error(path, f"expected a list of names, not {value!r}", 'Write ["a", "b"].')
        return tuple(value)

    def _names(self, path: str, value: Value) -> tuple[str, ...]:
        return tuple(plain(name) for name in self._strings(path, value))

    def _made(self, path: str, make: Callable[[], Declarations]) -> Declarations:
        """Declarations with one group more; what they object to becomes an error of that group."""
        try:
            return make()
        except SheetError:
            raise
        except ValueError as error:
            hint = sheet_hints.hint_of_names(str(error), path, self.data)
            raise self._error(path, str(error), hint) from error

    # Names and ranges

    def _size(self, text: str) -> Size:
        match = re.fullmatch(r"(\S+?)\s*(?:>=\s*(\d{1,9}))?", " ".join(text.split()))
        if match is None:
            raise self._error(
                "sizes",
                f"{text!r} is no size",
                'Write "m", or "T >= 2" for one with a smallest value.',
            )
        return Size(plain(match.group(1)), int(match.group(2) or 1))

    def _range(self, path: str, base: Declarations, text: str) -> tuple[str, Range]:
        """A range such as `1..m`, with its letter if one stands before it: `j = 1..m`."""
        letter, equals, span = text.partition("=") if "=" in text else ("", "", text)
        lower, dots, upper = span.partition("..")
        if not (lower.strip() and dots and upper.strip()) or (equals and not letter.strip()):
            raise self._error(path, f"{text!r} is no range", 'Write "j = 1..m".')
        for size in re.findall(r"[A-Za-z]\w*", f"{lower} {upper}"):
            if base.find(size) is None:
                hint = f'Write {size} among the sizes at the top of the file: sizes = ["{size}"].'
                raise self._error(path, f"the size {size!r} is not declared", hint)
        bounds = (self._term(path, bound, base) for bound in (lower, upper))
        return plain(letter or ""), Range(*bounds)

    def _axes(
        self, path: str, base: Declarations, value: Value
    ) -> tuple[tuple[str, ...], tuple[Range, ...]]:
        texts = self._strings(path, [value] if isinstance(value, str) else value)
        pairs = [self._range(path, base, text) for text in texts]
        return tuple(letter for letter, _ in pairs), tuple(span for _, span in pairs)

    def _array(
        self, path: str, base: Declarations, entry: dict[str, Value]
    ) -> tuple[tuple[Range, ...], int, MatrixKind]:
        """The ranges of the indices of an array, how many of them are its shape, and its kind."""
        axes = self._axes(path, base, entry["index"])[1] if "index" in entry else ()
        sides = self._strings(path, entry.get("shape", []))
        for side in sides:
            written = side if ".." in side else f"1..{side}"
            axes = (*axes, self._range(path, base, written)[1])
        if len(sides) > 2:
            raise self._error(
                path,
                "a shape of more than two sizes",
                'Write "d" for a column, "n, d" for a matrix.',
            )
        kind = self._string(path, entry.get("kind", "general"))
        if kind not in KINDS:
            hint = f"Write one of {', '.join(KINDS)}."
            raise self._error(path, f"the kind {kind!r} is not known", hint)
        square = len(sides) == 2 and axes[-1] == axes[-2]
        if kind != "general" and not (square or (kind == "full-rank" and len(sides) == 2)):
            raise self._error(path, f"only a square matrix is {kind}")
        return axes, len(sides), cast(MatrixKind, kind)

    def _interval(self, path: str, value: Value) -> Interval:
        """A domain: a word, or an interval such as `(0, 1/2)` or `[0, 1]`.

        An absent bound is infinite.
        """
        text = self._string(path, value).strip()
        if text in DOMAINS:
            return DOMAINS[text]
        match = re.fullmatch(r"([(\[])\s*([^,]*?)\s*,\s*([^,]*?)\s*([)\]])", text)
        hint = f"Write one of {', '.join(DOMAINS)}, or an interval such as (0, 1/2) or [0, 1]."
        if match is None:
            raise self._error(path, f"the domain {text!r} is not known", hint)
        bounds: list[Fraction | None] = []
        for bound in match.group(2, 3):
            try:
                bounds.append(
                    None
                    if bound in ("", "-oo", "oo", "inf", "-inf")
                    else _exact(bound.replace(" ", ""))
                )
            except (ValueError, ZeroDivisionError):
                raise self._error(path, f"{bound!r} is no exact number", hint) from None
        if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
            raise self._error(path, f"the interval {text!r} is empty", hint)
        brackets = {
            sign for sign, bound in zip(match.group(1, 4), bounds, strict=True) if bound is not None
        }
        if brackets and brackets not in ({"("}, {")"}, {"(", ")"}, {"["}, {"]"}, {"[", "]"}):
            raise self._error(
                path, "a half-open interval", "Both bounds belong to it, or neither does."
            )
        return Interval(bounds[0], bounds[1], closed=bool(brackets & {"[", "]"}))

    def _term(
        self,
        path: str,
        text: str,
        base: Declarations,
        conventions: Conventions = NO_CONVENTIONS,
        letters: tuple[str, ...] = (),
    ) -> Term:
        try:
            return read_within(text, base, conventions, letters)
        except NotationError as error:
            raise self._error(path, error.text, _twice(text)) from error

    def _statement(
        self, path: str, text: str, base: Declarations, conventions: Conventions
    ) -> Statement:
        try:
            found = read_statement(text, base, conventions=conventions)
        except NotationError as error:
            raise self._error(path, error.text, _twice(text)) from error
        # a question lays its Jacobians out as gradients are
        found = tuple(one for one in found if TURNED_LAYOUT not in one.choices)
        fitting = [one for one in found if _fits(one.statement, base)]
        if len(fitting or found) != 1:
            raise self._error(
                path,
                "this statement can be read in several ways",
                "Put brackets where they differ.",
            )
        return (fitting or found)[0].statement

    # Groups

    def _indices(self, base: Declarations) -> tuple[Index, ...]:
        found: list[Index] = []
        for name, value in self._table("indices").items():
            path = f"indices.{name}"
            found.append(Index(plain(name), self._range(path, base, self._string(path, value))[1]))
        return tuple(found)

    def _parameters(self, path: str, value: Value) -> tuple[str, ...] | None:
        return None if value == "all" else self._names(path, value)

    def _scalars(self, base: Declarations) -> tuple[Scalar, ...]:
        found: list[Scalar] = []
        for name, path, entry in self._entries("scalars"):
            simplex = entry.get("domain") == SIMPLEX
            interval = UNIT if simplex else self._interval(path, entry.get("domain", "real"))
            axes, rank, kind = self._array(path, base, entry)
            if simplex and len(axes) != 1:
                raise self._error(path, "what sums to one has one index", 'Write index = "1..K".')
            parameters = self._names(path, entry.get("parameters", []))
            names = self._names(path, entry.get("names", []))
            found.append(Scalar(name, interval, axes, parameters, names, rank, kind))
        return tuple(found)

    def _simplexes(self, base: Declarations) -> Iterator[Fact]:
        """That the entries of probability vectors sum to one."""
        names = (name for name in ascii_lowercase[10:] if base.find(name) is None)
        letter = Sym(next(names, "k'"))
        for name, _, entry in self._entries("scalars"):
            item = base.find(name)
            if entry.get("domain") == SIMPLEX and isinstance(item, Scalar):
                total = Sum(letter, item.axes[0], Sym(name, (letter,)))
                yield Fact(f"{name} sums to one", Statement(total, "=", as_term(1)))

    def _functions(self, base: Declarations) -> tuple[Function, ...]:
        found: list[Function] = []
        for name, path, entry in self._entries("functions"):
            least, arity = self._arity(path, entry.get("arguments", 1))
            interval = self._interval(path, entry.get("domain", "real"))
            axes, rank, kind = self._array(path, base, entry)
            parameters = self._parameters(path, entry.get("parameters", []))
            names = self._names(path, entry.get("names", []))
            bare = self._bare(path, entry, arity)
            found.append(
                Function(
                    name, arity, interval, axes, parameters, names, bare, rank, kind, arity - least
                )
            )
        return tuple(found)

    def _bare(self, path: str, entry: dict[str, Value], arity: int) -> tuple[str, ...]:
        """What stands for the arguments that a formula leaves out: variables, as many as needed."""
        names = self._names(path, entry.get("bare", []))
        known = {plain(name) for name in self._table("variables")}
        for name in names:
            if name not in known:
                raise self._error(path, f"{name!r} is no declared variable")
        if names and len(names) != arity:
            raise self._error(path, f"bare names {len(names)} of its {arity} arguments")
        return names

    def _arity(self, path: str, value: object) -> tuple[int, int]:
        """The smallest and largest number of arguments: `2`, or `"0..2"`."""
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value, value
        found = re.fullmatch(r"(\d)\.\.(\d)", value) if isinstance(value, str) else None
        if found is None or found[1] > found[2]:
            message = f"expected how many arguments it takes, not {value!r}"
            raise self._error(path, message, 'Write 1, or "0..2" where fewer may be given.')
        return int(found[1]), int(found[2])

    def _variables(self, base: Declarations) -> tuple[Variable, ...]:
        found: list[Variable] = []
        for name, path, entry in self._entries("variables"):
            span = None
            if "components" in entry:
                span = self._range(path, base, self._string(path, entry["components"]))[1]
            role = plain(self._string(path, entry.get("role", "")))
            found.append(Variable(name, role, span, self._names(path, entry.get("names", []))))
        return tuple(found)

    def _letter(self, variable: str) -> str:
        """The letter with which the components of a variable are declared."""
        for name, value in self._table("variables").items():
            written = value.get("components") if isinstance(value, dict) else None
            if plain(name) == variable and isinstance(written, str):
                return plain(written.split("=")[0]) if "=" in written else "j"
        return ""

    def _families(self, base: Declarations) -> tuple[Family, ...]:
        found: list[Family] = []
        for name, path, entry in self._entries("densities"):
            if "of" not in entry:
                raise self._error(
                    path, "of which variables is it a law?", f'Write {name} = {{of = "x"}}.'
                )
            of = self._names(path, entry["of"])
            law = self._normal(path, base, entry["normal"], of) if "normal" in entry else None
            independent = entry.get("independent", False)
            if not isinstance(independent, bool):
                raise self._error(path, "independent is true or false")
            names = self._names(path, entry.get("names", []))
            carried = parameters_carried((name, *names), base)
            family = Family(
                name,
                of,
                self._names(path, entry.get("given", [])),
                independent,
                law if isinstance(law, Normal) else None,
                self._parameters(path, entry.get("parameters", list(carried) or "all")),
                names,
                self._bare(path, entry, len(of)),
                plain(self._string(path, entry.get("data", ""))),
                law if isinstance(law, Multivariate) else None,
            )
            found.append(family)
        return tuple(found)

    def _normal(
        self, path: str, base: Declarations, value: Value, of: tuple[str, ...]
    ) -> Normal | Multivariate:
        path = f"{path}.normal"
        spread = "covariance" if isinstance(value, dict) and "covariance" in value else "deviation"
        if not isinstance(value, dict) or not {"mean", spread} <= value.keys():
            raise self._error(
                path,
                "a Gaussian law needs its mean and its deviation, or its covariance",
                "Write normal = {mean = '\\mu', deviation = '\\sigma'}.",
            )
        for key in value:
            self._known(key, ("mean", spread), path)
        letter = self._letter(of[0]) if of and spread == "deviation" else ""
        terms = [
            self._term(
                path, self._string(path, value[key]), base, letters=(letter,) if letter else ()
            )
            for key in ("mean", spread)
        ]
        if spread == "covariance":
            return Multivariate(terms[0], terms[1])
        wrong = sheet_hints.misnumbered(terms, letter, of, base)
        if wrong:
            raise self._error(path, *wrong)
        return Normal(terms[0], terms[1], letter)

    def _processes(self, base: Declarations) -> tuple[Process, ...]:
        found: list[Process] = []
        for name, path, entry in self._entries("processes"):
            for key in ("state", "action", "reward", "policy", "times"):
                if key not in entry:
                    raise self._error(path, f"a process needs its {key}")
            text = {key: self._string(f"{path}.{key}", value) for key, value in entry.items()}
            samples = self._range(path, base, text["samples"])[1] if "samples" in text else None
            found.append(
                Process(
                    name,
                    plain(text["state"]),
                    plain(text["action"]),
                    plain(text["reward"]),
                    plain(text["policy"]),
                    self._range(path, base, text["times"])[1],
                    samples,
                    *(plain(text.get(key, "")) for key in PROCESS_FUNCTIONS),
                )
            )
        return tuple(found)

    def _values(self) -> tuple[Values, ...]:
        found: list[Values] = []
        for name, path, entry in self._entries("values"):
            for key in TABLES["values"]:
                if key not in entry:
                    raise self._error(path, f"value functions need their {key}")
            parts = (self._string(f"{path}.{key}", entry[key]) for key in TABLES["values"])
            found.append(Values(name, *map(plain, parts)))
        return tuple(found)

    def _conventions(self, base: Declarations) -> Conventions:
        shorthand: list[tuple[str, str]] = []
        for sign, value in self._table("shorthand").items():
            law = self._string(f"shorthand.{sign}", value)
            # In LaTeX a bare tilde is a space; in a sheet it can only mean "is distributed as".
            shorthand.append((sign, re.sub(r"(?<!\\)~", r"\\sim ", law)))
        question = self._table("question")
        joint = plain(self._string("question.joint", question.get("joint", "")))
        if joint and all(family.name != joint for family in base.families):
            raise self._error("question.joint", f"{joint!r} is no declared density")
        words = self._strings("question.words", question.get("words", []))
        spellings = tuple(
            (target, self._formulas(f"spellings.{target}", group))
            for target, ways in self._table("spellings").items()
            for group in _groups(ways)
        )
        spellings += tuple(functionals(self._table("definitions"), base))
        labels = self._formulas("question.labels", question.get("labels", []))
        conditions = self._formulas("question.conditions", question.get("conditions", []))
        maximised = plain(self._string("question.maximised", question.get("maximised", "")))
        if maximised and all(parameter.name != maximised for parameter in base.parameters):
            raise self._error("question.maximised", f"{maximised!r} is no declared parameter")
        unknown = self._unknown(base)
        chosen = self._names("question.chosen", question.get("chosen", []))
        undefined = self._names("question.undefined", question.get("undefined", []))
        found = Conventions(
            *(tuple(shorthand), joint, words, spellings, labels, conditions),
            *(maximised, unknown, chosen, undefined, self._drawn(base)),
            self._formulas("question.written_out", question.get("written_out", [])),
            self._meanings(question.get("meanings", {})),
            self._names("question.componentwise", question.get("componentwise", [])),
        )
        try:
            symbols_of(base, found)
        except ValueError as error:
            raise self._error("spellings", str(error)) from error
        return found

    def _formulas(self, path: str, value: Value) -> tuple[str, ...]:
        """A formula or a list of formulas; a comma may stand in one."""
        return self._strings(path, [value] if isinstance(value, str) else value)

    def _unknown(self, base: Declarations) -> App | None:
        value = self._table("question").get("unknown")
        if value is None:
            return None
        found = re.fullmatch(r"(\w+)\((\w+)\)", self._string("question.unknown", value))
        function = next((f for f in base.functions if found and f.name == found[1]), None)
        if found is None or function is None or base.variable(found[2]) is None:
            message = f"{value!r} is no value of a declared function at a declared variable"
            raise self._error("question.unknown", message, "Write D(x).")
        return App(function.name, (Sym(found[2]),))

    def _meanings(self, entries: Value) -> tuple[tuple[str, str], ...]:
        if not isinstance(entries, dict):
            raise self._error("question.meanings", "expected names, each with what it is in words")
        return tuple((n, self._string("question.meanings", v)) for n, v in entries.items())

    def _drawn(self, base: Declarations) -> tuple[tuple[str, Term], ...]:
        entries = self._table("question").get("drawn", {})
        if not isinstance(entries, dict) or any(base.variable(name) is None for name in entries):
            message = "expected declared variables, each with what it is made of"
            raise self._error("question.drawn", message, "Write {x = '\\mu + \\epsilon'}.")
        return tuple(
            (name, self._term("question.drawn", self._string("question.drawn", value), base))
            for name, value in entries.items()
        )

    def _definitions(self, base: Declarations, conventions: Conventions) -> Declarations:
        """Add the definitions in an order in which each one uses only earlier ones."""
        waiting = {
            key: self._string(f"definitions.{key}", value)
            for key, value in self._table("definitions").items()
        }
        if len(waiting) > MOST_DEFINITIONS:  # each is read beside all that come before it
            raise self._error("definitions", f"more than {MOST_DEFINITIONS} of them")
        before = len(waiting)
        while waiting:
            errors: list[SheetError] = []
            for key, text in list(waiting.items()):
                try:
                    definition = self._definition(base, conventions, key, text)
                except SheetError as error:
                    errors.append(error)
                    continue
                made = partial(replace, base, definitions=(*base.definitions, definition))
                base = self._made(f"definitions.{key}", made)
                del waiting[key]
            if errors and len(errors) == before:  # a round without progress
                raise errors[0]
            before = len(errors)
        return base

    def _definition(
        self, base: Declarations, conventions: Conventions, key: str, text: str
    ) -> Definition:
        path = f"definitions.{key}"
        match = WITH_ARGUMENTS.fullmatch(key)
        if match is None:
            raise self._error(path, f"{key!r} is no name with arguments", "Write \"q(x)\" = '...'.")
        arguments: list[Sym] = []
        for name in filter(None, map(plain, re.split(r"[,;|]", match.group(2) or ""))):
            found = base.find(name)
            if found is None and not any(
                name in (p.reward, p.state, p.action) for p in base.processes
            ):
                raise self._error(
                    path,
                    f"the argument {name!r} is not declared",
                    f"Declare it; a number is {name} = {{}} below [scalars].",
                )
            if not isinstance(found, Family | Function):  # one that is, is part of its spelling
                arguments.append(Sym(found.name if found else name))
        body = settled(self._term(path, text, base, conventions), base)
        name, letters = split_letters(plain(match.group(1)), base)
        return Definition(name, tuple(arguments), body, letters)

    def _fact(self, base: Declarations, conventions: Conventions, name: str, value: Value) -> Fact:
        path = f"facts.{name}"
        entry: Mapping[str, Value] = (
            {"statement": value} if isinstance(value, str) else cast(dict[str, Value], value)
        )
        if not isinstance(entry, dict):
            raise self._error(path, f"expected a statement, not {value!r}")
        for key in entry:
            self._known(key, TABLES["facts"], path)
        statement = self._statement(
            path, self._string(path, entry.get("statement", "")), base, conventions
        )
        if "forall" in entry:
            return Fact(name, statement, self._names(path, entry["forall"]))
        return Fact(name, statement, default_letters(statement, base))

    def _question(self, declarations: Declarations, conventions: Conventions) -> Sheet:
        question = self._table("question")
        for key in question:
            self._known(key, TABLES["question"], "question")

        def term(key: str, value: Value) -> Term:
            return self._term(
                f"question.{key}", self._string(f"question.{key}", value), declarations, conventions
            )

        def terms(key: str) -> tuple[Term, ...]:
            value = question.get(key, [])
            formulas = [value] if isinstance(value, str) else value
            if not isinstance(formulas, list):
                raise self._error(f"question.{key}", "expected a formula or a list of formulas")
            return tuple(term(key, formula) for formula in formulas)

        goal = question.get("goal", [])
        goals = tuple(
            self._statement("question.goal", text, declarations, conventions)
            for text in self._strings("question.goal", [goal] if isinstance(goal, str) else goal)
        )
        return Sheet(
            declarations,
            conventions,
            self._string("title", self.data.get("title", "")),
            goals[0] if goals else None,
            term("start", question["start"]) if "start" in question else None,
            terms("reference"),
            tuple(dict.fromkeys((*terms("called"), *filter(None, (conventions.unknown_name,))))),
            self._strings(
                "question.assume", [a] if isinstance(a := question.get("assume", []), str) else a
            ),
            tuple(
                (self._term(path, self._string(path, value), declarations, conventions), why)
                for why, value in self._table("mistakes").items()
                for path in (f"mistakes.{why}",)
            ),
            goals[1:],
            terms("named"),
        )


def _twice(text: str) -> str:
    """What to say of a formula whose backslashes are written twice, as in other quotes."""
    found = re.search(r"\\(\\[a-zA-Z]+)", text)
    return f"Between single quotes one backslash is enough: {found[1]}." if found else ""


def _fits(statement: Statement, declarations: Declarations) -> bool:
    """Whether the shapes of a statement fit, so that it can be meant."""
    try:
        typed(statement, declarations)
    except ShapeError:
        return False
    return True


def _groups(ways: Value) -> list[Value]:
    """The groups of spellings of one thing; those of different groups exclude each other."""
    if isinstance(ways, list) and ways and all(isinstance(way, list) for way in ways):
        return list(ways)
    return [ways]


def _with_unknown(base: Declarations, conventions: Conventions) -> Declarations:
    """The declarations with a number for the value that equations are solved for."""
    name = conventions.unknown_name
    if name is None or conventions.unknown is None:
        return base
    function = base.find(conventions.unknown.name)
    assert isinstance(function, Function)  # noqa: S101 - the reader has seen it
    return replace(base, scalars=(*base.scalars, Scalar(name.name, function.interval)))


def default_letters(statement: Statement, declarations: Declarations) -> tuple[str, ...]:
    """The declared letters that stand free in a fact.

    It holds for all their values unless it says otherwise.
    """
    free_letters = {name.name for side in (statement.left, statement.right) for name in free(side)}
    return tuple(index.name for index in declarations.indices if index.name in free_letters)


def _exact(text: str) -> Fraction:
    """A number as it is written.

    Raises:
        ValueError: It is none, or too long.
    """
    if len(text) > MAX_DIGITS or len(text.lower().partition("e")[2]) > LONGEST_EXPONENT:
        raise ValueError(text)
    return Fraction(text)


def parameters_carried(names: tuple[str, ...], declarations: Declarations) -> tuple[str, ...]:
    """The declared parameters that stand as a subscript of a name: q_phi carries phi."""
    subscripts = {part for name in names for part in name.split("_")[1:]}
    return tuple(p.name for p in declarations.parameters if p.name in subscripts)

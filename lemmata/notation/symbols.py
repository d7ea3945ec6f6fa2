"""The symbol table.

Which names a formula may use, what each is, and which readings a question has agreed on.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Final, Literal, TypeAlias

from lemmata.kernel.declarations import (
    Declarations,
    Declared,
    Definition,
    Family,
    Function,
    Index,
    Parameter,
    Process,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.shapes import NUMBER, ShapeError, Shapes
from lemmata.kernel.terms import App, Law, Range, Sym, Term
from lemmata.notation.commands import SAME_LETTER
from lemmata.notation.spellings import Spellings

Kind: TypeAlias = Literal[
    "size",
    "index",
    "number",
    "outcome",
    "family",
    "function",
    "parameter",
    "process",
    "definition",
    "reward",
]

OPERATORS: Final = frozenset(
    (
        "E",
        "KL",
        "DKL",
        "H",
        "I",
        "Var",
        "JSD",
        "JS",
        "N",
        "Cov",
        "log",
        "exp",
        "det",
        "tr",
        "diag",
        "sign",
        "sgn",
        "softmax",
        "inv",
    )
)
"""Words that are operators where no declaration takes them."""


@dataclass(frozen=True)
class Conventions:
    r"""What a question agrees on beside its declarations.

    Attributes:
        shorthand: Laws that stand for an expectation sign without one, as (sign, law): `("E_z",
            "z ~ q(z|x)")`.
        joint: The family that H(y), H(y|z) and I(y, z) are about, where several would do.
        words: Words that may stand beside a formula and mean nothing.
        spellings: Other ways to write declared things, as (thing, ways).
        labels: What an answer may call the thing that is asked for.
        conditions: What may be said beside an answer, because the question says it anyway.
        maximised: The parameter over which an answer is maximised, if it is an objective.
        unknown: The value of a function that equations are solved for, `D(x)`: a declared number
            of that name, wherever its variable is not bound.
        chosen: Letters of one thing that is chosen, so that an answer for all of them says more.
        undefined: Names with an index that mean nothing until an answer says what they are.
        drawn: Outcomes that may stand for what they are made of, as (name, formula): x for
            `\theta + \epsilon`.
        meanings: What the question means by its names, in words: ("D_a", "input dimension").
        written_out: Things that an answer has to write out, whatever they are spelled as.
        componentwise: Numbers that stand for any component of arrays: an answer may number them.
    """

    shorthand: tuple[tuple[str, str], ...] = ()
    joint: str = ""
    words: tuple[str, ...] = ()
    spellings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    labels: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    maximised: str = ""
    unknown: App | None = None
    chosen: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()
    drawn: tuple[tuple[str, Term], ...] = ()
    written_out: tuple[str, ...] = ()
    meanings: tuple[tuple[str, str], ...] = ()
    componentwise: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    def __getstate__(self) -> dict[str, object]:
        """The fields alone: a hash of texts is another one in another process."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, field.name) for field in fields(self)))

    @property
    def unknown_name(self) -> Sym | None:
        """The declared number that stands for the unknown."""
        if self.unknown is None:
            return None
        return Sym(unknown_name(self.unknown.name, self.unknown.arguments))


def unknown_name(function: str, arguments: tuple[Term, ...]) -> str:
    """The name of the number that stands for a value of a function: `D(x)`."""
    return f"{function}({', '.join(a.name for a in arguments if isinstance(a, Sym))})"


@dataclass(frozen=True, slots=True)
class Entry:
    """A name that a formula may use.

    Attributes:
        name: The declared name; a formula may have used another spelling of it.
        axes: The range of each index it can carry.
        least: How many indices it must carry as a number.
    """

    kind: Kind
    name: str
    item: Declared | None
    axes: tuple[Range, ...] = ()
    least: int = 0

    @property
    def whole(self) -> bool:
        """Whether it may stand without its last indices, as a column or matrix."""
        return self.least < len(self.axes) and self.kind in ("number", "function", "definition")


class Symbols:
    """All names of a statement, looked up by spelling."""

    def __init__(self, declarations: Declarations, conventions: Conventions) -> None:
        self.declarations, self.conventions = declarations, conventions
        self.table: dict[str, Entry] = {}
        for item in declarations.named():
            entry = _entry(item, declarations)
            for spelling in (item.name, *getattr(item, "other_names", ())):
                self.table[spelling] = entry
        self.linear = declarations.linear
        if self.linear:
            self._add_axes()
        for spelling in list(self.table):  # D^* in plain letters
            if spelling.endswith("star") and len(spelling) > len("star"):
                self.table.setdefault(f"{spelling.removesuffix('star')}^*", self.table[spelling])
        for process in declarations.processes:
            self._add_process(process)
        self.parameters = frozenset(item.name for item in declarations.parameters)
        self.known = frozenset(self.table) | frozenset(
            spelling.split("_")[0].rstrip("'")
            for spelling in self.table
            if "_" in spelling or "'" in spelling
        )
        self.fonts = any(" " in spelling for spelling in self.table)
        self.prefixes = frozenset(
            spelling.split("_", 1)[0] for spelling in self.table if "_" in spelling
        )
        self.shorthand = {_key(sign): law for sign, law in conventions.shorthand}
        self.shorthand_laws: dict[str, tuple[Law, ...] | Process] = {}
        letters = frozenset(item.name for item in declarations.indices)
        self.spellings = Spellings(
            conventions.spellings,
            conventions.labels,
            conventions.conditions,
            letters,
            self.known | letters,
        )

    def _add_axes(self) -> None:
        """Give definitions that are columns or matrices the ranges of their indices."""
        shapes = Shapes(self.declarations)
        for item in self.declarations.definitions:
            try:
                bare = not item.arguments and not item.letters
                shape = shapes.of(Sym(item.name)) if bare else NUMBER
            except ShapeError:
                continue
            if not shape.is_number and shape.rows and shape.columns:
                axes = (shape.rows,) if shape.is_column else (shape.rows, shape.columns)
                self.table[item.name] = Entry("definition", item.name, item, axes)

    def _add_process(self, process: Process) -> None:
        axes = (process.times, process.samples) if process.samples else (process.times,)
        for name in (process.state, process.action):
            entry = self.table[name]
            for spelling, other in list(self.table.items()):
                if other == entry:
                    self.table[spelling] = Entry("outcome", name, entry.item, axes)
        self.table[process.reward] = Entry("reward", process.reward, process, axes, 1)
        if process.reward_function and process.reward_function != process.reward:
            self.table[process.reward_function] = Entry("reward", process.reward_function, process)

    def find(self, spelling: str, font: str = "") -> Entry | None:
        """The entry of a spelling; another shape of the same letter will do, but of no index."""
        if self.fonts and font:
            entry = self.table.get(f"{font} {spelling}")
            if entry is not None:
                return entry
        entry = self.table.get(spelling)
        if entry is None:
            base, mark, rest = spelling.partition("_")
            other = SAME_LETTER.get(base)
            if other is not None:
                entry = self.table.get(other + mark + rest)
                if other == "l" and entry is not None and isinstance(entry.item, Index | Size):
                    return None
        return entry

    def is_letter(self, spelling: str) -> bool:
        """Whether a spelling is a declared letter for integers."""
        entry = self.find(spelling)
        return entry is not None and entry.kind == "index"

    def suggestion(self, name: str, as_what: str = "") -> str:
        """A hint with near misses of an undeclared name."""
        near = get_close_matches(name, self.table, n=2, cutoff=0.75)
        if near:
            return f"Did you mean {' or '.join(near)}? Otherwise declare {name}{as_what}."
        return f"Declare {name}{as_what}, or write the formula in the declared names."


def _key(sign: str) -> str:
    return "".join(character for character in sign if character not in " {}\\")


def _entry(item: Declared, declarations: Declarations) -> Entry:
    match item:
        case Size(name):
            return Entry("size", name, item)
        case Index(name):
            return Entry("index", name, item)
        case Scalar(name, _, axes):
            return Entry("number", name, item, axes, len(axes) - item.rank)
        case Variable(name):
            return Entry(
                "outcome", name, item, () if item.components is None else (item.components,)
            )
        case Family(name):
            return Entry("family", name, item)
        case Function(name):
            return Entry("function", name, item, item.axes, len(item.axes) - item.rank)
        case Parameter(name):
            return Entry("parameter", name, item)
        case Process(name):
            return Entry("process", name, item)
        case Definition(name, _, _, letters):
            spans = tuple(index.range for index in declarations.indices if index.name in letters)
            return Entry("definition", name, item, spans, len(letters))


@lru_cache(maxsize=256)
def symbols_of(declarations: Declarations, conventions: Conventions) -> Symbols:
    """The symbol table of declarations, made once."""
    return Symbols(declarations, conventions)

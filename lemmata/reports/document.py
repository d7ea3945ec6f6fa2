"""The document model: what a report says, without a word about how it is shown.

A report is built once from verdicts and evidence, and written by `html`, `latex` and `data`. Every
string in it is plain text; a writer escapes all of it. Formulas come from terms, in three
spellings. Whatever was not understood stays `Source` or `Raw`, and is shown as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lemmata.certify.summary import Plot, Status, Tiles


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in three spellings.

    Attributes:
        latex: As LaTeX, for a mathematical environment.
        mathml: As `math` elements; a line may break between two of them.
        text: As keyboard text.
    """

    latex: str
    mathml: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Text as somebody wrote it, or a name of the program: shown letter by letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Raw:
    """LaTeX that was not read: a page typesets it, and says so beside its source."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to the section or step with an anchor."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A status, shown by its word and a sign, not by colour alone."""

    status: Status
    note: str = ""


Inline: TypeAlias = str | Formula | Source | Raw | Link | Badge
Inlines: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a warning stands out."""

    content: Inlines
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short remarks."""

    items: tuple[Inlines, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Names and what belongs to each."""

    rows: tuple[tuple[str, Inlines], ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines as somebody wrote them, with blanks and breaks."""

    text: str


@dataclass(frozen=True, slots=True)
class Display:
    """A formula on a line of its own, or a relation between two."""

    formula: Formula
    relation: str = ""
    right: Formula | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Inlines, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a chain.

    Attributes:
        anchor: Where a link to it leads.
        relation: Its sign.
        content: What stands behind the sign: a formula, or its source where it was not read.
        reasons: The rules that it uses.
        badge: What the judges say of it.
        source: How its author wrote it; empty for a claim of the library.
        below: What belongs to it: the counterexample, the message.
    """

    anchor: str
    relation: str
    content: Formula | Source | Raw
    reasons: Inlines = ()
    badge: Badge | None = None
    source: str = ""
    below: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Steps:
    """A derivation: where it starts, and its steps."""

    start: Formula | Source | Raw
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot, or small images."""

    shows: Plot | Tiles


@dataclass(frozen=True, slots=True)
class Network:
    """Who uses whom: two columns of links, and the pairs that are joined.

    It is always beside a list that says the same.
    """

    title: str
    left: tuple[Link, ...]
    right: tuple[Link, ...]
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks that are shown on demand."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part; `badge` is the status of what it is about."""

    title: str
    anchor: str
    blocks: tuple[Block, ...]
    badge: Badge | None = None
    sections: tuple[Section, ...] = ()


Block: TypeAlias = (
    Paragraph | Bullets | Fields | Verbatim | Display | Grid | Steps | Figure | Network | Folded
)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]

    def anchors(self) -> Iterator[str]:
        """Every anchor that a link can lead to."""
        waiting = list(self.sections)
        while waiting:
            section = waiting.pop()
            yield section.anchor
            waiting.extend(section.sections)
            blocks = list(section.blocks)
            while blocks:
                block = blocks.pop()
                if isinstance(block, Steps):
                    yield from (line.anchor for line in block.lines)
                if isinstance(block, Folded):
                    blocks.extend(block.blocks)

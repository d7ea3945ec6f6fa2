r"""The document model as LaTeX that needs amsmath, amssymb, amsthm, hyperref, booktabs and xcolor.

Nothing else is loaded and nothing in it is undefined, so it compiles with `-halt-on-error`. Signs
that these packages cannot set are shown by their number in Unicode.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import assert_never

from lemmata import __version__
from lemmata.certify.summary import Plot, Status
from lemmata.reports.document import (
    Badge,
    Block,
    Bullets,
    Display,
    Document,
    Fields,
    Figure,
    Folded,
    Formula,
    Grid,
    Inline,
    Inlines,
    Line,
    Link,
    Network,
    Paragraph,
    Raw,
    Section,
    Source,
    Steps,
    Verbatim,
)
from lemmata.reports.formulas import RELATIONS
from lemmata.reports.latex_formulas import LETTER, LINE, fitted, lines_of, width
from lemmata.reports.latex_pictures import picture, tiles
from lemmata.reports.latex_text import escaped

COLOURS: dict[Status, str] = {
    "proved": "proved",
    "confirmed": "confirmed",
    "refuted": "refuted",
    "undecided": "undecided",
    "stale": "undecided",
    "not run": "quiet",
}
PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage{amsmath}
\usepackage{amssymb}
\usepackage{amsthm}
\usepackage{booktabs}
\usepackage{xcolor}
\usepackage[colorlinks,linkcolor=link,urlcolor=link]{hyperref}
\definecolor{link}{HTML}{1F4E79}
\definecolor{quiet}{HTML}{5D5A54}
\definecolor{proved}{HTML}{1B6636}
\definecolor{confirmed}{HTML}{1C5A86}
\definecolor{refuted}{HTML}{A3232B}
\definecolor{undecided}{HTML}{7D5200}
\setlength{\textwidth}{152mm}\setlength{\oddsidemargin}{3.6mm}\setlength{\evensidemargin}{3.6mm}
\setlength{\textheight}{245mm}\setlength{\topmargin}{-12mm}\setlength{\headheight}{0pt}\setlength{\headsep}{0pt}
\setlength{\parindent}{0pt}\setlength{\parskip}{.4\baselineskip}
\setcounter{secnumdepth}{1}\setcounter{tocdepth}{1}
\makeatletter
\renewcommand*\l@section{\@dottedtocline{1}{0em}{2em}}
\renewcommand*\section{\@startsection{section}{1}{0pt}%
  {-4ex plus -1ex}{1.2ex}{\normalfont\Large\bfseries\raggedright}}
\renewcommand*\subsection{\@startsection{subsection}{2}{0pt}%
  {-2.4ex plus -.8ex}{.6ex}{\normalfont\bfseries\raggedright}}
\renewcommand*\subsubsection{\@startsection{subsubsection}{3}{0pt}%
  {-1.6ex plus -.6ex}{.3ex}{\normalfont\itshape\raggedright}}
\makeatother
\allowdisplaybreaks
\emergencystretch=3em
\hbadness=10000
\providecommand{\uppi}{\pi}
\newcommand{\source}[1]{{\ttfamily\small\raggedright #1}}
\newcommand{\reasons}[1]{\parbox[t]{45mm}{\raggedright\footnotesize\leavevmode\color{quiet}#1}}
\newcommand{\alone}[1]{\rlap{\hbox to\linewidth{$\displaystyle #1$\hfil}}}
\newcommand{\cell}[1]{\raggedright #1}
\newcommand{\fine}[1]{{\ttfamily\scriptsize #1}}
\newcommand{\field}[2]{\par\hangindent=29mm\hangafter=1\makebox[29mm][l]{\color{quiet}#1}#2\par}
\newcommand{\longfield}[2]{\par\hangindent=5mm\hangafter=1{\color{quiet}#1:} #2\par}
\newenvironment{closely}{\par\small\setlength{\parskip}{1pt}\raggedright}{\par}
"""
BESIDE = LINE - 138  # of a formula that leaves room for its reasons, 45 mm and a gap
LONGEST_NAME = 16  # letters of a name that stands in a column of its own
WIDE_CELL = 24  # letters of a cell beyond which its column is broken into lines
LONGEST_CELL = 600
SIGN, GAP = 0.0118, 0.028  # of the width of a line, in a table
LEAST, COMFORTABLE = 0.15, 0.4  # of it for the columns that are broken into lines
MOST_LINES = 3  # of source text in the column of a table
SAFE_LINE = 92


def write_latex_document(document: Document) -> str:
    """A document as the text of one LaTeX file."""
    body = [
        PREAMBLE + r"\begin{document}",
        rf"{{\LARGE\bfseries {escaped(document.title)}\par}}",
        *map(_block, document.lead),
        r"\tableofcontents",
        *(_section(each, 0) for each in document.sections),
        rf"\vfill{{\small\color{{quiet}} Written by Lemmata {escaped(__version__)}.}}",
        r"\end{document}",
    ]
    return "\n".join(body) + "\n"


# ------------------------------------------------------------------------------ sections


def _section(section: Section, level: int) -> str:
    command = ("section", "subsection", "subsubsection", "paragraph")[min(level, 3)]
    badge = rf"\quad{{\normalsize\normalfont {_badge(section.badge)}}}" if section.badge else ""
    short_title = f"[{{{escaped(section.title)}}}]"
    lines = [
        rf"\{command}{short_title}{{{escaped(section.title)}{badge}}}\label{{{section.anchor}}}",
        *map(_block, section.blocks),
        *(_section(each, level + 1) for each in section.sections),
    ]
    return "\n".join(line for line in lines if line)


def inlines(content: Iterable[Inline]) -> str:
    """Running text."""
    return "".join(map(_inline, content))


def _inline(part: Inline) -> str:
    match part:
        case Formula(latex):
            return f"${latex}$"
        case Source(text) | Raw(text):
            return rf"\source{{{_breakable(text)}}}"
        case Link(text, anchor):
            return rf"\hyperref[{anchor}]{{{escaped(text)}}}"
        case Badge():
            return _badge(part)
        case str():
            return escaped(part)
    assert_never(part)


def _breakable(text: str) -> str:
    """Source text whose lines may break anywhere."""
    lines = text.split("\n")
    shown = (
        r"\allowbreak{}".join(map(escaped, re.findall(r"\s+|\w+|[^\w\s]", line))) for line in lines
    )
    return r"\leavevmode\newline{}".join(shown)


def _badge(badge: Badge) -> str:
    note = f" ({escaped(badge.note)})" if badge.note else ""
    return rf"\textcolor{{{COLOURS[badge.status]}}}{{{badge.status}{note}}}"


# ------------------------------------------------------------------------------ blocks


def _block(block: Block) -> str:
    match block:
        case Paragraph(content, warning):
            text = inlines(content)
            return rf"\par{{\color{{refuted}}{text}}}\par" if warning else rf"\par {text}\par"
        case Bullets(items):
            rows = "\n".join(rf"\item {inlines(item)}" for item in items)
            return f"\\begin{{itemize}}\\itemsep0pt\n{rows}\n\\end{{itemize}}" if rows else ""
        case Fields(rows_):
            aligned = all(len(name) <= LONGEST_NAME for name, _ in rows_)
            command = r"\field" if aligned else r"\longfield"
            rows = "\n".join(rf"{command}{{{escaped(n)}}}{{{inlines(v)}}}" for n, v in rows_)
            return f"\\begin{{closely}}\n{rows}\n\\end{{closely}}" if rows else ""
        case Verbatim(text):
            return _verbatim(text)
        case Display():
            return _display(block)
        case Grid():
            return _grid(block)
        case Steps():
            return _steps(block)
        case Figure(shown):
            return picture(shown) if isinstance(shown, Plot) else tiles(shown)
        case Network():
            return ""  # the list beside it says the same
        case Folded(title, blocks):
            inner = "\n".join(filter(None, map(_folded, blocks)))
            if title == "LaTeX" or not inner:  # the formulas of this very file; a graph
                return ""
            return rf"\par\textit{{{escaped(title)}}}\par\nobreak" + "\n" + inner
    assert_never(block)


def _folded(block: Block) -> str:
    """A block that a page shows on demand: names and what belongs to each in one paragraph."""
    if not isinstance(block, Fields):
        return _block(block)
    rows = (rf"{{\color{{quiet}}{escaped(name)}}} {inlines(value)}" for name, value in block.rows)
    return f"\\begin{{closely}}\n{'; '.join(rows)}.\n\\end{{closely}}"


def _verbatim(text: str) -> str:
    shown = []
    for line in text.split("\n"):
        rest = line.expandtabs(4)
        blanks = len(rest) - len(rest.lstrip(" "))
        shown.append("~" * min(blanks, SAFE_LINE // 2) + _breakable(rest.strip(" ")))
    body = "\\\\\n".join(f"\\mbox{{}}{line}" for line in shown)
    return f"\\par{{\\footnotesize\\ttfamily\\raggedright\n{body}\\par}}"


def _display(block: Display) -> str:
    left = block.formula.latex
    if block.right is None:
        return rf"\begin{{equation*}} {fitted(left)} \end{{equation*}}"
    sign = RELATIONS.get(block.relation, ("=", ""))[0]
    whole = f"{left} {sign} {block.right.latex}"
    if width(whole) <= LINE:
        return rf"\begin{{equation*}} {whole} \end{{equation*}}"
    first, *more = map(fitted, lines_of(left))
    rows = [rf"&{first}", *(rf"&\qquad {line}" for line in more)]
    first, *more = map(fitted, lines_of(block.right.latex))
    rows += [rf"&\quad {sign} {first}", *(rf"&\qquad\quad {line}" for line in more)]
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def _steps(steps: Steps) -> str:
    """A derivation, flush left, its reasons in a column at the right."""
    rows = [_row(line) for line in _parts(steps.start)]
    below: list[str] = []
    for number, line in enumerate(steps.lines, start=1):
        rows += _line(line)
        if line.below:
            below += [rf"\par Step {number}:\par", *map(_block, line.below)]
    body = " \\\\\n".join(rows)
    return "\n".join([f"\\begin{{flalign*}}\n{body}\n\\end{{flalign*}}", *below])


def _parts(content: Formula | Source | Raw) -> list[str]:
    if isinstance(content, Formula):
        return [fitted(line) for line in lines_of(content.latex)]
    return [rf"\text{{\source{{{escaped(content.text)}}}}}"]


def _row(formula: str, before: str = "", about: str = "") -> str:
    """A row; a formula that leaves no room for reasons has none beside it, and no width."""
    if width(before + formula) <= BESIDE:
        return rf"&{before}{formula} &&{about}"
    shown = rf"&\alone{{{before}{formula}}} &&"
    return f"{shown} \\\\\n& &&{about}" if about else shown


def _line(line: Line) -> list[str]:
    sign = RELATIONS.get(line.relation, ("=", ""))[0]
    about = [f"by {inlines(line.reasons)}"] if line.reasons else []
    if line.badge:
        about.insert(0, _badge(line.badge))
    said = rf"\reasons{{{', '.join(about)}}}" if about else ""
    parts = _parts(line.content)
    lead = [rf"\quad {sign} ", *([r"\qquad\quad "] * (len(parts) - 1))]
    return [
        _row(part, before, said if place == len(parts) else "")
        for place, (part, before) in enumerate(zip(parts, lead, strict=True), start=1)
    ]


def _grid(grid: Grid) -> str:
    """A table; a list of its rows where source text in it would be broken into many lines."""
    parts = _columns(grid)
    narrow = any(
        isinstance(piece, Source) and _lines((piece,), part) > MOST_LINES
        for row in grid.rows
        for cell, part in zip(row, parts, strict=True)
        for piece in cell
    )
    title = rf"\par\textit{{{escaped(grid.title)}}}\par\nobreak" if grid.title else ""
    return title + (_as_list(grid) if narrow else _as_table(grid, parts))


def _columns(grid: Grid) -> list[float]:
    """The share of the width that each column has.

    Short cells stand in one line, unless that leaves little for the long ones: then they are
    broken between their words.
    """
    longest = _longest(grid, lambda cell: sum(map(_letters, cell)))
    roots = [min(length, LONGEST_CELL) ** 0.5 if length > WIDE_CELL else 0.0 for length in longest]
    room = 0.998 - GAP * (len(longest) - 1)

    def left(lengths: Sequence[int]) -> float:
        narrow = zip(lengths, roots, strict=True)
        return room - SIGN * sum(length for length, root in narrow if not root)

    if left(longest) < COMFORTABLE:
        longest = _longest(grid, lambda cell: max(map(_longest_word, cell), default=0))
    share = max(LEAST, left(longest))
    wide = [share * root / sum(roots) if root else 0.0 for root in roots]
    parts = [part or SIGN * length for part, length in zip(wide, longest, strict=True)]
    return [part * min(1.0, room / sum(parts)) for part in parts]


def _longest(grid: Grid, length: Callable[[Inlines], int]) -> list[int]:
    """The largest length of a cell in each column, its name included."""
    rows = [tuple((name,) for name in grid.columns), *grid.rows]
    return [max(map(length, cells)) for cells in zip(*rows, strict=True)]


def _as_table(grid: Grid, parts: Sequence[float]) -> str:
    """A table that may break between its rows: one for each row, without space between them."""
    shape = "".join(rf"p{{{part:.3f}\linewidth}}" for part in parts)
    head = " & ".join(rf"\cell{{\textit{{{escaped(name)}}}}}" for name in grid.columns)
    lines = [rf"\toprule {head} \tabularnewline \midrule"]
    for number, row in enumerate(grid.rows, start=1):
        cells = " & ".join(rf"\cell{{{_cell(cell)}}}" for cell in row)
        end = r"\bottomrule" if number == len(grid.rows) else ""
        lines.append(rf"{cells} \tabularnewline {end}")
    lines[:2] = [" ".join(lines[:2])]
    tables = (
        rf"\noindent\begin{{tabular}}{{@{{}}{shape}@{{}}}}{line}\end{{tabular}}\par"
        for line in lines
    )
    body = "\\nointerlineskip\n".join(tables)
    start = r"\par{\small\setlength{\parskip}{0pt}\addvspace{4pt}"
    return f"{start}\n{body}\\addvspace{{4pt}}}}"


def _as_list(grid: Grid) -> str:
    """The rows of a table as paragraphs: the first cell, then each other with its column's name."""
    rows = []
    for first, *rest in grid.rows:
        named = (
            rf"{{\color{{quiet}}{escaped(name)}}} {_cell(cell)}"
            for name, cell in zip(grid.columns[1:], rest, strict=True)
            if cell not in (("",), ("–",))
        )
        rows.append(rf"\hangindent=5mm\hangafter=1 {'; '.join([_cell(first), *named])}\par")
    body = "\n".join(rows)
    return f"\\begin{{closely}}\\footnotesize\n{body}\n\\end{{closely}}"


def _lines(cell: Iterable[Inline], part: float) -> int:
    """About how many lines a cell takes in a column of a share of the width."""
    return max(1, -int(-sum(map(_letters, cell)) * SIGN // part))


def _cell(cell: Iterable[Inline]) -> str:
    """A cell; source in it is set small and in one paragraph."""
    return "".join(
        rf"\fine{{{_breakable(_one_line(part.text))}}}"
        if isinstance(part, Source)
        else _inline(part)
        for part in cell
    )


def _one_line(text: str) -> str:
    return "; ".join(line.strip() for line in text.split("\n")).replace("; where; ", ", where ")


def _longest_word(part: Inline) -> int:
    """The letters that no line may end between."""
    if isinstance(part, str):
        return max(map(len, part.split()), default=0)
    return _letters(part)


def _letters(part: Inline) -> int:
    match part:
        case Formula(latex):
            return int(width(latex) / LETTER)
        case Badge(status, note):
            return len(status) + len(note)
        case Source(text) | Raw(text) | Link(text, _):
            return len(text)
        case str():
            return len(part)
    assert_never(part)

r"""The document model as LaTeX that needs amsmath, amssymb, amsthm, hyperref, booktabs and xcolor.

Nothing else is loaded and nothing in it is undefined, so it compiles with `-halt-on-error`. Signs
that these packages cannot set are shown by their number in Unicode.
"""

import re
from collections.abc import Iterable
from itertools import pairwise
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
    Line,
    Link,
    Network,
    Paragraph,
    Section,
    Source,
    Steps,
    Verbatim,
)
from lemmata.reports.formulas import RELATIONS
from lemmata.reports.latex_text import escaped
from lemmata.reports.plots import finite, limits, short

COLOURS: dict[Status, str] = {
    "proved": "proved",
    "confirmed": "confirmed",
    "refuted": "refuted",
    "undecided": "undecided",
    "stale": "undecided",
    "not run": "quiet",
}
PREAMBLE = r"""\documentclass[11pt]{article}
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
\addtolength{\textwidth}{30mm}\addtolength{\oddsidemargin}{-15mm}\addtolength{\evensidemargin}{-15mm}
\addtolength{\textheight}{30mm}\addtolength{\topmargin}{-15mm}
\setlength{\parindent}{0pt}\setlength{\parskip}{.5\baselineskip}
\setcounter{secnumdepth}{1}\setcounter{tocdepth}{1}
\allowdisplaybreaks
\emergencystretch=3em
\hbadness=10000
\hfuzz=\maxdimen
\providecommand{\uppi}{\pi}
\newcommand{\source}[1]{{\ttfamily\small\raggedright #1}}
\newcommand{\reasons}[1]{\parbox[t]{50mm}{\raggedright\footnotesize\color{quiet}#1}}
\newcommand{\cell}[1]{\raggedright #1}
\newcommand{\fine}[1]{{\ttfamily\scriptsize #1}}
"""
WIDEST = 88  # of a formula on one line, in letters as `width` counts them
BESIDE = 52  # of a formula that leaves room for its reasons
WIDE_CELL = 24  # letters of a cell beyond which its column is broken into lines
LONGEST_CELL = 600
LETTER, GAP = 0.0098, 0.027  # of the width of a line, in a table
PAGE = 32  # lines of a table that is set in one piece
SAFE_LINE = 92
PICTURE = (300, 130)


def write_latex_document(document: Document) -> str:
    """A document as the text of one LaTeX file."""
    body = [
        PREAMBLE + rf"\title{{{escaped(document.title)}}}",
        r"\author{}\date{}",
        r"\begin{document}",
        r"\maketitle",
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
        case Source(text):
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
            rows = "\n".join(rf"\item[{{{escaped(n)}}}] {inlines(v)}" for n, v in rows_)
            return (
                f"\\begin{{description}}\\itemsep0pt\n{rows}\n\\end{{description}}" if rows else ""
            )
        case Verbatim(text):
            return _verbatim(text)
        case Display():
            return _display(block)
        case Grid():
            return _grid(block)
        case Steps():
            return _steps(block)
        case Figure(plot):
            return _picture(plot)
        case Network():
            return _list_of(block)
        case Folded(title, blocks):
            if title == "LaTeX":  # the formulas of this very file
                return ""
            inner = "\n".join(map(_block, blocks))
            return rf"\par\textit{{{escaped(title)}}}\par" + "\n" + inner
    assert_never(block)


def _verbatim(text: str) -> str:
    shown = []
    for line in text.split("\n"):
        rest = line.expandtabs(4)
        blanks = len(rest) - len(rest.lstrip(" "))
        shown.append("~" * min(blanks, SAFE_LINE // 2) + _breakable(rest.strip(" ")))
    body = "\\\\\n".join(f"\\mbox{{}}{line}" for line in shown)
    return f"\\par{{\\footnotesize\\ttfamily\\raggedright\n{body}\\par}}"


def width(latex: str) -> int:
    """About how many letters wide a formula is when it is set."""
    plain = re.sub(r"\\(left|right|mathrm|mathbb|operatorname|mathbf|,)|[{}_^\s]", "", latex)
    plain = re.sub(r"\\frac", "", plain)
    return len(re.sub(r"\\[A-Za-z]+", "x", plain))


def lines_of(latex: str) -> list[str]:
    """A formula in lines that fit, cut before the signs of its outermost sum."""
    if width(latex) <= WIDEST:
        return [latex]
    pieces, depth, start = [], 0, 0
    for found in re.finditer(r"\\left\b|\\right\b|\\begin\b|\\end\b|[{}()\[\]]| [+-] ", latex):
        mark = found.group()
        if mark in (r"\left", r"\begin", "{", "(", "["):
            depth += 1
        elif mark in (r"\right", r"\end", "}", ")", "]"):
            depth -= 1
        elif depth == 0 and found.start() > start:
            pieces.append(latex[start : found.start()])
            start = found.start()
    pieces.append(latex[start:])
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if width(lines[-1] + piece) <= WIDEST:
            lines[-1] += piece
        else:
            lines.append(piece)
    return lines


def _display(block: Display) -> str:
    left = block.formula.latex
    if block.right is None:
        return rf"\begin{{equation*}} {left} \end{{equation*}}"
    sign = RELATIONS.get(block.relation, ("=", ""))[0]
    if width(left) + width(block.right.latex) <= WIDEST:
        return rf"\begin{{equation*}} {left} {sign} {block.right.latex} \end{{equation*}}"
    rows = [rf"&{lines_of(left)[0]}", *(rf"&\qquad {line}" for line in lines_of(left)[1:])]
    right = lines_of(block.right.latex)
    rows += [rf"&\quad {sign} {right[0]}", *(rf"&\qquad\quad {line}" for line in right[1:])]
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def _steps(steps: Steps) -> str:
    rows = [rf"&{line}" for line in _parts(steps.start)]
    below: list[str] = []
    for number, line in enumerate(steps.lines, start=1):
        rows += _line(line)
        if line.below:
            below += [rf"\par Step {number}:\par", *map(_block, line.below)]
    return "\n".join(["\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}", *below])


def _parts(content: Formula | Source) -> list[str]:
    if isinstance(content, Formula):
        return lines_of(content.latex)
    return [rf"\text{{\source{{{escaped(content.text)}}}}}"]


def _line(line: Line) -> list[str]:
    sign = RELATIONS.get(line.relation, ("=", ""))[0]
    first, *rest = _parts(line.content)
    about = [f"by {inlines(line.reasons)}"] if line.reasons else []
    if line.badge:
        about.insert(0, _badge(line.badge))
    rows = [rf"&\quad {sign} {first}", *(rf"&\qquad\quad {part}" for part in rest)]
    if about:
        if width(rows[-1]) > BESIDE:
            rows.append("&")
        rows[-1] += rf" &&\reasons{{{', '.join(about)}}}"
    return rows


def _grid(grid: Grid) -> str:
    """A table; columns with long cells are broken into lines."""
    longest = [
        max([len(name), *(sum(map(_letters, row[place])) for row in grid.rows)])
        for place, name in enumerate(grid.columns)
    ]
    roots = [min(length, LONGEST_CELL) ** 0.5 if length > WIDE_CELL else 0.0 for length in longest]
    narrow = sum(length for length in longest if length <= WIDE_CELL)
    share = max(0.25, 0.98 - LETTER * narrow - GAP * len(longest))
    parts = [share * root / sum(roots) if root else 0.0 for root in roots]
    shape = "".join(rf"p{{{part:.3f}\linewidth}}" if part else "l" for part in parts)
    head = " & ".join(rf"\textit{{{escaped(name)}}}" for name in grid.columns)
    title = rf"\par\textit{{{escaped(grid.title)}}}\par" if grid.title else ""
    # A table cannot break over pages without another package: one table for each page of rows.
    pages: list[list[str]] = [[]]
    filled = 0.0
    for row in grid.rows:
        lines = max(_lines(cell, part) for cell, part in zip(row, parts, strict=True))
        if filled + lines > PAGE and pages[-1]:
            pages.append([])
            filled = 0.0
        filled += lines
        cells = (
            rf"\cell{{{_cell(cell)}}}" if part else _cell(cell)
            for cell, part in zip(row, parts, strict=True)
        )
        pages[-1].append(" & ".join(cells) + r" \tabularnewline")
    tables = [
        f"{{\\small\\begin{{tabular}}{{@{{}}{shape}@{{}}}}\n\\toprule\n{head} \\tabularnewline\n"
        f"\\midrule\n{chr(10).join(rows)}\n\\bottomrule\n\\end{{tabular}}}}\\par"
        for rows in pages
    ]
    return "\n".join([title, r"\par", *tables])


def _lines(cell: Iterable[Inline], part: float) -> int:
    """About how many lines a cell takes in a column of a share of the width."""
    return 1 if not part else -int(-sum(map(_letters, cell)) * LETTER // part)


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


def _letters(part: Inline) -> int:
    match part:
        case Formula(latex):
            return width(latex)
        case Badge(status, note):
            return len(status) + len(note)
        case Source(text) | Link(text, _):
            return len(text)
        case str():
            return len(part)
    assert_never(part)


def _list_of(network: Network) -> str:
    """A graph in words: who is joined with whom."""
    rows = []
    for place, link in enumerate(network.left):
        joined = ", ".join(_inline(network.right[b]) for a, b in network.edges if a == place)
        rows.append(rf"\item[{{{_inline(link)}}}] {joined}")
    return (
        "\\begin{description}\\itemsep0pt\n" + "\n".join(rows) + "\n\\end{description}"
        if rows
        else ""
    )


def _picture(plot: Plot) -> str:
    """A plot in LaTeX's own picture environment: curves, bands as dotted curves, the level."""
    across, high = PICTURE
    x0, x1 = limits(finite(x for curve in plot.curves for x in curve.x))
    level = [] if plot.level is None else [plot.level]
    y0, y1 = limits(
        finite([*(y for c in plot.curves for r in (c.y, c.low, c.high) for y in r), *level])
    )

    def place(x: float, y: float) -> str:
        return f"({(x - x0) / (x1 - x0) * across:.1f},{(y - y0) / (y1 - y0) * high:.1f})"

    parts = [rf"\put(0,0){{\line(1,0){{{across}}}}}", rf"\put(0,0){{\line(0,1){{{high}}}}}"]
    parts.append(rf"\put(0,-14){{\scriptsize {escaped(short(x0))}}}")
    parts.append(rf"\put({across},-14){{\makebox(0,0)[rb]{{\scriptsize {escaped(short(x1))}}}}}")
    parts.append(rf"\put(-4,0){{\makebox(0,0)[rb]{{\scriptsize {escaped(short(y0))}}}}}")
    parts.append(rf"\put(-4,{high}){{\makebox(0,0)[rt]{{\scriptsize {escaped(short(y1))}}}}}")
    for value in level:
        height = (value - y0) / (y1 - y0) * high
        parts += [rf"\put({x},{height:.1f}){{\line(1,0){{4}}}}" for x in range(0, across, 10)]
    for curve in plot.curves:
        for row in (curve.y, curve.low, curve.high):
            pairs = (finite(pair) for pair in zip(curve.x, row, strict=False))
            points = [place(*pair) for pair in pairs if len(pair) == 2]
            if plot.points:
                parts += [rf"\put{point}{{\circle*{{1.5}}}}" for point in points]
            else:
                parts += [rf"\qbezier{a}{a}{b}" for a, b in pairwise(points)]
    drawn = "\n".join(parts)
    caption = escaped(f"{plot.title}: {plot.y} over {plot.x}")
    return (
        f"\\par\\vspace{{6pt}}\\setlength{{\\unitlength}}{{1pt}}\n"
        f"\\begin{{picture}}({across},{high + 20})(-40,-20)\n{drawn}\n\\end{{picture}}\n"
        rf"\par\textit{{{caption}}}\par"
    )

"""The document model as one HTML file: no network, no script needed, light and dark, for print."""

import base64
import re
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
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
    Raw,
    Section,
    Source,
    Steps,
    Verbatim,
)
from lemmata.reports.formulas import RELATIONS
from lemmata.reports.markup import Markup, element, join, trusted
from lemmata.reports.plots import plot_svg, tiles_html

# A sign beside the word, so that a status is told by its shape too.
SPACES = re.compile(r"(\s+)")
LONGEST_WORD = 12  # parts of what is kept on one line
SIGNS: dict[Status, str] = {
    "proved": "✓",
    "confirmed": "≈",
    "refuted": "✗",
    "undecided": "?",
    "stale": "↻",
    "not run": "–",
}
TYPESETTING = ("temml.min.js", "raw.js")  # of LaTeX that was not read
ROW = 26
COLUMN = 250
GUTTER = 130
LONGEST_STILL = 30  # signs of a formula that fits on any line


def write_html(document: Document) -> str:
    """A document as the text of one HTML file."""
    contents = [
        element("li", element("a", section.title, href=f"#{section.anchor}"))
        for section in document.sections
        if section.badge is None  # those with a status are listed with it
    ]
    body = join(
        element("a", "Skip to the contents", href="#content", class_="skip"),
        element("header", element("h1", document.title), *map(_block, document.lead)),
        element("nav", element("ul", *contents), aria_label="Contents"),
        element("main", *(_section(each, 2) for each in document.sections), id="content"),
        element("footer", element("p", f"Written by Lemmata {__version__}.")),
    )
    # No text can hold this: its signs are escaped.
    typesets = TYPESETTING if '<span class="raw">' in body else ()
    return page(document.title, body, ("report.js", *typesets))


def page(title: str, body: Markup, scripts: Sequence[str] = ("report.js",), extra: str = "") -> str:
    """A whole page around a body, with the stylesheet, the fonts and scripts."""
    sources = [asset(script) for script in scripts]
    allowed = " ".join(f"'sha256-{_digest(source)}'" for source in sources)
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
        f"script-src {allowed}; base-uri 'none'; form-action 'none'"
    )
    head = join(
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", http_equiv="Content-Security-Policy", content=policy + extra),
        element("title", title),
        element("style", trusted(stylesheet())),
    )
    end = (element("script", trusted(source)) for source in sources)
    whole = element("html", element("head", head), element("body", body, *end), lang="en")
    return f"<!DOCTYPE html>\n{whole}\n"


def sections_html(document: Document) -> str:
    """The lead and the sections of a document, to stand in a page of their own."""
    sections = (_section(each, 2) for each in document.sections)
    return str(join(*map(_block, document.lead), *sections))


def section_html(section: Section) -> str:
    """A section, to stand in a page of its own."""
    return str(_section(section, 2))


def line_html(line: Line) -> str:
    """A step, to take its place among others."""
    return str(_line(line))


def blocks_html(blocks: Iterable[Block]) -> str:
    """Blocks, to stand in somebody else's page."""
    return str(join(*map(_block, blocks)))


@cache
def stylesheet() -> str:
    """The stylesheet with the fonts in it."""
    faces = [
        ("Pagella", "400", "normal", "regular"),
        ("Pagella", "400", "italic", "italic"),
        ("Pagella", "700", "normal", "bold"),
        ("Pagella Math", "400", "normal", "math"),
    ]
    rules = [
        f'@font-face{{font-family:"{name}";font-weight:{weight};font-style:{style};'
        f"src:url(data:font/woff2;base64,{_encoded(file + '.woff2')})}}"
        for name, weight, style, file in faces
    ]
    return "\n".join([*rules, asset("report.css")])


@cache
def asset(name: str) -> str:
    """The text of a file beside this module."""
    return (files("lemmata.reports") / "assets" / name).read_text(encoding="utf-8")


def _encoded(name: str) -> str:
    data = (files("lemmata.reports") / "assets" / name).read_bytes()
    return base64.b64encode(data).decode("ascii")


def _digest(text: str) -> str:
    return base64.b64encode(sha256(text.encode()).digest()).decode("ascii")


# ------------------------------------------------------------------------------ sections


def _section(section: Section, level: int) -> Markup:
    badge = (" ", badge_html(section.badge)) if section.badge else ()
    heading = element(f"h{level}", section.title, *badge)
    inner = (
        *map(_block, section.blocks),
        *(_section(each, level + 1) for each in section.sections),
    )
    return element(
        "section",
        heading,
        *inner,
        id=section.anchor,
        class_="claim" if section.badge else None,
        data_status=section.badge.status if section.badge else None,
    )


def inlines(content: Iterable[Inline]) -> Markup:
    """Running text, which does not break between a name and a bracket or a comma beside it."""
    written: list[Markup] = []
    word: list[Inline] = []
    for part in content:
        for piece in SPACES.split(part) if isinstance(part, str) else [part]:
            if isinstance(piece, str) and piece.isspace():
                written += [_word(word), join(piece)]
                word = []
            elif piece:
                word.append(piece)
    return join(*written, _word(word))


def _word(parts: Sequence[Inline]) -> Markup:
    """What stands between two spaces; browsers would end a line on either side of a formula."""
    shown = join(*map(_inline, parts))
    names = [part for part in parts if isinstance(part, Formula)]
    short = len(parts) <= LONGEST_WORD and all(len(name.mathml) == 1 for name in names)
    return element("span", shown, class_="word") if names and len(parts) > 1 and short else shown


def _inline(part: Inline) -> Markup:
    match part:
        case Formula():
            return math(part)
        case Source(text):
            return element("code", text)
        case Raw(text):
            source = element("span", "not read: ", element("code", text))
            return element("span", source, class_="raw")
        case Link(text, anchor):
            return element("a", text, href=f"#{anchor}")
        case Badge():
            return badge_html(part)
        case str():
            return join(part)
    assert_never(part)


def badge_html(badge: Badge) -> Markup:
    """A status: a sign, the word, and a note."""
    sign = element("span", SIGNS[badge.status], aria_hidden="true")
    note = f" ({badge.note})" if badge.note else ""
    name = badge.status.replace(" ", "-")
    return element("span", sign, f" {badge.status}{note}", class_=f"badge {name}")


def math(formula: Formula, *, display: bool = False) -> Markup:
    """A formula; lines may break between its parts."""
    if not display:
        return trusted("".join(formula.mathml))
    return element("span", trusted(" ".join(map(_displayed, formula.mathml))), class_="formula")


def _displayed(part: str) -> str:
    """A part of a formula on its own line; one that may have to scroll is reached by keys."""
    signs = len(re.sub(r"<[^>]*>|&[^;]*;", "", part))
    reached = ' tabindex="0"' if signs > LONGEST_STILL else ""
    return part.replace("<math>", f'<math displaystyle="true"{reached}>', 1)


def _content(content: Formula | Source | Raw) -> Markup:
    return math(content, display=True) if isinstance(content, Formula) else _inline(content)


# ------------------------------------------------------------------------------ blocks


def _block(block: Block) -> Markup:
    match block:
        case Paragraph(content, warning):
            return element("p", inlines(content), class_="warning" if warning else None)
        case Bullets(items):
            return element("ul", *(element("li", inlines(item)) for item in items))
        case Fields(rows):
            pairs = (
                join(element("dt", name), element("dd", inlines(value))) for name, value in rows
            )
            return element("dl", *pairs)
        case Verbatim(text):
            return element("pre", text, tabindex="0")
        case Display():
            return _display(block)
        case Grid():
            return _grid(block)
        case Steps():
            return _steps(block)
        case Figure(shown):
            drawn = plot_svg(shown) if isinstance(shown, Plot) else tiles_html(shown)
            caption = (isinstance(shown, Plot) and shown.described) or shown.title
            return element("figure", drawn, element("figcaption", caption))
        case Network():
            return _network(block)
        case Folded(title, blocks):
            return element("details", element("summary", title), *map(_block, blocks))
    assert_never(block)


def _sign(relation: str) -> str:
    return RELATIONS.get(relation, (relation, relation))[1]


def _display(block: Display) -> Markup:
    right: tuple[str, ...] = ()
    if block.right is not None:
        sign = element("span", f" {_sign(block.relation)} ", class_="relation")
        right = (element("span", sign, math(block.right, display=True), class_="side"),)
    return element("p", math(block.formula, display=True), " ", *right, class_="display")


def _grid(grid: Grid) -> Markup:
    head = element("tr", *(element("th", each, scope="col") for each in grid.columns))
    rows = []
    for first, *rest in grid.rows:
        cells = (element("td", inlines(cell)) for cell in rest)
        rows.append(element("tr", element("th", inlines(first), scope="row"), *cells))
    caption = element("caption", grid.title) if grid.title else ""
    table = element("table", caption, element("thead", head), element("tbody", *rows))
    return element("div", table, class_="table", tabindex="0", role="region", aria_label=grid.title)


def _steps(steps: Steps) -> Markup:
    start = element("li", _content(steps.start), class_="start")
    return element("ol", start, *map(_line, steps.lines), class_="steps")


def _line(line: Line) -> Markup:
    sign = element("span", _sign(line.relation), class_="relation")
    parts = [sign, element("div", _content(line.content), class_="term")]
    if line.source:
        parts.insert(0, element("code", line.source, class_="source"))
    about: list[str] = []
    if line.badge:
        about.append(badge_html(line.badge))
    if line.reasons:
        about.append(element("span", "by ", inlines(line.reasons)))
    if about:
        parts.append(element("div", *about, class_="reasons"))
    if line.below:
        parts.append(element("div", *map(_block, line.below), class_="below"))
    status = line.badge.status if line.badge else None
    return element("li", *parts, id=line.anchor or None, data_status=status)


def _network(network: Network) -> Markup:
    """Two columns of links, joined by curves."""
    longest = max(len(network.left), len(network.right))
    height, width = longest * ROW + 8, 2 * COLUMN + GUTTER

    def middle(side: tuple[Link, ...], place: int) -> float:
        return 4 + ROW / 2 + (longest - len(side)) * ROW / 2 + place * ROW

    x0, x1 = COLUMN, COLUMN + GUTTER
    curves = []
    for a, b in network.edges:
        y0, y1, half = middle(network.left, a), middle(network.right, b), (x0 + x1) / 2
        path = f"M{x0} {y0:g}C{half:g} {y0:g} {half:g} {y1:g} {x1} {y1:g}"
        curves.append(element("path", d=path))
    names = []
    for side, x, anchor in ((network.left, x0 - 6, "end"), (network.right, x1 + 6, "start")):
        for place, link in enumerate(side):
            y = f"{middle(side, place) + 5:g}"
            text = element("text", link.text, x=str(x), y=y, text_anchor=anchor)
            names.append(element("a", text, href=f"#{link.anchor}"))
    return element(
        "svg",
        element("title", network.title),
        element("g", *curves, class_="edges"),
        *names,
        viewBox=f"0 0 {width} {height}",
        class_="network",
        style=f"max-width:{width}px",
        role="group",
        aria_label=network.title,
    )

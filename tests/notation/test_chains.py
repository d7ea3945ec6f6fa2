"""How displays are cut into statements, chains and lines."""

import pytest

from lemmata.kernel.language import log
from lemmata.kernel.terms import App, Statement, Sym, Term
from lemmata.notation import (
    Document,
    Unreadable,
    Unsupported,
    read_chains,
    read_statement,
)
from lemmata.notation.sheet import read_sheet

DECLARATIONS = read_sheet(
    r"""
    [scalars]
    a = {domain = "positive"}
    b = {}
    c = {}
    d = {}
    [variables]
    x = {}
    [densities]
    p = {of = "x"}
    p_G = {of = "x"}
    """
).declarations
a, b, c, d = (Sym(name) for name in "abcd")


def shape(document: Document) -> list[list[tuple[str | None, Term | None]]]:
    """Each chain as its relations and terms; None for a line that cannot be read."""
    return [
        [(line.relation, line.readings[0].term if line.readings else None) for line in chain.lines]
        for chain in document.chains
    ]


CHAIN = [[(None, a), ("=", b), (">=", c)]]
LAYOUTS = [
    r"a = b \ge c",
    r"$$a = b \geq c.$$",
    r"\begin{align} a &= b \\ &\geq c \end{align}",
    r"\begin{align*} a &= b \tag{1} \\[5pt] &\geqslant c \label{x} \end{align*}",
    r"\begin{eqnarray} a &=& b \nonumber \\ &\ge& c \end{eqnarray}",
    r"\begin{equation}\begin{split} a & = b\\ & \ge c\end{split}\end{equation}",
    r"\begin{aligned} & a \\ ={}& b \\ \ge{}& c \end{aligned} \quad (7)",
    r"\[\begin{array}{rcl} a &=& b \\ &\geq& c \end{array}\]",
    "a &= b \\\\ &\\ge c",
    r"\begin{align} a = \\ & b \\ \ge & c \end{align}",
    r"\begin{align} a &= && \text{obvious} \\ & b \\ &\ge c && \text{(as } \int p = 1) \end{align}",
    r"\begin{align} a &= b & \text{by } a = c \\ &\ge c & (\text{Jensen}) \end{align}",
    r"\begin{align} a &= b \quad \text{since } a = d \\ &\ge c \end{align}",
    "First, $$a = b \\quad (1)$$ and so $$\\ge c. \\quad (2)$$",
    r"a \overset{(1)}{=} b \stackrel{\text{Jensen}}{\ge} c",
    "\\begin{align} a &= b \\\\ % a comment = d\n &\\ge c \\end{align}",
    r"\begin{align} a &= b, \\ &\ge c. \end{align}",
]


@pytest.mark.parametrize("text", LAYOUTS)
def test_layouts_say_one_chain(text: str) -> None:
    """Every layout of a chain is read as that chain; comments and numbers are no steps."""
    document = read_chains(text, DECLARATIONS)
    assert shape(document) == CHAIN
    assert document.flags == ()
    assert all(chain.flags == () for chain in document.chains)


def test_keyboard_chain() -> None:
    """Keyboard text puts a relation in front of each new line."""
    assert shape(read_chains("a\n= b\n>= c", DECLARATIONS, "text")) == CHAIN


def test_a_row_with_a_new_left_side_is_a_new_statement() -> None:
    """A row that does not begin with a relation is not compared with the row before."""
    document = read_chains(r"\begin{align} a &= b \\ c &= d \end{align}", DECLARATIONS)
    assert shape(document) == [[(None, a), ("=", b)], [(None, c), ("=", d)]]


def test_a_second_column_is_another_statement() -> None:
    """No comma need stand between them, and one chain does not run into the other."""
    document = read_chains(r"\begin{align} a &= b & c &= d \end{align}", DECLARATIONS)
    assert shape(document) == [[(None, a), ("=", b)], [(None, c), ("=", d)]]
    assert [chain.aside for chain in document.chains] == ["", "statement"]


def test_a_row_that_begins_with_a_sign_goes_on() -> None:
    """A long line may be broken before a plus or minus."""
    document = read_chains(r"\begin{align} a &= b \\ &\quad + c \\ &= d \end{align}", DECLARATIONS)
    assert shape(document) == [[(None, a), ("=", b + c), ("=", d)]]


def test_row_breaks_inside_brackets_are_no_row_breaks() -> None:
    """A bracket may span rows."""
    text = r"\begin{align} a &= \left( b \right. \\ & \left. + c \right) \\ &= d \end{align}"
    assert shape(read_chains(text, DECLARATIONS)) == [[(None, a), ("=", b + c), ("=", d)]]


def test_two_statements_in_one_row() -> None:
    """What follows a comma is a statement of its own."""
    document = read_chains(r"a = b, \quad c = d", DECLARATIONS)
    assert shape(document) == [[(None, a), ("=", b)], [(None, c), ("=", d)]]


@pytest.mark.parametrize(
    "text",
    [
        r"a = q(x), \quad \text{where } q(x) = \frac{p(x) + p_G(x)}{2}",
        r"a = q(x) \text{ with } q(x) = \frac{p(x) + p_G(x)}{2}.",
        r"a = q(x); \; q(x) := \frac{p(x) + p_G(x)}{2}",
    ],
)
def test_trailing_definitions_are_used(text: str) -> None:
    """A fresh name that a remark defines may be used, and is no statement itself."""
    document = read_chains(text, DECLARATIONS)
    x = Sym("x")
    assert shape(document) == [[(None, a), ("=", App("q", (x,)))]]
    assert [definition.name for definition in document.defined] == ["q"]
    assert document.declarations.definition("q") is not None


def test_declared_names_are_not_redefined() -> None:
    """A remark about a declared name is a statement to be judged, not a definition."""
    document = read_chains(r"a = b, \quad \text{where } c = d", DECLARATIONS)
    assert document.defined == ()
    assert len(document.chains) == 2


def test_one_broken_line_does_not_lose_the_others() -> None:
    """A line that cannot be read keeps its error, and its neighbours their readings."""
    text = r"\begin{align} a &= b \\ &= \frac{c}{ \\ &= w \\ &= d \end{align}"
    (chain,) = read_chains(text, DECLARATIONS).chains
    assert [bool(line.readings) for line in chain.lines] == [True, True, False, False, True]
    assert [line.error.code for line in chain.lines if line.error] == [
        "unreadable",
        "under-declared",
    ]
    assert [line.relation for line in chain.lines] == [None, "=", "=", "=", "="]


UNJUDGED = [
    (r"a \approx b", "approx"),
    (r"a \propto b", "propto"),
    (r"a \overset{d}{=} b", "stacked"),
    (r"a \to b", "arrow"),
]


@pytest.mark.parametrize(("text", "relation"), UNJUDGED)
def test_other_relations_are_never_read_as_equality(text: str, relation: str) -> None:
    """An unknown relation makes its step unsupported; both sides are still read."""
    (chain,) = read_chains(text, DECLARATIONS).chains
    line = chain.lines[1]
    assert line.relation == relation
    assert isinstance(line.relation_error, Unsupported)
    assert line.readings[0].term == b


MEANT = [
    (r"a \le b", "<="),
    (r"a := b", ":="),
    (r"a \equiv b", ":="),
    (r"a \leftarrow b", "<-"),
    (r"a += b", "+="),
    (r"a \neq b", "!="),
    (r"a < b", "<"),
    (r"a \overset{\text{def}}{=} b", ":="),
]


@pytest.mark.parametrize(("text", "relation"), MEANT)
def test_relations(text: str, relation: str) -> None:
    """Each spelling of a relation has its canonical sign."""
    (chain,) = read_chains(text, DECLARATIONS).chains
    assert [line.relation for line in chain.lines] == [None, relation]
    assert chain.lines[1].relation_error is None


def test_implications_link_statements() -> None:
    """An implication joins whole equations; it is kept as the link of the second one."""
    document = read_chains(r"a = b \implies c = d", DECLARATIONS)
    assert [chain.link for chain in document.chains] == ["", "implies"]
    assert shape(document) == [[(None, a), ("=", b)], [(None, c), ("=", d)]]


def test_relations_inside_groups_are_no_steps() -> None:
    """Relations in brackets, scripts and notes do not cut a line."""
    text = r"a = \underbrace{b}_{\geq 0} + \sum_{j=1}^{3} c"
    document = read_chains(text, DECLARATIONS)
    assert [line.relation for line in document.chains[0].lines] == [None, "="]


def test_lines_know_their_place_and_text() -> None:
    """A line has its span in the document and the text that it was read from."""
    text = "Let us see.\n$$a = \\log p(x)$$"
    (chain,) = read_chains(text, DECLARATIONS).chains
    line = chain.lines[1]
    assert line.source == r"\log p(x)"
    assert (line.span.line, line.span.column) == (2, 7)
    assert text[line.span.start : line.span.end] == line.source


def test_unknown_words_beside_a_formula_are_flagged() -> None:
    """Prose that is no mere lead-in is a risk of the whole text."""
    assert read_chains(r"It is false that $a = b$", DECLARATIONS).flags == (
        "words beside the formula: false",
    )


def test_read_statement() -> None:
    """A text with one relation is one statement."""
    (read,) = read_statement(r"\log a \ge b", DECLARATIONS)
    assert read.statement == Statement(log(a), ">=", b)


@pytest.mark.parametrize(
    ("text", "kind"),
    [(r"a", Unreadable), (r"a = b = c", Unreadable), (r"a \approx b", Unsupported)],
)
def test_what_is_no_statement(text: str, kind: type[Exception]) -> None:
    """Anything but one relation that can be judged is refused as a statement."""
    with pytest.raises(kind):
        read_statement(text, DECLARATIONS)

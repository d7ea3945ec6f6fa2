r"""Words beside formulas: where the formulas are, and which words change them."""

from __future__ import annotations

import pytest

from lemmata.notation.blanks import blank_comments, blank_markup, declaration_block
from lemmata.notation.denials import alterations
from lemmata.notation.prose import (
    case_before,
    find_formulas,
    is_description,
    lead_in,
    orders,
    quantities,
    signs_in,
    strange_words,
    unfinished,
)
from lemmata.notation.reach import EVERYWHERE
from lemmata.notation.restrictions import conditions, narrows


def shown(text: str) -> list[tuple[str, bool, str]]:
    """The formulas of a text: each with whether it is a display, and what it is beside others."""
    return [(text[f.start : f.end], f.display, f.aside) for f in find_formulas(text)[0]]


def test_formulas_in_their_delimiters() -> None:
    """Displays and inline formulas are told apart; a text without any is one formula."""
    assert shown("2x") == [("2x", True, "")]
    assert shown(r"The answer is $2x$.") == [("2x", False, "")]
    assert shown(r"\[a\] for \(b\)") == [("a", True, "")]
    assert shown(r"\(b\), so \[a\] for \(c\)") == [("a", True, "")]
    # what a text comes to behind its displays is a statement of its own
    for end in (r"so \(b\)", r"\(\boxed{b}\)", "which is $b$.", "The result is thus $b$."):
        assert len(shown(rf"\[a\] {end}")) == 2, end
    for end in ("the first term is $b$.", "and $b$ is fixed", "where $b$ is a sample."):
        assert len(shown(rf"\[a\] {end}")) == 1, end
    assert shown(r"\begin{align}a&=b\end{align}")[0][1] is True
    assert shown(r"costs \$5 and \$6") == [(r"costs \$5 and \$6", True, "")]


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        (r"Let $a = b$. $$c$$", "name"),
        (r"$$c$$ where $a = b$.", "name"),
        (r"Since $a = b$, $$c$$", "reason"),
        (r"We know $a = b$. $$c$$", "reason"),
        (r"It is clear of $a = b$. $$c$$", "mention"),
        (r"For $a < b$: $$c$$", "mention"),
    ],
)
def test_what_a_formula_in_a_sentence_is(text: str, aside: str) -> None:
    """Beside a display it gives a name, a reason, or is mentioned."""
    assert [found[2] for found in shown(text) if not found[1]] == [aside]


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("So the answer is 2x", "2x"),
        ("Therefore, 2x", "2x"),
        ("KL = 2x", "2x"),
        ("KL, K = a, L = b", "KL, K = a, L = b"),
        ("as, a = 2, s = x", "as, a = 2, s = x"),
        ("is: 2x", "2x"),
        ("a x", "a x"),
        ("nonsense 2x", "nonsense 2x"),
    ],
)
def test_where_a_formula_begins_behind_words(text: str, formula: str) -> None:
    """Known words before it are left out, unless the text says what their letters are."""
    assert text[lead_in(text, frozenset()) :] == formula


def test_declared_names_are_no_words_before_a_formula() -> None:
    """A name that the question declares begins the formula."""
    assert lead_in("bias x", frozenset(("bias",))) == 0


@pytest.mark.parametrize(
    ("stretches", "found"),
    [
        (["The answer is ", "."], []),
        (["By the chain rule, ", ""], []),
        (["The matrix is triangular, so its determinant is ", ""], []),
        (["It is lower triangular, so its determinant is ", ""], []),
        (["An upper bound: ", ""], ["upper"]),
        (["This is an upper bound. So it is ", ""], ["upper"]),
        (["We minimise it. The answer is ", ""], ["minimise"]),
        (["Half of the answer: ", ""], ["half"]),
        (["The answer is ", " plus one"], ["plus"]),
        (["The answer is ", " in expectation"], ["in expectation"]),
        (["", " for all "], []),
    ],
)
def test_words_that_may_change_a_formula(stretches: list[str], found: list[str]) -> None:
    """Lead-ins and reasons are harmless; headings, and words of bounds and aims, are heard."""
    assert [word for word in strange_words(stretches, ()) if word != "one"] == found


def test_the_words_of_a_question_are_harmless() -> None:
    """What a question asks for may be said."""
    assert strange_words(["A lower bound: ", ""], ("lower",)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("for $u < t$", ("u", "<", "t")),
        (r"for $u \le t$", ("u", "<=", "t")),
        (r"$t \ge u'$", ("t", ">=", "u'")),
        ("for all $u, t$", ("u", "any", "t")),
        ("for any two times $u$ and $t$", ("u", "any", "t")),
        (r"\forall u, t", ("u", "any", "t")),
        ("$x_u$ for every $u$", ("u", "any", "")),
        (r"x_{u}, \quad \forall u", ("u", "any", "")),
        ("$x_u$. Let $u$ be arbitrary.", ("u", "any", "")),
        ("$x_u$, whatever $u$ is", ("u", "any", "")),
    ],
)
def test_how_a_text_orders_two_letters(text: str, found: tuple[str, str, str]) -> None:
    """An order that is written, or that it does not matter."""
    assert found in orders(text)


@pytest.mark.parametrize(
    "text",
    [r"\sum_{u < t} x_u", r"for all $u < t$: $x_u$", "Let $u < t$ be arbitrary", "a < b < c"],
)
def test_no_letter_runs_over_all_values_where_it_is_ordered(text: str) -> None:
    """What stands in a script orders nothing, and an order is kept with 'for all'."""
    assert all(sign != "any" for _, sign, _ in orders(text))


def test_conditions_in_sentences() -> None:
    """Words that restrict, and statements in sentences; an order of times restricts nothing."""
    assert conditions("Assume $x = 0$. $$y$$") == ["assume", "x = 0"]
    assert conditions("We get $$y$$") == []
    assert conditions("Let us see. $$y$$") == []
    assert narrows(["let", "x = 0"])
    assert narrows(["x > 0"])
    assert not narrows(["u < t"])


def test_words_that_give_signs_another_meaning() -> None:
    """Units of another logarithm, and words that take a step back."""
    assert alterations("", ["all in bits"]) == (("the text says 'in bits'", EVERYWHERE),)
    assert alterations("", ["this is wrong"]) == (("the text says 'is wrong'", EVERYWHERE),)
    assert alterations("", ["all in nats", "the mean is not tractable", "Why is that so?"]) == ()


def test_the_case_that_a_sentence_tells() -> None:
    """It is told right before the display, in two letters."""
    case = case_before("For $i = k$: ")
    assert case is not None
    assert case[0] == ("i", "=", "k")
    assert case_before("For $i = 2 k$: ") is None
    assert case_before("Let $a = b$ and $i = k$: ") is None


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("Let $h = a + b$. If $i \\ne k$, then", ("i", "!=", "k")),
        ("When $i \\ne k$, $e^{f_i}$ is constant with respect to $f_k$, so", ("i", "!=", "k")),
        (" and for $k = i$ all terms but the $i$-th do:", ("k", "=", "i")),
        ("For $i = k$ the numerator moves too. Then", ("i", "=", "k")),
        (" for $i = k$, and", None),  # of the display before it
        (" for $i = k$ by the product rule, so", None),
        ("For $i = k$ this fails, and in the other case", None),
        ("For $i = k$ it is not so:", None),
        ("For $i = k$ and all the rest:", None),
        ("For $i = k$ this is clear. In general", None),
        ("If $i = k$ and $j = l$, then", None),
        ("For $i = k$ and $i \\ne k$ the same holds:", None),
    ],
)
def test_reasons_behind_a_case(text: str, case: tuple[str, str, str] | None) -> None:
    """Words between a case and its display give a reason, unless they speak of another case."""
    found = case_before(text)
    assert (found and found[0]) == case


def test_nouns_signs_and_ends() -> None:
    """What the words before an answer say that it is."""
    assert quantities("The mean of the gradient") == ["mean", "gradient"]
    assert unfinished("the gradient of") == ["of"]
    assert unfinished("the slope of the slope is") == ["slope"]
    assert signs_in("(1) plus 2") == ["2"]
    assert signs_in("step 2") == []
    assert is_description("is the TD error")
    assert not is_description("is the negative TD error")


def test_what_is_hidden_in_a_text_keeps_its_place() -> None:
    """Comments, Markdown and declarations become spaces."""
    text = "a % b\n**c** `d`\n"
    assert blank_comments(text) == "a    \n**c** `d`\n"
    assert blank_markup(text) == "a % b\n  c    d \n"
    assert len(blank_comments(text)) == len(text)
    block = declaration_block('% lemmata:\n% sizes = ["m"]\n$x$')
    assert block is not None
    assert block.toml.strip() == 'sizes = ["m"]'
    assert declaration_block("% a comment") is None

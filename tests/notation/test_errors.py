"""What is said when a text cannot be read: the place, a caret, what was expected, what to write."""

import pytest

from lemmata.notation import (
    Format,
    NotationError,
    UnderDeclared,
    Unreadable,
    Unsupported,
    read_expression,
)
from lemmata.notation.sheet import read_sheet

DECLARATIONS = read_sheet(
    r"""
    sizes = ["m"]
    [scalars]
    sigma = {index = "j = 1..m", domain = "positive"}
    mu = {}
    tau = {domain = "positive"}
    [variables]
    x = {}
    z = {}
    [densities]
    p = {of = "x, z"}
    q = {of = "z", given = "x"}
    """
).declarations

MESSAGES = [
    (
        r"\log p(x) + \omega",
        r"""
line 1, column 13: a name is not declared
    \log p(x) + \omega
                ^ 'omega' has no declaration
Declare omega, or write the formula in the declared names.
""",
    ),
    (
        "\\mu\n  + \\sigm_j",
        r"""
line 2, column 5: is not supported
      + \sigm_j
        ^ the command \sigm
""",
    ),
    (
        r"\mu + g(x)",
        r"""
line 1, column 7: a name is not declared
    \mu + g(x)
          ^ 'g' stands before a bracket and has no declaration
Declare g as a density, a function or a number, or write the formula in the declared names.
""",
    ),
    (
        r"p(x, x)",
        r"""
line 1, column 1: cannot be read
    p(x, x)
    ^ 'x' stands twice in one density
Give the second one a name of its own.
""",
    ),
    (
        r"\log p(x) -",
        r"""
line 1, column 12: cannot be read
    \log p(x) -
               ^ the formula breaks off here: expected a number, a name or an opening bracket
""",
    ),
    (
        r"\log\left(\frac{\tau}{\mu\right)",
        r"""
line 1, column 26: cannot be read
    \log\left(\frac{\tau}{\mu\right)
                             ^ expected } before \right)
""",
    ),
    (
        r"\frac{\tau}{\mu",
        r"""
line 1, column 12: cannot be read
    \frac{\tau}{\mu
               ^ this { has no }
""",
    ),
    (
        r"(\tau + [\mu)",
        r"""
line 1, column 13: cannot be read
    (\tau + [\mu)
                ^ expected ] before )
""",
    ),
    (
        r"\tau \text{ is at most } \mu",
        r"""
line 1, column 6: cannot be read
    \tau \text{ is at most } \mu
         ^ words inside the formula
Leave words out of the formula, or set them in a column of their own.
""",
    ),
    (
        r"\int_0^\tau p(x) dx",
        r"""
line 1, column 1: is not supported
    \int_0^\tau p(x) dx
    ^ an integral between limits
""",
    ),
    (
        r"q(z)",
        r"""
line 1, column 1: cannot be read
    q(z)
    ^ the condition x is missing
'q' is declared as a law of z given x.
""",
    ),
    (
        r"\tau^12",
        r"""
line 1, column 6: cannot be read
    \tau^12
         ^ a number of several digits in a script without braces
Write {12}.
""",
    ),
]


@pytest.mark.parametrize(("text", "message"), MESSAGES)
def test_message(text: str, message: str) -> None:
    """The message shows the line with a caret below the fault, and says what to write."""
    with pytest.raises(NotationError) as caught:
        read_expression(text, DECLARATIONS)
    assert str(caught.value) == message.strip("\n")
    assert str(caught.value) == caught.value.text


def test_codes_are_causes() -> None:
    """Each kind of error carries the cause of its verdict, and an undeclared name its spelling."""
    codes = {kind: kind.code for kind in (Unreadable, UnderDeclared, Unsupported)}
    assert list(codes.values()) == ["unreadable", "under-declared", "unsupported"]
    with pytest.raises(UnderDeclared) as caught:
        read_expression(r"\tau + \sigma_{l}", DECLARATIONS)
    assert caught.value.names == ("l",)
    assert caught.value.span.line == 1


def test_near_misses_are_suggested() -> None:
    """A name close to a declared one brings that one up."""
    declared = read_sheet("[scalars]\nsigma_p = {}").declarations
    with pytest.raises(UnderDeclared, match="Did you mean sigma_p"):
        read_expression(r"\sigma_P", declared)


def test_long_lines_are_cut_around_the_fault() -> None:
    """A fault in a long line is shown with its surroundings only, and the caret stands below it."""
    text = r"\tau + " * 50 + r"\omega" + r" + \tau" * 50
    with pytest.raises(UnderDeclared) as caught:
        read_expression(text, DECLARATIONS)
    _, line, caret, _ = str(caught.value).splitlines()
    assert len(line) < 115
    assert line[caret.index("^") :].startswith(r"\omega")


HOSTILE = {
    "deep brackets": "(" * 10_000 + "1" + ")" * 10_000,
    "deep braces": "{" * 10_000 + "1" + "}" * 10_000,
    "a megabyte": "\\tau+" * 200_000,
    "a tower of powers": "9^{9^{9^{9}}}",
    "a bare tower": "9^9^9",
    "a long number": "1" * 5_000,
    "a large exponent": r"\tau^{100000}",
    "deep fractions": r"\frac{1}{" * 3_000 + "1" + "}" * 3_000,
    "deep scripts": r"\tau^{" * 3_000 + "1" + "}" * 3_000,
    "many signs": "-" * 3_000 + r"\tau",
    "bidirectional": "\\tau \u202e+ \\mu",
    "zero width": "\\ta\u200bu",
    "null": "\\tau\x00",
    "a macro of itself": r"\newcommand{\a}{\a\a} $\a$",
    "a doubling macro": r"\def\a{\tau\tau}\def\b{\a\a\a\a}\def\c{\b\b\b\b}\def\d{\c\c\c\c}"
    r"\def\e{\d\d\d\d}"
    r"\def\f{\e\e\e\e}\def\g{\f\f\f\f}$\g\g\g\g$",
    "many sums": r"\sum_j " * 2_000 + r"\sigma_j + \sigma_j",
    "many ambiguities": r"\log \tau \mu + " * 200 + "1",
    "many open brackets": "(" * 90 + r"\log \tau / \mu",
    "python": "__import__('os').system('true')",
    "other letters": "\u0430 + \u0435",
    "emoji": "\U0001f600",
    "unclosed environment": r"\begin{pmatrix} 1 & 2",
    "lone surrogate": "\ud800",
    "only a relation": "=",
    "nothing": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("dialect", ["latex", "text"])
def test_hostile_input_is_refused(text: str, dialect: str) -> None:
    """Deep, huge, hidden or meaningless input ends in an error, or in flagged readings."""
    assert refused_or_flagged(text, "text" if dialect == "text" else "latex")


def refused_or_flagged(text: str, dialect: Format) -> bool:
    """Whether a text is refused with a caret, or read with the warning that there is more."""
    try:
        readings = read_expression(text, DECLARATIONS, dialect)
    except NotationError as error:
        return "^ " in str(error)
    return all("more readings than are tried" in reading.flags for reading in readings)


def test_hidden_characters_are_named() -> None:
    """A character that cannot be seen is named by its code point."""
    with pytest.raises(Unreadable, match=r"U\+202E \(right-to-left override\)"):
        read_expression("\\tau \u202e+ \\mu", DECLARATIONS)


@pytest.mark.parametrize("text", ["mu^-", "sigma_-", "sigma_j**-"])
def test_a_script_that_the_text_ends_before(text: str) -> None:
    """A power or an index that is not there is named, in its place."""
    with pytest.raises(Unreadable, match="expected a sub- or superscript"):
        read_expression(text, DECLARATIONS, "text")

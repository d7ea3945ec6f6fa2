"""Parts of the judge by themselves: what they say of names, laws, bounds and entries."""

from __future__ import annotations

import pytest

from lemmata.judge.bridges import where_entries_are
from lemmata.judge.doubts import named_like_a_row
from lemmata.judge.goals import _leaves
from lemmata.judge.remarks import names_another
from lemmata.judge.steps import _is_another_law
from lemmata.kernel.declarations import Family
from lemmata.kernel.language import Array
from lemmata.kernel.terms import Statement, Sym, Term
from lemmata.notation import read_chains, read_sheet

SHEET = read_sheet(
    r"""
    sizes = ["n", "d"]
    [indices]
    i = "1..n"
    k = "1..n"
    [scalars]
    u = {}
    v = {}
    mu = {}
    sigma = {domain = "positive"}
    e = {index = "i = 0..n"}
    x = {shape = "d"}
    X = {shape = "n, d"}
    y = {shape = "d"}
    [variables]
    z = {}
    [densities]
    p = {of = "z", normal = {mean = '\mu', deviation = '\sigma'}}
    """
)
WORLD = SHEET.declarations
u, v, i, k = (Sym(name) for name in "uvik")
e = Array("e")


@pytest.mark.parametrize("index", [i * k, i**2, i + k, 2 * i])
def test_entries_at_other_places_than_a_shifted_letter_say_nothing(index: Term) -> None:
    """From which time on there are entries follows from an index such as i - 1 alone."""
    assert where_entries_are(Statement(e[index], "=", e[index]), WORLD) == []
    assert where_entries_are(Statement(e[i - 1], "=", e[i - 1]), WORLD) == []
    assert where_entries_are(Statement(e[i - 2], "=", e[i - 2]), WORLD) != []


@pytest.mark.parametrize(
    ("name", "another"),
    [(r"\mathbb{E}", True), (r"\mathrm{H}(a)", True), (r"\mathrm{M}(a)", False), ("H", True)],
)
def test_a_name_in_letters_of_another_kind_is_that_of_its_quantity(
    name: str, another: bool
) -> None:
    """The letters inside a command are the name, not the command."""
    line = read_chains(f"{name} = u", WORLD, "latex", SHEET.conventions).chains[0].lines[0]
    assert names_another(line) is another


@pytest.mark.parametrize(
    ("said", "other"),
    [
        (r"N(\mu, \sigma^2)", False),
        (r"N(\mu_q, \sigma_q^2)", False),
        (r"N(u, \sigma^2)", True),
        (r"N(\mu, 4)", True),
        (r"N(0, \sigma^2)", True),
        (r"N(\mu, \sigma)", True),
    ],
)
def test_which_normal_laws_are_others(said: str, other: bool) -> None:
    """One with other letters or numbers; a subscript that names nothing changes no letter."""
    law = WORLD.find("p")
    assert isinstance(law, Family)
    assert _is_another_law(law, said, WORLD) is other


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        (r"u - v \ge 0", True),
        (r"u - v > 0", True),
        (r"u - v \ge u - v > 0", True),
        (r"v - u \le 0", True),
        (r"u - v \le 0", False),
        (r"u - v \ge u - v < 0", False),
        (r"u - v \ge 1", False),
        (r"u + v \ge 0", False),
    ],
)
def test_which_chains_say_that_the_difference_of_a_bound_is_not_negative(
    text: str, leaves: bool
) -> None:
    """With one direction of signs, strict or not, down to zero."""
    lines = read_chains(text, WORLD, "latex", SHEET.conventions).chains[0].lines
    assert _leaves(lines, Statement(u, ">=", v), WORLD) is leaves
    assert not _leaves(lines, Statement(u, "=", v), WORLD)


def test_a_column_that_may_be_a_row_of_a_matrix() -> None:
    """An index beyond a column x is doubtful where there is a matrix X."""
    beyond = "k runs to n and stands as an index of {}, which has d entries there"
    assert named_like_a_row(beyond.format("x"), WORLD) == ["x with an index may be a row of X"]
    assert named_like_a_row(beyond.format("y"), WORLD) == []
    assert named_like_a_row("", WORLD) == []

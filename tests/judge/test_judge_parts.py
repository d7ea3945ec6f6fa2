"""Parts of the judge by themselves: what they say of names, laws, bounds and entries."""

from __future__ import annotations

import pytest

from lemmata.judge.bridges import where_entries_are
from lemmata.judge.doubts import named_like_a_row
from lemmata.judge.goals import _leaves, _worked_out
from lemmata.judge.remarks import names_another, tells_of_another
from lemmata.judge.steps import _is_another_law, _mixes
from lemmata.kernel.declarations import Family
from lemmata.kernel.language import Array, sum_over
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
COLUMNS = read_sheet(
    """
    sizes = ["d"]
    [indices]
    i = "1..d"
    [scalars]
    x = {shape = "d"}
    y = {shape = "d"}
    """
).declarations
DEFINED = read_sheet(
    """
    [scalars]
    u = {}
    v = {}
    [definitions]
    "f(u)" = "u^2"
    """
).declarations
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


def test_a_later_part_is_one_of_what_is_worked_out() -> None:
    """Where the goal sums from a time on, a sum over all times is not there yet."""
    later = sum_over(i, 1, Sym("n"), e[i] * sum_over(k, i, Sym("n"), e[k]))
    whole = sum_over(i, 1, Sym("n"), e[i] * sum_over(k, 1, Sym("n"), e[k]))
    goal = Statement(u, "=", later)
    assert _worked_out(later, goal) is True
    assert _worked_out(whole, goal) is False
    assert _worked_out(whole, Statement(u, "=", whole)) is True
    assert _worked_out(later, Statement(u, "=", whole)) is True


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("x_i = x", True),
        ("x = x_i", True),
        ("x = y", False),
        ("x_i = y_i", False),
        (r"\|x\|^2 = x", False),
        (r"x = \|x\|^2", False),
        (r"x_i = \|x\|^2", False),
    ],
)
def test_which_steps_go_from_a_whole_to_a_component(text: str, mixed: bool) -> None:
    """A number without letters is neither."""
    chain = read_chains(text, COLUMNS, "latex", SHEET.conventions).chains[0]
    said = ["one side is a whole and the other a component of it"]
    assert _mixes(chain, 1, COLUMNS) == (said if mixed else [])
    assert _mixes(chain, 2, COLUMNS) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("f(u) = v", "f(u)"),
        ("f(u) = u^2", ""),
        ("f(u) = u u = u^2", ""),
        ("f(u) = u u = v", "f(u)"),
        ("f(2) = 4", "f(2)"),
        ("u = v", ""),
        (r"f(u) \ge v", ""),
        ("f(u)", ""),
    ],
)
def test_what_gives_the_value_of_another_thing(text: str, told: str) -> None:
    """A value of something that the question defines, unless its end is that for all letters."""
    chain = read_chains(text, DEFINED, "latex", SHEET.conventions).chains[0]
    assert tells_of_another(chain, DEFINED) == told

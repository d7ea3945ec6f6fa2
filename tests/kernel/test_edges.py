"""What mutants of our own code (`scripts/mutate.py`) showed that no quick test said."""

from dataclasses import replace

import pytest

from lemmata.kernel.certificates import certificate
from lemmata.kernel.declarations import Declarations, Definition, Index
from lemmata.kernel.encode import encode, seal
from lemmata.kernel.language import Array, integral, sum_over
from lemmata.kernel.prove import Open, Proof, prove
from lemmata.kernel.recheck import recheck
from lemmata.kernel.shapes import NUMBER, Shapes, components, settled, shape_of, typed
from lemmata.kernel.terms import (
    Density,
    Identity,
    Iverson,
    Prod,
    Range,
    Statement,
    Sym,
    Term,
    Trace,
    Transpose,
    as_term,
)
from lemmata.notation import read_sheet, read_statement
from lemmata.properties.worlds import WORLD as ATTACKED
from lemmata.properties.worlds import z

WORLD = read_sheet(
    r"""
    sizes = ["d", "n"]
    [scalars]
    c = {}
    x = {shape = "d"}
    g = {shape = "d"}
    A = {shape = "d, n"}
    B = {shape = "d, d"}
    H = {shape = "d, d", kind = "symmetric"}
    S = {shape = "d, d", kind = "definite"}
    w = {shape = "2"}
    """
).declarations
n, l = Sym("n"), Sym("l")


def test_a_bracket_with_a_slope_does_not_count() -> None:
    """2 l >= n holds from the half of n on, which is no number of steps of 1."""
    count = sum_over(l, 1, 4 * n, Iverson(2 * l, ">=", n))
    assert isinstance(prove(Statement(count, "=", 2 * n + 1), WORLD), Open)
    plain = sum_over(l, 1, 4 * n, Iverson(l, ">=", n))
    assert isinstance(prove(Statement(plain, "=", 3 * n + 1), WORLD), Proof)


@pytest.mark.parametrize("bound", [1 - Sym("d"), Sym("d")])
def test_a_bracket_counts_inside_its_range_only(bound: Term) -> None:
    """A bound before the first number counts nothing more, one behind the last nothing less."""
    count = sum_over(l, 1, n, Iverson(l, ">=", bound))
    assert isinstance(prove(Statement(count, "=", n - bound + 1), WORLD), Open)


@pytest.mark.parametrize(("first", "proved"), [(1, True), (0, False)])
def test_a_letter_that_may_lie_before_the_range_counts_no_more(first: int, *, proved: bool) -> None:
    """From i on there are d - i + 1 numbers, unless i may be 0, behind which there are d."""
    world = replace(WORLD, indices=(Index("i", Range(as_term(first), Sym("d"))),))
    count = sum_over(l, 1, Sym("d"), Iverson(l, ">=", Sym("i")))
    said = Statement(count, "=", Sym("d") - Sym("i") + 1)
    assert isinstance(prove(said, world), Proof) is proved


def test_a_product_that_leaves_one_out_is_shorter_by_one() -> None:
    """The product of n twos without the first is that of n - 1 twos."""
    twos = Prod(l, Range(as_term(1), n), as_term(2), as_term(1))
    assert isinstance(prove(Statement(twos, "=", as_term(2) ** (n - 1)), WORLD), Proof)
    assert isinstance(prove(Statement(twos, "=", as_term(2) ** (n + 1)), WORLD), Open)


def test_rules_stand_in_the_order_of_their_first_use() -> None:
    """A sum is split before a bracket picks its last term."""
    world = replace(WORLD, indices=(Index("i", Range(as_term(1), Sym("d"))),))
    said = read_statement(r"\sum_{k=1}^i x_k = \sum_{k=1}^{i-1} x_k + x_i", world)[0].statement
    found = prove(said, world)
    assert isinstance(found, Proof)
    assert found.rules == ("range_splitting", "iverson_collapse")


def test_the_size_of_an_identity_follows_from_what_it_stands_beside() -> None:
    """B + I is filled in where names stand for matrices."""
    assert settled(Sym("B") + Identity(), WORLD) == Sym("B") + Identity(Sym("d"))


def test_a_squared_entry_beside_another_is_no_product_of_matrices() -> None:
    """Three factors share an index, so no product of two matrices says the same."""
    i, k, h = Sym("i"), Sym("k"), Array("H")
    cubes = sum_over(i, 1, Sym("d"), sum_over(k, 1, Sym("d"), h[i, k] ** 2 * h[k, i]))
    squares = Trace(Sym("H") * Sym("H"))
    assert isinstance(prove(Statement(cubes, "=", squares), WORLD), Open)


@pytest.mark.parametrize(
    "text",
    [
        r"\|H\|^2 = \operatorname{tr}(H H)",
        r"\|S^{-1}\|^2 = \operatorname{tr}(S^{-2})",
    ],
)
def test_the_square_of_an_entry_joins_its_matrix_with_itself(text: str) -> None:
    """Where products are words, a squared entry is two entries that an index joins."""
    said = typed(read_statement(text, WORLD)[0].statement, WORLD)
    assert isinstance(prove(said, WORLD), Proof)


def test_what_stands_behind_an_inner_product() -> None:
    """A row times a column is a number, and what follows keeps its own shape."""
    x, g, B, A = (Sym(name) for name in ("x", "g", "B", "A"))
    inner = Transpose(x) * g
    assert shape_of(inner, WORLD) == NUMBER
    assert shape_of(inner * A, WORLD) == Shapes(WORLD).of(A)
    assert shape_of(inner * B * A, WORLD) == Shapes(WORLD).of(A)
    for wrong in (A * x, inner * A * B, A * Transpose(B)):
        assert shape_of(wrong, WORLD) is None


def test_an_entry_of_a_defined_matrix_has_its_indices() -> None:
    """A definition that stands for a matrix is written with two indices, or none."""
    defined = replace(WORLD, definitions=(Definition("M", (), Sym("B") * Sym("B")),))
    one = as_term(1)
    assert shape_of(Sym("M", (one, one)), defined) == NUMBER
    assert shape_of(Sym("M"), defined) == shape_of(Sym("B"), defined)
    assert shape_of(Sym("M", (one,)), defined) is None


@pytest.mark.parametrize(
    ("text", "proved"),
    [
        (r"\sqrt{c - c} = 0", True),
        (r"\delta_{il} \delta_{kj} x_k = \delta_{il} \delta_{kj} x_j", True),
        (r"\delta_{il} \delta_{kj} x_l = \delta_{il} \delta_{kj} x_i", True),
        (r"\delta_{il} \delta_{kj} x_k = \delta_{il} \delta_{kj} x_i", False),
        (r"\sum_{k=1}^d \mathbf{1}[k \ge l] = d - l + 1", True),
        (r"\sum_{k=1}^d \mathbf{1}[k \ge l - 1] = d - l + 2", False),  # not for l = 1
        (r"\sum_{k=1}^d \mathbf{1}[k \le l + 1] = l + 1", False),  # not for l = d
        (r"\sum_{m=1}^d \sum_{k=1}^d \mathbf{1}[k \ge m] = \sum_{m=1}^d (d - m + 1)", True),
        (r"\sum_{m=1}^d \sum_{k=1}^d \mathbf{1}[k \ge m - 1] = \sum_{m=1}^d (d - m + 2)", False),
        (r"\sum_{m=1}^d \sum_{k=1}^d \mathbf{1}[k \le m + 1] = \sum_{m=1}^d (m + 1)", False),
    ],
)
def test_what_stands_beside_a_bracket_or_under_a_root(text: str, *, proved: bool) -> None:
    """A root of zero is zero; a second pair of equal letters is used where the first is idle."""
    letters = tuple(Index(name, Range(as_term(1), Sym("d"))) for name in "iljk")
    world = replace(WORLD, indices=letters)
    said = read_statement(text, world)[0].statement
    assert isinstance(prove(said, world), Proof) is proved


@pytest.mark.parametrize(
    ("text", "proved"),
    [
        (r"(M + B) x = B x + M x", True),  # whatever M is
        (r"(R + M) x = M x + R x", True),  # whether or not R has a value
        (r"M x = B v", True),  # by what M and v are
        (r"M x = B x", False),
        (r"v^\top x = x^\top v", True),
        (r"\nabla_x (v^\top g) = B^\top g", True),
        (r"\nabla_x (v^\top g) = 0", False),
    ],
)
def test_defined_columns_and_matrices(text: str, *, proved: bool) -> None:
    """What holds for all matrices holds for a defined one; the rest is proved by its definition."""
    meaning = (
        Definition("M", (), Sym("B") * Sym("B")),
        Definition("R", (), Sym("B") ** -1),
        Definition("v", (), Sym("B") * Sym("x")),
    )
    world = replace(WORLD, definitions=meaning)
    said = typed(read_statement(text, world)[0].statement, world)
    assert isinstance(prove(said, world), Proof) is proved


@pytest.mark.parametrize(
    ("text", "proved"),
    [
        (r"(B x)_i = B x", True),
        (r"g_i = B x", False),
        (r"w_k = w", True),
        (r"w_k = 2 w - w_1", False),
        (r"w_k = (w_1, w_2)^\top", True),
        (r"w_k = (w_2, w_1)^\top", False),
    ],
)
def test_a_letter_numbers_the_entries_of_the_other_side(text: str, *, proved: bool) -> None:
    """A column beside an entry is taken at the same place, of explicit size at every place."""
    letters = (Index("i", Range(as_term(1), Sym("d"))), Index("k", Range(as_term(1), as_term(2))))
    world = replace(WORLD, indices=letters)
    said, declared = components(read_statement(text, world)[0].statement, {}, world)
    assert isinstance(prove(typed(said, declared), declared), Proof) is proved


RECURSION = read_sheet(
    r"""
    sizes = ["T"]
    [indices]
    t = "1..T"
    [scalars]
    eta = {domain = "(0, 1/2)"}
    e = {index = "t = 0..T"}
    x = {index = "t = 1..T"}
    y = {index = "t = 1..T"}
    [facts]
    step = 'e_t = (1 - \eta) e_{t-1} + \eta x_t'
    """
).declarations


def test_a_recursion_makes_its_array_a_function() -> None:
    """The slope of what a given equation computes is not zero because none is written."""
    for by, name in ((r"x_1", "x"), (r"\eta", "eta")):
        outcome = prove(
            read_statement(rf"\frac{{\partial}}{{\partial {by}}} e_T = 0", RECURSION)[0].statement,
            RECURSION,
        )
        assert isinstance(outcome, Open)
        assert f"derivative of e by {name}, of which a given equation" in outcome.message
    other = r"\frac{\partial}{\partial y_1} e_T = 0"
    assert isinstance(prove(read_statement(other, RECURSION)[0].statement, RECURSION), Proof)


def test_a_definition_has_the_sizes_that_follow_from_it() -> None:
    """An identity inside a definition is as large as what stands beside it."""
    world = read_sheet(
        r"""
        sizes = ["d"]
        [scalars]
        x = {shape = "d"}
        [definitions]
        "M" = 'x x^\top + I'
        """
    ).declarations
    for text, proved in (
        (r"\operatorname{tr}(M) = \|x\|^2 + d", True),
        (r"\operatorname{tr}(M) = \|x\|^2 + 1", False),
    ):
        assert isinstance(prove(read_statement(text, world)[0].statement, world), Proof) is proved


def test_a_matrix_of_given_entries_in_a_world_of_matrices() -> None:
    """Its determinant needs no other entries than its own."""
    letters = tuple(Index(name, Range(as_term(1), Sym("d"))) for name in "ij")
    world = replace(WORLD, indices=letters)
    for right, proved in ((r"\prod_{i=1}^d x_i", True), (r"\prod_{i=1}^d g_i", False)):
        text = rf"\det[\delta_{{ij}} x_i]_{{1\le i\le d,1\le j\le d}} = {right}"
        said = read_statement(text, world)[0].statement
        assert isinstance(prove(said, world), Proof) is proved


def test_no_certificate_makes_a_bracket_one() -> None:
    """A bracket is at least 0 and at most 1, and not more is verified of it."""
    world = replace(WORLD, indices=tuple(Index(name, Range(as_term(1), n)) for name in ("t", "l")))
    bracket = Iverson(Sym("t"), ">=", l)
    proof = prove(Statement(bracket, ">=", as_term(0)), world)
    assert isinstance(proof, Proof)
    held = certificate(proof, world)
    assert recheck(held).ok
    held["statement"] = encode(Statement(bracket, ">=", as_term(1)))
    assert not recheck(seal(held)).ok


def test_an_integral_over_what_is_no_variable_is_refused() -> None:
    """A name that no declaration makes a variable is bound by no integral."""
    found = prove(Statement(integral(Sym("d"), Sym("d")), "=", as_term(0)), Declarations())
    assert isinstance(found, Open)
    assert found.reason == "unsupported"
    assert "is bound but is not declared as a variable" in found.message


def test_a_derivative_meets_what_has_no_arguments() -> None:
    """A Gaussian density holds pi: looking for what it depends on ended with an error."""
    density = read_sheet(
        """
        [variables]
        x = {}
        [scalars]
        mu = {}
        s = {domain = "positive"}
        [densities]
        p = {of = "x", normal = {mean = "mu", deviation = "s"}}
        """
    ).declarations
    statement = read_statement(r"|\log p(x)| - \mu \ge 0", density)[0].statement
    assert isinstance(prove(statement, density), Open)


@pytest.mark.parametrize(
    ("text", "proved"),
    [
        (r"\operatorname{tr}(S B S^{-1}) = \operatorname{tr}(B)", True),
        (r"\operatorname{tr}(S B S^{-1}) = \operatorname{tr}(S)", False),
        (r"\operatorname{tr}(S B (S + I)^{-1}) = \operatorname{tr}(B - B (S + I)^{-1})", True),
        (r"\operatorname{tr}(S B (S + I)^{-1}) = \operatorname{tr}(B)", False),
    ],
)
def test_an_inverse_meets_what_comes_round_in_a_trace(text: str, proved: bool) -> None:
    """The last letter of a trace stands before the first one."""
    statement = read_statement(text, WORLD)[0].statement
    found = prove(statement, WORLD)
    assert isinstance(found, Proof) is proved
    if isinstance(found, Proof):
        assert recheck(certificate(found, WORLD)).ok


@pytest.mark.parametrize(
    ("places", "twice"),
    [((z, z[1]), True), ((z[1], z), True), ((z[1], z[2]), False)],
)
def test_no_density_holds_a_vector_and_a_component_of_it(
    places: tuple[Term | Array, ...], twice: bool
) -> None:
    """The whole vector settles each of its components."""
    of = tuple(Sym("z") if isinstance(place, Array) else place for place in places)
    found = prove(Statement(Density("q", of, (Sym("x"),)), "=", as_term(0)), ATTACKED)
    assert isinstance(found, Open)
    assert (found.message == "a variable stands twice in one density of q") is twice


@pytest.mark.parametrize(
    ("quotient", "closed"),
    [
        (r"\frac{n - 1}{n - 1}", True),
        (r"\frac{T - 2}{2 - T}", True),
        (r"\frac{n - 2}{n - 2}", False),
        (r"\frac{m - 1}{m - 1}", False),
        (r"\frac{T - 3}{3 - T}", False),
    ],
)
def test_a_size_is_not_below_its_declared_least_value(quotient: str, *, closed: bool) -> None:
    """What is above zero from the least value on may be divided by, and nothing else."""
    declared = read_sheet('sizes = ["n >= 2", "m", "T >= 3"]').declarations
    value = -1 if "- T" in quotient else 1
    said = read_statement(f"{quotient} = {value}", declared)[0].statement
    found = prove(said, declared)
    assert isinstance(found, Proof) == closed
    if isinstance(found, Proof):
        assert recheck(seal(certificate(found, declared))).ok

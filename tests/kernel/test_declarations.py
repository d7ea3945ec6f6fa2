"""Declarations are validated when they are made, and answer what is declared."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import fields, replace
from fractions import Fraction

import pytest

from lemmata.derivations.registry import claims
from lemmata.kernel.declarations import (
    NONNEGATIVE,
    POSITIVE,
    REAL,
    UNIT,
    Declarations,
    Definition,
    Family,
    Function,
    Interval,
    Normal,
    Parameter,
    Process,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.terms import App, Num, Range, Sym
from lemmata.properties import worlds as on
from lemmata.properties.worlds import WORLD

ONE = Num(Fraction(1))
POINTS = (Variable("x"), Variable("y"))

REFUSED: dict[str, tuple[Callable[[], Declarations], str]] = {
    "one name for two things": (
        lambda: Declarations(sizes=(Size("n"),), scalars=(Scalar("n"),)),
        "'n' is declared twice",
    ),
    "a spelling that is another name": (
        lambda: Declarations(
            variables=(Variable("x", other_names=("X",)),), scalars=(Scalar("X"),)
        ),
        "'X' is declared twice",
    ),
    "a family over no variable": (
        lambda: Declarations(variables=POINTS, families=(Family("p", ("x", "w")),)),
        "'p' is over 'w'",
    ),
    "a family given no variable": (
        lambda: Declarations(variables=POINTS, families=(Family("p", ("x",), given=("w",)),)),
        "'p' is over 'w'",
    ),
    "a role before and after the bar": (
        lambda: Declarations(variables=POINTS, families=(Family("p", ("x",), given=("x",)),)),
        "names a role twice",
    ),
    "a role twice": (
        lambda: Declarations(variables=POINTS, families=(Family("p", ("x", "x")),)),
        "names a role twice",
    ),
    "a Gaussian law of two variables": (
        lambda: Declarations(
            variables=POINTS, families=(Family("p", ("x", "y"), normal=Normal(ONE, ONE)),)
        ),
        "for one variable",
    ),
    "an independent law of two variables": (
        lambda: Declarations(
            variables=POINTS, families=(Family("p", ("x", "y"), independent=True),)
        ),
        "for one variable",
    ),
    "rewards that depend on a parameter": (
        lambda: replace(
            WORLD,
            functions=(*WORLD.functions, Function("paid", 2, parameters=None)),
            processes=(replace(WORLD.processes[0], reward_function="paid"), *WORLD.processes[1:]),
        ),
        "'paid' depends on theta, but r_t does not",
    ),
    "a process without its policy": (
        lambda: Declarations(
            sizes=(Size("T"),),
            variables=POINTS,
            processes=(Process("tau", "x", "y", "r", "pi", Range(ONE, Sym("T"))),),
        ),
        "'tau' refers to 'pi'",
    ),
    "a definition in itself": (
        lambda: Declarations(definitions=(Definition("J", (), Sym("J") + 1),)),
        "circular: J -> J",
    ),
    "definitions in a circle": (
        lambda: Declarations(
            variables=POINTS,
            definitions=(
                Definition("f", (Sym("x"),), App("g", (Sym("x"),))),
                Definition("g", (Sym("y"),), App("f", (Sym("y"),))),
            ),
        ),
        "circular: f -> g -> f",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_contradictory_declarations_are_refused(name: str) -> None:
    """The message names the declaration that is wrong."""
    make, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        make()


def test_every_declared_name_is_found() -> None:
    """Each declaration is found by its name, and by its other spellings."""
    for item in WORLD.named():
        assert WORLD.find(item.name) is item
    spelled = Declarations(
        variables=(Variable("x", other_names=("X",)),),
        families=(Family("p", ("x",), other_names=("p_theta",)),),
    )
    assert spelled.find("X") is spelled.variables[0]
    assert spelled.find("p_theta") is spelled.families[0]
    assert spelled.find("q") is None


def test_a_primed_variable_is_a_copy() -> None:
    """X' stands for x; a role makes another name a copy."""
    found = WORLD.variable("x'")
    assert found is not None
    assert found.place == "x"
    copy = WORLD.variable("w")
    assert copy is not None
    assert copy.place == "x"
    assert WORLD.variable("unknown") is None


def test_silence_means_that_a_family_may_depend_on_every_parameter() -> None:
    """A density depends on a parameter unless it is said not to; a scalar does not unless it is."""
    assert WORLD.depends(Family("p", ("x",)), "theta")
    assert not WORLD.depends(Family("p", ("x",), parameters=()), "theta")
    assert WORLD.depends(Function("f", 1, parameters=None), "theta")
    assert not WORLD.depends(Function("f", 1), "theta")
    assert WORLD.depends(Scalar("a", parameters=("theta",)), "theta")
    assert not WORLD.depends(Scalar("a"), "theta")
    assert Parameter("theta") in WORLD.parameters


def test_undeclared_names_are_listed_once_in_order() -> None:
    """Bound index letters and symbols of a process need no declaration."""
    new = Sym("new") + Sym("other") * Sym("new")
    assert WORLD.undeclared(new) == ("new", "other")
    assert WORLD.undeclared(on.r[1] + on.xs[on.n]) == ()


def test_positivity_of_intervals() -> None:
    """0 is positive only where it is excluded."""
    assert POSITIVE.positive
    assert UNIT.positive
    assert not REAL.positive
    assert not NONNEGATIVE.positive
    assert Interval(Fraction(1), closed=True).positive
    assert not Interval(Fraction(-1)).positive


def test_unknown_families_and_processes_are_errors() -> None:
    """A family or process is asked for by a name that exists."""
    assert WORLD.family("p").of == ("x", "y")
    assert WORLD.process("tau").policy == "pi"
    assert WORLD.definition("p") is None
    with pytest.raises(KeyError):
        WORLD.family("unknown")
    with pytest.raises(KeyError):
        WORLD.process("unknown")


def test_another_process_gets_the_fields_alone() -> None:
    """What was worked out from the texts of one process, such as a hash, stays in it."""
    declared = next(iter(claims().values())).parts[0].declarations
    assert hash(declared) == hash(replace(declared))
    assert vars(copy(declared)).keys() == {f.name for f in fields(declared)}

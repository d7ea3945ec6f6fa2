"""The display in a claim's docstring says what is proved: documentation that cannot drift."""

import re

import pytest

from lemmata.derivations.claim import Part
from lemmata.derivations.registry import claims
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Relation, Statement, Term
from lemmata.notation import read_expression

RELATIONS: dict[str, Relation] = {"=": "=", r"\ge": ">=", r"\le": "<="}
ALL = [(f"{one.id}:{each.name}", each) for one in claims().values() for each in one.parts]
PARTS = [pytest.param(each, id=name) for name, each in ALL]


def split(display: str) -> tuple[str, Relation, str]:
    """The two sides of a display and the relation that stands outside all brackets."""
    depth = 0
    for mark in re.finditer(r"\\(?:left|right)?[a-zA-Z]*|[{}()\[\]=]", display):
        text = mark.group()
        depth += (text in "{([") - (text in "})]")
        if text in RELATIONS and not depth:
            return display[: mark.start()], RELATIONS[text], display[mark.end() :]
    raise AssertionError(f"no relation in {display}")


def only_reading(text: str, declarations: Declarations) -> Term:
    """The one way to read a formula, without any repair."""
    (reading,) = read_expression(text, declarations)
    assert not reading.flags
    return reading.term


@pytest.mark.parametrize("each", PARTS)
def test_display_is_the_statement(each: Part) -> None:
    """Our own reader reads the display, in one way, as exactly the statement that is proved."""
    left, relation, right = split(each.formula)
    read = Statement(
        only_reading(left, each.declarations), relation, only_reading(right, each.declarations)
    )
    assert read == each.statement

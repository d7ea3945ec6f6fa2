"""Rules of the functions that jump: the sign, and the step that is 1 above zero."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from lemmata.kernel.poly import ONE, ZERO, Atom, Poly, constant, of_atom, of_mono
from lemmata.kernel.rules import rule

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser


@rule("sign_of_a_multiple")
def stepped(n: Normaliser, name: str, argument: Poly) -> Poly:
    """A positive factor does not change a sign, and a negative one turns it.

    Statement: sign(c a) = sign(a) and step(c a) = step(a) for c > 0; sign(-a) = -sign(a);
        sign(a) = 1 for a > 0.
    Assumes: nothing; the sign of the factor is proved from the declarations.
    Refuses: a factor whose sign is not known; step(-a), which is 1 - step(a) except at zero.
    Example: sign(2 g) = sign(g).
    """
    settled = _settled(n, name, argument)
    if settled is not None:
        n.note("sign_of_a_multiple", settled, name, argument)
        return settled
    _, shared, primitive = n.content(argument)
    rest = primitive
    for atom, exponent in shared:
        if not n.positive(atom):
            rest = n.mul(rest, of_mono(((atom, exponent),)))
    flipped = name == "sign" and rest.items()[0][1] < 0
    rest = -rest if flipped else rest
    result = of_atom(Atom(name, rest)).scaled(Fraction(-1 if flipped else 1))
    if result != of_atom(Atom(name, argument)):
        n.note("sign_of_a_multiple", result, name, argument)
    return result


def _settled(n: Normaliser, name: str, argument: Poly) -> Poly | None:
    """The value where the sign of the argument is known."""
    if not argument:
        return ZERO
    known = n.sign(argument)
    if known is None:
        return None
    if name == "step":
        return ONE if known == 1 else ZERO
    return constant(known)

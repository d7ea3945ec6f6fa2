"""Rules of Gaussian laws of vectors, declared by a mean and a covariance matrix."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from lemmata.kernel.entries import Lowering
from lemmata.kernel.matrices import words
from lemmata.kernel.poly import (
    ONE,
    Argument,
    Atom,
    Mono,
    Poly,
    as_poly,
    as_tuple,
    constant,
    of_atom,
)
from lemmata.kernel.rules import gaussian, rule
from lemmata.kernel.shapes import ONE as FIRST
from lemmata.kernel.shapes import SINGLE, Shape, Shapes
from lemmata.kernel.terms import Det, Entry, Neg, Pow, Range, Sum, Sym, Term
from lemmata.kernel.unfold import unfold

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser, Scope

LARGEST_MOMENT = 6


@dataclass(frozen=True, slots=True)
class Law:
    """A Gaussian law of a vector where it stands.

    Attributes:
        name: The family.
        place: The component that it is a law of, or () for the whole vector.
        vector: The variable as it is declared.
        filler: What the vector, or the component, is called there.
        mean, covariance: Of the whole vector.
        span: The numbers of its components.
        scope: What the names of its conditions stand for.
    """

    name: str
    place: tuple[Poly, ...]
    vector: str
    filler: Poly
    mean: Term
    covariance: Term
    span: Range
    scope: Scope

    def mean_at(self, n: Normaliser, index: Poly) -> Poly:
        """The mean of a component."""
        letter = Sym("the row")
        entry = Lowering(n.declarations).entry(self.mean, letter, FIRST)
        return n.poly(entry, self.scope.with_value(letter.name, index))

    def covariance_at(self, n: Normaliser, row: Poly, column: Poly) -> Poly:
        """The covariance of two components."""
        letters = Sym("the row"), Sym("the column")
        entry = Lowering(n.declarations).entry(self.covariance, *letters)
        scope = self.scope.with_value(letters[0].name, row).with_value(letters[1].name, column)
        return n.poly(entry, scope)

    def used(self, n: Normaliser, name: str) -> None:
        """Note that a rule used this law."""
        n.use(name, f"{self.name} is Gaussian, as declared")


def law_of(n: Normaliser, atom: Atom) -> Law | None:
    """A density that is declared by a mean and a covariance that is positive definite."""
    family, mine, scope = gaussian.declared(n, atom)
    vector = n.declarations.vector_of(family)
    if not n.words or family.multivariate is None or mine is None or vector is None:
        return None
    (_, place, filler), span, shapes = mine, vector.components, Shapes(n.declarations)
    head = filler.atom()
    if span is None or head is None or (not place and head.kind not in {"bound", "sym"}):
        return None
    parts = family.multivariate
    mean = shapes.fill(unfold(parts.mean, n.declarations), Shape(span, SINGLE))
    covariance = shapes.fill(unfold(parts.covariance, n.declarations), Shape(span, span))
    law = Law(family.name, place, vector.name, filler, mean, covariance, span, scope)
    words.open_places(n, ("range", n.poly(span.lower), n.poly(span.upper)))
    row, column = (of_atom(Atom("bound", k)) for k in (words.ROW, words.COLUMN))
    forms = words.forms_of(n, law.covariance_at(n, row, column))
    return law if forms is not None and words.definite(n, forms) else None


@rule("multivariate_gaussian_density")
def log_density(n: Normaliser, atom: Atom) -> Poly | None:
    """The logarithm of the Gaussian density of a vector, or of one of its components.

    Statement: log N(z; m, S) = -k log(2 pi)/2 - log det S/2 - (z - m)^T S^-1 (z - m)/2 for k
        components, and log N(z_i; m_i, S_ii) for one.
    Assumes: the declared law.
    Refuses: a covariance that is not proved to be positive definite, a law of several components.
    Example: log q(z | x) = -k log(2 pi)/2 - log det S/2 - (z - m)^T S^-1 (z - m)/2.
    """
    law = law_of(n, atom)
    if law is None:
        return None
    logs = n.logarithm(constant(2)) + n.logarithm(of_atom(Atom("pi")))
    if law.place:
        (index,) = law.place
        variance, gap = law.covariance_at(n, index, index), law.filler - law.mean_at(n, index)
        if n.sign(variance) != 1:
            return None
        result = logs + n.logarithm(variance) + n.mul(n.mul(gap, gap), n.inverse(variance))
    else:
        lowering = Lowering(n.declarations)
        i, j = lowering.letter(), lowering.letter()
        off = [Sym(law.vector, (k,)) - lowering.entry(law.mean, k, FIRST) for k in (i, j)]
        inverse = Entry(Pow(law.covariance, Neg(FIRST)), (i, j))
        square = Sum(i, law.span, Sum(j, law.span, off[0] * inverse * off[1]))
        length = n.poly(law.span.upper) - n.poly(law.span.lower) + ONE
        volume = n.poly(lowering.number(Det(law.covariance)), law.scope)
        within = law.scope.with_value(law.vector, law.filler)
        result = n.mul(length, logs) + n.logarithm(volume) + n.poly(square, within)
    law.used(n, "multivariate_gaussian_density")
    result = result.scaled(Fraction(-1, 2))
    n.note("multivariate_gaussian_density", result, "log", of_atom(atom))
    return result


@rule("multivariate_gaussian_moments")
def moments(n: Normaliser, number: int, touching: Mono) -> Poly | None:
    """The mean of a product of components of a Gaussian vector.

    Statement: E[z_i] = m_i and E[z_i r] = m_i E[r] + sum of S_ik E[r without z_k] over the factors
        z_k of r, as E[z_i z_j] = m_i m_j + S_ij.
    Assumes: the declared law.
    Refuses: more than 6 components, another factor that contains the vector.
    Example: int q(z) (z - m)^T A (z - m) dz = tr(A S).
    """
    laws = [atom for atom, exponent in touching if atom.kind == "dens" and exponent == 1]
    law = law_of(n, laws[0]) if len(laws) == 1 else None
    if law is None or law.filler != of_atom(Atom("bound", number)):
        return None
    places: list[Poly] = []
    head = law.filler.atom()
    for atom, exponent in touching:
        place: tuple[Argument, ...] = law.place if atom == head else ()
        if atom.kind == "comp" and atom.arguments[0] == head and not law.place:
            place = as_tuple(atom.arguments[1])
        if atom != laws[0] and (not place or exponent.denominator != 1 or exponent < 0):
            return None
        places += [as_poly(index) for index in place[:1]] * int(exponent)
    if len(places) > LARGEST_MOMENT or any(number in place.free for place in places):
        return None
    law.used(n, "multivariate_gaussian_moments")
    result = _moment(n, law, places)
    if number in result.free:
        return None
    n.note_binder("multivariate_gaussian_moments", result, number, touching)
    return result


def _moment(n: Normaliser, law: Law, places: list[Poly]) -> Poly:
    """The mean of the product of some components."""
    if not places:
        return ONE
    first, *rest = places
    result = n.mul(law.mean_at(n, first), _moment(n, law, rest))
    for k, other in enumerate(rest):
        others = [*rest[:k], *rest[k + 1 :]]
        result = result + n.mul(law.covariance_at(n, first, other), _moment(n, law, others))
    return result

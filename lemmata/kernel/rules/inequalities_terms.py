"""Terms that are never negative, built and checked here, whoever proposes them.

Each builder takes an integral's open variables, a weight and functions, checks the side conditions
of one inequality, and returns the normal form of a term that is then known to be at least 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

from lemmata.kernel.poly import ONE, Argument, Poly
from lemmata.kernel.rules import densities, rule
from lemmata.kernel.rules.inequalities_logarithms import FINITE

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser

Kind: TypeAlias = Literal["divergence", "tangent", "square", "variance", "factor"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal of a term that may never be negative; nothing is believed about it.

    Attributes:
        kind: Which builder is to check it.
        binders: The open variables of its integral, each with its sort.
        weight: What is integrated against.
        left: The first function of the builder.
        right: The second one, where there are two.
        times: A factor of the whole term.
        over: The number of the variable whose laws a divergence compares; only for its name.
    """

    kind: Kind
    binders: tuple[tuple[int, Argument], ...]
    weight: Poly
    left: Poly
    right: Poly = ONE
    times: Poly = ONE
    over: int | None = None


def build(n: Normaliser, candidate: Candidate) -> Poly | None:
    """The normal form of a candidate if it is proved to be non-negative, else None."""
    builder = {
        "divergence": divergence,
        "tangent": tangent_gap,
        "square": square,
        "variance": variance,
        "factor": factor,
    }[candidate.kind]
    if not (_nonnegative(n, candidate.weight) and _nonnegative(n, candidate.times)):
        return None
    term = builder(n, candidate)
    return None if term is None else n.mul(term, candidate.times)


def _nonnegative(n: Normaliser, poly: Poly) -> bool:
    lower, _ = n.bounds(poly)
    return lower is not None and lower[0] >= 0


def _real(n: Normaliser, poly: Poly) -> bool:
    """Whether a function is real wherever it is written: no root of what may be negative."""
    powers = (power for mono in poly.terms for power in mono)
    return all(exponent.denominator == 1 or n.positive(atom) for atom, exponent in powers)


def _integral(n: Normaliser, candidate: Candidate, body: Poly) -> Poly:
    whole = densities.reduce_quotients(n, n.mul(candidate.weight, body))
    return n.bind(list(candidate.binders), whole) if candidate.binders else whole


@rule("divergence_is_nonnegative")
def divergence(n: Normaliser, candidate: Candidate) -> Poly | None:
    """Gibbs' inequality.

    Statement: int w log(a/b) >= 0 for w >= 0, a, b > 0, if int w b/a = int w.
    Assumes: the expectations are finite.
    Refuses: functions not known to be positive, masses that are not equal in normal form.
    Example: KL(q(z | x) || p(z)) >= 0, also averaged over x.
    """
    top, bottom = candidate.left, candidate.right
    if n.sign(top) != 1 or n.sign(bottom) != 1:
        return None
    if _integral(n, candidate, n.mul(bottom, n.inverse(top))) != _integral(n, candidate, ONE):
        return None
    n.use("divergence_is_nonnegative", FINITE)
    return _integral(n, candidate, n.logarithm(top) - n.logarithm(bottom))


@rule("tangent_gap_is_nonnegative")
def tangent_gap(n: Normaliser, candidate: Candidate) -> Poly | None:
    """The logarithm lies below its tangent at 1.

    Statement: int w (u - 1 - log u) >= 0 for w >= 0 and u > 0.
    Assumes: the expectations are finite.
    Refuses: a function not known to be positive.
    Example: sigma^2 - 1 - log sigma^2 >= 0.
    """
    if n.sign(candidate.left) != 1:
        return None
    n.use("tangent_gap_is_nonnegative", FINITE)
    return _integral(n, candidate, candidate.left - ONE - n.logarithm(candidate.left))


@rule("square_is_nonnegative")
def square(n: Normaliser, candidate: Candidate) -> Poly | None:
    """The integral of a square is not negative.

    Statement: int w f^2 >= 0 for w >= 0 and real f.
    Assumes: the expectations are finite.
    Refuses: a weight of unknown sign, a root of what may be negative.
    Example: (a - b)^2 >= 0, so a^2 + b^2 >= 2 a b.
    """
    if not _real(n, candidate.left):
        return None
    n.use("square_is_nonnegative", FINITE if candidate.binders else "")
    return _integral(n, candidate, n.mul(candidate.left, candidate.left))


@rule("variance_is_nonnegative")
def variance(n: Normaliser, candidate: Candidate) -> Poly | None:
    """The Cauchy-Schwarz inequality, for probabilities: a variance is not negative.

    Statement: (int w) (int w f^2) >= (int w f)^2 for w >= 0 and real f.
    Assumes: the expectations are finite.
    Refuses: a weight of unknown sign, a root of what may be negative.
    Example: E_p[f(x)^2] >= E_p[f(x)]^2.
    """
    if not candidate.binders or not _real(n, candidate.left):
        return None
    mean = _integral(n, candidate, candidate.left)
    moment = _integral(n, candidate, n.mul(candidate.left, candidate.left))
    n.use("variance_is_nonnegative", FINITE)
    return n.mul(_integral(n, candidate, ONE), moment) - n.power_number(mean, Fraction(2))


def factor(n: Normaliser, candidate: Candidate) -> Poly | None:
    """A term whose sign the declarations give."""
    return candidate.left if _nonnegative(n, candidate.left) else None

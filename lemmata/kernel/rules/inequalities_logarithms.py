"""Rules that bound an expectation of a logarithm from below: Jensen, the tangent, monotony.

A difference is read as sums of `int w sum_k c_k log a_k`, one group for each weight w >= 0, and a
rest without logarithms. A weight that is a marginal of another one joins its group: int p(x) log
a(x) dx = int int p(x, z) log a(x) dx dz.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING

from lemmata.kernel.poly import (
    ONE,
    ZERO,
    Argument,
    Atom,
    Mono,
    Name,
    Poly,
    constant,
    join,
    of_atom,
    of_mono,
    split,
)
from lemmata.kernel.rules import densities, rule

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser

FINITE = "the expectations are finite"
LARGEST_TELESCOPE = 4
LARGEST_SCALES = 2


@dataclass(frozen=True, slots=True)
class Group:
    """The integral of a weight times a sum of logarithms: int w sum_k c_k log a_k.

    Attributes:
        binders: The open variables of the integral, each with its sort.
        weight: What the logarithms are weighted with; never negative.
        logarithms: The coefficient c_k of each a_k; every a_k is positive.
    """

    binders: tuple[tuple[int, Argument], ...]
    weight: Poly
    logarithms: dict[Poly, Fraction]

    def scales(self, rest: Poly) -> list[Fraction]:
        """Numbers to divide the coefficients by.

        Those that leave whole powers come first, then those of the logarithms in the rest.
        """
        own = {abs(c) for c in self.logarithms.values()}
        whole = {s for s in own if all((c / s).denominator == 1 for c in self.logarithms.values())}
        outer = {abs(c) for mono, c in rest.terms.items() if any(a.kind == "log" for a, _ in mono)}
        ordered = dict.fromkeys((*sorted(whole, reverse=True), *sorted(outer), *sorted(own)))
        return list(ordered)[:LARGEST_SCALES]

    def value(self, n: Normaliser) -> Poly:
        """The integral itself."""
        logs = ZERO
        for argument, coefficient in self.logarithms.items():
            logs = logs + n.logarithm(argument).scaled(coefficient)
        return n.bind(list(self.binders), n.mul(self.weight, logs))

    def mass(self, n: Normaliser) -> Poly:
        """The integral of the weight."""
        return n.bind(list(self.binders), self.weight)

    def product(self, n: Normaliser, power: Fraction) -> Poly:
        """R^power for R = prod_k a_k^(c_k)."""
        result = ONE
        for argument, coefficient in self.logarithms.items():
            result = n.mul(result, n.power_number(argument, coefficient * power))
        return densities.reduce_quotients(n, result)

    def inverse_mass(self, n: Normaliser, scale: Fraction) -> Poly:
        """The integral of w R^(-1/scale)."""
        body = n.mul(self.weight, self.product(n, -1 / scale))
        return n.bind(list(self.binders), densities.reduce_quotients(n, body))


@rule("jensen")
def jensen(n: Normaliser, group: Group, scale: Fraction) -> Poly | None:
    """Jensen's inequality for the logarithm (Gibbs' inequality, the log-sum inequality).

    Statement: int w log R >= s m (log m - log int w R^(-1/s)) for w >= 0, R > 0, m = int w > 0, s
        > 0; with m = 1 and s = 1 it is E_w[log R] >= -log E_w[1/R].
    Assumes: the expectations are finite.
    Refuses: a weight of unknown sign, a total mass not known to be positive, a factor of R not
        known to be positive.
    Example: E_q[log q(z)/p(z)] >= -log int p(z) dz = 0.
    """
    mass, inverse = group.mass(n), group.inverse_mass(n, scale)
    if n.sign(mass) != 1 or n.sign(inverse) != 1:
        return None
    n.use("jensen", FINITE)
    n.note_bound("jensen", group.binders, scale, group.logarithms, weight=group.weight)
    return n.mul(mass, n.logarithm(mass) - n.logarithm(inverse)).scaled(scale)


@rule("tangent")
def tangent(n: Normaliser, group: Group, scale: Fraction) -> Poly | None:
    """The logarithm lies below its tangent at 1, and above its reflection.

    Statement: int w log R >= s (int w - int w R^(-1/s)) for w >= 0, R > 0, s > 0, because log u >=
        1 - 1/u.
    Assumes: the expectations are finite.
    Refuses: a weight of unknown sign, a factor of R not known to be positive. No mass need be 1.
    Example: KL(p || q) <= int p(x)^2/q(x) dx - 1.
    """
    n.use("tangent", FINITE)
    n.note_bound("tangent", group.binders, scale, group.logarithms, weight=group.weight)
    return (group.mass(n) - group.inverse_mass(n, scale)).scaled(scale)


@rule("monotone_logarithm")
def monotone(n: Normaliser, group: Group, scale: Fraction) -> Poly | None:
    """The logarithm of what is at least c is at least log c.

    Statement: int w log R >= log c int w for w >= 0 and R >= c > 0, c a number.
    Assumes: nothing.
    Refuses: a weight of unknown sign, an R that is not a sum of a positive number and terms known
        to be non-negative.
    Example: E_p[log((2 p(x) + q(x))/p(x))] >= log 2.
    """
    lower, _ = n.bounds(group.product(n, 1 / scale))
    if lower is None or lower[0] <= 0:
        return None
    floor = constant(lower[0])
    n.use("monotone_logarithm")
    parts = {"weight": group.weight, "floor": floor}
    n.note_bound("monotone_logarithm", group.binders, scale, group.logarithms, **parts)
    return n.mul(group.mass(n), n.logarithm(floor)).scaled(scale)


def read_groups(
    n: Normaliser, gap: Poly, *, merge: bool, exponents: bool = True
) -> tuple[list[Group], Poly]:
    """The weighted logarithms of a difference and the rest: gap = sum of the groups' values + rest.

    Args:
        n: The normaliser.
        gap: The difference.
        exponents: Whether E_w[f] is read as E_w[log exp f], or left in the rest.
        merge: Whether a weight that is a marginal of another joins its group; otherwise only equal
        weights meet.
    """
    rest, found = ZERO, []
    if not any(_has_logarithm(mono) for mono in gap.terms):
        return [], gap
    for mono, coefficient in gap.items():
        group = _read(n, mono, coefficient, exponents=exponents)
        if group is None:
            rest = rest + of_mono(mono, coefficient)
        else:
            found.append(group)
    groups: list[Group] = []
    for group in sorted(found, key=lambda g: -len(g.binders)):
        home = next((g for g in groups if _join(n, g, group, merge=merge)), None)
        if home is None:
            groups.append(group)
    kept = []
    for group in groups:
        logarithms = {a: c for a, c in group.logarithms.items() if c}
        if logarithms:
            kept.append(Group(group.binders, group.weight, logarithms))
    return kept, rest


def _has_logarithm(mono: Mono) -> bool:
    bodies = (a.arguments[1] for a, _ in mono if a.kind == "bind")
    inner = (m for body in bodies if isinstance(body, Poly) for m in body.terms)
    return any(a.kind == "log" for a, _ in mono) or any(_has_logarithm(m) for m in inner)


def _read(n: Normaliser, mono: Mono, coefficient: Fraction, *, exponents: bool) -> Group | None:
    """One term as a weight times a logarithm; None if it is not, or a sign is not known."""
    telescopes = [(atom, exponent) for atom, exponent in mono if atom.kind == "bind"]
    binders: list[tuple[int, Argument]] = []
    factors = mono
    if len(telescopes) > 1 or (telescopes and telescopes[0][1] != 1):
        return None
    if telescopes:
        binders, body = n.open(telescopes[0][0])
        if len(body.terms) != 1 or len(binders) > LARGEST_TELESCOPE:
            return None
        ((inner, size),) = body.terms.items()
        coefficient *= size
        factors = join(inner, tuple(pair for pair in mono if pair[0].kind != "bind"))
    logs, others = split(factors, lambda atom: atom.kind == "log")
    if len(logs) == 1 and logs[0][1] == 1:
        argument = logs[0][0].arguments[0]
    elif exponents and not logs and binders:  # E_w[f] = E_w[log exp f]
        others, residue = split(factors, lambda atom: atom.kind == "dens")
        argument = n.exponential(of_mono(residue)) if residue and others else None
    else:
        return None
    if not isinstance(argument, Poly) or argument.number() is not None or n.sign(argument) != 1:
        return None
    lower, _ = n.bounds(of_mono(others))
    if lower is None or lower[0] < 0:
        return None
    return Group(tuple(binders), of_mono(others), {argument: coefficient})


def _join(n: Normaliser, home: Group, guest: Group, *, merge: bool) -> bool:
    """Add a term to a group whose weight has the term's weight as a marginal.

    Where several namings of the term's variables fit, each gets the same share.
    """
    if not merge and len(home.binders) != len(guest.binders):
        return False
    ((argument, coefficient),) = guest.logarithms.items()
    fitting: list[Poly] = []
    for images in permutations(home.binders, len(guest.binders)):
        if any(mine[1] != its[1] for mine, its in zip(images, guest.binders, strict=True)):
            continue
        pairs = zip(images, guest.binders, strict=True)
        mapping: dict[Name, Poly] = {its[0]: of_atom(Atom("bound", mine[0])) for mine, its in pairs}
        others = [b for b in home.binders if b not in images]
        marginal = n.bind(others, home.weight) if others else home.weight
        if n.substitute(guest.weight, mapping) == marginal:
            fitting.append(n.substitute(argument, mapping))
    for renamed in fitting:
        share = coefficient / len(fitting)
        home.logarithms[renamed] = home.logarithms.get(renamed, Fraction(0)) + share
    return bool(fitting)

"""Rules of declared Gaussian laws: the logarithm of the density, and moments by recurrence."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from lemmata.kernel.poly import ONE, ZERO, Atom, Mono, Poly, constant, of_atom
from lemmata.kernel.rules import densities, rule
from lemmata.kernel.unfold import unfold

if TYPE_CHECKING:
    from lemmata.kernel.declarations import Family
    from lemmata.kernel.normal import Normaliser, Scope

LARGEST_MOMENT = 12


def declared(n: Normaliser, atom: Atom) -> tuple[Family, densities.Entry | None, Scope]:
    """A density's family, the entry that it is a law of, and the values of its conditions.

    None for the entry where the density is not the one that is declared.
    """
    from lemmata.kernel.normal import Scope  # the normaliser imports the rules

    family = n.declarations.family(str(atom.arguments[0]))
    entries, scope = densities.entries_of(atom), Scope()
    mine = [e for e in entries if e[0] in family.of]
    given = [e for e in entries if e[0] in family.given]
    if "normal" not in n.facts or len(mine) != 1 or len(given) != len(family.given):
        return family, None, scope
    for role, place, value in given:
        if place:
            return family, None, scope
        for variable in n.declarations.variables:  # the law is written in the variable's own name
            if variable.place == role:
                scope = scope.with_value(variable.name, value)
    return family, mine[0], scope


def parameters(n: Normaliser, atom: Atom) -> tuple[Poly, Poly, Poly] | None:
    """Value, mean and standard deviation of a density declared Gaussian.

    None for any other density.

    The law is declared for the family's variable given all the family's conditions, so a marginal
    over a condition or a density that lacks one is not it.
    """
    family, mine, scope = declared(n, atom)
    if family.normal is None or mine is None:
        return None
    _, index, filler = mine
    if len(index) != (1 if family.normal.index else 0):
        return None
    if index:
        scope = scope.with_value(family.normal.index, index[0])
    law = (unfold(part, n.declarations) for part in (family.normal.mean, family.normal.deviation))
    mean, deviation = (n.poly(part, scope) for part in law)
    return filler, mean, deviation


@rule("gaussian_density")
def log_density(n: Normaliser, atom: Atom) -> Poly | None:
    """The logarithm of a Gaussian density.

    Statement: log N(z; mu, sigma^2) = -log(2 pi)/2 - log sigma - (z - mu)^2 / (2 sigma^2).
    Assumes: the declared law.
    Refuses: a density that is not declared Gaussian, a marginal or conditional of it other than
        the declared one.
    Example: log q(z_j | x) = -log(2 pi sigma_j^2)/2 - (z_j - mu_j)^2 / (2 sigma_j^2).
    """
    law = parameters(n, atom)
    if law is None:
        return None
    value, mean, deviation = law
    n.use("gaussian_density", f"{atom.arguments[0]} is Gaussian, as declared")
    gap = value - mean
    square = n.mul(n.mul(gap, gap), n.power_number(n.inverse(deviation), Fraction(2)))
    half = Fraction(1, 2)
    logs = n.logarithm(constant(2)) + n.logarithm(of_atom(Atom("pi")))
    result = logs.scaled(-half) - n.logarithm(deviation) - square.scaled(half)
    n.note("gaussian_density", result, "log", of_atom(atom))
    return result


@rule("gaussian_moments")
def moments(n: Normaliser, number: int, touching: Mono) -> Poly | None:
    """The moments of a Gaussian law.

    Statement: int N(z; mu, sigma^2) z^k dz = m_k with m_0 = 1, m_1 = mu, m_k = mu m_{k-1} +
        (k-1) sigma^2 m_{k-2}.
    Assumes: the declared law.
    Refuses: a power above 12, a negative or fractional power, any other factor that contains z.
    Example: int q(z) (z - mu)^2 dz = sigma^2.
    """
    laws = [atom for atom, exponent in touching if atom.kind == "dens" and exponent == 1]
    rest = [(atom, exponent) for atom, exponent in touching if atom not in laws]
    if len(laws) != 1 or len(rest) > 1:
        return None
    law = parameters(n, laws[0])
    variable = Atom("bound", number)
    if law is None or law[0] != of_atom(variable):
        return None
    if rest and (
        rest[0][0] != variable
        or rest[0][1].denominator != 1
        or not 0 < rest[0][1] <= LARGEST_MOMENT
    ):
        return None
    _, mean, deviation = law
    if number in mean.free or number in deviation.free:
        return None
    variance = n.mul(deviation, deviation)
    before, current = ZERO, ONE
    for k in range(int(rest[0][1]) if rest else 0):
        before, current = current, n.mul(mean, current) + n.mul(variance, before).scaled(k)
    n.use("gaussian_moments", f"{laws[0].arguments[0]} is Gaussian, as declared")
    n.note_binder("gaussian_moments", current, number, touching)
    return current

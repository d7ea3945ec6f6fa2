"""Two components of a vector whose components are declared independent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemmata.kernel.poly import (
    ONE,
    Argument,
    Atom,
    Mono,
    Poly,
    as_poly,
    as_tuple,
    of_atom,
    of_mono,
)
from lemmata.kernel.rules import densities, rule

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser


@rule("independent_factors")
def independent_factors(n: Normaliser, number: int, sort: Argument, touching: Mono) -> Poly | None:
    """The mean of a product over two components is the product of the means, where they differ.

    Statement: int q(z) f(z_i) g(z_j) dz = E[f(z_i)] E[g(z_j)], plus where i = j the difference
        E[f(z_i) g(z_i)] - E[f(z_i)] E[g(z_i)], when q is declared independent.
    Assumes: the declared independence.
    Refuses: a family not declared independent, a marginal of it, three components, a factor that
        holds both, a component whose index is bound below another sign.
    Example: int q(z) z_i z_j dz = E[z_i] E[z_j] for i != j.
    """
    assert isinstance(sort, tuple)
    laws = [a for a, e in touching if a.kind == "dens" and e == 1 and densities.fills(n, a, number)]
    if sort[0] != "space" or len(laws) != 1:
        return None
    family, whole, mine, _ = densities.independent(n, laws[0])
    rest = tuple(pair for pair in touching if pair[0] != laws[0])
    found: dict[str, Atom] = {}
    groups: dict[str, list[tuple[Atom, object]]] = {}
    for atom, exponent in rest:
        parts = {part.key: part for part in densities.components(atom, number)}
        part = next(iter(parts.values()))
        if len(parts) != 1 or part.kind != "comp" or not part.free <= atom.free:
            return None
        found[part.key] = part
        groups.setdefault(part.key, []).append((atom, exponent))
    if whole is None or len(found) != 2:
        return None
    first, second = (tuple(pair for pair in rest if pair in groups[key]) for key in sorted(found))
    here, there = (found[key] for key in sorted(found))
    names = frozenset({number})
    moved = n.transform(
        of_mono(second), names, lambda atom: of_atom(here) if atom == there else None
    )
    n.use("independent_factors", f"the components of {mine[0]} are independent under {family.name}")

    def mean(body: Poly) -> Poly:
        fresh = n.fresh()
        n.note_limits(fresh, sort)
        below = n.mul(of_atom(laws[0]), body)
        return n.bind([(fresh, sort)], n.substitute(below, {number: of_atom(Atom("bound", fresh))}))

    apart = n.mul(mean(of_mono(first)), mean(of_mono(second)))
    gap = as_poly(as_tuple(here.arguments[1])[0]) - as_poly(as_tuple(there.arguments[1])[0])
    equal = n.build("eq0", (gap,))
    together = mean(n.mul(of_mono(first), moved))
    result = n.mul(equal, together) + n.mul(ONE - equal, apart)
    n.note_binder("independent_factors", result, number, touching)
    return result

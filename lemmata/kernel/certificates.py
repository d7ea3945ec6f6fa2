"""Certificates: a proof as data that `lemmata.kernel.recheck` verifies without the prover.

A certificate holds the statement, the declarations, the facts in force and every use of a rule as
an equation `before = after` between terms, valid for all values of its open variables, in the order
in which the prover used them; for an inequality it also holds the terms that are never negative.
The schema is described in docs/certificates.md.
"""

from __future__ import annotations

from typing import Any

from lemmata import __version__
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.encode import encode, seal
from lemmata.kernel.equations import multipliers, products
from lemmata.kernel.notes import Bound, Instance
from lemmata.kernel.poly import Argument, Poly, of_atom
from lemmata.kernel.prove import Proof, prove, trace
from lemmata.kernel.render import Renderer
from lemmata.kernel.terms import Statement

FORMAT = 1


def certificate(proof: Proof, declarations: Declarations) -> dict[str, Any]:
    """The certificate of a proof, ready for `json.dumps`."""
    steps: list[dict[str, Any]] = []
    bounds: list[dict[str, Any]] = []
    induction: dict[str, Any] | None = None
    for noted in trace(proof, declarations):
        if isinstance(noted, Bound):
            bounds.append(_bound(noted, declarations))
            continue
        step = _step(noted, declarations)
        if noted.rule == "induction":
            induction = {"size": noted.assumes.split()[2], "multiple": step["after"]}
        elif step not in steps:
            steps.append(step)
    return seal(
        {
            "format": FORMAT,
            "lemmata": __version__,
            "statement": encode(proof.statement),
            "declarations": encode(declarations),
            "facts": list(proof.facts),
            "steps": steps,
            "bounds": bounds,
            "induction": induction,
            "rules": list(proof.rules),
            "assumptions": list(proof.assumptions),
            "models": [],
        }
    )


def equivalence(
    first: Statement, second: Statement, declarations: Declarations
) -> dict[str, Any] | None:
    """The certificate that two equations have the same solutions; None if no proof is found.

    It is that of `a (left - right) = b (left - right)`, for multipliers that are never zero.
    """
    factors = multipliers(first, second, declarations)
    if factors is None or first.relation != "=" or second.relation != "=":
        return None
    proof = prove(products(first, second, factors), declarations)
    if not isinstance(proof, Proof):
        return None
    found = certificate(proof, declarations)
    return seal({**found, "equations": [encode(first), encode(second)]})


def _step(instance: Instance, declarations: Declarations) -> dict[str, Any]:
    """One use of a rule, its open variables named."""
    context: tuple[Argument, ...] = (instance.before, instance.after, *instance.sorts.values())
    renderer = Renderer(declarations, context)
    whole = (of_atom(instance.before), instance.after)
    return {
        "rule": instance.rule,
        "open": _named(instance.sorts, whole, renderer),
        "before": encode(renderer.atom(instance.before)),
        "after": encode(renderer.poly(instance.after)),
        "assumes": instance.assumes,
    }


def _bound(bound: Bound, declarations: Declarations) -> dict[str, Any]:
    """One use of a rule of inequalities, its variables named."""
    parts = (*bound.parts.values(), *bound.logarithms)
    own = dict(bound.binders)
    renderer = Renderer(declarations, (*parts, *bound.sorts.values(), *own.values()))
    return {
        "rule": bound.rule,
        "open": _named(bound.sorts, parts, renderer),
        "over": _named(own, parts, renderer),
        "number": str(bound.number),
        "logarithms": [
            [str(coefficient), encode(renderer.poly(argument))]
            for argument, coefficient in bound.logarithms.items()
        ],
        "parts": {name: encode(renderer.poly(part)) for name, part in bound.parts.items()},
    }


def _named(sorts: dict[int, Argument], body: Argument, renderer: Renderer) -> list[Any]:
    """Names for some variables, each with its sort: the kind, then the place or the limits."""
    named = []
    for symbol, sort in renderer.open(sorts, body):
        parts = [encode(renderer.poly(p)) if isinstance(p, Poly) else str(p) for p in sort]
        named.append([encode(symbol), parts])
    return named

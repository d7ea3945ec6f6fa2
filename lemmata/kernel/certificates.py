"""Certificates: a proof as data that `lemmata.kernel.recheck` verifies without the prover.

A certificate holds the statement, the declarations, the facts in force and every use of a rule as
an equation `before = after` between terms, valid for all values of its open variables, in the order
in which the prover used them. The schema is described in docs/certificates.md.
"""

from __future__ import annotations

from typing import Any

from lemmata import __version__
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.encode import encode, seal
from lemmata.kernel.normal import Instance
from lemmata.kernel.poly import Argument, Poly
from lemmata.kernel.prove import Proof, trace
from lemmata.kernel.render import Renderer
from lemmata.kernel.terms import Term

FORMAT = 1


def certificate(proof: Proof, declarations: Declarations) -> dict[str, Any]:
    """The certificate of a proof, ready for `json.dumps`."""
    steps: list[dict[str, Any]] = []
    induction: dict[str, Any] | None = None
    for instance in trace(proof, declarations):
        step = _step(instance, declarations)
        if instance.rule == "induction":
            size = instance.assumes.split()[2]
            induction = {"size": size, "multiple": step["after"]}
        elif step not in steps:
            steps.append(step)
    return seal(
        {
            "format": FORMAT,
            "lemmata": __version__,
            "statement": encode(proof.statement),
            "declarations": encode(declarations),
            "facts": list(proof.facts),
            "induction": induction,
            "steps": steps,
            "rules": list(proof.rules),
            "assumptions": list(proof.assumptions),
            "models": [],
        }
    )


def _step(instance: Instance, declarations: Declarations) -> dict[str, Any]:
    """One use of a rule, its open variables named."""
    context: tuple[Argument, ...] = (instance.before, instance.after, *instance.sorts.values())
    renderer = Renderer(declarations, context)
    whole = (Poly({((instance.before, 1),): 1}), instance.after)  # type: ignore[dict-item]
    opened = [
        [encode(symbol), _sort(sort, renderer)]
        for symbol, sort in renderer.open(instance.sorts, whole)
    ]
    return {
        "rule": instance.rule,
        "open": opened,
        "before": encode(renderer.atom(instance.before)),
        "after": encode(renderer.poly(instance.after)),
        "assumes": instance.assumes,
    }


def _sort(sort: tuple[Argument, ...], renderer: Renderer) -> list[Any]:
    """A sort as JSON: its kind, then its place or its limits."""
    parts: list[str | Term] = [
        renderer.poly(part) if isinstance(part, Poly) else str(part) for part in sort
    ]
    return [part if isinstance(part, str) else encode(part) for part in parts]

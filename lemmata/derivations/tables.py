"""Finite laws with symbolic entries, and the one inequality behind every bound on a divergence.

Each cell of a table has a positive symbol of its own, its weight; probabilities are weights over
their sum. So every law with full support is covered, and no constraint between symbols has to be
remembered. All entropies and divergences are in nats.
"""

import itertools
from collections.abc import Mapping, Sequence

from lemmata.derivations.workings import Expr, Workings


class Table:
    """A joint law of named finite variables, with all its marginals and conditionals."""

    def __init__(self, letter: str, **sizes: int) -> None:
        import sympy as sp

        self._names = tuple(sizes)
        cells = itertools.product(*(range(size) for size in sizes.values()))
        self._weights = {
            cell: sp.Symbol(f"{letter}_{''.join(map(str, cell))}", positive=True) for cell in cells
        }

    def __call__(self, event: Mapping[str, int], given: Mapping[str, int] | None = None) -> Expr:
        """The probability of an event, conditional on another one if that is given."""
        condition = given or {}
        return self._weight({**condition, **event}) / self._weight(condition)

    def _weight(self, event: Mapping[str, int]) -> Expr:
        import sympy as sp

        return sp.Add(
            *(
                weight
                for cell, weight in self._weights.items()
                if all(cell[self._names.index(name)] == value for name, value in event.items())
            )
        )


def distribution(letter: str, size: int) -> list[Expr]:
    """The probabilities of an arbitrary law with full support on `size` points."""
    import sympy as sp

    weights = sp.symbols(f"{letter}_0:{size}", positive=True)
    return [weight / sp.Add(*weights) for weight in weights]


def moving_distribution(letter: str, size: int, parameter: Expr) -> list[Expr]:
    """A law on `size` points whose weights are unknown positive functions of a parameter."""
    import sympy as sp

    weights = [sp.Function(f"{letter}_{i}", positive=True)(parameter) for i in range(size)]
    return [weight / sp.Add(*weights) for weight in weights]


def mean(law: Sequence[Expr], values: Sequence[Expr]) -> Expr:
    """The expectation of a finite variable."""
    import sympy as sp

    return sp.Add(*(p * value for p, value in zip(law, values, strict=True)))


def mean_log(law: Sequence[Expr], values: Sequence[Expr]) -> Expr:
    """The expectation of the logarithm of a positive finite variable."""
    import sympy as sp

    return mean(law, [sp.log(value) for value in values])


def entropy(law: Sequence[Expr]) -> Expr:
    """The entropy of a finite law."""
    return -mean_log(law, law)


def divergence(q: Sequence[Expr], p: Sequence[Expr]) -> Expr:
    """The Kullback-Leibler divergence of `q` from `p`."""
    return mean_log(q, [a / b for a, b in zip(q, p, strict=True)])


def confirm_gibbs(workings: Workings, name: str, q: Sequence[Expr], p: Sequence[Expr]) -> None:
    """Record that the divergence of `q` from `p` is at least zero, and zero only if they agree.

    The function g(u) = u - 1 - log u is strictly convex on u > 0, where its second derivative is
    positive, and g and its slope vanish at u = 1. So g >= 0 with equality at 1 only; and the
    divergence is the mean of g(p / q) under q.
    """
    import sympy as sp

    u = sp.Symbol("u", positive=True)
    g = u - 1 - sp.log(u)
    ratios = [b / a for a, b in zip(q, p, strict=True)]
    workings.zero(
        f"{name}: the divergence is a mean of u - 1 - log u",
        divergence(q, p) - mean(q, [g.subs(u, ratio) for ratio in ratios]),
    )
    workings.zero(
        f"{name}: u - 1 - log u and its slope vanish at 1", g.subs(u, 1), g.diff(u).subs(u, 1)
    )
    workings.positive(f"{name}: its second derivative is positive", g.diff(u, 2))

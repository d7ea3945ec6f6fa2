"""Non-negative solutions of linear equations, in floating point. Not trusted: users re-check them.

    find_multipliers(columns, goal)   m >= 0 with sum_k m_k columns[k] = goal, or None

Columns and goal are sparse vectors: {row: number}. Two cheap steps come first, because most
systems end there: a row that no column can fill proves that there is no solution, and a column
that would leave a row unbalanced takes no part.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

Row = TypeVar("Row", bound=Hashable)

TOLERANCE = 1e-9
LARGEST_DENOMINATOR = 1_000
LARGEST_STEPS = 400


def find_multipliers(
    columns: Sequence[Mapping[Row, Fraction]], goal: Mapping[Row, Fraction]
) -> list[Fraction] | None:
    """Look for numbers m_k >= 0 with sum_k m_k columns[k] = goal.

    Returns:
        One number per column, rounded to fractions of small denominators, or None where none were
        found. Nothing is
        promised: the numbers must be checked exactly.
    """
    kept = useful_columns(columns, goal)
    if kept is None:
        return None
    rows = sorted({row for k in kept for row in columns[k]} | set(goal), key=str)
    matrix = [[float(columns[k].get(row, 0)) for k in kept] for row in rows]
    solution = _feasible_point(matrix, [float(goal.get(row, 0)) for row in rows])
    if solution is None:
        return None
    result = [Fraction(0)] * len(columns)
    for k, value in zip(kept, solution, strict=True):
        result[k] = Fraction(value).limit_denominator(LARGEST_DENOMINATOR)
    return result


def useful_columns(
    columns: Sequence[Mapping[Row, Fraction]], goal: Mapping[Row, Fraction]
) -> list[int] | None:
    """The columns that may take part in a solution, or None where a row cannot be filled.

    A row needs a column of the goal's sign. Where the goal is 0, or has the other sign, a column
    takes part only if another one can balance it.
    """
    kept = set(range(len(columns)))
    while True:
        signs: dict[Row, set[bool]] = {}
        for k in kept:
            for row, value in columns[k].items():
                signs.setdefault(row, set()).add(value > 0)
        if any(value and (value > 0) not in signs.get(row, ()) for row, value in goal.items()):
            return None
        useless = {
            k
            for k in kept
            for row, value in columns[k].items()
            if len(signs[row]) == 1 and not goal.get(row, 0) * value > 0
        }
        if not useless:
            return sorted(kept)
        kept -= useless


def _feasible_point(matrix: list[list[float]], goal: list[float]) -> list[float] | None:
    """Phase one of the simplex method: x >= 0 with matrix x = goal.

    Each row gets an artificial variable, and their sum is brought down to 0. The tableau holds the
    columns of x and the right-hand side; columns of artificial variables are not kept, because one
    that has left never returns.
    """
    width = len(matrix[0]) if matrix else 0
    table = [
        [-v for v in (*row, right)] if right < 0 else [*row, right]
        for row, right in zip(matrix, goal, strict=True)
    ]
    cost = [sum(column) for column in zip(*table, strict=True)] if table else []
    basis = [-1] * len(table)
    for step in range(LARGEST_STEPS):
        if not cost or cost[-1] < TOLERANCE:
            break
        # the steepest column first; later the first one, which cannot run in circles
        choices = [j for j in range(width) if cost[j] > TOLERANCE]
        if not choices:
            return None
        entering = max(choices, key=cost.__getitem__) if step < LARGEST_STEPS // 2 else choices[0]
        ratios = [
            (row[-1] / row[entering], i) for i, row in enumerate(table) if row[entering] > TOLERANCE
        ]
        if not ratios:
            return None
        _pivot(table, cost, min(ratios)[1], entering)
        basis[min(ratios)[1]] = entering
    if cost and cost[-1] >= TOLERANCE:
        return None
    solution = [0.0] * width
    for row, entering in zip(table, basis, strict=True):
        if entering >= 0:
            solution[entering] = max(0.0, row[-1])
    return solution


def _pivot(table: list[list[float]], cost: list[float], place: int, entering: int) -> None:
    """Make the entering column a unit vector with its 1 in the chosen row."""
    scale = table[place][entering]
    chosen = table[place] = [value / scale for value in table[place]]
    for i, row in enumerate(table):
        if i != place and row[entering]:
            factor = row[entering]
            table[i] = [a - factor * b for a, b in zip(row, chosen, strict=True)]
    factor = cost[entering]
    cost[:] = [a - factor * b for a, b in zip(cost, chosen, strict=True)]

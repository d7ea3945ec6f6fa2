"""Hypothesis strategies for the things that machine learning is about, in small exact numbers.

Everything is drawn as fractions, so that all but logarithms and exponentials is exact and failures
shrink to examples that can be checked by hand: two points, weights 1 and 2, zeros and ones. No
strategy touches a global source of randomness.

Numbers          rationals  numbers  sizes  arrays
Distributions    pmfs  joints  diagonal_gaussians  linear_gaussians
Matrices         positive_definite_matrices  datasets
Decisions        decision_processes  absorbing_processes
Models           codebooks  couplings  networks
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil, floor
from typing import TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lemmata.kernel.declarations import REAL, Interval

Row: TypeAlias = tuple[Fraction, ...]
Matrix: TypeAlias = tuple[Row, ...]

DENOMINATORS = (1, 2, 3, 4, 8)
LARGEST_WEIGHT = 9
FAR = Fraction(8)
"""How far a number without bounds may be from 0."""
MARGIN = Fraction(1, 16)
"""How far inputs stay from a kink, and queries from the border of two codes."""
ZERO, ONE = Fraction(0), Fraction(1)


# ------------------------------------------------------------------------- numbers


@cache
def rationals(lower: Fraction | int, upper: Fraction | int) -> SearchStrategy[Fraction]:
    """Fractions of small denominator from `lower` to `upper`, both included.

    They shrink to the simplest one: small denominators first, then small numerators, then positive.
    """
    found = {
        Fraction(top, bottom)
        for bottom in DENOMINATORS
        for top in range(ceil(lower * bottom), floor(upper * bottom) + 1)
    }
    return st.sampled_from(sorted(found, key=lambda v: (v.denominator, abs(v), v < 0)))


def numbers(interval: Interval = REAL) -> SearchStrategy[Fraction]:
    """Fractions that lie in a declared interval, its open ends left out.

    Raises:
        ValueError: The interval is empty.
    """
    lower = interval.lower if interval.lower is not None else -FAR
    upper = interval.upper if interval.upper is not None else FAR
    if lower > upper or (lower == upper and not interval.closed):
        raise ValueError(f"nothing lies between {lower} and {upper}")
    if interval.closed:
        return rationals(lower, upper)
    width = upper - lower
    ends = [end for end in (interval.lower, interval.upper) if end is not None]
    shares = rationals(Fraction(1, 8), Fraction(7, 8))
    if len(ends) == 2:
        return shares.map(lambda share: lower + share * width)
    return rationals(lower, upper).filter(lambda value: value not in ends)


def sizes(least: int = 1, most: int = 4) -> SearchStrategy[int]:
    """Dimensions and horizons."""
    return st.integers(least, most)


def arrays(
    shape: Sequence[int], elements: SearchStrategy[Fraction] | None = None
) -> SearchStrategy[Matrix]:
    """Matrices of a shape (rows, columns), by default with entries from -3 to 3."""
    rows, columns = shape
    row = st.tuples(*[elements if elements is not None else rationals(-3, 3)] * columns)
    return st.tuples(*[row] * rows)


# ------------------------------------------------------------------- distributions


def pmfs(points: int | None = None, *, zeros: bool = False) -> SearchStrategy[Row]:
    """Probability mass functions on `points` points, 2 to 6 by default.

    Args:
        points: How many points.
        zeros: Whether a point may have probability 0; without, the support is full.
    """
    weight = st.integers(0 if zeros else 1, LARGEST_WEIGHT)
    least, most = (points, points) if points is not None else (2, 6)
    weights = st.lists(weight, min_size=least, max_size=most)
    return weights.filter(any).map(_normalised)


@dataclass(frozen=True, slots=True)
class Joint:
    """A joint table of several finite variables with full support.

    Attributes:
        sizes: The number of values of each variable.
        table: The probability of each point, a point being one value for each variable.
    """

    sizes: tuple[int, ...]
    table: dict[tuple[int, ...], Fraction]

    def marginal(self, *kept: int) -> dict[tuple[int, ...], Fraction]:
        """The law of some of the variables, by their positions."""
        found: dict[tuple[int, ...], Fraction] = {}
        for point, weight in self.table.items():
            part = tuple(point[at] for at in kept)
            found[part] = found.get(part, ZERO) + weight
        return found


@st.composite
def joints(draw: DrawFn, variables: int = 2, most: int = 3) -> Joint:
    """Joint tables over some variables with 2 to `most` values each."""
    shape = tuple(draw(st.integers(2, most)) for _ in range(variables))
    points = list(product(*map(range, shape)))
    weights = draw(pmfs(len(points)))
    return Joint(shape, dict(zip(points, weights, strict=True)))


@dataclass(frozen=True, slots=True)
class DiagonalGaussian:
    """A Gaussian with independent components.

    Attributes:
        mean: The means.
        deviation: The standard deviations.
    """

    mean: Row
    deviation: Row


@st.composite
def diagonal_gaussians(draw: DrawFn, dimension: int | None = None) -> DiagonalGaussian:
    """Gaussians with means from -3 to 3 and standard deviations from 1/8 to 8."""
    m = dimension if dimension is not None else draw(sizes())
    mean = draw(st.tuples(*[rationals(-3, 3)] * m))
    deviation = draw(st.tuples(*[_deviations()] * m))
    return DiagonalGaussian(mean, deviation)


@dataclass(frozen=True, slots=True)
class LinearGaussian:
    """A latent variable model whose every term has a closed form.

    z ~ N(0, I) in k dimensions, x given z ~ N(W z + b, s^2 I) in n, and an encoder of z.

    Attributes:
        weights: W, shape (n, k).
        offset: b, shape (n,).
        noise: s.
        observed: A value of x, shape (n,).
        encoder: Any Gaussian law of z.
    """

    weights: Matrix
    offset: Row
    noise: Fraction
    observed: Row
    encoder: DiagonalGaussian


@st.composite
def linear_gaussians(draw: DrawFn) -> LinearGaussian:
    """Linear Gaussian models with one or two latent and observed dimensions."""
    k, n = draw(sizes(1, 2)), draw(sizes(1, 2))
    return LinearGaussian(
        draw(arrays((n, k))),
        draw(st.tuples(*[rationals(-3, 3)] * n)),
        draw(rationals(Fraction(1, 2), 2)),
        draw(st.tuples(*[rationals(-3, 3)] * n)),
        draw(diagonal_gaussians(k)),
    )


# ------------------------------------------------------------------------ matrices


@st.composite
def positive_definite_matrices(draw: DrawFn, dimension: int | None = None) -> Matrix:
    """L L^T + I for a random lower triangular L: symmetric, with every eigenvalue at least 1."""
    m = dimension if dimension is not None else draw(sizes(1, 3))
    factor = [[draw(rationals(-2, 2)) if k <= i else ZERO for k in range(m)] for i in range(m)]
    return tuple(
        tuple(
            sum((factor[i][k] * factor[j][k] for k in range(m)), ONE if i == j else ZERO)
            for j in range(m)
        )
        for i in range(m)
    )


@dataclass(frozen=True, slots=True)
class Dataset:
    """A linear regression problem.

    Attributes:
        design: X of full column rank, shape (n, d).
        target: Y, shape (n,).
    """

    design: Matrix
    target: Row


@st.composite
def datasets(draw: DrawFn) -> Dataset:
    """Design matrices with a triangular block on top, so that their rank is full for certain."""
    d = draw(sizes(1, 3))
    extra = draw(sizes(0, 3))
    diagonal = [draw(rationals(1, 3)) for _ in range(d)]
    top = [
        tuple(
            diagonal[i] if i == j else draw(rationals(-2, 2)) if j > i else ZERO for j in range(d)
        )
        for i in range(d)
    ]
    rest = draw(arrays((extra, d))) if extra else ()
    target = draw(st.tuples(*[rationals(-3, 3)] * (d + extra)))
    return Dataset((*top, *rest), target)


# ----------------------------------------------------------------------- decisions


@dataclass(frozen=True, slots=True)
class DecisionProcess:
    """A finite Markov decision process with a softmax policy.

    Attributes:
        initial: The law of the first state, shape (S,).
        dynamics: P(s' | s, a), shape (S, A, S).
        rewards: r(s, a), shape (S, A).
        logits: The policy is softmax over actions of these, shape (S, A).
        horizon: The number of steps.
        discount: The factor by which later rewards count less; 1 means not at all.
        stopping: The probability with which each step ends the episode; 0 where it never does.
    """

    initial: Row
    dynamics: tuple[Matrix, ...]
    rewards: Matrix
    logits: Matrix
    horizon: int
    discount: Fraction
    stopping: Fraction = ZERO


@st.composite
def decision_processes(draw: DrawFn, *, most: int = 3, discounted: bool = False) -> DecisionProcess:
    """Processes with 2 to `most` states and actions and a horizon from 1 to 3."""
    states, actions = draw(st.integers(2, most)), draw(st.integers(2, most))
    return DecisionProcess(
        draw(pmfs(states)),
        tuple(tuple(draw(pmfs(states)) for _ in range(actions)) for _ in range(states)),
        draw(arrays((states, actions))),
        draw(arrays((states, actions), rationals(-2, 2))),
        draw(st.integers(1, 3)),
        draw(rationals(0, Fraction(7, 8))) if discounted else ONE,
    )


@st.composite
def absorbing_processes(draw: DrawFn) -> DecisionProcess:
    """Undiscounted processes that end after each step with probability at least 1/4."""
    process = draw(decision_processes())
    stopping = draw(rationals(Fraction(1, 4), 1))
    return DecisionProcess(
        process.initial,
        process.dynamics,
        process.rewards,
        process.logits,
        process.horizon,
        ONE,
        stopping,
    )


# -------------------------------------------------------------------------- models


@dataclass(frozen=True, slots=True)
class Codebook:
    """Codes and a query with a clear winner.

    Attributes:
        codes: Shape (K, I).
        query: Shape (I,).
        nearest: The position of the code nearest to the query.
    """

    codes: Matrix
    query: Row
    nearest: int


@st.composite
def codebooks(draw: DrawFn) -> Codebook:
    """Two to four codes; the nearest one is nearer than the next by a margin."""
    count, width = draw(st.integers(2, 4)), draw(sizes(1, 3))
    query = draw(st.tuples(*[rationals(-2, 2)] * width))
    codes = draw(arrays((count, width)))
    squares = [sum(((a - b) ** 2 for a, b in zip(c, query, strict=True)), ZERO) for c in codes]
    nearest = squares.index(min(squares))
    # The winner is moved to the query by halves until the others are a margin away.
    others = [square for at, square in enumerate(squares) if at != nearest]
    winner = codes[nearest]
    if min(others) < squares[nearest] + MARGIN:
        winner = query
        pushed = [
            tuple(entry + 1 for entry in code) if square < MARGIN else code
            for code, square in zip(codes, squares, strict=True)
        ]
        codes = tuple(pushed)
    return Codebook(
        tuple(winner if at == nearest else code for at, code in enumerate(codes)), query, nearest
    )


@dataclass(frozen=True, slots=True)
class Network:
    """A small network of affine layers with one nonlinearity between them.

    Attributes:
        layers: For each layer the weights, shape (out, in), and the biases, shape (out,).
    """

    layers: tuple[tuple[Matrix, Row], ...]


@st.composite
def networks(draw: DrawFn, inputs: int, outputs: int) -> Network:
    """Networks with one hidden layer of one to three units."""
    hidden = draw(sizes(1, 3))
    layers = []
    for before, after in ((inputs, hidden), (hidden, outputs)):
        weights = draw(arrays((after, before), rationals(-1, 1)))
        layers.append((weights, draw(st.tuples(*[rationals(-1, 1)] * after))))
    return Network(tuple(layers))


@dataclass(frozen=True, slots=True)
class Coupling:
    """A coupling layer at a point.

    Attributes:
        kept: d, the number of coordinates that are kept; less than the length of `point`.
        point: z, shape (n,).
        scale: s, a network from d to n - d numbers.
        shift: t, likewise.
    """

    kept: int
    point: Row
    scale: Network
    shift: Network


@st.composite
def couplings(draw: DrawFn, most: int = 6) -> Coupling:
    """Coupling layers of 2 to `most` coordinates."""
    n = draw(st.integers(2, most))
    d = draw(st.integers(1, n - 1))
    return Coupling(
        d,
        draw(st.tuples(*[rationals(-2, 2)] * n)),
        draw(networks(d, n - d)),
        draw(networks(d, n - d)),
    )


# ------------------------------------------------------------------------- helpers


def _normalised(weights: Sequence[int]) -> Row:
    total = sum(weights)
    return tuple(Fraction(weight, total) for weight in weights)


def _deviations() -> SearchStrategy[Fraction]:
    """Standard deviations from 1/8 to 8 that shrink to 1."""
    return st.one_of(rationals(1, 8), rationals(1, 8).map(lambda value: 1 / value))

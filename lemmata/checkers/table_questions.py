"""The questions that are answered with a table of numbers or with choices.

The right tables are worked out here, exactly in rationals, from the data of the problems: the
course documents that the claims come from (answer-sheet ids in their order).
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

# A number, a set of labels, or lists and objects of these.
Table: TypeAlias = "Fraction | frozenset[str] | list[Table] | dict[str, Table]"
State: TypeAlias = tuple[int, int]
Values: TypeAlias = dict[tuple[State, str], Fraction]

# -------------------------------------------------------------------------- the gridworld

STATES: tuple[State, ...] = ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2))
MOVES: dict[str, State] = {"N": (0, 1), "S": (0, -1), "W": (-1, 0), "E": (1, 0)}
ENTERING: dict[State, Fraction] = {(3, 2): Fraction(5), (3, 1): Fraction(-5)}  # the goals
STRAIGHT, ASIDE = Fraction(8, 10), Fraction(1, 10)
DISCOUNT, RATE = Fraction(9, 10), Fraction(1, 10)
EXPERIENCE: tuple[tuple[State, str, int, State], ...] = (
    ((2, 2), "E", 5, (3, 2)),
    ((2, 1), "N", 0, (2, 2)),
    ((1, 2), "E", 0, (2, 2)),
    ((1, 1), "N", 0, (1, 2)),
)


def _moved(state: State, move: State) -> State:
    there = (state[0] + move[0], state[1] + move[1])
    return there if there in STATES else state


def _outcomes(state: State, action: str) -> list[tuple[Fraction, State]]:
    """Where an action leads, and with which probability."""
    x, y = MOVES[action]
    sides = ((y, x), (-y, -x))
    return [
        (STRAIGHT, _moved(state, (x, y))),
        *((ASIDE, _moved(state, side)) for side in sides),
    ]


def _iterated(values: Values) -> Values:
    """One step of value iteration; the goals are left for no reward."""
    found = {}
    for state in STATES:
        for action in MOVES:
            total = Fraction(0)
            if state not in ENTERING:
                for probability, after in _outcomes(state, action):
                    best = max(values[after, move] for move in MOVES)
                    reward = ENTERING.get(after, Fraction(0))
                    total += probability * (reward + DISCOUNT * best)
            found[state, action] = total
    return found


def _nothing() -> Values:
    return {(state, action): Fraction(0) for state in STATES for action in MOVES}


def _shown(values: Values) -> Table:
    return {f"({x},{y})": {action: values[(x, y), action] for action in MOVES} for x, y in STATES}


def gridworld_q2() -> Table:
    """Q after two iterations from nothing."""
    return _shown(_iterated(_iterated(_nothing())))


def gridworld_q_learning() -> Table:
    """Q after each of the four experiences, learned in order."""
    values = _nothing()
    found: list[Table] = []
    for state, action, reward, after in EXPERIENCE:
        best = max(values[after, move] for move in MOVES)
        values[state, action] += RATE * (reward + DISCOUNT * best - values[state, action])
        found.append(_shown(values))
    return found


def gridworld_policy() -> Table:
    """The greedy actions of Q2 in each state that is no goal."""
    values = _iterated(_iterated(_nothing()))
    found: dict[str, Table] = {}
    for x, y in STATES:
        if (x, y) not in ENTERING:
            best = max(values[(x, y), action] for action in MOVES)
            actions = (action for action in MOVES if values[(x, y), action] == best)
            found[f"({x},{y})"] = frozenset(actions)
    return found


# -------------------------------------------------------------------------- matrices


def transposed_conv() -> Table:
    """Each entry of the input puts a multiple of the kernel into the output."""
    given = kernel = ((0, 1), (2, 3))
    size = len(given) + len(kernel) - 1
    output = [[Fraction(0)] * size for _ in range(size)]
    for i, row in enumerate(given):
        for j, entry in enumerate(row):
            for k, weights in enumerate(kernel):
                for m, weight in enumerate(weights):
                    output[i + k][j + m] += entry * weight
    return [list(row) for row in output]


RELU_INPUT = """
 1.5  2.2  1.3  6.7
 4.3 -0.3 -0.2  4.9
-4.5  1.4  5.5  1.8
 0.1 -0.5 -0.1  2.2
"""
RELU_GRADIENT = """
 4.5  1.2  2.3  1.3
-1.3 -6.3  4.1 -2.9
-0.5  1.2  3.5  1.2
-6.1  0.5 -4.1 -3.2
"""


def relu() -> Table:
    """The positive part of the input, and the gradient where the input is positive."""
    given, gradient = (
        [[Fraction(entry) for entry in row.split()] for row in matrix.strip().splitlines()]
        for matrix in (RELU_INPUT, RELU_GRADIENT)
    )
    zero = Fraction(0)
    passed = zip(given, gradient, strict=True)
    return {
        "y": [[max(x, zero) for x in row] for row in given],
        "dx": [[g if x > 0 else zero for x, g in zip(*rows, strict=True)] for rows in passed],
    }


# -------------------------------------------------------------------------- counting

# Headache and flu of six people.
PEOPLE = ("NN", "YN", "NN", "YY", "YY", "NY")


def flu() -> Table:
    """The frequencies of the sample as probabilities."""

    def share(of: str, among: list[str], place: int) -> Fraction:
        return Fraction(sum(person[place] == of for person in among), len(among))

    people = list(PEOPLE)
    with_flu = [person for person in people if person[1] == "Y"]
    with_headache = [person for person in people if person[0] == "Y"]
    return {
        "P(F)": share("Y", people, 1),
        "P(H)": share("Y", people, 0),
        "P(H|F)": share("Y", with_flu, 0),
        "P(F|H)": share("Y", with_headache, 1),
    }


TABLES: Mapping[str, Callable[[], Table]] = MappingProxyType(
    {
        "table-gridworld-q2": gridworld_q2,
        "table-gridworld-q-learning": gridworld_q_learning,
        "choice-gridworld-policy": gridworld_policy,
        "table-transposed-conv": transposed_conv,
        "table-relu": relu,
        "table-flu": flu,
    }
)

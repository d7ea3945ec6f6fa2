"""Value functions in models: the Bellman equations hold, and nothing weaker would do."""

import pytest

from lemmata.kernel.declarations import Declarations
from lemmata.notation import read_sheet, read_statement
from lemmata.semantics.search import search

DISCOUNTED = r"""
parameters = ["theta"]
[variables]
s = {}
a = {}
"s'" = {role = "s"}
[densities]
pi = {of = "a", given = "s", parameters = ["theta"]}
P = {of = "s'", given = "s, a", parameters = []}
[scalars]
gamma = {domain = "unit"}
[functions]
V = {parameters = ["theta"]}
Q = {arguments = 2, parameters = ["theta"]}
r = {arguments = 2}
[values]
V = {action_value = "Q", policy = "pi", reward = "r", dynamics = "P", discount = "gamma"}
"""
HORIZON = r"""
sizes = ["T"]
parameters = ["theta"]
[indices]
t = "1..T"
u = "1..T"
[variables]
s = {}
a = {}
[densities]
pi = {of = "a", given = "s", parameters = ["theta"]}
[functions]
V = {index = "t = 1..T", parameters = ["theta"]}
Q = {arguments = 2, index = "t = 1..T", parameters = ["theta"]}
d = {index = "t = 1..T", parameters = ["theta"]}
f = {}
[processes.tau]
state = "s"
action = "a"
reward = "r"
reward_function = "r"
policy = "pi"
times = "1..T"
value = "V"
action_value = "Q"
visits = "d"
"""
SUPPORTED = [
    (DISCOUNTED, r"V(s) = \sum_a \pi(a|s) Q(s, a)"),
    (DISCOUNTED, r"Q(s, a) = r(s, a) + \gamma \sum_{s'} P(s'|s, a) V(s')"),
    (DISCOUNTED, r"\sum_{s'} P(s'|s, a) = 1"),
    # Slopes: the equation for V, differentiated.
    (
        DISCOUNTED,
        (
            r"\nabla_\theta V(s) = \sum_a Q(s,a) \nabla_\theta \pi(a|s)"
            r" + \sum_a \pi(a|s) \nabla_\theta Q(s, a)"
        ),
    ),
    (HORIZON, r"\sum_s d_t(s) f(s) = \mathbb{E}_\tau[f(s_t)]"),
    (HORIZON, r"\sum_s d_t(s) = 1"),
    (HORIZON, r"\sum_s d_1(s) V_1(s) = \mathbb{E}_\tau[\sum_{t=1}^T r_t]"),
    (HORIZON, r"V_t(s) = \sum_a \pi(a|s) Q_t(s, a)"),
    (HORIZON, r"V_{T+1}(s) = 0"),
    (
        HORIZON,
        r"\mathbb{E}_\tau[f(s_t) (r_t + V_{t+1}(s_{t+1}))] = \mathbb{E}_\tau[f(s_t) V_t(s_t)]",
    ),
    (
        HORIZON,
        (
            r"\nabla_\theta \sum_s d_1(s) V_1(s)"
            r" = \sum_{t=1}^T \sum_s d_t(s) \sum_a Q_t(s,a) \nabla_\theta \pi(a|s)"
        ),
    ),
]
REFUTED = [
    (DISCOUNTED, r"V(s) = \sum_a Q(s, a)"),
    (DISCOUNTED, r"Q(s, a) = r(s, a) + \sum_{s'} P(s'|s, a) V(s')"),
    (DISCOUNTED, r"\sum_s P(s'|s, a) = 1"),
    (DISCOUNTED, r"\nabla_\theta V(s) = \sum_a Q(s,a) \nabla_\theta \pi(a|s)"),
    (HORIZON, r"\sum_s d_t(s) f(s) = \mathbb{E}_\tau[f(s_1)]"),
    (HORIZON, r"\sum_s d_1(s) V_1(s) = \mathbb{E}_\tau[r_1]"),
    (HORIZON, r"V_1(s) = V_T(s)"),
    (HORIZON, r"V_T(s) = 0"),
    (
        HORIZON,
        (
            r"\nabla_\theta \sum_s d_1(s) V_1(s)"
            r" = \sum_s d_1(s) \sum_a Q_1(s,a) \nabla_\theta \pi(a|s)"
        ),
    ),
]


def outcome(world: str, text: str) -> str:
    """What models say about a statement."""
    declarations: Declarations = read_sheet(world).declarations
    (reading,) = read_statement(text, declarations)
    found = search(reading.statement, declarations, models=6)
    return found.outcome if found.outcome != "unevaluable" else found.reason


@pytest.mark.parametrize(("world", "text"), SUPPORTED)
def test_what_defines_values_holds_in_every_model(world: str, text: str) -> None:
    """Values are computed from the process, and the equations between them come out exactly."""
    assert outcome(world, text) == "supported"


@pytest.mark.parametrize(("world", "text"), REFUTED)
def test_what_values_are_not_is_refuted(world: str, text: str) -> None:
    """A missing weight, discount or time separates the two sides in some model."""
    assert outcome(world, text) == "refuted"


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{\partial V(s)}{\partial \gamma} = 0",
        r"\frac{\partial}{\partial \gamma} (\gamma V(s)) = V(s)",
    ],
)
def test_no_model_keeps_a_value_when_its_discount_moves(text: str) -> None:
    """What V is at another discount is not in a model: it says neither that V moves nor not."""
    declarations = read_sheet(DISCOUNTED).declarations
    result = search(read_statement(text, declarations)[0].statement, declarations)
    assert result.outcome == "unevaluable"
    assert "'V' is computed from 'gamma', which is differentiated by" in result.reason

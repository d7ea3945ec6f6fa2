"""Rules of the value functions of a policy: the Bellman equations.

Action values are written out, and the mean reward under the policy is written in state values. So
every expression that is linear in rewards and values has one form: state values at the states that
are reached, and rewards of actions that the policy did not choose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemmata.kernel.poly import ONE, Argument, Atom, Mono, Poly, of_atom
from lemmata.kernel.rules import densities, rule

if TYPE_CHECKING:
    from lemmata.kernel.declarations import Values
    from lemmata.kernel.normal import Normaliser


@rule("bellman_action_value")
def action_value(n: Normaliser, name: str, arguments: tuple[Poly, ...]) -> Poly | None:
    """The value of an action is its reward and the discounted value of the next state.

    Statement: Q(s, a) = r(s, a) + gamma int P(s' | s, a) V(s') ds'.
    Assumes: nothing beyond the declaration of the value functions.
    Refuses: a function that is not declared as the action value of a policy.
    Example: Q(s, a) - r(s, a) = gamma int P(s' | s, a) V(s') ds'.
    """
    values = n.declarations.values_of(name)
    if values is None or name != values.action_value or len(arguments) != 2:
        return None
    reward = n.application(values.reward, arguments, ())
    result = reward + _following(n, values, arguments, ())
    n.note("bellman_action_value", result, "app", name, arguments, ())
    return result


def _following(
    n: Normaliser,
    values: Values,
    at: tuple[Poly, ...],
    around: tuple[tuple[int, Argument, Poly], ...],
) -> Poly:
    """The discounted mean value of the next state, also over variables `around` it."""
    family = n.declarations.family(values.dynamics)
    state = family.of[0].removesuffix("'")
    number = n.fresh()
    n.note_limits(number, ("space", state))
    after = of_atom(Atom("bound", number))
    entries = ((family.of[0], (), after), *_conditions(n, values, at))
    body = n.mul(densities.joint(family, entries), n.application(values.name, (after,), ()))
    binders: list[tuple[int, Argument]] = [(number, ("space", state))]
    for other, sort, weight in around:
        binders.insert(0, (other, sort))
        body = n.mul(weight, body)
    discount = n.known(Atom("sym", values.discount, ()))
    return n.mul(discount, n.bind(binders, body))


def _conditions(
    n: Normaliser, values: Values, at: tuple[Poly, ...]
) -> tuple[tuple[str, tuple[Poly, ...], Poly], ...]:
    """The entries of the dynamics behind the bar: the state and the action."""
    policy = n.declarations.family(values.policy)
    return ((policy.given[0], (), at[0]), (policy.of[0], (), at[1]))


@rule("bellman_state_value")
def state_value(n: Normaliser, number: int, touching: Mono) -> Poly | None:
    """The mean reward of a policy in a state, from the values of that state and the next.

    Statement: int pi(a | s) r(s, a) da = V(s) - gamma int int pi(a | s) P(s' | s, a) V(s') ds' da.
    Assumes: nothing beyond the declaration of the value functions.
    Refuses: another policy, an action in another factor, a reward at another state or action.
    Example: int pi(a | s) (r(s, a) + gamma int P(s' | s, a) V(s') ds') da = V(s).
    """
    factors = {atom.kind: atom for atom, exponent in touching if exponent == 1}
    if len(touching) != 2 or set(factors) != {"dens", "app"}:
        return None
    law, reward = factors["dens"], factors["app"]
    for values in n.declarations.values:
        if law.arguments[0] != values.policy or reward.arguments[0] != values.reward:
            continue
        at = reward.arguments[1]
        action = of_atom(Atom("bound", number))
        if not isinstance(at, tuple) or len(at) != 2 or at[1] != action:
            continue
        state = at[0]
        assert isinstance(state, Poly)
        family = n.declarations.family(values.policy)
        expected = densities.joint(family, _conditions(n, values, (state, action)))
        if of_atom(law) != expected or number in state.free:
            continue
        fresh = n.fresh()
        n.note_limits(fresh, n.sorts[number])
        drawn = of_atom(Atom("bound", fresh))
        weight = densities.joint(family, _conditions(n, values, (state, drawn)))
        around = ((fresh, n.sorts[number], weight),)
        following = _following(n, values, (state, drawn), around)
        result = n.application(values.name, (state,), ()) - following
        n.note_binder("bellman_state_value", result, number, touching)
        return n.mul(ONE, result)
    return None

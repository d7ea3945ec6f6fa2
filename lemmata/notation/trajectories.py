r"""The law of a whole trajectory, `p_\theta(\tau)`, in sums and integrals over trajectories.

`\int p_\theta(\tau) R(\tau) d\tau` is the expectation of R over the trajectories of a process, and
`\nabla_\theta p_\theta(\tau)` is `p_\theta(\tau)` times the sum of the scores of the policy. While
a formula is read the law is one factor; then each integral over trajectories gives up the one that
it holds, and what remains is written out: the initial law, the policy and the dynamics.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lemmata.kernel.declarations import Declarations, Process
from lemmata.kernel.terms import (
    KL,
    Add,
    App,
    Density,
    Derivative,
    Div,
    Fn,
    Integral,
    Mul,
    Neg,
    Prod,
    Range,
    Sum,
    Sym,
    Term,
    Trajectory,
    as_term,
    children,
    rebuild,
    walk,
)

if TYPE_CHECKING:
    from lemmata.notation.parser import Parser

TAU: Final = "tau"
"""The variable that stands for a trajectory."""
_LAW: Final = "law of "
_TIME: Final = Sym("t")
_HEADS: Final = frozenset(("p", "P", "pi"))


def law(parser: Parser) -> Term | None:
    r"""The law of a trajectory, if one stands here: `p_\theta(\tau)`, `p(\tau;\theta)`."""
    declarations = parser.symbols.declarations
    if not declarations.processes or parser.symbols.find(TAU) is None:
        return None
    head = parser.peek().text
    at = parser.at + 1
    tokens = parser.tokens[: parser.stop]
    about = ""
    if at + 1 < len(tokens) and tokens[at].text == "_":
        end = parser.group_end(at + 1) if at + 1 in parser.partner else at + 2
        about = parser.flat(at + 1, end)
        at = end
    if at >= len(tokens) or tokens[at].text != "(" or at not in parser.partner:
        return None
    close = parser.partner[at]
    inside = [token.text for token in tokens[at + 1 : close]]
    if inside[:1] != [TAU] or len(inside) not in (1, 3):
        return None
    if len(inside) == 3:
        if about or inside[1] not in ("|", ";", ","):
            return None
        about = inside[2]
    process = _process(head, about, parser)
    if process is None:
        return None
    parser.spend(close - parser.at)
    parser.at = close + 1
    return App(f"{_LAW}{process.name}", (Sym(TAU),))


def _process(head: str, about: str, parser: Parser) -> Process | None:
    """The process that a law belongs to, by its head and what stands below it."""
    known = parser.symbols.declarations.processes
    family = parser.symbols.declarations.family
    moved = [process for process in known if family(process.policy).parameters != ()]
    spelling = f"{head}_{about}" if about else head
    for process in known:
        called = about in (process.name, process.policy)
        if process.name == spelling or (head in _HEADS and called):
            return process
    if head not in _HEADS or (not about and len(known) > 1):
        return None
    if about and about not in parser.symbols.parameters:
        return None
    return moved[0] if len(moved) == 1 else None


def written_out(term: Term, declarations: Declarations) -> Term:
    """A term without laws of trajectories.

    Raises:
        ValueError: A sum over trajectories is not one of their law times something.
    """
    if not declarations.processes or not any(map(_is_law, walk(term))):
        return term
    return _in_densities(_averaged(term, declarations), declarations)


def _is_law(term: Term) -> bool:
    return isinstance(term, App) and term.name.startswith(_LAW)


def _of(term: Term, declarations: Declarations) -> Process:
    assert isinstance(term, App)  # noqa: S101 - so says `_is_law`
    name = term.name.removeprefix(_LAW)
    return next(process for process in declarations.processes if process.name == name)


def _averaged(term: Term, declarations: Declarations) -> Term:
    """A term in which slopes and logarithms of laws, and integrals over them, are worked out."""
    if isinstance(term, Derivative) and _is_law(term.body):
        return Mul((term.body, _score(term.variable, _of(term.body, declarations))))
    if isinstance(term, Derivative) and isinstance(term.body, Mul):
        laws = [part for part in term.body.factors if _is_law(part)]
        others = [part for part in term.body.factors if not _is_law(part)]
        if len(laws) == 1 and not any(_moves(part, declarations) for part in others):
            score = _score(term.variable, _of(laws[0], declarations))
            rest = (_averaged(part, declarations) for part in others)
            return Mul((laws[0], score, *rest))
    if isinstance(term, KL) and term.variables == (Sym(TAU),):
        if not (_is_law(term.left) and _is_law(term.right)):
            raise ValueError("a divergence over trajectories that is not one of their laws")
        ratio = _logarithms(Div(term.left, term.right), declarations)
        assert ratio is not None  # noqa: S101 - both are laws
        return Trajectory(_of(term.left, declarations).name, ratio)
    if isinstance(term, Fn) and term.name == "log":
        parts = _logarithms(term.argument, declarations)
        if parts is not None:
            return parts
    term = rebuild(term, tuple(_averaged(part, declarations) for part in children(term)))
    if isinstance(term, Trajectory) and any(map(_is_law, walk(term.body))):
        inner = _powers(term.body)  # laws that cancel, as in a slope divided by its law
        if inner is not None and not inner[0]:
            return replace(term, body=inner[1])
    if isinstance(term, Integral) and term.variables == (Sym(TAU),):
        held = _powers(term.body)
        if held is None or len(held[0]) != 1 or set(held[0].values()) != {1}:
            raise ValueError("a sum over trajectories that does not hold their law once")
        return Trajectory(next(iter(held[0])), held[1])
    return term


def _moves(term: Term, declarations: Declarations) -> bool:
    """Whether a term may depend on a parameter."""
    named = {part.name for part in walk(term) if isinstance(part, App | Sym)}
    functions = {f.name for f in declarations.functions if f.parameters}
    laws = any(isinstance(part, Density | Trajectory | Derivative) for part in walk(term))
    return laws or bool(named & functions)


def _score(variable: Sym, process: Process) -> Term:
    """The sum of the slopes of the logarithm of the policy."""
    slope = Derivative(variable, Fn("log", _policy(process)))
    return Sum(_TIME, process.times, slope)


def _policy(process: Process) -> Term:
    state, action = Sym(process.state, (_TIME,)), Sym(process.action, (_TIME,))
    return Density(process.policy, (action,), (state,))


def _factors(process: Process, declarations: Declarations) -> tuple[Density, Term, Density, Range]:
    """The initial law, the policy, the dynamics, and the times of the dynamics."""
    state, action = process.state, process.action
    roles = {v.name: v.role or v.name for v in declarations.variables}
    first = dynamics = ""
    for family in declarations.families:
        of = tuple(roles.get(name, name) for name in family.of)
        if of == (state,) and not family.given:
            first = family.name
        elif of == (state,) and set(family.given) == {state, action}:
            dynamics = family.name
    if not first or not dynamics:
        raise ValueError("the initial law or the dynamics of the trajectories are not declared")
    begin = Density(first, (Sym(state, (process.times.lower,)),))
    here = (Sym(state, (_TIME,)), Sym(action, (_TIME,)))
    step = Density(dynamics, (Sym(state, (_TIME + 1,)),), here)
    return begin, _policy(process), step, Range(process.times.lower, process.times.upper - 1)


def _logarithms(term: Term, declarations: Declarations) -> Term | None:
    """The logarithm of a law or of a quotient or product of laws, as sums over the times."""
    if _is_law(term):
        process = _of(term, declarations)
        begin, policy, step, times = _factors(process, declarations)
        return Add((
            Fn("log", begin),
            Sum(_TIME, process.times, Fn("log", policy)),
            Sum(_TIME, times, Fn("log", step)),
        ))  # fmt: skip
    if isinstance(term, Div):
        above, below = (
            _logarithms(part, declarations) for part in (term.numerator, term.denominator)
        )
        return Add((above, Neg(below))) if above is not None and below is not None else None
    return None


def _powers(term: Term) -> tuple[dict[str, int], Term] | None:
    """How often each law is a factor of a term, and the rest; None where that is not the same."""
    if _is_law(term):
        assert isinstance(term, App)  # noqa: S101 - so says `_is_law`
        return {term.name.removeprefix(_LAW): 1}, as_term(1)
    if not any(map(_is_law, walk(term))):
        return {}, term
    match term:
        case Neg(body):
            inner = _powers(body)
            return None if inner is None else (inner[0], Neg(inner[1]))
        case Sum(index, range_, body, excluding):
            inner = _powers(body)
            return None if inner is None else (inner[0], Sum(index, range_, inner[1], excluding))
        case Add(terms):
            parts = [_powers(part) for part in terms]
            first = parts[0]
            if first is None or any(part is None or part[0] != first[0] for part in parts):
                return None
            return first[0], Add(tuple(part[1] for part in parts if part is not None))
        case Mul(factors):
            return _product([_powers(part) for part in factors], 1)
        case Div(above, below):
            upper, lower = _powers(above), _powers(below)
            if upper is None or lower is None:
                return None
            counts = {n: upper[0].get(n, 0) - lower[0].get(n, 0) for n in {**upper[0], **lower[0]}}
            held = {name: count for name, count in counts.items() if count}
            rest = upper[1] if lower[1] == as_term(1) else Div(upper[1], lower[1])
            return held, rest
    return None


def _product(
    parts: list[tuple[dict[str, int], Term] | None], sign: int
) -> tuple[dict[str, int], Term] | None:
    counts: dict[str, int] = {}
    rest: list[Term] = []
    for part in parts:
        if part is None:
            return None
        for name, count in part[0].items():
            counts[name] = counts.get(name, 0) + sign * count
        if part[1] != as_term(1):
            rest.append(part[1])
    held = {name: count for name, count in counts.items() if count}
    return held, (Mul(tuple(rest)) if len(rest) > 1 else rest[0] if rest else as_term(1))


def _in_densities(term: Term, declarations: Declarations) -> Term:
    """A term in which the laws that remain are products of densities."""
    if _is_law(term):
        process = _of(term, declarations)
        begin, policy, step, times = _factors(process, declarations)
        return Mul((begin, Prod(_TIME, process.times, policy), Prod(_TIME, times, step)))
    return rebuild(term, tuple(_in_densities(part, declarations) for part in children(term)))

"""Rules of derivatives.

A gradient acts as a derivation with respect to a declared parameter or a real symbol.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from lemmata.kernel.declarations import Family
from lemmata.kernel.fuel import SLOPE_COST
from lemmata.kernel.poly import (
    ONE,
    ZERO,
    Argument,
    Atom,
    Mono,
    Name,
    Poly,
    as_poly,
    as_tuple,
    of_atom,
    of_mono,
)
from lemmata.kernel.rules import densities, ranges, rule, trajectories
from lemmata.kernel.terms import App, Density, Sym, Term, Trajectory, walk

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser


@rule("derivative_rules")
def derivative(n: Normaliser, variable: Poly, poly: Poly) -> Poly:
    """Sum, product, quotient, power and chain rule.

    Statement: d(a + b) = da + db, d(a b) = da b + a db, d(a^k) = k a^(k-1) da, d log a = da /
        a, d exp a = exp(a) da.
    Assumes: that what is written is differentiable; by a name that an equation gives, that the
        other names are kept.
    Refuses: a variable that is neither a parameter nor a real symbol, functions of expressions
        that depend on it.
    Example: grad log p(x) = grad p(x) / p(x).
    """
    atom = variable.atom()
    if atom is None or atom.kind not in {"sym", "bound", "comp"}:
        n.unsupported("a derivative is taken with respect to a single name")
    _look_at_variable(n, atom)
    result = ZERO
    for mono, coefficient in poly.items():
        result = result + _product_rule(n, atom, mono).scaled(coefficient)
    n.use("derivative_rules")
    return result


def _look_at_variable(n: Normaliser, variable: Atom) -> None:
    """Refuse a variable that is no single real number; say what is kept when it moves.

    A size, an index, a whole array or vector is none.
    """
    declared = None
    if variable.kind == "sym" and variable.arguments[1] == ():
        declared = n.declarations.find(str(variable.arguments[0]))
    whole = getattr(declared, "axes", ()) or getattr(declared, "components", None) is not None
    if whole or n.is_integer(variable):
        n.unsupported(f"a derivative by {n.describe(of_atom(variable))}, which is no real number")
    if variable.kind == "sym" and _given_by(n, str(variable.arguments[0])):
        kept = f"the derivative by {variable.arguments[0]} keeps the other names"
        n.use("derivative_rules", f"{kept}, though an equation gives it")


def _product_rule(n: Normaliser, variable: Atom, mono: Mono) -> Poly:
    result = ZERO
    n.burn(SLOPE_COST * len(mono))
    for place, (atom, exponent) in enumerate(mono):
        inner = _of_atom(n, variable, atom)
        if not inner:
            continue
        rest = mono[:place] + mono[place + 1 :]
        lowered = of_atom(atom, exponent - 1).scaled(exponent) if exponent != 1 else ONE
        result = result + n.mul(n.mul(inner, lowered), of_mono(rest))
    return result


def _of_atom(n: Normaliser, variable: Atom, atom: Atom) -> Poly:
    first = atom.arguments[0] if atom.arguments else None
    match atom.kind:
        case "pi" | "prime" | "ge0" | "eq0":
            return ZERO
        case "bound" | "comp":
            return ONE if atom == variable else _same_family(n, variable, atom)
        case "sym":
            return _of_symbol(n, variable, atom)
        case "log" if isinstance(first, Poly):
            change = derivative(n, of_atom(variable), first)
            if not change:
                return ZERO
            n.use("derivative_of_a_logarithm")
            result = n.mul(change, n.inverse(first))
            n.note("derivative_of_a_logarithm", result, "grad", variable, of_atom(atom))
            return result
        case "exp" if isinstance(first, Poly):
            return n.mul(derivative(n, of_atom(variable), first), of_atom(atom))
        case "sum" if isinstance(first, Poly):
            return derivative(n, of_atom(variable), first)
        case "root" if isinstance(first, Poly):
            power = Fraction(str(atom.arguments[1]))
            return n.mul(
                derivative(n, of_atom(variable), first), n.power_number(first, power - 1)
            ).scaled(power)
        case "pow" if isinstance(first, Poly) and isinstance(atom.arguments[1], Poly):
            change = derivative(n, of_atom(variable), first)
            inner = n.mul(n.mul(change, n.inverse(first)), atom.arguments[1])
            growth = derivative(n, of_atom(variable), atom.arguments[1])
            if growth:
                inner = inner + n.mul(growth, n.logarithm(first))
            return n.mul(inner, of_atom(atom))
        case "bind":
            return _under_binders(n, variable, atom)
        case "traj":
            return trajectories.likelihood_ratio(n, variable, atom)
    return _unknown(n, variable, atom)


def _of_symbol(n: Normaliser, variable: Atom, atom: Atom) -> Poly:
    if atom == variable:
        return ONE
    name, own = str(atom.arguments[0]), _own_name(variable)
    if any(_may_change(n, other, own, set()) for other in _given_by(n, name)):
        n.unsupported(
            f"the derivative of {name} by {own}, of which a given equation makes it a function"
        )
    if name != own and _may_change(n, name, own, set()):
        return of_atom(Atom("grad", variable, atom))
    return _same_family(n, variable, atom)


def _same_family(n: Normaliser, variable: Atom, atom: Atom) -> Poly:
    """The derivative of one entry of an array with respect to another.

    1 where all indices agree, else 0.
    """
    if atom.kind == "comp" and atom.arguments[0] == variable:
        n.unsupported("the derivative of a component by its whole vector")
    if (
        atom.kind != variable.kind
        or atom.kind == "bound"
        or atom.arguments[0] != variable.arguments[0]
    ):
        return ZERO
    mine, its = as_tuple(atom.arguments[1]), as_tuple(variable.arguments[1])
    if len(mine) != len(its):
        n.unsupported(f"a derivative of {atom.arguments[0]} written with other indices")
    result = ONE
    for left, right in zip(mine, its, strict=True):
        result = n.mul(result, ranges.bracket(n, "=", as_poly(left) - as_poly(right)))
    return result


@rule("derivative_of_a_logarithm")
def _derivative_of_a_logarithm() -> None:
    """The derivative of a logarithm.

    Statement: d log a = da / a.
    Assumes: a is not zero (a density is positive; anything else is noted).
    Refuses: what `derivative_rules` refuses.
    Example: p(x) grad log p(x) = grad p(x).
    """


@rule("derivative_under_the_integral")
def _under_binders(n: Normaliser, variable: Atom, atom: Atom) -> Poly:
    """The derivative of a sum or integral is the sum or integral of the derivatives.

    Statement: grad int f dx = int grad f dx.
    Assumes: that derivative and integral may be exchanged (dominated derivatives, a support
        that does not move).
    Refuses: a variable that is bound by the integral itself.
    Example: grad int p(x) f(x) dx = int f(x) grad p(x) dx.
    """
    binders, body = n.open(atom)
    change = derivative(n, of_atom(variable), body)
    name = "derivative_rules"  # of a finite sum nothing is assumed
    if change and any(isinstance(sort, tuple) and sort[0] != "range" for _, sort in binders):
        name = "derivative_under_the_integral"
        n.use(name, "derivatives and integrals may be exchanged")
    result = n.bind(binders, densities.reduce_quotients(n, change))
    n.note(name, result, "grad", variable, of_atom(atom))
    return result


def _unknown(n: Normaliser, variable: Atom, atom: Atom) -> Poly:
    """A derivative that stays.

    Of a density or an unknown function that may depend on the variable.
    """
    own = _own_name(variable)
    if not _depends(n, atom, own):
        return ZERO
    parameter = any(p.name == own for p in n.declarations.parameters)
    if atom.kind in {"dens", "app"}:
        if parameter and _depends(n, atom.arguments[1:], own):
            n.unsupported(
                f"the arguments of {atom.arguments[0]} depend on {own}; "
                "the chain rule for unknown functions is not known"
            )
        return of_atom(Atom("grad", variable, atom))
    if atom.kind == "grad" and parameter:
        return of_atom(Atom("grad", variable, atom))
    return n.unsupported(f"the derivative of {n.describe(of_atom(atom))}")


def _own_name(variable: Atom) -> Name:
    """What stands for a variable in lists of free names.

    Its name, or its number when it is bound.
    """
    head = variable.arguments[0]
    if isinstance(head, Atom):  # a component: its vector counts
        return _own_name(head)
    return head if isinstance(head, int) else str(head)


def _depends(n: Normaliser, value: Argument, own: Name) -> bool:
    """Whether a value may change with a name.

    It mentions it, or something declared to depend on it.
    """
    if isinstance(value, tuple):
        return any(_depends(n, part, own) for part in value)
    if isinstance(value, Poly):
        return any(_depends(n, atom, own) for mono in value.terms for atom, _ in mono)
    if not isinstance(value, Atom):
        return False
    if own in value.free:
        return True
    named = value.kind in {"sym", "app", "dens", "traj"}
    if named and _may_change(n, str(value.arguments[0]), own, set()):
        return True
    return _depends(n, value.arguments, own)


def _may_change(n: Normaliser, name: Name, own: Name, seen: set[Name]) -> bool:
    """Whether a declared thing may change with a name.

    By its parameters, its law, what it is the value of, an equation given for it.
    """
    if name == own:
        return True
    if name in seen:
        return False
    seen.add(name)
    declared = n.declarations.find(str(name))
    depends = getattr(declared, "parameters", ())
    if any(p.name == own for p in n.declarations.parameters) and (
        depends is None or own in depends
    ):
        return True
    mentioned = _given_by(n, name)
    body = getattr(declared, "body", None)
    if body is not None:
        mentioned |= _names(body)
    if isinstance(declared, Family) and declared.normal is not None:
        mentioned |= _names(declared.normal.mean) | _names(declared.normal.deviation)
    if isinstance(declared, Family) and declared.multivariate is not None:
        law = declared.multivariate
        mentioned |= _names(law.mean) | _names(law.covariance)
    for process in n.declarations.processes:
        if name in (process.name, process.value, process.action_value, process.visits):
            mentioned |= {process.policy, process.reward_function}
    for values in n.declarations.values:
        if name in (values.name, values.action_value):
            mentioned |= {values.policy, values.dynamics, values.reward, values.discount}
    return any(_may_change(n, other, own, seen) for other in sorted(mentioned))


def _given_by(n: Normaliser, name: Name) -> set[str]:
    """The names that equations give a name by: `a = ...` gives a, `2 a = b` all names in it."""
    found: set[str] = set()
    for fact in n.declarations.facts:
        left, right = fact.statement.left, fact.statement.right
        if fact.statement.relation != "=":
            continue
        if not isinstance(left, Sym | App | Density):
            every = _names(left) | _names(right)
            found |= every - {name} if name in every else set()
        elif name == (left.family if isinstance(left, Density) else left.name):
            found |= _names(right)
    return found


def _names(term: Term) -> set[str]:
    """Every name in a term, of symbols, functions, families and definitions."""
    found: set[str] = set()
    for part in walk(term):
        match part:
            case Sym(name, _) | App(name, _, _) | Density(name, _, _) | Trajectory(name, _):
                found.add(name)
    return found

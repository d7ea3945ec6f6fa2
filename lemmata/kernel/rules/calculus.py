"""Rules of derivatives. A gradient acts as a derivation with respect to a declared parameter or a real symbol."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from lemmata.kernel.poly import ONE, ZERO, Atom, Mono, Poly, of_atom, of_mono
from lemmata.kernel.rules import ranges, rule, trajectories

if TYPE_CHECKING:
    from lemmata.kernel.normal import Normaliser


@rule("derivative_rules")
def derivative(n: Normaliser, variable: Poly, poly: Poly) -> Poly:
    """Sum, product, quotient, power and chain rule.

    Statement: d(a + b) = da + db, d(a b) = da b + a db, d(a^k) = k a^(k-1) da, d log a = da / a, d exp a = exp(a) da.
    Assumes: that what is written is differentiable.
    Refuses: a variable that is neither a parameter nor a real symbol, functions of expressions that depend on it.
    Example: grad log p(x) = grad p(x) / p(x).
    """
    atom = variable.atom()
    if atom is None or atom.kind not in {"sym", "bound", "comp"}:
        n.unsupported("a derivative is taken with respect to a single name")
    result = ZERO
    for mono, coefficient in poly.items():
        result = result + _product_rule(n, atom, mono).scaled(coefficient)
    n.use("derivative_rules")
    return result


def _product_rule(n: Normaliser, variable: Atom, mono: Mono) -> Poly:
    result = ZERO
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
            return n.mul(n.mul(change, n.inverse(first)), n.mul(atom.arguments[1], of_atom(atom)))
        case "bind":
            return _under_binders(n, variable, atom)
        case "traj":
            return trajectories.likelihood_ratio(n, variable, atom)
    return _unknown(n, variable, atom)


def _of_symbol(n: Normaliser, variable: Atom, atom: Atom) -> Poly:
    if atom == variable:
        return ONE
    declared = n.declarations.find(str(atom.arguments[0]))
    depends = getattr(declared, "parameters", ()) or ()
    if str(variable.arguments[0]) in depends:
        return of_atom(Atom("grad", variable, atom))
    return _same_family(n, variable, atom)


def _same_family(n: Normaliser, variable: Atom, atom: Atom) -> Poly:
    """The derivative of one entry of an array with respect to another: 1 where all indices agree, else 0."""
    if (
        atom.kind != variable.kind
        or atom.kind == "bound"
        or atom.arguments[0] != variable.arguments[0]
    ):
        return ZERO
    mine, its = atom.arguments[1], variable.arguments[1]
    assert isinstance(mine, tuple)
    assert isinstance(its, tuple)
    result = ONE
    for left, right in zip(mine, its, strict=True):
        assert isinstance(left, Poly)
        assert isinstance(right, Poly)
        result = n.mul(result, ranges.bracket(n, "=", left - right))
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
    Assumes: that derivative and integral may be exchanged (dominated derivatives, a support that does not move).
    Refuses: a variable that is bound by the integral itself.
    Example: grad int p(x) f(x) dx = int f(x) grad p(x) dx.
    """
    binders, body = n.open(atom)
    change = derivative(n, of_atom(variable), body)
    if change and any(isinstance(sort, tuple) and sort[0] != "range" for _, sort in binders):
        n.use("derivative_under_the_integral", "derivatives and integrals may be exchanged")
    result = n.bind(binders, change)
    n.note("derivative_under_the_integral", result, "grad", variable, of_atom(atom))
    return result


def _unknown(n: Normaliser, variable: Atom, atom: Atom) -> Poly:
    """A derivative that stays: of a density or an unknown function that may depend on the variable."""
    name = str(variable.arguments[0])
    parameter = any(p.name == name for p in n.declarations.parameters)
    if atom.kind in {"dens", "app"} and parameter:
        owner = n.declarations.find(str(atom.arguments[0]))
        depends = getattr(owner, "parameters", None)
        if name in atom.free:
            n.unsupported(
                f"{atom.arguments[0]} is applied to {name} itself; declare that it depends on it instead"
            )
        if depends is not None and name not in depends and not _mentions(n, atom, name):
            return ZERO
        if _mentions(n, atom, name):
            n.unsupported(
                f"the arguments of {atom.arguments[0]} depend on {name}; the chain rule for unknown functions is not known"
            )
        return of_atom(Atom("grad", variable, atom))
    if not parameter and variable.kind == "sym" and name not in atom.free:
        return ZERO
    if variable.kind != "sym" and not variable.free & atom.free:
        return ZERO
    if atom.kind == "grad":
        inner = atom.arguments[1]
        assert isinstance(inner, Atom)
        if parameter and not _of_atom(n, variable, inner):
            return ZERO
        return (
            of_atom(Atom("grad", variable, atom))
            if parameter
            else n.unsupported("a mixed second derivative")
        )
    if atom.kind in {"app", "dens"}:
        return of_atom(Atom("grad", variable, atom))
    return n.unsupported(f"the derivative of {n.describe(of_atom(atom))}")


def _mentions(n: Normaliser, atom: Atom, parameter: str) -> bool:
    """Whether an argument of an atom contains something that may depend on a parameter."""
    for name in atom.free:
        declared = n.declarations.find(name) if isinstance(name, str) else None
        depends = getattr(declared, "parameters", ()) if declared is not None else ()
        if name != atom.arguments[0] and (depends is None or parameter in depends):
            return True
    return False

"""How the SymPy confirmations decide that a residual is zero, and show that a wrong one is not.

*Zero* is structural. Logarithms are split over factors that are positive by declaration, whatever
is not a rational operation becomes a generator, and the rest is computed in a field of fractions
over the rationals. What reduces to the number 0 there is zero wherever its denominators are not;
what does not reduce is reported and never guessed at. `equals`, `simplify`, `force=True` and
floating point take no part in it.

*Non-zero* is a rational point at which ball arithmetic encloses the residual away from zero.

SymPy is imported inside the functions, so that importing a claim stays cheap.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from lemmata.derivations.confirmation import Confirmation, Residual

Expr: TypeAlias = Any
"""A SymPy expression; SymPy ships no types, so this name is all that a reader gets."""

LONGEST_RESIDUAL = 240
POINTS_TRIED = 200
PRECISION_BITS = 160
PRIME = 251  # its powers scatter the points without a random generator
SIMPLE_FRACTIONS = ((1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (2, 5), (5, 7), (1, 50), (49, 50))


class Workings:
    """Collects the residuals of one claim; `confirmation()` closes the account."""

    def __init__(self, scope: str) -> None:
        self._scope = scope
        self._start = time.perf_counter()
        self._residuals: list[Residual] = []
        self._refuted: list[Residual] = []

    def zero(self, name: str, difference: Expr, *more: Expr) -> None:
        """Record that every difference reduces to zero, or the first that does not."""
        remains = next((rest for rest in map(reduced, (difference, *more)) if rest != 0), 0)
        self._residuals.append(Residual(name, _printed(remains), is_zero=remains == 0))

    def positive(self, name: str, expression: Expr, *more: Expr) -> None:
        """Record that expressions are positive by their symbols' signs, as `1 - sign(...) = 0`."""
        import sympy as sp

        signs = [sp.sign(sp.factor(each)) for each in (expression, *more)]
        self.zero(name, *(1 - sign for sign in signs))

    def nonzero(self, name: str, difference: Expr, at: Mapping[Expr, Expr] | None = None) -> None:
        """Record that a wrong identity's difference is not zero; `at` fixes part of the point."""
        self._refute(name, difference, at or {}, below=False)

    def negative(self, name: str, difference: Expr, at: Mapping[Expr, Expr] | None = None) -> None:
        """Record that a wrong inequality `difference >= 0` fails at a point; `at` as above."""
        self._refute(name, difference, at or {}, below=True)

    def confirmation(self) -> Confirmation:
        """Everything recorded, with the time since the workings were opened."""
        return Confirmation(
            scope=self._scope,
            residuals=tuple(self._residuals),
            refuted=tuple(self._refuted),
            seconds=time.perf_counter() - self._start,
        )

    def _refute(self, name: str, difference: Expr, at: Mapping[Expr, Expr], *, below: bool) -> None:
        witness = _witness(difference, at, below=below)
        is_zero = not witness and reduced(difference) == 0
        self._refuted.append(Residual(name, _printed(difference), is_zero, witness))


def reduced(expression: Expr) -> Expr:
    """The normal form of an expression: a fraction of polynomials in its generators.

    Generators are symbols, logarithms of irreducible factors, and every other subexpression that
    is not a sum, a product or an integer power. Relations between generators are not known, so
    zero is zero, but what is not reduced to zero may still be zero.
    """
    import sympy as sp

    generators: dict[Expr, Expr] = {}
    split = sp.expand_power_exp(_split_logarithms(sp.Integer(0) + expression))
    rational = _rational(split, generators)
    if rational.is_polynomial():
        normal = sp.expand(rational)
    else:
        field = sp.QQ.frac_field(*sorted(rational.free_symbols, key=sp.default_sort_key))
        normal = field.to_sympy(field.from_sympy(rational))
    return normal.xreplace({symbol: generator for generator, symbol in generators.items()})


def _split_logarithms(expression: Expr) -> Expr:
    """Split each logarithm over the factors of its argument that are positive by assumption."""
    import sympy as sp

    def split(argument: Expr) -> Expr:
        return sp.expand_log(sp.log(sp.factor(sp.together(argument))), factor=True)

    return expression.replace(sp.log, split)


def _rational(expression: Expr, generators: dict[Expr, Expr]) -> Expr:
    """Put a fresh symbol for each maximal subexpression that is not rational arithmetic."""
    import sympy as sp

    if expression.is_Rational or expression.is_Symbol:
        return expression
    if expression.is_Add or expression.is_Mul:
        return expression.func(*(_rational(part, generators) for part in expression.args))
    if expression.is_Pow and expression.exp.is_Integer:
        return _rational(expression.base, generators) ** expression.exp
    return generators.setdefault(expression, sp.Dummy(f"g{len(generators)}"))


def _printed(expression: Expr) -> str:
    import sympy as sp

    text = str(sp.sstr(expression))
    if len(text) <= LONGEST_RESIDUAL:
        return text
    return f"{text[:LONGEST_RESIDUAL]}... ({len(text)} characters)"


def _witness(expression: Expr, at: Mapping[Expr, Expr], *, below: bool) -> str:
    """A ball that excludes zero (lies below it if asked) and its point, in words; else empty."""
    import flint
    import sympy as sp
    from sympy.core.function import AppliedUndef

    # A differentiable function can have any value and any derivative at a point: both are free.
    unknowns = expression.atoms(AppliedUndef, sp.Derivative)
    named = {unknown: sp.Symbol(str(sp.sstr(unknown))) for unknown in unknowns}
    plain = expression.xreplace(named)
    symbols = sorted(plain.free_symbols, key=sp.default_sort_key)
    fixed = {named.get(key, key): value for key, value in at.items()}
    for scattered in _points([symbol for symbol in symbols if symbol not in fixed]):
        point = {symbol: fixed.get(symbol, scattered.get(symbol)) for symbol in symbols}
        with flint.ctx.workprec(PRECISION_BITS):
            ball = _enclosure(plain.xreplace(point))
            if ball < 0 or (ball > 0 and not below):
                where = ", ".join(f"{symbol} = {value}" for symbol, value in point.items())
                return f"{ball.str(8)} at {where or 'every point'}"
    return ""


def _points(symbols: Sequence[Expr]) -> Iterator[dict[Expr, Expr]]:
    """A fixed sequence of points of fractions in (0, 1): positive, and probabilities too."""
    import sympy as sp

    values = [sp.Rational(*fraction) for fraction in SIMPLE_FRACTIONS]
    for trial in range(POINTS_TRIED):
        yield {
            symbol: values[pow(trial + 2, place + 2, PRIME) % len(values)]
            for place, symbol in enumerate(symbols)
        }


def _enclosure(expression: Expr) -> Any:
    """A ball that contains the value of an expression without symbols.

    Raises:
        ValueError: It holds something else than arithmetic, powers, pi, exp and log.
    """
    import flint
    import sympy as sp

    if expression.is_Rational:
        return flint.arb(flint.fmpq(int(expression.p), int(expression.q)))
    if expression is sp.pi:
        return flint.arb.pi()
    if isinstance(expression, sp.log):
        return _enclosure(expression.args[0]).log()
    if isinstance(expression, sp.exp):
        return _enclosure(expression.args[0]).exp()
    if expression.is_Add or expression.is_Mul:
        total, *rest = map(_enclosure, expression.args)
        for part in rest:
            total = total + part if expression.is_Add else total * part
        return total
    if expression.is_Pow and expression.exp.is_Integer:
        return _enclosure(expression.base) ** int(expression.exp)
    if expression.is_Pow:
        return (_enclosure(expression.base).log() * _enclosure(expression.exp)).exp()
    raise ValueError(f"no enclosure for {expression}: fix its symbols at the witness point")

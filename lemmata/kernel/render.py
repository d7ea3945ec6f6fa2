"""Normal forms as terms that a person can read, and as plain words. No proof rests on this file.

A bound variable of a normal form has a number and no name. It gets the name of its place (`x`, then
`x'`, `x''`), an index gets a letter that is declared for its range, and no name is used twice where
the two could be mixed up. Reading the term again gives the same normal form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import count

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.poly import ZERO, Argument, Atom, Exponent, Mono, Poly, of_mono
from lemmata.kernel.terms import (
    Add,
    App,
    Blocks,
    Density,
    Derivative,
    Det,
    Div,
    Entries,
    Entry,
    Fn,
    Identity,
    Integral,
    Iverson,
    Max,
    Mul,
    Neg,
    Num,
    Pi,
    Pow,
    Prod,
    Range,
    Sum,
    Sym,
    Term,
    Trace,
    Trajectory,
    Transpose,
    as_term,
)

LETTERS = ("k", "l", "i", "j", "u", "v")


def to_term(poly: Poly, declarations: Declarations) -> Term:
    """A normal form as a term; the normal form of that term is the same one again."""
    return Renderer(declarations, (poly,)).poly(poly)


def text(poly: Poly, declarations: Declarations | None = None) -> str:
    """A normal form in plain words, for messages."""
    return plain(to_term(poly, declarations or Declarations()))


class Renderer:
    """Writes the normal forms of one context, with one set of names.

    Attributes:
        declarations: The names that are declared, for places, letters and families.
        names: The name of each bound number in scope.
    """

    def __init__(self, declarations: Declarations, context: Iterable[Argument]) -> None:
        self.declarations = declarations
        self.names: dict[int, Sym] = {}
        self.taken = {name for value in context for name in _names_in(value)}

    # ---------------------------------------------------------------- names of bound variables

    def name(self, number: int, sort: Argument, body: Argument) -> Sym:
        """Choose a name for a bound variable of a sort and bring it into scope."""
        assert isinstance(sort, tuple)
        if sort[0] == "range":
            symbol = Sym(self._free(self._letters(sort)))
        else:
            place = str(sort[1])
            known = [v.name for v in self.declarations.variables if v.place == place]
            symbol = Sym(self._free([place if place in known or not known else known[0]]))
            if sort[0] == "comp":
                index = next(_indices_of(body, number), None)
                indices = (Num(Fraction(1)),) if index is None else tuple(map(self.poly, index))
                symbol = Sym(symbol.name, indices)
        self.names[number] = symbol
        self.taken.add(symbol.name)
        return symbol

    def open(
        self, sorts: dict[int, Argument], body: Argument
    ) -> list[tuple[Sym, tuple[Argument, ...]]]:
        """Name several bound variables, those that others depend on first."""
        opened: list[tuple[Sym, tuple[Argument, ...]]] = []
        waiting = dict(sorts)
        while waiting:
            number = next(n for n, s in waiting.items() if not _needs(n, s, body) & waiting.keys())
            sort = waiting.pop(number)
            assert isinstance(sort, tuple)
            opened.append((self.name(number, sort, body), sort))
        return opened

    def _free(self, candidates: list[str]) -> str:
        """The first of the candidates that is not taken, with primes where all are."""
        for primes in count():
            for name in candidates:
                if name + "'" * primes not in self.taken:
                    return name + "'" * primes
        raise AssertionError("unreachable")

    def _letters(self, sort: tuple[Argument, ...]) -> list[str]:
        """The letters declared for a range, else letters that are not declared at all.

        A letter with another declared range would be read as a part of that range.
        """
        from lemmata.kernel.normal import Normaliser  # the normaliser describes with this file

        n = Normaliser(self.declarations)
        fitting = [
            index.name
            for index in self.declarations.indices
            if (n.poly(index.range.lower), n.poly(index.range.upper)) == sort[1:3]
        ]
        return fitting or [a for a in LETTERS if self.declarations.find(a) is None] or ["index"]

    # ---------------------------------------------------------------- polynomials

    def poly(self, poly: Poly) -> Term:
        """A sum of products, positive terms first."""
        parts = [(self._mono(mono, abs(c)), c < 0) for mono, c in poly.items()]
        parts.sort(key=lambda part: part[1])
        if not parts:
            return Num(Fraction(0))
        signed = [Neg(term) if negative else term for term, negative in parts]
        return signed[0] if len(signed) == 1 else Add(tuple(signed))

    def _mono(self, mono: Mono, coefficient: Fraction) -> Term:
        top: list[Term] = []
        bottom: list[Term] = []
        sums: list[Term] = []
        for atom, exponent in mono:
            if atom.kind == "sum" and exponent.denominator == 1:
                # each sum divides on its own: the inverse of a product of sums is another atom
                base = self.atom(atom)
                whole = exponent == -1
                (sums if whole else top).append(base if whole else _power(base, exponent))
            elif atom.kind == "exp":
                inner = atom.arguments[0]
                assert isinstance(inner, Poly)
                top.append(Fn("exp", self.poly(inner.scaled(exponent))))
            elif exponent > 0:
                top.append(_power(self.atom(atom), exponent))
            else:
                bottom.append(_power(self.atom(atom), -exponent))
        if coefficient.numerator != 1 or not top:
            top.insert(0, as_term(coefficient.numerator))
        if coefficient.denominator != 1:
            bottom.insert(0, as_term(coefficient.denominator))
        result = _product(top)
        for divisor in ([_product(bottom)] if bottom else []) + sums:
            result = Div(result, divisor)
        return result

    # ---------------------------------------------------------------- atoms

    def atom(self, atom: Atom) -> Term:
        """One atom, whether the normal form would keep it or not."""
        first: Argument = atom.arguments[0] if atom.arguments else None
        second: Argument = atom.arguments[1] if len(atom.arguments) > 1 else None
        match atom.kind:
            case "pi":
                return Pi()
            case "prime":
                return as_term(int(str(first)))
            case "bound":
                return self.names.get(int(str(first)), Sym(f"_{first}"))
            case "sym":
                return Sym(str(first), self._all(second))
            case "comp":
                head = self.argument(first)
                assert isinstance(head, Sym)
                return Sym(head.name, (*head.indices, *self._all(second)))
            case "app":
                return App(str(first), self._all(second), self._all(atom.arguments[2]))
            case "log" | "exp" | "abs" | "sign" | "step" as name:
                return Fn(name, self.argument(first))
            case "sum":
                return self.argument(first)
            case "pow" | "root":
                power = as_term(second) if isinstance(second, Fraction) else self.argument(second)
                return Pow(self.argument(first), power)
            case "ge0" | "eq0":
                return self._bracket(atom)
            case "grad":
                return Derivative(_symbol(self.argument(first)), self.argument(second))
            case "traj":
                return Trajectory(str(first), self.argument(second))
            case (
                "dens" | "conditional"
            ):  # the latter in traces: `p(of | given)`, not yet a quotient
                return self._density(str(first), *atom.arguments[1:])
            case "entries" | "blocks" | "det":  # only in traces
                return self._matrix(atom)
            case "entry" | "trace" | "array" | "inv" | "chain":
                return self._word(atom)
            case "volume":
                return Det(self._known_by_entries(first))
        return self._binder(atom)

    def argument(self, value: Argument) -> Term:
        """An argument of an atom that stands for a number."""
        assert isinstance(value, Atom | Poly)
        return self.poly(value) if isinstance(value, Poly) else self.atom(value)

    def _all(self, values: Argument) -> tuple[Term, ...]:
        assert isinstance(values, tuple)
        return tuple(self.argument(value) for value in values)

    def _bracket(self, atom: Atom) -> Term:
        """`[P >= 0]` with the positive terms of P on the left and the others on the right."""
        gap = atom.arguments[0]
        assert isinstance(gap, Poly)
        left = Poly({m: c for m, c in gap.terms.items() if c > 0})
        relation = "=" if atom.kind == "eq0" else ">="
        return Iverson(self.poly(left), relation, self.poly(left - gap))  # type: ignore[arg-type]

    def _density(self, family: str, of: Argument, given: Argument = None) -> Density:
        assert isinstance(of, tuple)
        if given is None:
            declared = next((f for f in self.declarations.families if f.name == family), None)
            always = declared.given if declared else ()
            given = tuple(entry for entry in of if isinstance(entry, tuple) and entry[0] in always)
            of = tuple(entry for entry in of if entry not in given)
        assert isinstance(given, tuple)
        return Density(family, *(tuple(self._entry(e) for e in side) for side in (of, given)))

    def _entry(self, entry: Argument) -> Term:
        assert isinstance(entry, tuple)
        return self.argument(entry[2])

    def _matrix(self, atom: Atom) -> Term:
        if atom.kind == "det":
            return Det(self.argument(atom.arguments[0]))
        if atom.kind == "blocks":
            return Blocks(tuple(self._all(line) for line in atom.arguments))
        rows, columns, row, column, entry = atom.arguments
        letters = []
        for number, size in ((row, rows), (column, columns)):
            letters.append(self.name(int(str(number)), ("range", of_mono(()), size), entry))
        sizes = (self.argument(rows), self.argument(columns))
        return Entries(letters[0], sizes[0], letters[1], sizes[1], self.argument(entry))

    def _word(self, atom: Atom) -> Term:
        """A product of matrices, an entry or the trace of one, a declared array, an inverse."""
        if atom.kind == "array":
            name, before, *applied = atom.arguments
            if applied:
                return App(str(name), self._all(applied[0]), self._all(before))
            return Sym(str(name), self._all(before))
        if atom.kind == "chain":
            self.names[-3] = Sym(self._free(["i", "j", "t"]))
            limits = Range(*(self.argument(end) for end in atom.arguments[1:3]))
            factor = atom.arguments[0]
            if factor == ZERO:  # it may be a product of none
                nothing = Mul((Num(Fraction(0)), Identity(self.argument(atom.arguments[-1]))))
                return Prod(self.names[-3], limits, nothing)
            return Prod(self.names[-3], limits, self._known_by_entries(factor))
        if atom.kind == "inv":
            return Pow(self._known_by_entries(atom.arguments[0]), Neg(as_term(1)))
        word = atom.arguments[0]
        assert isinstance(word, tuple)
        letters: list[Term] = []
        for letter in word:
            assert isinstance(letter, tuple)
            assert isinstance(letter[0], Atom)
            inner = self.atom(letter[0])
            letters.append(Transpose(inner) if letter[1] else inner)
        matrix = _product(letters)
        if atom.kind == "trace":
            return Trace(matrix)
        ends = tuple(self.argument(end) for end in atom.arguments[1:] if end is not None)
        if len(ends) == 1 and atom.arguments[1] is None:
            matrix = Transpose(matrix)
        return Entry(matrix, ends) if ends else matrix

    def _known_by_entries(self, matrix: Argument) -> Term:
        """A matrix that is known by its entry at two places: each term without its places."""
        assert isinstance(matrix, Poly)
        terms: list[Term] = []
        for mono, coefficient in matrix.items():
            known = {"entry", "sym", "app", "eq0"}
            inside = [atom for atom, _ in mono if atom.kind in known and {-1, -2} & atom.free]
            rest = tuple(pair for pair in mono if pair[0] not in inside)
            factors: list[Term] = [
                Identity() if a.kind == "eq0" else self._whole(a) for a in inside
            ]
            scale = self._mono(rest, abs(coefficient))
            whole = _product([scale, *factors] if scale != as_term(1) else factors)
            terms.append(Neg(whole) if coefficient < 0 else whole)
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def _whole(self, atom: Atom) -> Term:
        """The matrix or column of which an atom is the entry at the places."""
        if atom.kind in {"sym", "app"}:
            indices = atom.arguments[-1]
            assert isinstance(indices, tuple)
            ends = [i for i in indices if isinstance(i, Poly) and {-1, -2} & i.free]
            inner: Term = Sym(
                str(atom.arguments[0]), self._all(indices[: len(indices) - len(ends)])
            )
        else:
            ends = [i for i in atom.arguments[1:] if isinstance(i, Poly)]
            inner = self._word(Atom("entry", atom.arguments[0], None, None))
        turned = ends[0].free == frozenset({-2})
        return Transpose(inner) if turned else inner

    def _binder(self, atom: Atom) -> Term:
        """A telescope or an indexed product, with the binders that others depend on outermost."""
        before, kept = set(self.taken), dict(self.names)
        sorts, body, numbers = atom.arguments
        assert isinstance(numbers, tuple)
        assert isinstance(sorts, tuple)
        sorts = sorts if atom.kind == "bind" else (sorts,)
        binders = self.open(dict(zip(map(_number, numbers), sorts, strict=True)), body)
        term = self.argument(body)
        for symbol, sort in reversed(binders):
            if sort[0] == "range":
                limits = self._all(sort[1:])
                quantifier = Prod if atom.kind == "prod" else Sum
                term = quantifier(symbol, Range(*limits[:2]), term, *limits[2:])
            elif atom.kind == "max":
                term = Max(symbol, term)
            elif isinstance(term, Integral):
                term = Integral((symbol, *term.variables), term.body)
            else:
                term = Integral((symbol,), term)
        self.taken, self.names = before, kept
        return term


def _number(value: Argument) -> int:
    assert isinstance(value, int)
    return value


def _needs(number: int, sort: Argument, body: Argument) -> set[int]:
    """The bound numbers that must be in scope before a binder is written."""
    assert isinstance(sort, tuple)
    needed = {name for part in sort if isinstance(part, Poly) for name in part.free}
    if sort[0] == "comp":
        index = next(_indices_of(body, number), ())
        needed |= {name for part in index for name in part.free}
    return {name for name in needed if isinstance(name, int)}


def _indices_of(value: Argument, number: int) -> Iterator[tuple[Poly, ...]]:
    """The component index at which a bound component fills a density."""
    if isinstance(value, Poly):
        for mono in value.terms:
            for atom, _ in mono:
                yield from _indices_of(atom, number)
    elif isinstance(value, tuple):
        for part in value:
            yield from _indices_of(part, number)
    elif isinstance(value, Atom) and number in value.free:
        if value.kind in {"dens", "conditional"}:
            for group in value.arguments[1:]:
                assert isinstance(group, tuple)
                for entry in group:
                    yield from _index_of_entry(entry, number)
        else:
            yield from _indices_of(value.arguments, number)


def _index_of_entry(entry: Argument, number: int) -> Iterator[tuple[Poly, ...]]:
    assert isinstance(entry, tuple)
    _, where, filler = entry
    assert isinstance(where, tuple)
    atom = filler.atom() if isinstance(filler, Poly) else None
    if where and atom is not None and atom.kind == "bound" and atom.arguments[0] == number:
        yield tuple(index for index in where if isinstance(index, Poly))


def _names_in(value: Argument) -> Iterator[str]:
    """Every declared name inside a normal form, those of trajectories included."""
    if isinstance(value, Poly):
        for mono in value.terms:
            for atom, _ in mono:
                yield from _names_in(atom)
    elif isinstance(value, tuple):
        for part in value:
            yield from _names_in(part)
    elif isinstance(value, Atom):
        if value.kind in {"sym", "app"}:
            yield str(value.arguments[0])
        yield from _names_in(value.arguments)


def _symbol(term: Term) -> Sym:
    assert isinstance(term, Sym)
    return term


def _power(base: Term, exponent: Exponent) -> Term:
    return base if exponent == 1 else Pow(base, as_term(exponent))


def _product(factors: list[Term]) -> Term:
    if not factors:
        return Num(Fraction(1))
    return factors[0] if len(factors) == 1 else Mul(tuple(factors))


# -------------------------------------------------------------------- plain words

SUM, PRODUCT, UNIT = range(3)


def plain(term: Term, level: int = SUM) -> str:
    """A rendered term in plain words; put in parentheses where it binds looser than `level`."""
    match term:
        case Add(parts):
            words = " + ".join(plain(part, PRODUCT) for part in parts).replace(" + -", " - ")
            return _wrapped(words, SUM, level)
        case Neg(body):
            return _wrapped("-" + plain(body, PRODUCT), PRODUCT, level)
        case Mul(factors):
            words = " ".join(plain(factor, UNIT) for factor in factors)
            return _wrapped(words, PRODUCT, level)
        case Div(top, bottom):
            return _wrapped(f"{plain(top, PRODUCT)}/{plain(bottom, UNIT)}", PRODUCT, level)
        case Pow(base, exponent):
            return f"{plain(base, UNIT)}^{plain(exponent, UNIT)}"
        case Iverson(left, relation, right):
            return f"[{plain(left)} {relation} {plain(right)}]"
        case Derivative(variable, body):
            return f"grad_{plain(variable)} {plain(body, UNIT)}"
        case Trajectory(process, body):
            return f"E_{process}[{plain(body)}]"
        case Max(variable, body):
            return _wrapped(f"max_{plain(variable)} {plain(body, UNIT)}", PRODUCT, level)
        case Integral(variables, body):
            measure = " ".join(f"d{plain(variable)}" for variable in variables)
            return _wrapped(f"int {plain(body, PRODUCT)} {measure}", PRODUCT, level)
        case Sum(index, span, body, excluding) | Prod(index, span, body, excluding):
            word = "sum" if isinstance(term, Sum) else "prod"
            limits = f"{plain(index)}={plain(span.lower)}..{plain(span.upper)}"
            left_out = f", {plain(index)} != {plain(excluding)}" if excluding else ""
            return _wrapped(f"{word}_({limits}{left_out}) {plain(body, PRODUCT)}", PRODUCT, level)
    return _unit(term)


def _unit(term: Term) -> str:
    """What needs no parentheses anywhere."""
    match term:
        case Num(value):
            return str(value)
        case Sym(name, indices):
            return name + (f"[{_list(indices)}]" if indices else "")
        case App(name, arguments, indices):
            return _unit(Sym(name, indices)) + f"({_list(arguments)})"
        case Fn(name, argument):
            return f"{name}({plain(argument)})"
        case Density(family, of, given):
            return f"{family}({_list(of)}{' | ' if given else ''}{_list(given)})"
    return type(term).__name__.lower()


def _wrapped(words: str, mine: int, level: int) -> str:
    return f"({words})" if mine < level else words


def _list(parts: tuple[Term, ...]) -> str:
    return ", ".join(plain(part) for part in parts)

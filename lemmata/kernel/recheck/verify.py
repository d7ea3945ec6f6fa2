"""Verify a certificate: its hash, its steps in order, then the conclusion."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lemmata.kernel import terms as t
from lemmata.kernel.declarations import Declarations, Function, Scalar, Size
from lemmata.kernel.encode import canonical, decode, digest
from lemmata.kernel.entries import LARGEST_EXPLICIT, by_entries
from lemmata.kernel.fuel import IN_USE, NODE_COST, RECHECK_FUEL, Fuel, OutOfFuelError, weigh
from lemmata.kernel.recheck.calculus import names_in
from lemmata.kernel.recheck.inequalities import Inequalities, Inequality
from lemmata.kernel.recheck.polynomials import (
    ZERO,
    Atom,
    Poly,
    RefusalError,
    Scope,
    Value,
    content,
    of,
    poly_of,
    text,
)
from lemmata.kernel.recheck.rules import Site
from lemmata.kernel.recheck.written import learn, sign
from lemmata.kernel.shapes import is_linear
from lemmata.kernel.terms import Statement, Sym, Term
from lemmata.kernel.unfold import unfold

FORMAT = 1
LONGEST, LARGEST_WORLD = 1_000_000, 1_000
"""The characters of a certificate, and the names in its declarations, at most."""
NESTED_QUOTIENTS = 2
PARTLY_DEFINED = (t.Sum, t.Prod, t.Integral, t.Trajectory, t.Iverson, t.Derivative, t.Det)

TRUSTED = (
    "that the terms of the certificate say what the source says",
    "the definitions of the named quantities (lemmata.kernel.unfold)",
    "the definitions of the entries of matrices (lemmata.kernel.entries)",
    "that the integrals and expectations written exist",
    "that what is differentiated is differentiable, and what stands in a logarithm is positive",
    "that a symbol of a process, inside an integral over an action, is settled before the action",
)


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the re-checker says of a certificate.

    Attributes:
        ok: Whether every step holds and the statement follows.
        problems: What does not hold, each with its step and rule.
        checked: How many steps were verified.
        trusted: What is taken on trust all the same.
    """

    ok: bool
    problems: tuple[str, ...]
    checked: int
    trusted: tuple[str, ...] = TRUSTED


def recheck(certificate: dict[str, Any]) -> Recheck:
    """Verify a certificate. Never raises: what is wrong is a problem in the report."""
    problems: list[str] = []
    fuel = Fuel(RECHECK_FUEL)
    before = IN_USE.set(fuel)
    try:
        if len(canonical(certificate)) > LONGEST:
            return Recheck(False, (f"it is longer than {LONGEST} characters",), 0)
        if certificate.get("hash") != digest(certificate):
            problems.append("the hash is not that of the content")
        if certificate.get("format") != FORMAT:
            return Recheck(False, (*problems, "the format is not one that is known"), 0)
        checked = _Run(certificate, problems, fuel).checked
    except OutOfFuelError:
        ended = f"the re-checker's fuel ran out at {fuel.at}: the certificate is not refuted, it "
        return Recheck(False, (*problems, ended + "is not confirmed"), 0)
    except RecursionError:
        return Recheck(False, (*problems, "the certificate is nested too deep"), 0)
    except Exception as problem:  # noqa: BLE001 - what is no certificate may raise anything
        return Recheck(False, (*problems, f"the certificate cannot be read: {problem}"), 0)
    finally:
        IN_USE.reset(before)
    return Recheck(not problems, tuple(problems), checked)


class _Run:
    """One verification: the steps in order, then the conclusion."""

    def __init__(self, certificate: dict[str, Any], problems: list[str], fuel: Fuel) -> None:
        self.certificate, self.problems, self.checked = certificate, problems, 0
        fuel.at = "the statement and the declarations"
        said = decode(certificate["statement"], Statement)
        self.declarations = decode(certificate["declarations"], Declarations)
        self.take_on(said)
        self.statement, self.declarations = by_entries(said, self.declarations)
        self.induction = certificate["induction"]
        size = str(self.induction["size"]) if self.induction else ""
        self.rules = Inequalities(self.declarations, frozenset(certificate["facts"]), size)
        sides_ = [unfold(s, self.declarations) for s in (self.statement.left, self.statement.right)]
        self.rules.words = self.rules.are_wanted(*sides_)
        for side in (self.statement.left, self.statement.right):
            learn(self.rules, unfold(side, self.declarations))
        listed = set(certificate["rules"]), set(certificate["assumptions"])
        for _ in range(0 if size else NESTED_QUOTIENTS):
            sides = [self.denominators(s) for s in (self.statement.left, self.statement.right)]
            self.rules.nonzero = sides[0] & sides[1]
        for number, step in enumerate(certificate["steps"], start=1):
            fuel.at = f"step {number} ({step['rule']})"
            try:
                self.verify(step)
                self.checked += 1
                for name, where in zip((step["rule"], step["assumes"]), listed, strict=True):
                    if name and name not in where:
                        raise RefusalError(f"{name!r} is not listed with the proof")  # noqa: TRY301
            except RefusalError as problem:
                problems.append(f"{fuel.at}: {problem}")
        fuel.at = "the conclusion"
        try:
            self.conclude()
            if "equations" in certificate:
                self.conclude_equivalence([decode(e, Statement) for e in certificate["equations"]])
        except RefusalError as problem:
            problems.append(f"{fuel.at}: {problem}")
        missing = self.rules.needed - listed[1]
        problems += [f"it assumes {name!r}, which is not listed" for name in sorted(missing)]

    def take_on(self, said: Statement) -> None:
        """Spend what the statement and the facts take, before any of them is unfolded."""
        if len(names_in(self.declarations)) > LARGEST_WORLD:
            raise RefusalError(f"the declarations speak of more than {LARGEST_WORLD} names")
        cases = LARGEST_EXPLICIT if is_linear(said, self.declarations) else 1
        for statement in (said, *(fact.statement for fact in self.declarations.facts)):
            for side in (statement.left, statement.right):
                weigh(side, self.declarations, NODE_COST * cases)

    def denominators(self, side: Term) -> frozenset[str]:
        """The keys of the factors that a side divides by as written, where it always has a value.

        Without them it has none, so that nothing is said where one of them is zero.
        """
        waiting, found = [unfold(side, self.declarations)], set[str]()
        while waiting:
            part = waiting.pop()
            if isinstance(part, PARTLY_DEFINED):
                continue
            waiting += t.children(part)
            with suppress(RefusalError):  # one that is not worked out is not counted
                below = part.denominator if isinstance(part, t.Div) else None
                if isinstance(part, t.Pow) and self.rules.sign(self.value(part.exponent)) == -1:
                    below = part.base
                if below is not None and (top := self.rules.together(self.value(below))[0]).terms:
                    _, shared, rest = content(top)
                    found |= {of(atom).key for atom in shared} | {rest.key, (rest * -1).key}
        return frozenset(found)

    def value(self, term: Term) -> Poly:
        """The value of a closed term."""
        return self.rules.value(term, {})

    def verify(self, step: dict[str, Any]) -> None:
        """Verify one step and put its equation in force, for all ranges of its indices if so."""
        if any(kind == "range" for _, (kind, *_) in step["open"]):
            try:
                self.verify_in(step, wide=True)
                return
            except RefusalError:
                self.rules.assumed = ""
        self.verify_in(step, wide=False)

    def verify_in(self, step: dict[str, Any], *, wide: bool) -> None:
        """Verify one step, with the ranges of its open indices or without them."""
        rules, scope = self.rules, dict[Any, Poly]()
        for named, (kind, *parts) in step["open"]:
            sort = self.sort(kind, [] if kind == "range" and wide else parts, scope)
            self.enter(scope, named, of(rules.open(*sort)))
        before, after = self.term(step["before"]), rules.value(self.term(step["after"]), scope)
        if step["rule"] == "quotient_reduction":
            site: Site = ("quotient", (rules.value(before, scope),), 0)
        else:
            site = rules.node(before, scope)
        kind, args, bound = site
        if kind == "log":
            args = (rules.argument(poly_of(args[0])),)
        found = rules.results(step["rule"], (kind, args, bound), after)
        if not any(rules.vanishes(result - after) for result in found):
            raise RefusalError("the rule gives another result here")
        if rules.assumed != step["assumes"]:
            raise RefusalError(f"it assumes {rules.assumed!r}, not {step['assumes']!r}")
        key, order = rules.keyed(kind, args, bound, wide=wide)
        if after.free - {*order}:
            raise RefusalError("a variable of the result does not occur before")
        rules.kinds.add(kind)
        rules.table.setdefault(key, (tuple(order), after))

    def term(self, written: Any) -> Term:
        """A term of a step; products of matrices in it by their entries."""
        term = decode(written, Term)
        weigh(term, self.declarations)
        return self.rules.lowering.number(term) if self.rules.words else term

    def difference(self, values: dict[Sym, Term]) -> Poly:
        """Left minus right under the verified equations, at some values of the sizes."""
        # Unfolded first: a name must not keep a size that the values change.
        sides = (unfold(s, self.declarations) for s in (self.statement.left, self.statement.right))
        left, right = (self.rules.value(t.substitute(side, values), {}) for side in sides)
        return self.rules.reduced(left - right)

    def conclude(self) -> None:
        """Check that the statement follows from the verified equations."""
        if self.induction:
            self.conclude_by_induction()
            return
        gap = self.difference({})
        relation = self.statement.relation
        if relation not in {"=", ">=", "<="}:
            raise RefusalError(f"{relation} is not proved by certificates")
        if relation != "=":
            self.conclude_inequality(gap * (1 if relation == ">=" else -1))
        elif not self.rules.vanishes(gap):
            raise RefusalError(f"left minus right is not rewritten to zero: {gap.key[:400]}")

    def conclude_equivalence(self, equations: list[Statement]) -> None:
        """Check that a (l - r) = b (l' - r') makes two equations have the same solutions."""
        statement = decode(self.certificate["statement"], Statement)
        sides = (statement.left, statement.right)
        if len(equations) != 2 or self.statement.relation != "=":
            raise RefusalError("it is not about two equations")
        for side, equation in zip(sides, equations, strict=True):
            gap = t.Add((equation.left, t.Neg(equation.right)))
            factor = side.factors[0] if isinstance(side, t.Mul) else t.Num(Fraction(0))
            if side != t.Mul((factor, gap)) or equation.relation != "=":
                raise RefusalError("a side is not a multiple of left minus right of its equation")
            known = sign(self.rules, unfold(factor, self.declarations), {})
            if known is None or not known[1]:
                raise RefusalError("a multiplier that may be zero")

    def conclude_inequality(self, gap: Poly) -> None:
        """Check that a difference is never negative.

        The last rule noted is the outermost one: it opens an integral, or fixes a free quantity at
        its best value; the terms that are never negative are taken away inside.
        """
        around: list[int] = []
        taken = ZERO
        for number, bound in reversed([*enumerate(self.certificate["bounds"], start=1)]):
            try:
                given = self.read_bound(bound, around)
                inner = self.rules.inside(gap, given, around)
                if inner is None:
                    taken = taken + self.rules.never_negative(given)
                elif taken.terms:
                    raise RefusalError("it stands inside a term that is taken away")  # noqa: TRY301
                else:
                    gap = inner
            except RefusalError as problem:
                raise RefusalError(f"bound {number} ({bound['rule']}): {problem}") from problem
        rests = [form - taken for form in (gap, self.rules.primitive(gap))]
        if not any(self.rules.settled(self.rules.reduced(rest)) for rest in rests):
            raise RefusalError(f"what is left may be negative: {rests[0].key[:400]}")

    def read_bound(self, bound: dict[str, Any], around: list[int]) -> Inequality:
        """The parts of an inequality, its variables opened; `around` are those open already."""
        rules, scope = self.rules, dict[Any, Poly]()
        waiting = list(around)
        for named, (kind, *parts) in bound["open"]:
            sort = self.sort(kind, parts, scope)
            fitting = [number for number in waiting if rules.sorts[number] == sort]
            if not fitting:
                raise RefusalError("it has a variable that is not open here")
            waiting.remove(fitting[0])
            self.enter(scope, named, of(Atom("var", fitting[0])))
        over: list[int] = []
        for named, (kind, *parts) in bound["over"]:
            variable = rules.open(*self.sort(kind, parts, scope))
            over += variable.free
            self.enter(scope, named, of(variable))
        logarithms = [
            (decode(c, Fraction), rules.value(decode(a, Term), scope))
            for c, a in bound["logarithms"]
        ]
        parts_ = {k: rules.value(decode(v, Term), scope) for k, v in bound["parts"].items()}
        return Inequality(
            bound["rule"], over, decode(bound["number"], Fraction), logarithms, parts_
        )

    def sort(self, kind: str, parts: list[Any], scope: Scope) -> tuple[Value, ...]:
        """A sort: its kind, and its place or the ends of its range."""
        if kind == "range":
            return (kind, *(self.rules.value(decode(part, Term), scope) for part in parts))
        return (kind, *(str(part) for part in parts))

    def enter(self, scope: Scope, named: Any, variable: Poly) -> None:
        """Give a variable its name in a scope."""
        symbol = decode(named, Sym)
        at = text(self.rules.values(symbol.indices, scope), {})
        scope[(symbol.name, at) if symbol.indices else symbol.name] = variable

    def tied_to(self, size: Sym) -> bool:
        """Whether something that the statement rests on is another thing for another size."""
        d = self.declarations
        lengths = {i.name: t.free(i.range.lower) | t.free(i.range.upper) for i in d.indices}
        lengths |= {each.name: t.free(each.body) for each in d.definitions}
        reached = frozenset({size})
        for _ in lengths:
            reached |= {Sym(name) for name, ends in lengths.items() if ends & reached}
        said = [(self.statement, reached - {size})]
        said += [(f.statement, reached - {Sym(name) for name in f.forall}) for f in d.facts]
        for statement, names in said:
            sides = (unfold(side, d) for side in (statement.left, statement.right))
            if any(t.free(side) & names for side in sides):
                return True
        arrays: list[Scalar | Function] = [*d.scalars, *d.functions]
        shaped = [array for array in arrays if array.rank]
        lasting = (*d.variables, *d.families, *d.processes, *shaped)
        letters = {name.name for name in reached}
        named = [set(names_in(each)) for each in lasting]
        words = {word for names in named if names & letters for word in names - letters}
        spoken = [unfold(side, d) for side in (self.statement.left, self.statement.right)]
        return bool(words & {*names_in(spoken)})

    def conclude_by_induction(self) -> None:
        """Check that D(n0) = 0 and that D(T + 1) is the given multiple of D(T)."""
        size = Sym(self.rules.size)
        declared = self.declarations.find(size.name)
        if not isinstance(declared, Size) or self.statement.relation != "=":
            raise RefusalError("induction is on a declared size, for an equation")
        if self.tied_to(size):
            raise RefusalError(f"a letter, a fact or a shape depends on {size.name}")
        self.rules.needed.add(f"induction on {size.name} from {declared.least}")
        multiple = self.rules.value(decode(self.induction["multiple"], Term), {})
        if not self.rules.vanishes(self.difference({size: t.as_term(declared.least)})):
            raise RefusalError("the base case is not rewritten to zero")
        here, following = self.difference({}), self.difference({size: size + 1})
        if not self.rules.vanishes(following - self.rules.mul(multiple, here)):
            raise RefusalError("the step of the induction is not a multiple of the case before")

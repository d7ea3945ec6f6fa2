"""The parts of the re-checker by themselves: what each says of values that stand in a certificate.

A certificate that holds asks little: most of what the re-checker looks at before it refuses is
never met. So every function of it is called here with what the steps of a certificate are about,
and with neighbours of that: another factor, another range, another variable, another sign. Of many
results of one function the first are written down, and of all a sum over their text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import islice, pairwise, product
from random import Random
from typing import Any
from zlib import crc32

from lemmata.kernel.declarations import Interval
from lemmata.kernel.fuel import IN_USE, Fuel, OutOfFuelError
from lemmata.kernel.recheck import polynomials, verify, words, written
from lemmata.kernel.recheck.inequalities import TERMS, Inequalities, Inequality
from lemmata.kernel.recheck.polynomials import ONE, ZERO, Atom, Poly, RefusalError, constant, of
from lemmata.kernel.recheck.rules import OF_THEIR_NAME, Site, first_sign, parts_of
from lemmata.kernel.terms import Term, walk
from lemmata.kernel.unfold import unfold

FACTS = frozenset({"given", "independent", "normal"})
WORK = 30_000
"""The fuel of one call."""
POOL = 14
"""How many values of a certificate are put into every function of one value."""
LONG = 6
"""The terms of a value that is put anywhere, at most."""
DRAWN = 24
"""How many pairs, sites and bounds are drawn for each function of several things."""
SHOWN = 60
"""The signs that are written down of the first results."""

POWERS = tuple(map(Fraction, ("2", "3", "-1", "-2", "1/2", "3/2", "-1/2", "5/2")))
RELATIONS = ("=", "!=", ">=", "<=", ">", "<")
KINDS = ("traj", "grad", "app", "exp", "det", "bind", "log", "pow", "abs", "prod", "max", "density")
OTHERS = {
    "bind": "total_probability marginalisation multivariate_gaussian_moments range_splitting "
    "bellman_state_value derivative_under_the_integral reindexed_sum iverson_collapse",
    "log": "multivariate_gaussian_density logarithm_of_a_product logarithm_of_an_exponential",
    "exp": "logarithm_of_an_exponential",
    "app": "bellman_action_value",
    "grad": "derivative_of_a_logarithm",
    "traj": "linearity_of_trajectory_expectations",
}
RULES = {
    kind: [*OF_THEIR_NAME.get(kind, "").split(), *OTHERS.get(kind, "").split(), "given_fact"]
    for kind in KINDS
}

Call = Callable[[], object]
Certificate = dict[str, Any]

ALONE: dict[str, Callable[[Inequalities, Poly], object]] = {
    "low": lambda r, p: [r.low(p), r.low(p * -1)],
    "sign": lambda r, p: [r.sign(p), r.sign(ONE - p), r.sign(p + ONE)],
    "nonnegative": lambda r, p: [r.nonnegative(p), r.settled(p), r.vanishes(p)],
    "constant": lambda r, p: [r.constant(p), r.constant(p * -1), r.constant(p - ONE)],
    "above": lambda r, p: [r.above(p, closed=closed) for closed in (True, False)],
    "at least": lambda r, p: [r.at_least(p + constant(k)) for k in (-2, -1, 0, 1)],
    "together": lambda r, p: r.together(p),
    "inverse": lambda r, p: r.inverse(p),
    "argument": lambda r, p: [r.argument(p), r.reduced(p)],
    "exp": lambda r, p: r.exp(p),
    "primitive": lambda r, p: [r.primitive(p), r.primitive(p, strict=True)],
    "compared": lambda r, p: r.compared(p - constant(2)),
    "factors": lambda r, p: r.factors(p * 6),
    "logarithm": lambda r, p: [r.logarithm((p,), 0), r.assumed],
    "logarithm of an indexed product": lambda r, p: r.logarithm_of_an_indexed_product((p,), 0),
    "exponential of a logarithm": lambda r, p: r.exponential_of_a_logarithm((p,), 0),
    "modulus": lambda r, p: [r.modulus((p * number,), 0) for number in (1, -2)],
    "sign of a multiple": lambda r, p: [
        [*r.sign_of_a_multiple(kind, p * number)] for kind in ("sign", "step") for number in (1, -3)
    ],
    "equal letters": lambda r, p: r.with_equal_letters(p),
    "content": lambda _, p: [polynomials.content(p * Fraction(-2, 3)), first_sign(p)],
    "one": lambda _, p: [p.number(), p.single(), p.atom(), p.free, polynomials.height(p)],
    "roots of a product": lambda r, p: r.root_of_a_product((p * 2, constant(Fraction(1, 2))), 0),
    "one trajectory": lambda r, p: [
        r.one_trajectory((process.name, p), 0) for process in r.declarations.processes
    ],
    "occurrences": lambda r, p: [
        [*r.occurrences(process, p)] for process in r.declarations.processes
    ],
    "expectation": lambda r, p: [r.expect(each.name, p) for each in r.declarations.processes],
    "causality": lambda r, p: [r.causality((each.name, p), 0) for each in r.declarations.processes],
    "value in a trajectory": lambda r, p: [
        r.return_of_a_value((each.name, p), 0) for each in r.declarations.processes
    ],
    "inverted": lambda r, p: r.one_over(p),
}
PAIRS: dict[str, Callable[[Inequalities, Poly, Poly], object]] = {
    "product": lambda r, p, q: [r.mul(p, q), r.mul(r.mul(p, q), q)],
    "bracket": lambda r, p, q: [r.bracket(relation, p - q) for relation in RELATIONS],
    "within": lambda r, p, q: [r.within(p, ONE, q), polynomials.differ(p, q)],
    "power": lambda r, p, q: [r.power(p, constant(2)), r.power(p, q), r.fixed_power(p, q)],
    "symbolic power": lambda r, p, q: r.symbolic_power((p, q), 0),
    "quotient": lambda r, p, q: [r.mul(p, r.inverse(q)), r.together(r.mul(p, r.inverse(q)))],
    "root": lambda r, p, q: r.root_of_a_product((r.mul(p, q), constant(Fraction(3, 2))), 0),
    "modulus of a product": lambda r, p, q: r.modulus((r.mul(p, q),), 0),
    "made": lambda r, p, q: [r.make(kind, (p, q)) for kind in ("pow", "root", "abs", "log")],
    "bound": lambda r, p, q: [r.bind([number], r.mul(p, q)) for number in sorted(p.free)[:2]],
    "constant sum": lambda r, p, q: [
        r.constant_sum((r.sorts[number], q), number) for number in sorted(p.free)[:2]
    ],
    "maximum": lambda r, p, q: [
        r.maximum((("space", ""), r.mul(p, q) + q), number) for number in sorted(p.free)[:2]
    ],
    "changed variable": lambda r, p, q: [r.rename(p, {number: q}) for number in sorted(p.free)[:2]],
    "differing": lambda r, p, q: [r.vanishes(p - q), r.settled(p - q), r.constant(p - q)],
}
ATOMS: dict[str, Callable[[Inequalities, Atom], object]] = {
    "interval": lambda r, a: [r.interval(a), r.limits(a), r.is_integer(a)],
    "span": lambda r, a: [r.span(((a, power),)) for power in POWERS],
    "settled": lambda r, a: [r.settle({a: power}) for power in POWERS],
    "raised": lambda r, a: [r.power(of(a), constant(power)) for power in POWERS],
    "ends": lambda r, a: r.ends(a),
    "logarithm of an atom": lambda r, a: r.logarithm_of_atom(a, 2),
    "letters of a bracket": lambda _, a: polynomials.free_letters(a),
    "parts": lambda _, a: [[*parts_of(a, number)] for number in sorted(a.free)[:2]],
    "power of a sum": lambda _, a: polynomials.sum_power(of(a) - constant(2), -3),
    "unfolded": lambda r, a: [r.unfolded(((a, Fraction(power)),)) for power in (1, 2, 4, -1)],
    "moment": lambda r, a: [
        [r.moment(each, a), r.action_time(each, a)] for each in r.declarations.processes
    ],
    "law": lambda r, a: [r.law(a), r.normal(a), r.assumed],
    "vector law": lambda r, a: [r.vector_law(a)[:1], r.assumed],
    "without": lambda r, a: [r.without(a, n) for n in sorted(a.free)[:3] if a.kind == "dens"],
}


def _entries_of(r: Inequalities, matrix: words.Matrix, size: words.Size) -> object:
    """An entry, the same read back, one on the diagonal, its interval, and a sum over it."""
    row, column = (of(r.open(*size)) for _ in range(2))
    value = r.entries(matrix, row, column)
    diagonal = r.entries(matrix, row, row)
    atoms = [atom for mono in diagonal.terms for atom, _ in mono]
    said = [value, r.read(value, row, column), [r.interval(atom) for atom in atoms]]
    return [*said, r.bind([*row.free], diagonal), r.bind([*row.free], r.mul(value, value))]


MATRICES: dict[str, Callable[[Inequalities, words.Matrix, words.Size], object]] = {
    "definite": lambda r, m, _: [r.is_definite(m), r.is_invertible(m)],
    "monic": lambda r, m, _: [r.monic(m), words.leading(m), r.cleared(m)],
    "inverse of a matrix": lambda r, m, s: r.inverse_of(m, s),
    "inverse with one column": lambda r, m, s: r.with_one_column(m, s),
    "volume": lambda r, m, s: [r.volume(m, s), sorted(r.nonzero), r.written],
    "squares": lambda r, m, _: [
        [r.is_square(w), r.turn(w), r.sides(w), r.inverse_of_word(w)] for w in m
    ],
    "traces": lambda r, m, s: [r.trace(word, s) for word in m],
    "one step": lambda r, m, _: [r.step(word) for word in m],
    "inverse beside it": lambda r, m, s: [
        r.times(r.inverse_of(m, s), {word: ONE}, r.inverse_of(m, s)) for word in m
    ],
    "entries": _entries_of,
}


def of_parts(certificate: Certificate) -> Iterator[str]:
    """What the parts of the re-checker say of the values in a certificate, function by function."""
    dice, run = Random(repr(certificate["statement"])), verify._Run(certificate, [], Fuel())
    rules, own = run.rules, run.rules.facts
    rules.facts = FACTS
    sites, afters = _sites(run)
    found = [poly for site, _ in sites for poly in _polys(site[1])] + [*afters, *_values(run)]
    pool = [*dict.fromkeys(poly for poly in found if 0 < len(poly.terms) <= LONG)]
    pool = dice.sample(pool, min(POOL, len(pool)))
    atoms = [*dict.fromkeys(atom for poly in pool for atom in _atoms(poly))]
    atoms = dice.sample(atoms, min(2 * POOL, len(atoms)))
    for name, alone in ALONE.items():
        yield from _told(rules, name, [lambda p=p: alone(rules, p) for p in pool])  # type: ignore[misc]  # noqa: B023
    pairs = [(dice.choice(pool), dice.choice([*pool, ONE])) for _ in range(DRAWN)] if pool else []
    for name, pair in PAIRS.items():
        yield from _told(rules, name, [lambda p=p, q=q: pair(rules, p, q) for p, q in pairs])  # type: ignore[misc]  # noqa: B023
    for name, one in ATOMS.items():
        yield from _told(rules, name, [lambda a=a: one(rules, a) for a in atoms])  # type: ignore[misc]  # noqa: B023
    yield from _told(rules, "derivative", _slopes(rules, pool, atoms, dice))
    yield from _told(rules, "signs of terms", _signs(run))
    if rules.words:
        matrices = _matrices(rules, atoms, pool, dice)
        for name, matrix in MATRICES.items():
            yield from _told(rules, name, [lambda m=m: matrix(rules, *m) for m in matrices])  # type: ignore[misc]  # noqa: B023
    yield from _of_sites(rules, sites, pool, dice)
    rules.facts = own
    yield from _told(rules, "bounds", _bounds(run, pool, dice))


def _told(rules: Inequalities, name: str, calls: list[Call]) -> Iterator[str]:
    """The results of one function: the first of them, and a sum over all."""
    said = [_tried(rules, call) for call in calls]
    if said and set(said) != {"[]"}:
        first = "; ".join(dict.fromkeys(each[:SHOWN] for each in said))[:SHOWN]
        yield f"{name}: {crc32('|'.join(said).encode()):08x} of {len(said)}, {first}"


def _tried(rules: Inequalities, call: Call) -> str:
    """A result in words, or why there is none, and what it needs."""
    before, rules.needed, rules.assumed = IN_USE.set(Fuel(WORK)), set(), ""
    try:
        said = _said(call())
    except RefusalError as refusal:
        said = f"refused: {refusal}"
    except OutOfFuelError:
        said = "out of fuel"
    except Exception as error:  # noqa: BLE001 - what does not fit may raise anything
        said = type(error).__name__
    finally:
        IN_USE.reset(before)
    return said + (f", needs {sorted(rules.needed)}" if rules.needed else "")


def _said(value: object) -> str:
    match value:
        case Poly() | Atom():
            return value.key
        case dict():
            return (
                "{" + ", ".join(sorted(f"{_said(k)}: {_said(v)}" for k, v in value.items())) + "}"
            )
        case list() | tuple():
            return "[" + ", ".join(map(_said, value)) + "]"
        case set() | frozenset():
            return "{" + ", ".join(sorted(map(_said, value))) + "}"
        case Interval(lower, upper, closed):
            return f"{lower} to {upper}{' closed' if closed else ''}"
    return str(value)


# ------------------------------------------------------------------- what stands in a certificate


def _sites(run: verify._Run) -> tuple[list[tuple[Site, str]], list[Poly]]:
    """What the rules of the steps were applied to, with the rule, and what they gave."""
    sites: list[tuple[Site, str]] = []
    afters: list[Poly] = []
    for step in run.certificate["steps"]:
        scope: dict[Any, Poly] = {}
        for named, (kind, *parts) in step["open"]:
            run.enter(scope, named, of(run.rules.open(*run.sort(kind, parts, scope))))
        try:
            before = run.term(step["before"])
            afters.append(run.rules.value(run.term(step["after"]), scope))
            sites.append((run.rules.node(before, scope), step["rule"]))
        except RefusalError:
            continue
    return sites, afters


def _terms(run: verify._Run) -> list[Term]:
    """The parts of the statement, matrices in it by their entries."""
    sides = (unfold(s, run.declarations) for s in (run.statement.left, run.statement.right))
    return [*dict.fromkeys(part for side in sides for part in walk(side))]


def _values(run: verify._Run) -> Iterator[Poly]:
    for part in _terms(run):
        with suppress(RefusalError):
            yield run.value(part)


def _polys(value: polynomials.Value) -> Iterator[Poly]:
    """The polynomials in the parts of a node, at any depth."""
    if isinstance(value, Poly):
        yield value
        for mono in value.terms:
            for atom, _ in mono:
                yield from _polys(atom.args)
    elif isinstance(value, Atom):
        yield from _polys(value.args)
    elif isinstance(value, tuple):
        for part in value:
            yield from _polys(part)


def _atoms(value: polynomials.Value) -> Iterator[Atom]:
    """The atoms in a value, at any depth."""
    if isinstance(value, Poly):
        yield from _atoms(tuple(atom for mono in value.terms for atom, _ in mono))
    elif isinstance(value, tuple):
        for part in value:
            yield from _atoms(part)
    elif isinstance(value, Atom):
        yield value
        yield from _atoms(value.args)


# ------------------------------------------------------------------------- what they are put into


def _slopes(rules: Inequalities, pool: list[Poly], atoms: list[Atom], dice: Random) -> list[Call]:
    names = [atom for atom in atoms if atom.kind in {"sym", "var", "comp"}]
    drawn = [(dice.choice(names), dice.choice(pool)) for _ in range(DRAWN)] if names else []
    return [
        lambda n=n, p=p: [rules.changes(p, n), rules.derivative(n, p)]  # type: ignore[misc]
        for n, p in drawn
    ]


def _signs(run: verify._Run) -> list[Call]:
    return [lambda part=part: written.sign(run.rules, part, {}) for part in _terms(run)]  # type: ignore[misc]


def _matrices(
    rules: Inequalities, atoms: list[Atom], pool: list[Poly], dice: Random
) -> list[tuple[words.Matrix, words.Size]]:
    """Sums of words of letters that stand in a certificate, of as many rows as columns."""
    letters: list[tuple[Atom, int]] = []
    for atom in atoms:
        found = rules.ends(atom)
        plain = [(atom, 0)] if atom.kind == "inverse" else [*found[0]] if found else []
        letters += [each for letter in plain for each in (letter, rules.turned(*letter))]
    alone = [(letter,) for letter in dict.fromkeys(letters)]
    several = [left + right for left, right in product(alone, alone)]
    several += [left + right for left, right in product(several, alone)]
    fitting = [
        word
        for word in [*alone, *several[:400]]
        if rules.sides(word)[0] == rules.sides(word)[1] is not None
        and all(rules.sizes(*one)[1] == rules.sizes(*two)[0] for one, two in pairwise(word))
    ]
    numbers = [ONE, ONE, constant(2), constant(-1)]
    numbers += [poly for poly in pool if not poly.free and len(poly.terms) == 1]
    drawn = []
    for _ in range(DRAWN if fitting else 0):
        size = rules.sides(dice.choice(fitting))[0]
        assert size is not None
        own = [word for word in fitting if rules.sides(word)[0] == size]
        chosen = dice.sample([*own, ()], dice.randint(1, min(3, len(own))))
        drawn.append(({word: dice.choice(numbers) for word in chosen}, size))
    return drawn


def _of_sites(
    rules: Inequalities, sites: list[tuple[Site, str]], pool: list[Poly], dice: Random
) -> Iterator[str]:
    """What every rule gives at the places of the steps, and at neighbours of them."""
    calls: dict[str, list[Call]] = {}
    chosen = dice.sample(sites, min(8, len(sites)))
    for site, own in chosen:
        kind = site[0]
        afters = [dice.choice(pool) if pool else ONE for _ in range(2)]
        near = [_changed(rules, site, pool, dice) for _ in range(4)]
        for rule in dict.fromkeys((own, *RULES.get(kind, ()))):
            told = calls.setdefault(rule, [])
            for each in (site, *near) if rule == own else (site, near[0]):
                told.append(lambda r=rule, s=each, a=afters[0]: _given(rules, r, s, a))  # type: ignore[misc]
        calls.setdefault(f"{own} without facts", []).append(
            lambda r=own, s=site, a=afters[1]: _without_facts(rules, r, s, a)  # type: ignore[misc]
        )
        calls.setdefault("keys", []).extend(
            lambda s=each: [rules.keyed(*s), rules.keyed(*s, wide=True), rules.make(*s)]  # type: ignore[misc]
            for each in (site, *near)
        )
    for name, told in calls.items():
        yield from _told(rules, name, told)


def _given(rules: Inequalities, rule: str, site: Site, after: Poly) -> object:
    return [*islice(rules.results(rule, site, after), 4)], rules.assumed


def _without_facts(rules: Inequalities, rule: str, site: Site, after: Poly) -> object:
    facts, rules.facts = rules.facts, frozenset()
    try:
        return _given(rules, rule, site, after)
    finally:
        rules.facts = facts


def _changed(rules: Inequalities, site: Site, pool: list[Poly], dice: Random) -> Site:
    """A neighbour of a site: one part is another one, or a multiple, or has one more factor."""
    kind, args, bound = site
    other = dice.choice(pool) if pool else ONE
    opened = sorted(polynomials.free(args) - {bound})
    if bound and opened and dice.random() < 0.15:
        return kind, args, dice.choice(opened)
    places = [at for at, part in enumerate(args) if isinstance(part, Poly | tuple)]
    if not places:
        return kind, args, bound
    at = dice.choice(places)
    return kind, (*args[:at], _other(rules, args[at], other, dice), *args[at + 1 :]), bound


def _other(
    rules: Inequalities, part: polynomials.Value, other: Poly, dice: Random
) -> polynomials.Value:
    """Another part in the place of one."""
    if isinstance(part, tuple):
        inner = [at for at, each in enumerate(part) if isinstance(each, Poly | tuple)]
        if not inner:
            return part
        at = dice.choice(inner)
        return (*part[:at], _other(rules, part[at], other, dice), *part[at + 1 :])
    if not isinstance(part, Poly):
        return part
    way = dice.randrange(8)
    if way == 0:
        return other
    if way == 1:
        return part + ONE
    if way == 2:
        return part * Fraction(-3, 2)
    if way == 3:
        return part + other
    if way == 4 and part.terms:
        (mono, number), *_ = part.terms.items()
        return Poly({mono[1:]: number})
    if way == 5:
        return rules.mul(part, part)
    return rules.mul(part, other)


def _bounds(run: verify._Run, pool: list[Poly], dice: Random) -> list[Call]:
    """The bounds of an inequality and their neighbours, and bounds that are drawn."""
    rules, gap = run.rules, ONE
    with suppress(RefusalError):
        gap = run.difference({})
    given: list[tuple[Inequality, list[int]]] = []
    around: list[int] = []
    inner = gap
    for bound in reversed(run.certificate["bounds"]):
        open_here = list(around)
        one = run.read_bound(bound, open_here)
        given.append((one, open_here))
        for _ in range(4):
            name = dice.choice([*one.parts]) if one.parts else ""
            changed = {**one.parts, **({name: dice.choice([*pool, ZERO])} if name else {})}
            number = dice.choice((one.number, one.number, -one.number, Fraction(0)))
            given.append((replace(one, parts=changed, number=number), open_here))
        with suppress(RefusalError):
            inner = rules.inside(inner, one, around) or inner
    names = ("weight", "left", "right", "times", "floor", "body", "quantity", "point", "factor")
    several = [*pool, ONE, ONE, ZERO, constant(2), constant(Fraction(1, 2))]
    opened = sorted({number for poly in pool for number in poly.free})
    for rule in ("jensen", "monotone_logarithm", "positive_factor", *sorted(TERMS)):
        for _ in range(3):
            parts = {name: dice.choice(several) for name in names}
            logs = [(Fraction(dice.choice((1, 2, -1))), dice.choice(several))] * dice.randint(0, 2)
            over = dice.sample(opened, min(len(opened), dice.randint(0, 1)))
            number = Fraction(dice.choice((1, 2, 0, -1)))
            given.append((Inequality(rule, over, number, logs, parts), []))
    differences = (gap, inner)
    return [
        lambda one=one, at=at: [  # type: ignore[misc]
            [rules.inside(each, one, list(at)) for each in differences],
            rules.never_negative(one),
        ]
        for one, at in given
    ]

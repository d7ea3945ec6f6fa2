"""Collision fuzzing: do terms with one normal form have one value?

Random well-typed terms of every kind are put into buckets by the key of their normal form. Terms
in one bucket are what the kernel calls equal, so they must agree in random models of their world,
with each other and with the normal form itself, written as a term again; if they do not, a rule is
unsound. Terms of equal value in different buckets show where the normal
form is incomplete, which is no fault but is counted. The judge of values is `lemmata.semantics`,
which shares no reasoning with the kernel.

    fuzz(20_000, seed=1) -> Report
    python -m lemmata.properties.collisions --terms 1000000 --seed 1 --jobs 2
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from functools import partial
from hashlib import blake2b
from itertools import islice
from random import Random
from time import monotonic
from typing import TypeAlias

from flint import arb

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.entries import by_entries
from lemmata.kernel.fuel import OutOfFuelError
from lemmata.kernel.normal import Normaliser
from lemmata.kernel.notes import UnsupportedError
from lemmata.kernel.poly import Poly
from lemmata.kernel.prove import fact_levels, normaliser
from lemmata.kernel.render import to_term
from lemmata.kernel.rules import densities
from lemmata.kernel.shapes import settled
from lemmata.kernel.terms import (
    Derivative,
    Num,
    Statement,
    Sym,
    Term,
    as_term,
    bound,
    children,
    rebuild,
    walk,
)
from lemmata.kernel.unfold import unfold
from lemmata.notation.write import write_text
from lemmata.properties.rewriting import rewrite
from lemmata.properties.terms import KINDS, Maker, declarations_of
from lemmata.properties.values import Judge, Missing, Value, differ, words
from lemmata.properties.worlds import GIVEN
from lemmata.semantics import Unevaluable
from lemmata.semantics.mutants import mutants_of

FORGET = 500  # terms after which the models forget what they have computed
SHRINKING = 300
MUTANTS = 40
SLOW = frozenset({"facts"})  # a term takes some ten times as long
SHOWN = 5


Key: TypeAlias = bytes


@dataclass(frozen=True, slots=True)
class Clash:
    """Two terms that the kernel calls equal and a model tells apart.

    Attributes:
        kind: The kind of terms.
        facts: The optional facts that were in force, and how products of matrices were read.
        left: One term, shrunk.
        right: The other, shrunk.
        values: Their values in the first model that separates them; None if only more digits do.
    """

    kind: str
    facts: str
    left: Term
    right: Term
    values: tuple[str, str] | None


@dataclass(slots=True)
class Report:
    """What a run found.

    Attributes:
        terms: How many terms were drawn.
        different: How many of them were different.
        normalised: How many have a normal form without open conditions and a value.
        conditional: How many are defined only under a condition, so that no proof keeps them.
        unsupported: How many the kernel or the models refuse.
        buckets: How many normal forms there are.
        shared: How many terms fell into a bucket that held another term.
        classes: How many different values there are.
        split: How many values are in several buckets.
        rewritten: How many terms were another one rewritten by a true identity.
        recognised: How many of them have the normal form of the other.
        unsound: Pairs of one bucket with different values; one proves a bug.
        crashed: Terms that raised what no term may raise.
        samples: Some pairs of equal values in different buckets.
        seconds: How long it took.
    """

    terms: int = 0
    different: int = 0
    normalised: int = 0
    conditional: int = 0
    unsupported: int = 0
    buckets: int = 0
    shared: int = 0
    classes: int = 0
    split: int = 0
    rewritten: int = 0
    recognised: int = 0
    unsound: list[Clash] = field(default_factory=list)
    crashed: list[tuple[str, Term, str]] = field(default_factory=list)
    samples: list[tuple[Term, Term]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: Report) -> None:
        """Take in what another run found, over other kinds of terms."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))

    def text(self) -> str:
        """The report in words."""
        lines = [
            f"{self.terms} terms, {self.different} different, in {self.seconds:.0f} s",
            f"{self.normalised} with a normal form and a value",
            f"{self.conditional} only under a condition, {self.unsupported} refused",
            f"{self.buckets} buckets, {self.shared} terms fell into one that was not empty",
            f"{self.classes} values, {self.split} of them in several buckets (incomplete)",
            f"{self.recognised} of {self.rewritten} rewritten terms recognised",
            f"{len(self.unsound)} unsound, {len(self.crashed)} crashes",
        ]
        for clash in self.unsound:
            one, two = clash.values or ("?", "?")
            lines += [
                f"UNSOUND ({clash.kind}, facts: {clash.facts})",
                f"  {write_text(clash.left, GIVEN)} = {one}",
                f"  {write_text(clash.right, GIVEN)} = {two}",
            ]
        for kind, term, error in self.crashed:
            lines += [f"CRASH ({kind}) {error}", f"  {write_text(term, GIVEN)}"]
        for left, right in self.samples[:SHOWN]:
            lines += [f"incomplete: {write_text(left, GIVEN)}"]
            lines += [f"       and: {write_text(right, GIVEN)}"]
        return "\n".join(lines)


def fuzz(
    count: int,
    seed: int,
    kinds: Iterable[str] | None = None,
    watch: Callable[[int], None] | None = None,
    *,
    to_the_end: bool = True,
) -> Report:
    """Draw terms and compare those with one normal form.

    Args:
        count: How many terms, shared between the kinds (fewer of those that take long).
        seed: Where they come from; the same seed gives the same report but for its seconds.
        kinds: The kinds of terms; all by default.
        watch: Called now and then with the number of terms drawn.
        to_the_end: Whether to go on when something unsound is found.

    Raises:
        ValueError: A kind is not known.
    """
    names = tuple(KINDS) if kinds is None else tuple(kinds)
    unknown = set(names) - set(KINDS)
    if unknown or not names:
        raise ValueError(f"no kinds {sorted(unknown)}; there are {', '.join(KINDS)}")
    start = monotonic()
    report = Report()
    for kind, share in shares(count, names):
        done = report.terms
        noted = watch and partial(_shifted, watch, done)
        report.add(_Buckets(kind, seed).run(share, noted, to_the_end))
    report.seconds = monotonic() - start
    return report


def shares(count: int, kinds: Sequence[str]) -> list[tuple[str, int]]:
    """How many terms of each kind make up the count."""
    weights = [1 if kind in SLOW else 8 for kind in kinds]
    ends = [count * sum(weights[: place + 1]) // sum(weights) for place in range(len(kinds))]
    return [(kind, end - start) for kind, start, end in zip(kinds, [0, *ends], ends, strict=False)]


def _shifted(watch: Callable[[int], None], done: int, number: int) -> None:
    watch(done + number)


class _Buckets:
    """The terms of one kind by normal form and by value."""

    def __init__(self, kind: str, seed: int) -> None:
        self.kind = kind
        self.seed = seed
        self.declarations = declarations_of(kind)
        self.judge = Judge(self.declarations, seed)
        first, *_, last = (*fact_levels(self.declarations),) * 2
        facts = [first] if first == last else [first, last]
        # The prover turns products of matrices into words where a statement needs it.
        words = (False, True) if self.declarations.linear else (False,)
        self.levels = [Level(fact, word) for fact in facts for word in words]
        self.found: dict[Key, tuple[int, tuple[Value, ...]]] = {}
        self.by_value: dict[Key, tuple[Key, int]] = {}
        self.split: set[Key] = set()
        self.seen: set[Key] = set()
        self.drawn: tuple[int, list[Key]] = (-2, [])
        self.four = -1, self._four(0)

    def term(self, number: int) -> Term:
        """The term of this number: one in four is drawn, one is that rewritten, two are mutants."""
        base, turn = divmod(number, 4)
        if self.four[0] != base:
            self.four = base, self._four(base)
        return self.four[1][turn]

    def _four(self, base: int) -> tuple[Term, Term, Term, Term]:
        dice = Random(f"{self.kind} {self.seed} {base}")
        term = Maker(dice, self.kind).term()
        mutants = [m.term for m in islice(mutants_of(term, self.declarations), MUTANTS)]
        one, other = dice.choices(mutants or [term], k=2)
        return term, rewrite(term, dice, self.declarations), one, other

    def run(self, count: int, watch: Callable[[int], None] | None, to_the_end: bool) -> Report:
        """Draw this many terms."""
        report = Report()
        for number in range(count):
            if report.unsound and not to_the_end:
                break
            report.terms += 1
            if number % FORGET == 0:
                self.judge.forget()
                if watch:
                    watch(number)
            term = self.term(number)
            mark = _digest(repr(term))
            if mark not in self.seen:
                self.seen.add(mark)
                report.different += 1
                try:
                    self._sort_in(number, term, report)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
                    report.crashed.append((self.kind, term, repr(error)))
        report.buckets = len(self.found) // len(self.levels)
        report.classes = len(self.by_value)
        report.split = len(self.split)
        return report

    def _sort_in(self, number: int, term: Term, report: Report) -> None:
        try:
            forms = [(f, p) for f in self.levels if (p := normal_form(term, self.declarations, f))]
            values = self.judge.values(term) if forms else ()
        except (UnsupportedError, OutOfFuelError, RecursionError, Unevaluable):
            report.unsupported += 1
            return
        if not forms:
            report.conditional += 1
            return
        report.normalised += 1
        keys = [_digest(f"{level.name} {form.poly.key}") for level, form in forms]
        if number % 4 == 0:
            self.drawn = number, keys
        elif number == self.drawn[0] + 1:
            report.rewritten += 1
            report.recognised += keys == self.drawn[1]
        report.shared += keys[-1] in self.found
        for key, (level, form) in zip(keys, forms, strict=True):
            if key not in self.found:
                self.found[key] = number, self._worth(form.poly, values)
            first, known = self.found[key]
            if differ(known, values):
                report.unsound.append(self._clash(self.term(first), term, level))
                return
        self._sort_by_value(number, keys[-1], values, report)

    def _worth(self, form: Poly, values: tuple[Value, ...]) -> tuple[Value, ...]:
        """The value of a normal form, read as a term; of its first term where it has none."""
        try:
            found = self.judge.values(self._written(form))
        except Unevaluable:
            return values
        pairs = zip(found, values, strict=True)
        return tuple(own if value is Missing.UNKNOWN else value for value, own in pairs)

    def _written(self, form: Poly) -> Term:
        """A normal form as a term, with the sizes of its identities."""
        return settled(to_term(form, self.declarations), self.declarations)

    def _sort_by_value(
        self, number: int, key: Key, values: tuple[Value, ...], report: Report
    ) -> None:
        if any(isinstance(value, Missing) for value in values):
            return
        mark = _digest(" ".join(_rounded(value) for value in values))
        first, before = self.by_value.setdefault(mark, (key, number))
        if first != key:
            if mark not in self.split and len(report.samples) < SHOWN:
                report.samples.append((self.term(before), self.term(number)))
            self.split.add(mark)

    def _clash(self, first: Term, term: Term, level: Level) -> Clash:
        """The clash of a term with its own normal form if they clash, else with the first term."""

        def pair(left: Term, right: Term | None) -> tuple[Term, Term] | None:
            try:
                form = normal_form(left, self.declarations, level)
                other = form if right is None else normal_form(right, self.declarations, level)
                if form is None or other is None or form.poly != other.poly:
                    return None
                side = self._written(form.poly) if right is None else right
                return (left, side) if self._apart(left, side) else None
            except Exception:  # noqa: BLE001 - what breaks something else is not smaller
                return None

        if pair(term, None):
            left = _shrink(term, lambda smaller: pair(smaller, None) is not None)
            found = pair(left, None)
        elif pair(first, None):
            left = _shrink(first, lambda smaller: pair(smaller, None) is not None)
            found = pair(left, None)
        else:
            left = _shrink(first, lambda smaller: pair(smaller, term) is not None)
            found = (left, _shrink(term, lambda smaller: pair(left, smaller) is not None))
        left, right = found or (first, term)
        return Clash(self.kind, level.name, left, right, self._apart(left, right))

    def _apart(self, left: Term, right: Term) -> tuple[str, str] | None:
        """The values of two terms in the first model that separates them, in words."""
        for one, two in zip(self.judge.values(left), self.judge.values(right), strict=True):
            if differ((one,), (two,)):
                return words(one), words(two)
        return None


@dataclass(frozen=True, slots=True)
class Form:
    """A normal form that holds without conditions."""

    poly: Poly


@dataclass(frozen=True, slots=True)
class Level:
    """With what a normal form is made: some facts, and products of matrices as sums or as words."""

    facts: frozenset[str]
    words: bool = False

    @property
    def name(self) -> str:
        """The level in words."""
        return ", ".join([*sorted(self.facts), *(["words"] if self.words else [])]) or "none"


def normal_form(term: Term, declarations: Declarations, level: Level) -> Form | None:
    """A term's normal form; None if it holds only under conditions, or is not made at this level.

    Raises:
        UnsupportedError: The kernel refuses the term.
        OutOfFuelError: The term is too large for it.
    """
    statement = Statement(term, "=", term)
    try:
        lowered, declared = by_entries(statement, declarations)
    except ValueError as problem:
        raise UnsupportedError(str(problem)) from problem
    if level.words and any(isinstance(part, Derivative) for part in walk(lowered.left)):
        return None
    n: Normaliser = normaliser(declared, level.facts)
    n.words = level.words
    poly = densities.reduce_quotients(n, n.poly(unfold(lowered.left, declared)))
    return None if n.conditions else Form(poly)


def _digest(text: str) -> Key:
    return blake2b(text.encode(), digest_size=12).digest()


def _rounded(value: Value) -> str:
    return "none" if isinstance(value, Missing) else str(arb(value).mid().str(20, radius=False))


def _shrink(term: Term, clashes: Callable[[Term], bool]) -> Term:
    """A smaller term that still clashes."""
    tries = 0
    while tries < SHRINKING:
        for smaller in islice(_smaller(term), SHRINKING):
            tries += 1
            if clashes(smaller):
                term = smaller
                break
        else:
            return term
    return term


def _smaller(term: Term) -> Iterator[Term]:
    """Terms with a part replaced by one of its own parts or by 0 or 1, the boldest first."""
    names = bound(term)
    for part in children(term):
        if part not in names and not names:
            yield part
    if not isinstance(term, Num | Sym):
        yield from (as_term(0), as_term(1))
    parts = children(term)
    for place, part in enumerate(parts):
        if part in names:
            continue
        for smaller in _smaller(part):
            try:
                yield rebuild(term, (*parts[:place], smaller, *parts[place + 1 :]))
            except TypeError:  # a name must stay a name there
                continue


def _job(job: tuple[int, int, str]) -> Report:
    count, seed, kind = job
    return fuzz(count, seed, (kind,))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 if anything unsound or a crash was found."""
    parser = argparse.ArgumentParser(
        prog="python -m lemmata.properties.collisions",
        description="Search for two terms with one normal form and two values.",
    )
    parser.add_argument("--terms", type=int, default=20_000, help="how many terms to draw")
    parser.add_argument("--seed", type=int, default=1, help="where they come from")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes")
    parser.add_argument("--kind", action="append", choices=tuple(KINDS), help="only this kind")
    options = parser.parse_args(arguments)
    kinds = options.kind or list(KINDS)
    start = monotonic()
    report = Report()
    with ExitStack() as stack:
        jobs = [(share, options.seed, kind) for kind, share in shares(options.terms, kinds)]
        results: Iterable[Report] = map(_job, jobs)
        if options.jobs > 1:
            results = stack.enter_context(ProcessPoolExecutor(options.jobs)).map(_job, jobs)
        for number, result in enumerate(results, 1):
            report.add(result)
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{number} of {len(jobs)} kinds")
    report.seconds = monotonic() - start
    sys.stdout.write(report.text() + "\n")
    return 1 if report.unsound or report.crashed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Terms with one normal form have one value, and the search for two that do not can fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from lemmata.kernel.declarations import Process
from lemmata.kernel.entries import Lowering
from lemmata.kernel.matrices import words
from lemmata.kernel.normal import Normaliser
from lemmata.kernel.poly import ONE, Argument, Atom, Mono, Name, Poly
from lemmata.kernel.render import to_term
from lemmata.kernel.rules import calculus, determinants, gaussian, ranges, trajectories
from lemmata.kernel.terms import (
    Entry,
    Identity,
    Mul,
    Prod,
    Range,
    Sym,
    Term,
    as_term,
    children,
    walk,
)
from lemmata.properties import worlds as on
from lemmata.properties.collisions import Level, fuzz, main, normal_form
from lemmata.properties.terms import KINDS, Maker, declarations_of
from lemmata.properties.values import Judge, Value

TERMS = 20_000


def test_no_two_terms_with_one_normal_form_have_two_values() -> None:
    """Of 20,000 terms of all kinds, those that the kernel calls equal agree in every model.

    A term that is rewritten by a true identity keeps its normal form, with few exceptions.
    """
    report = fuzz(TERMS, seed=1)
    assert not report.unsound, report.text()
    assert not report.crashed, report.text()
    assert report.normalised > TERMS / 2, report.text()
    assert report.shared > TERMS / 6, report.text()
    assert report.recognised >= 0.99 * report.rewritten > TERMS / 7, report.text()


def test_every_kind_draws_terms_of_its_own() -> None:
    """Every kind of term is drawn, and all node classes of the language occur."""
    seen: set[str] = set()

    def note(term: Term) -> None:
        seen.add(type(term).__name__)
        for part in children(term):
            note(part)

    for kind in KINDS:
        for number in range(300):
            note(Maker(Random(number), kind).term())
    everything = {leaf.__name__ for leaf in Term.__subclasses__()}
    assert everything == seen


def test_reports_are_reproducible() -> None:
    """The same seed gives the same report."""
    first, second = (fuzz(200, 3, ("sums", "measures")) for _ in range(2))
    first.seconds = second.seconds = 0.0
    assert first == second


def test_a_product_of_zero_matrices_is_written_with_a_size() -> None:
    """What no factor says the size of, the writer says, so that a model can evaluate it."""
    square = Sym("U")
    zero = Entry(Prod(on.i, Range(on.one, on.n), square - square), (on.one, on.one))
    declarations = declarations_of("matrices")
    form = normal_form(zero, declarations, Level(frozenset(), words=True))
    assert form is not None
    written = to_term(form.poly, declarations)
    assert Mul((as_term(0), Identity(as_term(2)))) in walk(written)
    judge = Judge(declarations, 1)
    assert judge.values(written) == judge.values(zero)
    assert set(map(str, judge.values(zero))) == {"0"}


def test_a_judge_that_crashes_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error while a normal form is evaluated ends its term, not the search."""

    def crash(_: Judge, term: Term) -> tuple[Value, ...]:
        raise ValueError(f"nothing for {term}")

    monkeypatch.setattr(Judge, "values", crash)
    report = fuzz(40, 1, ("sums",))
    assert report.terms == 40
    assert report.crashed
    assert "ValueError" in report.crashed[0][2]


def test_an_unknown_kind_is_refused() -> None:
    """A kind that does not exist is named, with those that do."""
    with pytest.raises(ValueError, match=r"no kinds \['nonsense'\].*measures"):
        fuzz(10, 1, ("nonsense",))


def test_the_command_prints_its_report(capsys: pytest.CaptureFixture[str]) -> None:
    """The command ends with 0 and counts what it found."""
    assert main(["--terms", "60", "--seed", "4", "--kind", "powers"]) == 0
    assert "0 unsound, 0 crashes" in capsys.readouterr().out


Plant = Callable[[pytest.MonkeyPatch], None]


def spaces_without_names(patch: pytest.MonkeyPatch) -> None:
    """Integrals over x and over y are taken for the same."""
    sound = Normaliser._rebuild_argument

    def blind(n: Normaliser, value: Argument, mapping: dict[Name, Poly]) -> Argument:
        result = sound(n, value, mapping)
        return ("space", "") if isinstance(result, tuple) and result[0] == "space" else result

    patch.setattr(Normaliser, "_rebuild_argument", blind)


def everything_positive(patch: pytest.MonkeyPatch) -> None:
    """Logarithms and roots are split over factors of any sign."""
    patch.setattr(Normaliser, "positive", lambda *_: True)
    patch.setattr(Normaliser, "sign", lambda *_: 1)


def every_range_long_enough(patch: pytest.MonkeyPatch) -> None:
    """The last term is taken off a range that may be shorter than empty."""

    def careless(
        n: Normaliser, lower: Poly, upper: Poly
    ) -> tuple[Poly, Poly, list[tuple[Poly, int]]]:
        n.burn()
        if upper.number() is None and upper.terms.get((), 0) == -1:
            return lower, upper + ONE, [(upper + ONE, -1)]
        return lower, upper, []

    patch.setattr(ranges, "split_ends", careless)


def one_term_of_the_product_rule(patch: pytest.MonkeyPatch) -> None:
    """The derivative of a product is that of its first factor."""
    sound = calculus._product_rule

    def first_only(n: Normaliser, variable: Atom, mono: Mono) -> Poly:
        return n.mul(sound(n, variable, mono[:1]), Poly({mono[1:]: ONE.terms[()]}))

    patch.setattr(calculus, "_product_rule", first_only)


def no_hidden_dependence(patch: pytest.MonkeyPatch) -> None:
    """Only what is written in a density counts, not the mean and deviation of its law."""

    def written(n: Normaliser, value: Argument, own: Name) -> bool:
        n.burn()
        return isinstance(value, Atom) and own in value.free

    patch.setattr(calculus, "_depends", written)


def causality_one_step_early(patch: pytest.MonkeyPatch) -> None:
    """What an action at time t brings is taken for settled before it."""
    sound = trajectories._settled_before

    def early(n: Normaliser, process: Process, atom: Atom, when: trajectories.Occurrence) -> Poly:
        return sound(n, process, atom, replace(when, time=when.time + ONE))

    patch.setattr(trajectories, "_settled_before", early)


def one_trajectory_for_all(patch: pytest.MonkeyPatch) -> None:
    """A closed sum over numbered trajectories is taken for a sum over one."""
    patch.setattr(trajectories, "_open_label", lambda _atom, occurrence: occurrence.label)


def unit_deviation(patch: pytest.MonkeyPatch) -> None:
    """Every Gaussian law has standard deviation 1."""
    sound = gaussian.parameters

    def standard(n: Normaliser, atom: Atom) -> tuple[Poly, Poly, Poly] | None:
        law = sound(n, atom)
        return law and (law[0], law[1], ONE)

    patch.setattr(gaussian, "parameters", standard)


def corners_taken_for_zero(patch: pytest.MonkeyPatch) -> None:
    """A block matrix counts as triangular without a look at its corners."""
    patch.setattr(determinants, "_is_zero", lambda *_: True)


def every_matrix_symmetric(patch: pytest.MonkeyPatch) -> None:
    """A matrix is its own transpose where products of matrices are words."""
    patch.setattr(words, "_turned", lambda _n, letter: letter)


def factors_in_any_order(patch: pytest.MonkeyPatch) -> None:
    """Factors of one shape change places in a product."""
    sound = Lowering._chain

    def sorted_chain(lowering: Lowering, factors: list[Term], row: Term, column: Term) -> Term:
        alike = len({lowering.shapes.of(factor) for factor in factors}) == 1
        return sound(lowering, sorted(factors, key=repr) if alike else factors, row, column)

    patch.setattr(Lowering, "_chain", sorted_chain)


PLANTS: tuple[tuple[Plant, str, int], ...] = (
    (spaces_without_names, "measures", 1),
    (everything_positive, "powers", 1),
    (every_range_long_enough, "sums", 1),
    (one_term_of_the_product_rule, "partials", 1),
    (no_hidden_dependence, "partials", 1),
    (causality_one_step_early, "trajectories", 1),
    (one_trajectory_for_all, "trajectories", 3),
    (unit_deviation, "gaussians", 1),
    (corners_taken_for_zero, "determinants", 1),
    (everything_positive, "maxima", 1),
    (every_matrix_symmetric, "matrices", 1),
    (factors_in_any_order, "matrices", 1),
)
"""What is made unsound, the kind of terms that shows it, and a seed with which it shows early."""


@pytest.mark.parametrize(
    ("plant", "kind", "seed"), PLANTS, ids=[f"{plant.__name__}-{kind}" for plant, kind, _ in PLANTS]
)
def test_a_planted_bug_is_found(
    plant: Plant, kind: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that is made unsound gives a term another value than its normal form has."""
    plant(monkeypatch)
    report = fuzz(5_000, seed, (kind,), to_the_end=False)
    assert report.unsound
    assert "UNSOUND" in report.text()

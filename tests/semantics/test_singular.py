"""Integrals without a value refute the side that they stand on, and no side that is rid of them."""

from __future__ import annotations

import pytest
from flint import arb, fmpq

from lemmata.kernel.declarations import POSITIVE, Declarations, Family, Normal, Scalar, Variable
from lemmata.kernel.language import DensityHead, E, exp, integral, log, pi, sqrt
from lemmata.kernel.terms import Statement, Sym, Term, as_term
from lemmata.semantics import search
from lemmata.semantics.errors import Undefined
from lemmata.semantics.singular import Singular, divergent, log_of_negative, pole
from lemmata.semantics.values import principal_values
from lemmata.semantics.waves import NotWave, Wave, integrate

q = DensityHead("q")
z, mu, sigma = Sym("z"), Sym("mu"), Sym("sigma")
NORMAL = Declarations(
    scalars=(Scalar("mu"), Scalar("sigma", POSITIVE)),
    variables=(Variable("z"),),
    families=(Family("q", ("z",), normal=Normal(mu, sigma)),),
)
off = (z - mu) ** 2 / (2 * sigma**2)
scale = 1 / sqrt(2 * pi * sigma**2)
entropy = integral(z, q(z) * log(q(z)))
v = Wave.variable(1)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (integral(z, log(q(z))), "diverges"),
        (integral(z, q(z) * log(scale * -off)), "logarithm of a negative number"),
        (integral(z, q(z) * log(scale * exp(-1 / off))), "diverges at a pole"),
        (integral(z, q(z) * (log(scale) - 1 / off)), "diverges at a pole"),
        (integral(z, q(z) / q(z) + z**2), "diverges"),
        (-integral(z, exp(z)) / 2, "diverges"),
    ],
)
def test_a_side_that_has_no_value_is_wrong(wrong: Term, reason: str) -> None:
    """Where only one side of an equation has a value for certain, the equation is refuted."""
    for statement in (Statement(entropy, "=", wrong), Statement(wrong, "=", entropy)):
        found = search(statement, NORMAL)
        assert found.outcome == "refuted"
        assert found.counterexample is not None
        assert "no value (" in found.counterexample.text
        assert reason in found.counterexample.text


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (integral(z, z**2), integral(z, z**2)),
        (integral(z, z**2) - integral(z, z**2), as_term(0)),
        (integral(z, z), as_term(0)),
        (integral(z, z**2) * 0, as_term(0)),
        (1 / integral(z, z**2), as_term(0)),
        (E[q(z)](log(-off) - log(-off)), as_term(0)),
        (E[q(z)](log(-2 * off)), log(2) + E[q(z)](log(-off))),
        (E[q(z)](1 / off - 1 / off), as_term(0)),
        (E[q(z)](exp(log(-off))), -E[q(z)](off)),
        (integral(z, z**2) + log(-(sigma**2)) - log(-(sigma**2)), as_term(5)),
    ],
)
def test_what_fails_by_a_convention_only_is_not_refuted(left: Term, right: Term) -> None:
    """A side whose stand-in is unknown or agrees with the other side refutes nothing."""
    assert search(Statement(left, "=", right), NORMAL).outcome != "refuted"


@pytest.mark.parametrize(
    ("wave", "expected"),
    [
        (v * v, arb.pos_inf()),
        (-(v * v) + v * 100, arb.neg_inf()),
        (Wave.exp(v * v) - Wave.exp(v) * v * 5, arb.pos_inf()),
        (Wave.constant(fmpq(-1)), arb.neg_inf()),
        (Wave.exp(v) * v * v - Wave.exp(-v), None),
        (v * v * v, None),
    ],
)
def test_the_sign_of_a_divergence_is_that_of_its_tails(wave: Wave, expected: arb | None) -> None:
    """The fastest growth decides; tails of opposite signs leave no infinity to stand in."""
    token = principal_values.set(True)
    try:
        if expected is None:
            with pytest.raises(Undefined):
                divergent(wave, 1)
        else:
            assert divergent(wave, 1) == expected
    finally:
        principal_values.reset(token)


def test_the_imaginary_part_is_that_of_the_principal_logarithm() -> None:
    """The logarithm of -v^2 has the imaginary part pi, so a law of mass 1/2 gives pi/2."""
    half_a_law = Wave.exp(-(v * v) / 2) * (arb.pi() * 2).rsqrt() / 2
    integrand = log_of_negative(-(v * v) * arb(3).sqrt()) * half_a_law
    assert isinstance(integrand, Singular)
    token = principal_values.set(True)
    try:
        found = integrate(integrand, 1)
    finally:
        principal_values.reset(token)
    assert found.imag.contains(arb.pi() / 2)
    assert found.imag.rad() < 1e-9


@pytest.mark.parametrize("wave", [v * v - 1, v * v + 1, v * v * v, v * v * arb(2).sqrt(), v])
def test_only_certain_poles_are_poles(wave: Wave) -> None:
    """A denominator that is no exact square is refused: its zeros are simple, none or unknown."""
    with pytest.raises(NotWave):
        pole(wave)


def test_a_factor_may_fill_a_pole() -> None:
    """The integral of v^2 exp(-v^2) / v^2 is not said to diverge."""
    integrand = pole(v * v) * (v * v * Wave.exp(-(v * v)))
    with pytest.raises(NotWave):
        integrate(integrand, 1)

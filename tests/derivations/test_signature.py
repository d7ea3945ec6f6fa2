"""A claim's signature is its assumptions: what it declares, and what it refuses."""

# ruff: noqa: ARG001, PLR0917 - these signatures are read, not called

from fractions import Fraction
from typing import Annotated

import pytest

from lemmata.derivations.signature import (
    AlsoCalled,
    Components,
    Defined,
    DefinedFunction,
    Depends,
    Dimension,
    Distribution,
    Function,
    Gaussian,
    Least,
    Letter,
    Of,
    Outcome,
    Over,
    Parameter,
    Positive,
    Process,
    Real,
    Reward,
    Runs,
    Spelled,
    Takes,
    Timed,
    Under,
    Vector,
    read_signature,
)
from lemmata.kernel import declarations as kernel
from lemmata.kernel.declarations import POSITIVE, REAL, UNIT, Interval
from lemmata.kernel.language import Array, Chain, DensityHead, FunctionHead, ProcessHead, derive
from lemmata.kernel.terms import Range, Sym, as_term

ONE = as_term(1)
m, n, d, T, t, j = (Sym(name) for name in ("m", "n", "d", "T", "t", "j"))


def test_numbers() -> None:
    """Sizes, letters, scalars, arrays and parameters declare what they say."""

    def claim(
        m: Dimension,
        T: Annotated[Sym, Least(2)],
        j: Annotated[Letter, Runs(1, "m")],
        k: Annotated[Letter, Runs(0, "m - 1 + T"), Spelled("k'")],
        eta: Annotated[Sym, Interval(Fraction(0), Fraction(1, 2))],
        b: Real,
        sigma: Annotated[Array, Over("j"), POSITIVE, Depends("phi")],
        e: Annotated[Array, Over("j", Runs(0, "T"))],
        tau: Positive,
        phi: Parameter,
    ) -> Chain:
        return derive(m)

    signature = read_signature(claim)
    declared = signature.declarations
    assert declared.sizes == (kernel.Size("m"), kernel.Size("T", 2))
    upper = m - 1 + T
    assert declared.indices == (
        kernel.Index("j", Range(ONE, m)),
        kernel.Index("k'", Range(as_term(0), upper)),
    )
    assert declared.scalars == (
        kernel.Scalar("eta", Interval(Fraction(0), Fraction(1, 2))),
        kernel.Scalar("b", REAL),
        kernel.Scalar("sigma", POSITIVE, (Range(ONE, m),), ("phi",)),
        kernel.Scalar("e", REAL, (Range(ONE, m), Range(as_term(0), T))),
        kernel.Scalar("tau", POSITIVE),
    )
    assert declared.parameters == (kernel.Parameter("phi"),)
    assert signature.values["m"] == m
    assert signature.values["k"] == Sym("k'")
    assert signature.values["sigma"] == Array("sigma")


def test_densities() -> None:
    """Outcomes and families declare roles, components, Gaussian laws, dependence and spellings."""

    def claim(
        m: Dimension,
        j: Annotated[Letter, Runs(1, "m")],
        mu: Annotated[Array, Over("j")],
        x: Annotated[Outcome, AlsoCalled("X")],
        z: Annotated[Vector, Components("j")],
        p: Annotated[Distribution, Of("x, z"), Depends()],
        q: Annotated[Distribution, Of("z", given="x"), Gaussian("mu", 1), AlsoCalled("q_phi")],
        r: Annotated[Distribution, Of("x"), Gaussian(0, 1)],
        g: Annotated[Distribution, Of("z", independent=True)],
    ) -> Chain:
        return derive(m)

    signature = read_signature(claim, "gaussian")
    declared = signature.declarations
    assert declared.world == "gaussian"
    assert declared.variables == (
        kernel.Variable("x", other_names=("X",)),
        kernel.Variable("z", components=Range(ONE, m)),
    )
    normal = kernel.Normal(Sym("mu", (j,)), ONE, "j")
    assert declared.families == (
        kernel.Family("p", ("x", "z"), parameters=()),
        kernel.Family("q", ("z",), ("x",), True, normal, other_names=("q_phi",)),
        kernel.Family("r", ("x",), normal=kernel.Normal(as_term(0), ONE)),
        kernel.Family("g", ("z",), independent=True),
    )
    assert signature.values["p"] == DensityHead("p")


def test_functions_and_processes() -> None:
    """Functions declare arity, values and components; a process declares its parts and rewards."""

    def claim(
        T: Dimension,
        N: Dimension,
        t: Annotated[Letter, Runs(1, "T")],
        i: Annotated[Letter, Runs(1, "N")],
        s: Timed,
        a: Timed,
        r: Reward,
        pi: Annotated[Distribution, Of("a", given="s")],
        path: Annotated[Process, Under("pi", "s", "a", "r", "t", "i"), Spelled("pi_theta")],
        D: Annotated[Function, Takes(1), UNIT],
        h: Annotated[Function, Takes(2), Over("t"), Depends("theta")],
        theta: Parameter,
        J: Defined,
        D_star: Annotated[DefinedFunction, Spelled("D^*")],
    ) -> Chain:
        return derive(T)

    signature = read_signature(claim)
    declared = signature.declarations
    times, samples = Range(ONE, T), Range(ONE, Sym("N"))
    assert declared.processes == (kernel.Process("pi_theta", "s", "a", "r", "pi", times, samples),)
    assert declared.functions == (
        kernel.Function("D", 1, UNIT),
        kernel.Function("h", 2, axes=(times,), parameters=("theta",)),
    )
    assert declared.find("r") is None
    assert signature.defined == {"J", "D^*"}
    assert signature.values["path"] == ProcessHead("pi_theta")
    assert signature.values["D_star"] == FunctionHead("D^*")


def _unknown(x: int) -> Chain:
    return derive(as_term(x))


def _no_axes(mu: Array) -> Chain:
    return derive(mu[1])


def _no_law(p: Distribution) -> Chain:
    return derive(as_term(1))


def _no_arity(f: Function) -> Chain:
    return derive(as_term(1))


def _no_letter(z: Annotated[Vector, Components("j")]) -> Chain:
    return derive(z[1])


def _no_interval(x: Sym) -> Chain:
    return derive(x)


def _times(m: Dimension, j: Annotated[Letter, Runs(1, "m * m")]) -> Chain:
    return derive(j + m)


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (_unknown, "'x' is annotated"),
        (_no_axes, r"'mu' needs Over\(...\)"),
        (_no_law, r"'p' needs Of\(...\)"),
        (_no_arity, r"'f' needs Takes\(...\)"),
        (_no_letter, "refers to 'j'"),
        (_no_interval, r"'x' needs Interval\(...\)"),
        (_times, "cannot read the end of a range"),
    ],
)
def test_refuses(function: object, says: str) -> None:
    """A parameter that does not say what it is, is refused with what is missing."""
    assert callable(function)
    with pytest.raises(TypeError, match=says):
        read_signature(function)


def test_contradictory_declarations_are_refused() -> None:
    """A family over an outcome that nothing declares is refused."""

    def claim(p: Annotated[Distribution, Of("x")]) -> Chain:
        return derive(as_term(1))

    with pytest.raises(TypeError, match="refers to 'x'"):
        read_signature(claim)

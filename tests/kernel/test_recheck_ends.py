"""Every certificate ends: forged ones that ask for more work than anything can do are refused."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from lemmata.derivations.registry import claims
from lemmata.kernel import terms as t
from lemmata.kernel.certificates import certificate
from lemmata.kernel.declarations import Declarations, Definition
from lemmata.kernel.encode import encode, seal
from lemmata.kernel.fuel import IN_USE, RECHECK_FUEL, Fuel, OutOfFuelError, weigh
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.recheck import recheck, verify
from lemmata.kernel.terms import Statement, Sym, Term, as_term
from lemmata.kernel.unfold import unfold
from lemmata.notation import read_sheet, read_statement

Certificate = dict[str, Any]
RAN_OUT = "the re-checker's fuel ran out at "
LONGEST_TIME = 9
"""Seconds of processor for one certificate; the fuel lasts for about three where it was set."""

WORLD = read_sheet(
    """
    sizes = ["n", "m"]
    [scalars]
    u = {domain = "positive"}
    v = {domain = "positive"}
    y = {index = "i = 1..n"}
    [variables]
    x = {}
    [densities]
    p = {of = "x"}
    [functions]
    f = {}
    """
).declarations
MATRICES = read_sheet(
    """
    sizes = ["d"]
    [scalars]
    x = {shape = "d"}
    A = {shape = "d, d"}
    S = {shape = "d, d", kind = "definite"}
    """
).declarations
u, v, n, x, k = map(Sym, "uvnxk")
NUMBERS = [as_term(i) for i in range(20_000)]
LONG = t.Num(Fraction(10**1_900))
UNDER = t.Law((x,), t.Density("p", (x,), ()))


def forged(
    left: Term, relation: t.Relation = "=", world: Declarations = WORLD, **parts: object
) -> Certificate:
    """A certificate that says that a term is zero, with the parts given in place of none."""
    held = {
        "format": 1,
        "lemmata": "",
        "statement": encode(Statement(left, relation, as_term(0))),
        "declarations": encode(world),
        "facts": [],
        "steps": [],
        "bounds": [],
        "induction": None,
        "rules": [],
        "assumptions": [],
        "models": [],
    }
    return seal({**held, **parts})


def step(rule: str, before: Term, after: Term) -> dict[str, Any]:
    """A step without open variables."""
    sides = {"before": encode(before), "after": encode(after)}
    return {"rule": rule, "open": [], **sides, "assumes": ""}


def nested(wrap: Callable[[Term], Term], inner: Term, times: int) -> Term:
    """A term wrapped several times."""
    for _ in range(times):
        inner = wrap(inner)
    return inner


def in_tens(parts: list[Term]) -> Term:
    """The sum of many terms, ten in each bracket."""
    while len(parts) > 1:
        parts = [t.Add(tuple(parts[at : at + 10])) for at in range(0, len(parts), 10)]
    return parts[0]


def with_definition(left: Term, found: Definition) -> Certificate:
    """A certificate with one definition."""
    held = forged(left)
    at = list(Declarations.__dataclass_fields__).index("definitions") + 1
    names, blank = list(Declarations.__dataclass_fields__), Declarations()
    for name in names[len(held["declarations"]) - 1 : at]:
        held["declarations"].append(encode(getattr(blank, name)))
    held["declarations"][at] = [encode(found)]
    return seal(held)


HALF = as_term(1) / 2
BROKEN = as_term(10**9) + HALF
SUM = t.Range(as_term(1), as_term(10**1_000))
y = [Sym("y", (number,)) for number in NUMBERS]
twice = Definition("d", (Sym("w"),), Sym("w") + Sym("w"))
HOSTILE: dict[str, tuple[Certificate, str]] = {
    "a huge whole power": (forged(t.Pow(as_term(10), as_term(10**9))), "too large to multiply out"),
    "a huge broken power": (forged(t.Pow(as_term(10), BROKEN)), "a number too large to work with"),
    "its inverse": (forged(t.Pow(as_term(10), -BROKEN)), "a number too large to work with"),
    "one of a sum": (forged(t.Pow(u + v, BROKEN)), "a power too large to multiply out"),
    "one over it": (forged(as_term(1) / t.Pow(u + v, BROKEN)), "too large to multiply out"),
    "powers of powers": (forged(nested(lambda e: t.Pow(e, as_term(64)), u, 150)), RAN_OUT),
    "a long expansion": (forged(t.Pow(u + v + x + n, as_term(64))), RAN_OUT),
    "a product of sums": (forged(t.Mul(tuple(each + 1 for each in y[:60]))), RAN_OUT),
    "a long sum": (forged(t.Add(tuple(y))), RAN_OUT),
    "a long product": (forged(t.Mul(tuple(y))), RAN_OUT),
    "a tree of sums": (forged(in_tens(list(y[:8_000]))), RAN_OUT),
    "a product of long numbers": (
        forged(t.Mul(tuple(t.Num(Fraction(10**1_900 + i)) for i in range(400)))),
        "a number too large to work with",
    ),
    "denominators without a common one": (
        forged(t.Add(tuple(t.Num(Fraction(1, 10**990 + i)) * y[i] for i in range(200)))),
        RAN_OUT,
    ),
    "long numbers under logarithms": (
        forged(
            t.Add(
                tuple(
                    t.Num(Fraction(1, 10**990 + i)) * t.Fn("log", as_term(i + 3))
                    for i in range(400)
                )
            ),
            ">=",
        ),
        RAN_OUT,
    ),
    "a sum over a huge range": (
        forged(
            t.Sum(k, SUM, k), steps=[step("range_splitting", t.Sum(k, SUM, k), t.Sum(k, SUM, u))]
        ),
        "is not rewritten to zero",
    ),
    "a product over a huge range": (
        forged(t.Prod(k, SUM, k), steps=[step("indexed_product", t.Prod(k, SUM, k), u)]),
        "a range too long to write out",
    ),
    "functions of themselves twice": (
        forged(nested(lambda e: t.App("f", (e, e)), u, 12)),
        "is not rewritten to zero",
    ),
    "brackets of brackets": (
        forged(t.Pow(t.Add(tuple(t.Iverson(n, "=", each) for each in NUMBERS[:60])), as_term(20))),
        RAN_OUT,
    ),
    "quotients of quotients": (forged(nested(lambda e: (e + u) / (e + v), u, 9)), RAN_OUT),
    "variances of variances": (
        forged(nested(lambda e: t.Variance((UNDER,), e), u, 90)),
        RAN_OUT + "the statement and the declarations",
    ),
    "a definition of itself": (
        with_definition(nested(lambda e: t.App("d", (e,)), u, 90), twice),
        RAN_OUT + "the statement and the declarations",
    ),
    "powers of powers of matrices": (
        forged(t.Trace(nested(lambda e: t.Pow(e, as_term(6)), Sym("A"), 12)), world=MATRICES),
        RAN_OUT,
    ),
    "inverses of inverses": (
        forged(
            t.Trace(nested(lambda e: t.Pow(e + Sym("S"), t.Neg(as_term(1))), Sym("S"), 9)),
            world=MATRICES,
        ),
        RAN_OUT,
    ),
    "words of words": (
        forged(t.Trace(t.Mul((Sym("A") + Sym("S"),) * 14)), world=MATRICES),
        RAN_OUT,
    ),
    "many steps": (
        forged(
            as_term(0),
            steps=[step("derivative_rules", t.Derivative(u, t.Pow(u + v, as_term(30))), u)] * 4_000,
        ),
        RAN_OUT + "step ",
    ),
    "factors of long numbers": (
        forged(
            as_term(0),
            steps=[
                step("root_of_a_product", t.Pow(t.Num(Fraction(10**1_500 + i)), HALF), u)
                for i in range(400)
            ],
        ),
        RAN_OUT + "step ",
    ),
    "too deep": (
        seal({**forged(u), "statement": json.loads('["Neg",' * 300 + '["Pi"]' + "]" * 300)}),
        "cannot be read",
    ),
    "too long": (forged(u, models=list(range(200_000))), "it is longer than 1000000 characters"),
    "too many names": (
        forged(u, declarations=["Declarations", [["Size", f"s{i}"] for i in range(2_000)]]),
        "the declarations speak of more than 1000 names",
    ),
    "a number in another writing": (
        forged(
            u,
            ">=",
            bounds=[
                {
                    "rule": "factor",
                    "open": [],
                    "over": [],
                    "number": "1e999999999",
                    "logarithms": [],
                    "parts": {},
                }
            ],
        ),
        "is not a fraction",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_certificate_ends(name: str) -> None:
    """It is refused, with the reason, before anybody has waited long."""
    held, reason = HOSTILE[name]
    before = time.process_time()
    result = recheck(held)
    assert time.process_time() - before < LONGEST_TIME
    assert not result.ok
    assert any(reason in problem for problem in result.problems), result.problems


def test_what_is_said_when_the_fuel_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the place, and says that this is no refutation; then all is as before."""
    claim = claims()["gaussian-kl"]
    proof = prove(claim.statement, claim.declarations)
    assert isinstance(proof, Proof)
    held = certificate(proof, claim.declarations)
    monkeypatch.setattr(verify, "RECHECK_FUEL", 6_000)
    (problem,) = recheck(held).problems
    assert problem == (
        "the re-checker's fuel ran out at step 5 (gaussian_density): the certificate is not "
        "refuted, it is not confirmed"
    )
    monkeypatch.setattr(verify, "RECHECK_FUEL", RECHECK_FUEL // 20)
    assert recheck(held).ok
    assert IN_USE.get() is None


def test_the_inverse_of_a_matrix_and_a_column_times_its_row_ends() -> None:
    """Its determinant is taken apart once: (1 + q) / (1 + q) at the leading word is 1."""
    said = read_statement(r"\det((S + x x^\top)^{-1}) + 0 = \det((S + x x^\top)^{-1})", MATRICES)
    proof = prove(said[0].statement, MATRICES)
    assert isinstance(proof, Proof)
    result = recheck(json.loads(json.dumps(certificate(proof, MATRICES))))
    assert not any(RAN_OUT in problem for problem in result.problems)


def test_no_product_is_written_out_in_part() -> None:
    """The product of the numbers to 25 is written out; no longer one is taken for it."""
    two = as_term(2)
    for last, ok in ((25, True), (26, False), (100, False)):
        product = t.Prod(k, t.Range(as_term(1), as_term(last)), two)
        taken = [step("indexed_product", product, t.Pow(two, as_term(25)))]
        said = product + t.Neg(t.Pow(two, as_term(25)))
        result = recheck(forged(said, steps=taken, rules=["indexed_product"]))
        assert result.ok is ok, last


@pytest.mark.parametrize(
    "term",
    [
        t.App("d", (t.App("d", (u + v,)),)),
        t.Variance((UNDER,), t.Variance((UNDER,), x * u)),
        t.KL((x,), t.App("d", (u,)), v),
        t.JSD((x,), u * v, t.App("d", (v,))),
        t.Entropy("p", (x,), ()),
        t.Pow(t.App("d", (u,)), as_term(2)),
    ],
)
def test_nothing_gets_longer_than_it_was_weighed(term: Term) -> None:
    """No term gets longer than twice its weight when it is unfolded, and all of that is spent."""
    world = Declarations(definitions=(twice,))
    fuel = Fuel(10**6)
    before = IN_USE.set(fuel)
    length = weigh(term, world)
    assert 2 * length >= sum(1 for _ in t.walk(unfold(term, world)))
    assert 10**6 - fuel.left >= 20 * length
    IN_USE.set(Fuel(20 * length - 1))
    with pytest.raises(OutOfFuelError):
        weigh(term, world)
    IN_USE.reset(before)

"""The claims of the library: they build, they are proved, and their wrong versions are not."""

import re
import subprocess
import sys
from typing import Annotated

import pytest

from lemmata.derivations.claim import Claim, Part, claim, part
from lemmata.derivations.registry import claims, find
from lemmata.derivations.signature import Defined, Distribution, Of, Outcome, Real
from lemmata.kernel.language import Chain, E, derive, log
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.rules import NORMAL_FORM, RULES
from lemmata.kernel.terms import Statement, Sym, Term

CORE = {
    "baseline-unbiased",
    "constant-baseline-unbiased",
    "cross-entropy-gibbs",
    "cvae-elbo",
    "elbo-gap-identity",
    "elbo-jensen",
    "entropy-upper-bound",
    "gan-jsd",
    "gaussian-cross-entropy",
    "gaussian-kl",
    "gaussian-kl-general",
    "gaussian-neg-entropy",
    "kl-factorization",
    "mutual-information-entropy-identity",
    "nice-volume-preserving",
    "optimal-discriminator",
    "policy-gradient-trajectory",
    "realnvp-logdet",
    "reward-to-go",
    "score-function-gradient",
    "score-function-zero-mean",
    "vae-elbo",
    "vq-codebook-sgd",
    "vq-rolling-average",
}

# Reasons that the normal form embodies: no rule is applied, because both sides look the same there.
ALL = [(f"{one.id}:{each.name}", each) for one in claims().values() for each in one.parts]
PARTS = [pytest.param(each, id=name) for name, each in ALL]
STEPS = [
    pytest.param(each, number, id=f"{name}:{number}")
    for name, each in ALL
    for number in range(1, len(each.derivation.steps) + 1)
]


def line(derivation_part: Part, number: int) -> Term:
    """A line of a derivation, from 0."""
    derivation = derivation_part.derivation
    return derivation.steps[number - 1].term if number else derivation.start


def test_the_core_claims_are_there() -> None:
    """Every core claim is found, under its id."""
    assert set(claims()) >= CORE
    assert all(one.id == name for name, one in claims().items())


@pytest.mark.parametrize("one", claims().values(), ids=claims())
def test_claim_is_complete(one: Claim) -> None:
    """Every claim says what it is, where it comes from, and at least three ways to be wrong."""
    assert one.title
    assert one.source
    assert one.module == f"lemmata.derivations.{one.family}.{one.id.replace('-', '_')}"
    assert len(one.mistakes) >= 3
    assert one.statement == one.parts[0].statement


@pytest.mark.parametrize("each", PARTS)
def test_part_is_complete(each: Part) -> None:
    """Every statement has a title, a display, reasons that exist, and a way to be wrong."""
    assert each.title
    assert each.formula
    assert each.mistakes
    reasons = {reason for step in each.derivation.steps for reason in step.by}
    assert reasons <= set(NORMAL_FORM) | set(RULES)
    assert "" not in reasons


def test_answer_ids_are_apart() -> None:
    """No two claims answer the same question."""
    ids = [answer for one in claims().values() for answer in one.answer_ids]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("each", "number"), STEPS)
def test_step_is_proved(each: Part, number: int) -> None:
    """The kernel proves every line of every derivation from the line before it."""
    relation = each.derivation.steps[number - 1].relation
    statement = Statement(line(each, number - 1), relation, line(each, number))
    outcome = prove(statement, each.declarations)
    assert isinstance(outcome, Proof), outcome


@pytest.mark.parametrize("each", PARTS)
def test_mistakes_are_not_proved(each: Part) -> None:
    """The kernel proves no wrong version of any statement."""
    for mistake in each.mistakes:
        assert not isinstance(prove(mistake.statement, each.declarations), Proof), mistake.because


def test_finding_loads_no_computer_algebra() -> None:
    """Building every claim imports neither SymPy nor torch."""
    code = (
        "import sys; from lemmata.derivations.registry import claims; assert claims(); "
        "print({'sympy', 'torch', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "set()\n"


def test_find_by_answer_id() -> None:
    """A question of an answer sheet leads to the claim that answers it."""
    assert find("realnvp-det") is claims()["realnvp-logdet"]
    assert find("cvae-elbo") is claims()["cvae-elbo"]


def test_find_suggests() -> None:
    """An unknown name is refused with the nearest ones."""
    with pytest.raises(KeyError, match="did you mean gaussian-kl"):
        find("gausian-kl")
    with pytest.raises(KeyError, match="lemmata list"):
        find("qqqq")


@part(title="a lemma")
def lemma(b: Real) -> Chain:
    r"""Something simple.

    \[ b = b \]
    """
    return derive(b).equals(b, by="algebra").but_not(0, because="b may be anything")


def test_decorated_function_is_a_claim() -> None:
    """The decorator gives name, title, source, display, definitions and parts."""

    @claim(title="a title", source="a source", answer_ids=("an-answer",), parts=(lemma,))
    def expected_log(x: Outcome, p: Annotated[Distribution, Of("x")], J: Defined) -> Chain:
        r"""A display may stand here.

        \[ J = J \]
        """
        return derive(J).equals(J, by="algebra").where(J, E[p(x)](log(p(x))))

    assert expected_log.id == "expected-log"
    assert (expected_log.title, expected_log.source) == ("a title", "a source")
    assert [each.name for each in expected_log.parts] == ["expected-log", "lemma"]
    assert [each.formula for each in expected_log.parts] == ["J = J", "b = b"]
    assert expected_log.statement == Statement(Sym("J"), "=", Sym("J"))
    assert expected_log.declarations.definition("J") is not None
    assert expected_log.declarations.find("x") is not None


def test_undefined_abbreviation_is_refused() -> None:
    """An abbreviation that the proof does not define is refused."""
    with pytest.raises(ValueError, match="J: each Defined name needs"):

        @claim(title="t", source="s")
        def without(J: Defined) -> Chain:
            return derive(J).equals(J, by="algebra")


def test_undeclared_name_is_refused() -> None:
    """A name that is not in the signature is refused, also in a wrong version."""
    with pytest.raises(ValueError, match="uses c without declaring it"):

        @claim(title="t", source="s")
        def stray(b: Real) -> Chain:
            return derive(b).equals(b, by="algebra").but_not(Sym("c"), because="no")


def test_two_parts_of_one_name_are_refused() -> None:
    """The parts of a claim have different names."""

    def simple(b: Real) -> Chain:
        return derive(b).equals(b, by="algebra")

    with pytest.raises(ValueError, match="two parts of one name"):
        claim(title="t", source="s", parts=(lemma, lemma))(simple)


def test_no_chain_is_refused() -> None:
    """A claim's function must return a chain."""

    def nothing() -> Chain:
        return None  # type: ignore[return-value]

    with pytest.raises(TypeError, match=re.escape("return derive(...)")):
        claim(title="t", source="s")(nothing)

"""Certificates of proofs re-check, and certificates that were changed do not."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from lemmata.derivations.registry import claims
from lemmata.kernel.certificates import certificate
from lemmata.kernel.declarations import Declarations, Fact, Scalar
from lemmata.kernel.encode import DecodeError, decode, encode, seal
from lemmata.kernel.language import DensityHead
from lemmata.kernel.prove import Open, Proof, prove
from lemmata.kernel.recheck import recheck
from lemmata.kernel.terms import Integral, Statement, Sym, Term, as_term
from lemmata.notation import read_sheet, read_statement
from lemmata.properties import worlds as on

Certificate = dict[str, Any]


def parts() -> Iterator[tuple[str, str]]:
    """Every statement of every claim, by claim and part."""
    for claim in claims().values():
        for part in claim.parts:
            yield claim.id, part.name


@cache
def issued(claim: str, name: str = "") -> str:
    """The certificate of a statement of a claim, as it is written to a file."""
    part = next(p for p in claims()[claim].parts if p.name == (name or claim))
    proof = prove(part.statement, part.declarations)
    assert isinstance(proof, Proof)
    return json.dumps(certificate(proof, part.declarations))


def of(claim: str, name: str = "") -> Certificate:
    """A fresh copy of a certificate, read from its text."""
    loaded: Certificate = json.loads(issued(claim, name))
    return loaded


@pytest.mark.parametrize(("claim", "part"), list(parts()))
def test_the_certificate_of_a_claim_rechecks(claim: str, part: str) -> None:
    """Every proof of the library is verified again, step by step, without the prover."""
    held = of(claim, part)
    result = recheck(held)
    assert result.problems == ()
    assert result.ok
    assert result.checked == len(held["steps"])


def step_of(held: Certificate, rule: str) -> dict[str, Any]:
    """The first step by a rule."""
    found: dict[str, Any] = next(step for step in held["steps"] if step["rule"] == rule)
    return found


def drop(rule: str) -> Callable[[Certificate], None]:
    """A change that leaves out the first step by a rule."""
    return lambda held: held["steps"].remove(step_of(held, rule))


def call(rule: str, other: str) -> Callable[[Certificate], None]:
    """A change that gives a step another rule's name."""
    return lambda held: step_of(held, rule).update(rule=other)


def replace(rule: str, side: str, old: object, new: object) -> Callable[[Certificate], None]:
    """A change of one place in one side of a step."""

    def change(held: Certificate) -> None:
        step = step_of(held, rule)
        before = json.dumps(step[side])
        after = before.replace(json.dumps(old), json.dumps(new), 1)
        assert before != after
        step[side] = json.loads(after)

    return change


def world(change: Callable[[dict[str, Any]], None]) -> Callable[[Certificate], None]:
    """A change of the declarations, by name of the fields."""

    def apply(held: Certificate) -> None:
        names = list(Declarations.__dataclass_fields__)
        _, *values = held["declarations"]
        fields = dict(zip(names, values, strict=False))
        change(fields)
        held["declarations"] = ["Declarations", *(fields[name] for name in names[: len(values)])]

    return apply


def no_gaussian(fields: dict[str, Any]) -> None:
    """Make every family one without a Gaussian law."""
    for family in fields["families"]:
        del family[5:]


def real_only(fields: dict[str, Any]) -> None:
    """Let every number be any real number."""
    for scalar in fields["scalars"]:
        scalar[2:] = [["Interval"], *scalar[3:]]


def swap_divergence(held: Certificate) -> None:
    """Swap the arguments of the divergence in the statement."""
    text = json.dumps(held["statement"])
    left, right = ['["Density", "q", [["Sym", "z"]]', '["Density", "p", [["Sym", "z"]]']
    assert left in text
    assert right in text
    swapped = text.replace(left, "@").replace(right, left).replace("@", right)
    held["statement"] = json.loads(swapped)


def relate(relation: str) -> Callable[[Certificate], None]:
    """A change of the relation that is stated."""
    return lambda held: held["statement"].__setitem__(2, relation)


def bound(**changes: object) -> Callable[[Certificate], None]:
    """A change of the innermost bound of an inequality."""
    return lambda held: held["bounds"][0].update(changes)


def bound_part(name: str, term: Term) -> Callable[[Certificate], None]:
    """A change of one part of the innermost bound."""
    return lambda held: held["bounds"][0]["parts"].update({name: encode(term)})


def no_assumptions(held: Certificate) -> None:
    """Keep silent about what the proof assumes."""
    held["assumptions"] = []


def other_multiple(held: Certificate) -> None:
    """Take another factor in the step of an induction."""
    held["induction"]["multiple"] = encode(as_term(2))


def a_letter_is_bounded(fields: dict[str, Any]) -> None:
    """Say something of a letter that runs to the size of the induction."""
    fields["facts"].append(encode(Fact("late", Statement(Sym("t"), ">=", as_term(1)))))


def an_array_stands_whole(fields: dict[str, Any]) -> None:
    """Let every array be a column, whose length is the size of the induction."""
    arrays = [decode(each, Scalar) for each in fields["scalars"]]
    columns = [dataclasses.replace(each, rank=len(each.axes)) for each in arrays]
    fields["scalars"] = [encode(each) for each in columns]


MUTANTS: list[tuple[str, str, Callable[[Certificate], None], str]] = [
    ("gaussian-kl", "", drop("gaussian_density"), "not rewritten to zero"),
    ("gaussian-kl", "", drop("gaussian_moments"), "not rewritten to zero"),
    ("gaussian-kl", "", drop("component_marginal"), "not rewritten to zero"),
    ("elbo-gap-identity", "", drop("logarithm_of_a_product"), "not rewritten to zero"),
    ("score-function-zero-mean", "", drop("derivative_under_the_integral"), "not rewritten"),
    ("reward-to-go", "past-rewards", drop("causality"), "not rewritten to zero"),
    ("reward-to-go", "", drop("likelihood_ratio"), "no step says"),
    ("realnvp-logdet", "", drop("block_triangular_determinant"), "not rewritten to zero"),
    ("realnvp-logdet", "", drop("diagonal_determinant"), "(block_triangular_determinant)"),
    ("vq-rolling-average", "", drop("given_fact"), "the base case"),
    ("vq-rolling-average", "", other_multiple, "the step of the induction"),
    ("vq-rolling-average", "", world(a_letter_is_bounded), "a letter, a fact or a shape"),
    ("vq-rolling-average", "", world(an_array_stands_whole), "a letter, a fact or a shape"),
    ("gaussian-kl", "", call("gaussian_density", "gaussian_moments"), "does not apply"),
    ("gaussian-kl", "", call("constant_sum", "iverson_collapse"), "step"),
    (
        "gaussian-kl",
        "",
        call("gaussian_density", "multivariate_gaussian_density"),
        "is not declared by a covariance",
    ),
    ("elbo-gap-identity", "", call("conditional_density", "bayes"), "(bayes): it does not apply"),
    ("elbo-gap-identity", "", call("total_probability", "marginalisation"), "is not listed"),
    (
        "gaussian-kl",
        "",
        replace("gaussian_density", "after", ["Num", "2"], ["Num", "3"]),
        "(gaussian_density): the rule gives another result",
    ),
    (
        "reward-to-go",
        "",
        replace("causality", "after", ">=", "<="),
        "(causality): the rule gives another result",
    ),
    (
        "elbo-gap-identity",
        "",
        replace("total_probability", "after", ["Num", "1"], ["Num", "2"]),
        "(total_probability): the rule gives another result",
    ),
    (
        "elbo-gap-identity",
        "",
        replace("total_probability", "before", ["Sym", "z"], ["Sym", "x"]),
        "(total_probability)",
    ),
    (
        "elbo-gap-identity",
        "",
        lambda held: step_of(held, "conditional_density").update(assumes=""),
        "(conditional_density): it assumes 'densities are positive",
    ),
    ("gaussian-kl", "", no_assumptions, "is not listed with the proof"),
    ("gaussian-kl", "", world(no_gaussian), "not declared Gaussian"),
    ("gaussian-kl-general", "", world(real_only), "may be zero"),
    ("gaussian-kl-general", "", swap_divergence, "not rewritten to zero"),
    ("vae-elbo", "", lambda held: held["bounds"].clear(), "what is left may be negative"),
    ("vae-elbo", "", relate("<="), "what is left may be negative"),
    ("vae-elbo", "", relate("="), "not rewritten to zero"),
    ("vae-elbo", "", relate(">"), "> is not proved by certificates"),
    ("vae-elbo", "", bound(number="1/2"), "what is left may be negative"),
    ("vae-elbo", "", bound(number="-1"), "bound 1 (jensen): a weight, a scale"),
    ("vae-elbo", "", bound(rule="tangent_of_a_cosine"), "bound 1 (tangent_of_a_cosine)"),
    ("vae-elbo", "", bound_part("weight", -as_term(1)), "bound 1 (jensen): a weight, a scale"),
    ("vae-elbo", "", bound_part("weight", as_term(1)), "what is left may be negative"),
    ("optimal-discriminator", "", lambda held: held["bounds"].pop(), "bound 1 (pointwise_maximum)"),
    ("optimal-discriminator", "", bound_part("point", as_term(1) / 2), "the slope does not vanish"),
    ("optimal-discriminator", "", bound_part("point", as_term(2)), "or it lies outside"),
    ("gaussian-kl", "", lambda held: held.update(facts=[]), "not declared"),
    (
        "gaussian-kl-general",
        "full-covariance",
        lambda held: held.update(facts=[]),
        "is not declared by a covariance",
    ),
    ("gaussian-kl", "", lambda held: held.update(format=2), "the format"),
    ("gaussian-kl", "", lambda held: held.pop("steps"), "cannot be read"),
    ("gaussian-kl", "", lambda held: held.update(statement=["Sum"]), "cannot be read"),
]


@pytest.mark.parametrize(("claim", "part", "change", "named"), MUTANTS, ids=range(len(MUTANTS)))
def test_a_changed_certificate_is_refused(
    claim: str, part: str, change: Callable[[Certificate], None], named: str
) -> None:
    """Whoever changes a certificate and hashes it again is told which step or conclusion fails."""
    held = of(claim, part)
    changed = copy.deepcopy(held)
    change(changed)
    assert changed != held
    result = recheck(seal(changed))
    assert not result.ok
    assert any(named in problem for problem in result.problems), result.problems


def test_two_components_that_may_be_one_are_not_integrated() -> None:
    """z_1 and z_2 are two; z_1 and z_j may be one: neither the prover nor the re-checker knows."""
    mean = Integral((on.z[1],), on.z[1])

    def apart(component: Sym) -> Statement:
        inner = Integral((on.z[1],), component * on.z[1])
        return Statement(Integral((component,), inner), "=", mean * mean)

    found = prove(apart(on.z[2]), on.WORLD)
    assert isinstance(found, Proof)
    held = certificate(found, on.WORLD)
    assert recheck(held).ok
    refused = prove(apart(on.z[on.j]), on.WORLD)
    assert isinstance(refused, Open)
    assert refused.message == "two components of z are integrated that may be one"
    held["statement"] = encode(apart(on.z[on.j]))
    (problem,) = recheck(seal(held)).problems
    assert "two components of z that may be one" in problem


@pytest.mark.parametrize("claim", claims())
def test_no_certificate_proves_a_mistake(claim: str) -> None:
    """The certificate of a claim does not re-check with one of its wrong versions as statement."""
    for part in claims()[claim].parts:
        for mistake in part.mistakes:
            held = of(claim, part.name)
            held["statement"] = encode(mistake.statement)
            assert not recheck(seal(held)).ok


def held_of(sheet: str, said: str | Statement) -> Certificate:
    """The certificate of a statement about the world of a sheet, which re-checks."""
    declarations = read_sheet(sheet).declarations
    if isinstance(said, str):
        said = read_statement(said, declarations)[0].statement
    proof = prove(said, declarations)
    assert isinstance(proof, Proof)
    held: Certificate = json.loads(json.dumps(certificate(proof, declarations)))
    assert recheck(held).problems == ()
    return held


def test_a_component_beside_its_vector_has_no_law_of_its_own() -> None:
    """The integral over a vector is one over its component only where nothing else of it stands."""
    sheet = """
    sizes = ["m"]
    [indices]
    j = "1..m"
    [variables]
    z = {components = "j = 1..m"}
    [densities]
    p = {of = "z"}
    [functions]
    f = {}
    """
    held = held_of(sheet, r"\int p(z) f(z_j)\,dz = \int p(z_j) f(z_j)\,dz_j")
    component, vector = (encode(Sym("z", indices)) for indices in ((Sym("j"),), ()))
    step = step_of(held, "component_marginal")
    step["before"] = json.loads(
        json.dumps(step["before"]).replace(json.dumps(component), json.dumps(vector))
    )
    problems = recheck(seal(held)).problems
    assert any("more than one component of the vector" in problem for problem in problems), problems


def test_a_law_is_given_its_own_conditions() -> None:
    """The mean that two conditions move re-checks, and not with the conditions swapped."""
    sheet = """
    world = "gaussian"
    [variables]
    u = {}
    x = {}
    y = {}
    [densities]
    p = {of = "u", given = "x, y", normal = {mean = 'x + 2 y', deviation = '1'}}
    """
    held = held_of(sheet, r"\log p(u|x,y) = -\frac12\log(2\pi) - \frac{(u - x - 2y)^2}{2}")
    held["statement"] = encode(
        read_statement(
            r"\log p(u|x,y) = -\frac12\log(2\pi) - \frac{(u - y - 2x)^2}{2}",
            read_sheet(sheet).declarations,
        )[0].statement
    )
    assert recheck(seal(held)).problems != ()


def test_two_places_of_one_density_are_apart() -> None:
    """The certificate of the law of a component given another is not one of it given itself."""
    sheet = """
    sizes = ["m >= 2"]
    [variables]
    z = {components = "j = 1..m"}
    [densities]
    p = {of = "z"}
    """
    p, (one, two) = DensityHead("p"), (Sym("z", (as_term(k),)) for k in (1, 2))
    held = held_of(sheet, Statement(p(one | two) * p(two), "=", p(one, two)))
    second, first = (json.dumps(encode(place)) for place in (two, one))
    same = json.loads(json.dumps(held).replace(second, first))
    assert recheck(seal(same)).problems != ()


def test_only_terms_that_are_there_are_split_off() -> None:
    """Two terms stand apart from a sum of at least two, and from no shorter one."""
    sheet = """
    sizes = ["n >= 2"]
    [scalars]
    u = {domain = "positive"}
    x = {index = "i = 1..n"}
    """
    for text in (
        r"\sum_{i=1}^n x_i = x_n + x_{n-1} + \sum_{i=1}^{n-2} x_i",
        r"\sum_{k=3}^{n+1} u^k = u^{n+1} + \sum_{k=3}^n u^k",
    ):
        held = held_of(sheet, text)
        world(lambda fields: fields["sizes"][0].__setitem__(2, 1))(held)
        assert recheck(seal(held)).problems != ()


def test_no_term_is_split_off_behind_the_end() -> None:
    """A forged step takes the last term off a sum that ends two places before it begins."""
    sheet = """
    sizes = ["n >= 2"]
    [scalars]
    u = {domain = "positive"}
    """
    held = held_of(sheet, r"\sum_{k=3}^{n+1} u^k = u^{n+1} + \sum_{k=3}^n u^k")
    power, step, _ = held["steps"]
    last = read_statement(r"\sum_{k=3}^n u^k + u^n u = 0", read_sheet(sheet).declarations)
    step["after"] = encode(last[0].statement.left)
    held["steps"] = [power, step]
    assert recheck(seal(held)).ok
    world(lambda fields: fields["sizes"][0].__setitem__(2, 1))(held)
    assert any("(range_splitting)" in problem for problem in recheck(seal(held)).problems)


def test_two_inverses_are_taken_apart_before_what_follows() -> None:
    """(S + I)^-1 S^-1 x = S^-1 x - (S + I)^-1 x re-checks: what stands behind both stays."""
    sheet = """
    sizes = ["d"]
    [scalars]
    x = {shape = "d"}
    S = {shape = "d, d", kind = "definite"}
    """
    held_of(sheet, r"(S + I)^{-1} S^{-1} x = S^{-1} x - (S + I)^{-1} x")


def test_a_product_of_quotients_keeps_its_denominator() -> None:
    """The product of c / (1 - d) over a range is c^m / (1 - d)^m, and not with another power."""
    sheet = """
    sizes = ["m"]
    [indices]
    j = "1..m"
    [scalars]
    c = {domain = "positive"}
    d = {domain = "unit"}
    """
    held = held_of(sheet, r"\prod_{j=1}^m \frac{c}{1 - d} = \frac{c^m}{(1 - d)^m}")
    for old, new in ((["Sym", "c"], ["Sym", "d"]), (["Num", "1"], ["Num", "2"])):
        forged = json.loads(json.dumps(held))
        step = step_of(forged, "indexed_product")
        step["after"] = json.loads(
            json.dumps(step["after"]).replace(json.dumps(old), json.dumps(new))
        )
        assert step != step_of(held, "indexed_product")
        problems = recheck(seal(forged)).problems
        assert any("(indexed_product)" in problem for problem in problems)


def test_the_logarithm_of_a_number_above_one_divides() -> None:
    """One over log 2 re-checks; one over log 1 has no value."""
    sheet = """
    [scalars]
    b = {}
    """
    held = held_of(sheet, r"\frac{b}{\log\frac12} = -\frac{b}{\log 2}")
    for number, problems in (("2", 0), ("1", 1)):
        divided = ["Div", ["Mul", [["Sym", "b"], ["Fn", "log", ["Num", number]]]]]
        held["statement"] = [
            "Statement",
            [*divided, ["Fn", "log", ["Num", number]]],
            "=",
            ["Sym", "b"],
        ]
        found = recheck(seal({**held, "steps": [], "rules": []})).problems
        assert len(found) == problems
        assert all("division by what may be zero" in problem for problem in found)


def test_some_step_is_needed() -> None:
    """No certificate with steps re-checks when all of them are left out."""
    for claim, part in parts():
        held = of(claim, part)
        if held["steps"]:
            held["steps"], held["bounds"] = [], []
            assert not recheck(seal(held)).ok


def test_the_hash_is_compared() -> None:
    """A certificate that was changed without a new hash is refused for that alone."""
    held = of("gaussian-kl")
    held["lemmata"] = "0.0.0"
    assert recheck(held).problems == ("the hash is not that of the content",)
    assert recheck(seal(held)).ok


def test_models_are_part_of_the_hash() -> None:
    """The judge adds its models and seals the certificate again."""
    held = of("gaussian-kl")
    held["models"] = [{"seed": 1}]
    assert not recheck(held).ok
    assert recheck(seal(held)).ok


@pytest.mark.parametrize("value", [None, [], {}, {"steps": 3}, {"format": 1, "hash": ""}])
def test_no_certificate_at_all_is_refused(value: Any) -> None:
    """What is no certificate gives problems and no traceback."""
    assert not recheck(value if isinstance(value, dict) else {"format": value}).ok


def test_every_statement_is_encoded_and_decoded() -> None:
    """Statements and declarations come back from JSON as they were."""
    for claim in claims().values():
        for part in claim.parts:
            for value in (part.statement, part.declarations):
                read = decode(json.loads(json.dumps(encode(value))), type(value))
                assert read == value


@pytest.mark.parametrize(
    "value",
    [
        ["Sym"],
        ["Sym", 3],
        ["Sym", "x", ["x"]],
        ["Term"],
        ["Given", [], []],
        ["Num", 1],
        ["Num", "1/0"],
        ["Num", "1.5"],
        ["Iverson", ["Sym", "x"], "~", ["Sym", "y"]],
        ["Size", "T"],
        ["Fn", "tan", ["Sym", "x"]],
        "x",
        None,
    ],
    ids=str,
)
def test_json_that_is_no_term_is_refused(value: object) -> None:
    """Another class, type, relation or number of fields is no term."""
    with pytest.raises(DecodeError):
        decode(value, Term)


def test_a_deep_nest_is_refused() -> None:
    """Nesting is bounded."""
    value: list[Any] = ["Sym", "x"]
    for _ in range(1_000):
        value = ["Neg", value]
    with pytest.raises(DecodeError, match="deeper"):
        decode(value, Term)


def test_names_cannot_pass_for_structure() -> None:
    """A name that is spelled like canonical text is still one name."""
    strange = Sym("x',())^1.'y")
    held = of("vq-rolling-average", "update")
    held["statement"] = encode(Statement(strange, "=", Sym("x") * Sym("y")))
    assert not recheck(seal(held)).ok

"""Statements that an attack on the kernel once saw proved wrongly, and that stay unproved.

Each row of `FALSE` names the words in which it is refused, or says that its difference is not zero;
`TRUE` holds true neighbours, so that a row is not refused merely because nothing like it is read.
The numbers are those of the findings.
"""

from __future__ import annotations

import json
from typing import Final

import pytest

from lemmata.kernel.certificates import certificate
from lemmata.kernel.declarations import (
    POSITIVE,
    Declarations,
    Definition,
    Fact,
    Family,
    Function,
    Index,
    Normal,
    Parameter,
    Process,
    Scalar,
    Size,
    Variable,
)
from lemmata.kernel.encode import seal
from lemmata.kernel.language import (
    Array,
    DensityHead,
    E,
    FunctionHead,
    ProcessHead,
    exp,
    gradient,
    integral,
    log,
    partial,
    product_over,
    sqrt,
    sum_over,
)
from lemmata.kernel.language import pi as circle
from lemmata.kernel.prove import Proof, prove
from lemmata.kernel.recheck import recheck
from lemmata.kernel.terms import App, Derivative, Range, Statement, Sym, Term, as_term
from lemmata.notation import read_sheet
from lemmata.semantics.search import search

N, T, t, k, l, j, i, o = (Sym(name) for name in ("N", "T", "t", "k", "l", "j", "i", "o"))
alpha, beta, c, mu, s, theta = (Sym(n) for n in ("alpha", "beta", "c", "mu", "s", "theta"))
x, u, w, a, state, rew = (Sym(name) for name in ("x", "u", "w", "a", "st", "rew"))
z, xs, xt, at, wt, path_s, path_a, path_r = (
    Array(name) for name in ("z", "xs", "xt", "at", "wt", "st", "a", "rew")
)
gauss, near, plain, vector, q, base, p, pi = (
    DensityHead(name) for name in ("gauss", "near", "plain", "vector", "q", "p_Z", "p", "pi")
)
f, g, h, G, F, flow, R, d_alpha = (
    FunctionHead(name) for name in ("f", "g", "h", "G", "F", "flow", "R", "d_alpha")
)
tau = ProcessHead("tau")
one = as_term(1)

NOT_ZERO: Final = "the difference is not zero"
REFUTED: Final = "the difference is not zero, and a model shows it"


def number(lower: int | Term, upper: int | Term) -> Range:
    """A range of integers."""
    return Range(as_term(lower), as_term(upper))


WORLD: Final = Declarations(
    sizes=(Size("N"), Size("T", 2)),
    indices=(
        Index("t", number(1, T)),
        Index("k", number(1, N)),
        Index("l", number(1, N)),
        Index("i", number(1, N)),
        Index("o", number(1, N)),
    ),
    scalars=(
        Scalar("alpha"),
        Scalar("beta"),
        Scalar("c", POSITIVE),
        Scalar("mu"),
        Scalar("s", POSITIVE),
        Scalar("xs", axes=(number(1, N),)),
    ),
    variables=(
        Variable("x"),
        Variable("u"),
        Variable("w", role="x"),
        Variable("z", components=number(1, N)),
        Variable("st"),
        Variable("a"),
    ),
    families=(
        Family("gauss", ("u",), ("x",), normal=Normal(mu, s)),
        Family("near", ("u",), ("x",), normal=Normal(f(x), s)),
        Family("plain", ("x",), ("z",)),
        Family("vector", ("z",)),
        Family("q", ("z",), ("x",)),
        Family("p_Z", ("z",)),
        Family("p", ("x",)),
        Family("pi", ("a",), ("st",)),
    ),
    functions=(
        Function("f", 1),
        Function("g", 1),
        Function("h", 1),
        Function("G", 1),
        Function("F", 1, parameters=("theta",)),
        Function("flow", 1, parameters=("theta",)),
    ),
    parameters=(Parameter("theta"),),
    processes=(Process("tau", "st", "a", "rew", "pi", number(1, T), number(1, N), "R"),),
    definitions=(Definition("d_alpha", (beta,), partial(alpha, alpha * beta)),),
)

RECURSION: Final = Declarations(
    sizes=(Size("T"),),
    indices=(Index("t", number(1, T)),),
    scalars=(
        Scalar("xt", axes=(number(0, T),)),
        Scalar("at", axes=(number(0, T),)),
        Scalar("wt", axes=(number(0, T),)),
    ),
    facts=(
        Fact("first", Statement(xt[t], "=", (t - 1) * wt[t]), ("t",)),
        Fact("second", Statement(at[t], "=", at[t - 1]), ("t",)),
    ),
)


def equal(left: Term, right: Term | int) -> Statement:
    """The statement that two terms are equal."""
    return Statement(left, "=", as_term(right))


score = gradient(theta, log(pi(path_a[t] | path_s[t])))
rewards = sum_over(i, 1, N, path_r[1, i])

FALSE: Final[dict[str, tuple[Statement, str]]] = {
    "1 slope of a gaussian": (equal(partial(mu, log(gauss(u | x))), 0), REFUTED),
    "2 slope of a power": (equal(partial(alpha, c**alpha), 0), REFUTED),
    "3 function of a function": (
        equal(gradient(theta, G(F(x))), 0),
        "the arguments of G depend on theta",
    ),
    "3 density of a function": (
        equal(gradient(theta, base(flow(x))), 0),
        "the arguments of p_Z depend on theta",
    ),
    "3 function of a density": (
        equal(gradient(theta, G(p(x))), 0),
        "the arguments of G depend on theta",
    ),
    "4 slope by a size": (
        equal(partial(N, sum_over(l, 1, N, xs[l])), 0),
        "a value put under the derivative by N mentions it",
    ),
    "4 slope by a vector": (equal(partial(z.whole, z[1]), 0), "z, which is no real number"),
    "4 slope by an array": (equal(partial(xs.whole, xs[1]), 0), "xs, which is no real number"),
    "5 mean at another place": (equal(log(near(u | x)), log(near(u | w))), REFUTED),
    "6 half a range": (
        equal(sum_over(l, 1, N / 2, one), N / 2),
        "ends are not known to be integers",
    ),
    "7 condition that contains the law": (
        equal(integral(z, q(z | g(z)) * z[1]), integral(z, q(z | h(z)) * z[1])),
        NOT_ZERO,
    ),
    "7 component for a condition": (
        equal(integral(z, plain(x | z) * z[1]), integral(z[1], plain(x | z[1]) * z[1])),
        "given a whole vector",
    ),
    "8 closed sum of components": (
        equal(integral(z, vector(z) * exp(sum_over(j, 1, N, z[j]))), 1),
        REFUTED,
    ),
    "9 vector beside its component": (
        equal(integral(z[1], vector(z[1]) * f(z)), f(z)),
        "another component of z",
    ),
    "10 density of a moved value": (equal(integral(x, base(x + 0)), 1), "its place is not clear"),
    "11 exponential of a logarithm": (equal(exp(log(alpha)), alpha), "it holds only if alpha > 0"),
    "11 difference of logarithms": (
        equal(log(alpha) - log(alpha), 0),
        "it holds only if alpha > 0",
    ),
    "11 difference of roots": (equal(sqrt(alpha) - sqrt(alpha), 0), "it holds only if alpha >= 0"),
    "12 independent paths are not one": (
        equal(E[tau](exp(rewards)), E[tau](exp(N * path_r[1]))),
        REFUTED,
    ),
    "12 power of a sum over paths": (
        equal(E[tau](rewards**4), N**4 * E[tau](path_r[1] ** 4)),
        REFUTED,
    ),
    "13 action without a time": (
        equal(E[tau](score * f(a)), 0),
        "without its time inside the expectation",
    ),
    "13 reward without a time": (
        equal(E[tau](score * rew), 0),
        "without its time inside the expectation",
    ),
    "14 reward of swapped arguments": (equal(R(state, a), R(a, state)), REFUTED),
    "15 reward of what may be the same path": (
        equal(
            integral(path_a[t, i], pi(path_a[t, i] | path_s[t, i]) * path_r[t, o]),
            path_r[t, o],
        ),
        "may be of the trajectory whose a is integrated",
    ),
    "15 reward that the action may influence": (
        equal(
            integral(path_a[t, i], pi(path_a[t, i] | path_s[t, i]) * path_r[t, i]),
            path_r[t, i],
        ),
        "declare the order of the times",
    ),
    "15 action beside what may be itself": (
        equal(
            integral(path_a[t, i], pi(path_a[t, i] | path_s[t, i]) * f(path_a[t, o])),
            f(path_a[t, o]),
        ),
        "may be of the trajectory whose a is integrated",
    ),
    "16 step that divides by zero": (equal(xt[T] * at[T], 0), REFUTED),
    "17 captured variable": (
        equal(d_alpha(alpha), 2 * alpha),
        "a value put under the derivative by alpha mentions it",
    ),
    "18 vector beside its component, in an integral": (
        equal(
            integral(z, plain(x | z) * integral(z[1], q(z[1] | x) * plain(x | z))),
            integral(z, plain(x | z) ** 2),
        ),
        "another component of z",
    ),
    "20 brackets that turn round": (
        equal(product_over(l, 0, k, sum_over(j, l + 1, N, xs[2])), 0),
        "on which k depends",
    ),
}

TRUE: Final[dict[str, Statement]] = {
    "1 slope of a gaussian": equal(partial(mu, log(gauss(u | x))), (u - mu) / s**2),
    "2 slope of a power": equal(partial(alpha, c**alpha), c**alpha * log(c)),
    "3 function of no function": equal(gradient(theta, G(x)), 0),
    "4 slope by an entry": equal(partial(xs[1], xs[1]), 1),
    "5 mean at its place": equal(
        log(near(u | w)), -log(2 * circle) / 2 - log(s) - (u - f(w)) ** 2 / (2 * s**2)
    ),
    "6 a whole range": equal(sum_over(l, 1, N, one), N),
    "7 component of a law": equal(integral(z, q(z | x) * z[1]), integral(z[1], q(z[1] | x) * z[1])),
    "9 point beside a component": equal(integral(z[1], vector(z[1]) * f(x)), f(x)),
    "10 density of its variable": equal(integral(z, base(z)), 1),
    "11 exponential of a logarithm": equal(exp(log(c)), c),
    "11 difference of logarithms": equal(log(c) - log(c), 0),
    "11 difference of roots": equal(sqrt(c) - sqrt(c), 0),
    "12 sum over paths": equal(E[tau](rewards), N * E[tau](path_r[1])),
    "13 state with its time": equal(E[tau](score * f(path_s[t])), 0),
    "14 reward of one place": equal(2 * R(state, a) - R(state, a), R(state, a)),
    "15 reward of the past": equal(
        integral(path_a[t, i], pi(path_a[t, i] | path_s[t, i]) * path_r[t - 1, i]),
        path_r[t - 1, i],
    ),
    "15 action of the past": equal(
        integral(path_a[t, i], pi(path_a[t, i] | path_s[t, i]) * f(path_a[t - 1, i])),
        f(path_a[t - 1, i]),
    ),
    "16 recursion at its end": equal(xt[T], (T - 1) * wt[T]),
    "17 another variable": equal(d_alpha(c), c),
    "18 integrals side by side": equal(integral(z, vector(z) * integral(z[1], q(z[1] | x))), 1),
}


def declarations_of(name: str) -> Declarations:
    """The world of a row."""
    return RECURSION if name.startswith("16 ") else WORLD


def complaint(name: str, statement: Statement, because: str) -> str:
    """What is wrong with a row of `FALSE`: empty if it is refused for the reason it states."""
    outcome = prove(statement, declarations_of(name))
    if isinstance(outcome, Proof):
        return f"proved by {outcome.rules}"
    if because not in {NOT_ZERO, REFUTED}:
        return "" if because in outcome.message else f"refused because {outcome.message!r}"
    if outcome.reason != "open":
        return f"refused because {outcome.message!r}"
    if because == REFUTED and search(statement, declarations_of(name)).outcome != "refuted":
        return "no model refutes it"
    return ""


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_never_proved(name: str) -> None:
    """A statement that was once proved wrongly is refused, for the reason that its row states."""
    assert complaint(name, *FALSE[name]) == ""


@pytest.mark.parametrize("name", TRUE)
def test_its_true_neighbour_is_proved(name: str) -> None:
    """The true statement beside a false one is still proved."""
    outcome = prove(TRUE[name], declarations_of(name))
    assert isinstance(outcome, Proof), outcome


@pytest.mark.parametrize("name", TRUE)
def test_a_true_row_among_the_false_fails(name: str) -> None:
    """A statement that is proved is complained of, whatever reason its row states."""
    for because in (NOT_ZERO, REFUTED, ""):
        assert complaint(name, TRUE[name], because).startswith("proved by")


def test_every_finding_has_a_row() -> None:
    """Each finding but the nineteenth, which is about assumptions, has a row of its own."""
    findings = {int(name.split()[0]) for name in FALSE}
    assert findings == set(range(1, 21)) - {19}


def test_a_wrong_reason_fails() -> None:
    """A row with another reason than the kernel gives is complained of."""
    statement, _ = FALSE["6 half a range"]
    for because in (NOT_ZERO, REFUTED, "it holds only if N > 0"):
        assert complaint("6 half a range", statement, because) != ""


# ---------------------------------------------------------------- what is declared, not written

VECTOR: Final = """
world = "gaussian"
sizes = ["n"]
[scalars]
b = {shape = "n"}
c = {domain = "positive"}
d = {}
S = {shape = "n, n", kind = "definite"}
[variables]
z = {components = "j = 1..n"}
[densities]
p = {of = "z", normal = {mean = 'b', covariance = 'c S'}}
"""
VALUES: Final = """
[variables]
s = {}
a = {}
"s'" = {role = "s"}
[densities]
pi = {of = "a", given = "s"}
P = {of = "s'", given = "s, a"}
[functions]
V = {}
Q = {arguments = 2}
r = {arguments = 2}
[scalars]
gamma = {domain = "unit"}
c = {}
[values]
V = {action_value = "Q", policy = "pi", reward = "r", dynamics = "P", discount = "gamma"}
"""
HORIZON: Final = """
world = "gaussian"
sizes = ["T"]
[indices]
t = "1..T"
[scalars]
c = {}
sigma = {domain = "positive"}
[variables]
s = {}
a = {}
[densities]
pi = {of = "a", given = "s", normal = {mean = 's', deviation = 'sigma'}}
[functions]
r = {arguments = 2}
V = {index = "t = 1..T"}
Q = {arguments = 2, index = "t = 1..T"}
d = {index = "t = 1..T"}
[processes.tau]
state = "s"
action = "a"
reward = "r"
reward_function = "r"
policy = "pi"
times = "1..T"
value = "V"
action_value = "Q"
visits = "d"
"""
EQUATION: Final = """
[scalars]
J = {}
c = {}
d = {}
[functions]
f = {}
[facts]
step = '%s'
"""
# A derivative that is not 0, or of which nothing says that it is; and a name by which it is 0.
HIDDEN: Final[dict[str, tuple[str, str, Term, str]]] = {
    "a covariance": (VECTOR, "c", log(DensityHead("p")(Sym("z"))), "d"),
    "a mean": (VECTOR, "b", DensityHead("p")(Sym("z")), "d"),
    "the discount of a value": (VALUES, "gamma", App("V", (Sym("s"),)), "c"),
    "that of an action value": (VALUES, "gamma", App("Q", (Sym("s"), Sym("a"))), "c"),
    "the policy of a value": (HORIZON, "sigma", App("V", (Sym("s"),), (t,)), "c"),
    "that of an action": (HORIZON, "sigma", App("Q", (Sym("s"), Sym("a")), (t,)), "c"),
    "that of a visit": (HORIZON, "sigma", App("d", (Sym("s"),), (t,)), "c"),
    "an equation": (EQUATION % "J = 2 c", "c", Sym("J"), "d"),
    "one for a multiple": (EQUATION % "2 J = c", "c", Sym("J"), "d"),
    "one for a multiple the other way": (EQUATION % "2 J = c", "J", Sym("c"), "d"),
    "one for a sum": (EQUATION % "J + c = 1", "c", Sym("J"), "d"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_declared_and_not_written_moves_along(name: str) -> None:
    """No derivative is 0 because the formula does not show what a name is made of."""
    sheet, by, body, other = HIDDEN[name]
    declarations = read_sheet(sheet).declarations
    zero = as_term(0)
    outcome = prove(Statement(Derivative(Sym(by), body), "=", zero), declarations)
    assert not isinstance(outcome, Proof)
    assert isinstance(
        prove(Statement(Derivative(Sym(other), body), "=", zero), declarations), Proof
    )


@pytest.mark.parametrize("name", HIDDEN)
def test_the_recheck_of_what_is_declared_and_not_written(name: str) -> None:
    """Nor does a certificate re-check that says so, though that of the other name does."""
    sheet, by, body, other = HIDDEN[name]
    declarations = read_sheet(sheet).declarations
    proof = prove(Statement(Derivative(Sym(other), body), "=", as_term(0)), declarations)
    assert isinstance(proof, Proof)
    held = json.loads(json.dumps(certificate(proof, declarations)))
    assert recheck(held).ok
    forged = json.loads(
        json.dumps(held).replace(
            f'["Derivative", ["Sym", "{other}"]', f'["Derivative", ["Sym", "{by}"]'
        )
    )
    assert forged != held
    assert recheck(seal(forged)).problems != ()


@pytest.mark.parametrize("equation", ["J = 2 c", "J = c f(c)"])
def test_a_name_that_an_equation_gives_is_moved_alone(equation: str) -> None:
    """The derivative of c by J is 0 with c kept, and the proof says so; by d nothing is said."""
    declarations = read_sheet(EQUATION % equation).declarations
    told = {}
    for by in "Jd":
        proof = prove(Statement(Derivative(Sym(by), Sym("c")), "=", as_term(0)), declarations)
        assert isinstance(proof, Proof)
        assert recheck(certificate(proof, declarations)).ok
        told[by] = proof.assumptions
    kept = "the derivative by J keeps the other names, though an equation gives it"
    assert told == {"J": (kept,), "d": ()}

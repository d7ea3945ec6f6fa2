"""Verdicts where notation has several meanings: nothing false proved, nothing right refuted."""

import pytest

from lemmata.checkers.sheets import sheet_of
from lemmata.judge import check
from lemmata.notation import read_sheet

TWO_LAWS = """
[variables]
x = {}
y = {}
z = {}
[densities]
p = {of = "x, y"}
q = {of = "x, y"}
joint = {of = "x, z, y"}
encoder = {of = "z", given = "x, y"}
[shorthand]
"E_z" = "z ~ encoder(z|x,y)"
"""
NUMBERS = """
sizes = ["n"]
[indices]
i = "1..n"
j = "1..n"
[scalars]
a = {}
b = {}
u = {index = "i = 1..n"}
"""

VERDICTS = [
    # The entropy of a conditional law: at each condition, or averaged over it, and never mixed.
    (TWO_LAWS, r"H(p(x,y)) = H(p(x)) + H(p(y|x))", "proved"),
    (TWO_LAWS, r"H(p(y|x)) = -\int p(y|x) \log p(y|x) dy", "proved"),
    (TWO_LAWS, r"H(p(x,y)) = H(p(x)) + \mathbb{E}_{q(x)}[H(p(y|x))]", "refuted"),
    (TWO_LAWS, r"\mathbb{E}_{q(x)}[H(p(y|x))] = \mathbb{E}_{p(x)}[H(p(y|x))]", "refuted"),
    (TWO_LAWS, r"\int q(x) H(p(y|x)) dx = H(p(x,y)) - H(p(x))", "refuted"),
    (TWO_LAWS, r"q(x) H(p(y|x)) = q(x) (H(p(x,y)) - H(p(x)))", "refuted"),
    (TWO_LAWS, r"H(p(y|x)) = \mathbb{E}_{p(x)}[H(p(y|x))]", "undecided"),
    # The same for a divergence, which is read at each condition.
    (
        TWO_LAWS,
        r"D_{KL}(p(x,y)\|q(x,y)) = D_{KL}(p(x)\|q(x)) + \mathbb{E}_{p(x)}[D_{KL}(p(y|x)\|q(y|x))]",
        "proved",
    ),
    (
        TWO_LAWS,
        r"D_{KL}(p(x,y)\|q(x,y)) = D_{KL}(p(x)\|q(x)) + D_{KL}(p(y|x)\|q(y|x))",
        "undecided",
    ),
    (
        TWO_LAWS,
        r"D_{KL}(p(x,y)\|q(x,y)) = D_{KL}(p(x)\|q(x)) + \mathbb{E}_{q(x)}[D_{KL}(p(y|x)\|q(y|x))]",
        "refuted",
    ),
    # A bare law leaves its condition open.
    (
        TWO_LAWS,
        r"\mathbb{E}_z[\log joint(x|z,y)] - KL(encoder \| joint) \le \log joint(x|y)",
        "proved",
    ),
    (
        TWO_LAWS,
        r"\mathbb{E}_z[\log joint(x|z,y)] - KL(encoder \| joint(z)) \le \log joint(x|y)",
        "refuted",
    ),
    # A sum over all pairs, or over one letter beside a fixed one.
    (NUMBERS, r"\sum_{i \ne j} u_i u_j = (\sum_i u_i)^2 - \sum_i u_i^2", "proved"),
    (NUMBERS, r"\sum_{i \ne j} u_i u_j = u_j \sum_i u_i - u_j^2", "proved"),
    (NUMBERS, r"\sum_{i \ne j} u_i u_j = (\sum_i u_i)^2", "refuted"),
    (NUMBERS, r"u_j + \sum_{i \ne j} u_i u_j = u_j + (\sum_i u_i)^2 - \sum_i u_i^2", "refuted"),
    # Numbers that may be meant otherwise.
    (NUMBERS, "0.001 = 1e-3", "undecided"),
    (NUMBERS, "1{,}000 = 1000", "undecided"),
    (NUMBERS, "1,000 = 1000", "undecided"),
    (NUMBERS, "2 e - 3 = e + e - 3", "proved"),
    # Words and conditions beside a statement.
    (NUMBERS, r"a + b = b + a \text{ times two}", "undecided"),
    (NUMBERS, r"a + b = b + a \text{ by symmetry}", "proved"),
    (NUMBERS, r"a + b = b + a, \quad i = 1, \dots, n", "proved"),
    (NUMBERS, r"a + b = 2 a, \quad b = a", "undecided"),
    (NUMBERS, r"a + b = 2 a, \quad i = 1, \dots, n", "refuted"),
    (NUMBERS, r"a + b = 2 a \quad \text{where } b = a", "undecided"),
    (NUMBERS, r"a b = 1 \quad \text{if } a > 0", "refuted"),
    (NUMBERS, r"a b = b a \text{ with equality iff } a = b", "proved"),
    (NUMBERS, r"a b = b a \quad \text{for all } a, b", "proved"),
    (NUMBERS, r"a b = b a, \quad a + b = b + a", "proved"),
    (NUMBERS, r"a b = b a, \quad a = 2 b", "undecided"),
]


@pytest.mark.parametrize(("declared", "text", "outcome"), VERDICTS)
def test_verdicts(declared: str, text: str, outcome: str) -> None:
    """A statement in ambiguous notation is proved, refuted or undecided as its writer deserves."""
    assert check(text, sheet=read_sheet(declared), kind="derivation").outcome == outcome


def test_keyboard_exponents() -> None:
    """In keyboard text a number may carry an exponent."""
    verdict = check("0.001 = 1e-3", sheet=read_sheet(NUMBERS), kind="derivation", format="text")
    assert verdict.outcome == "proved"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("a -= 2 b", "proved"),
        (r"a \mathrel{-}= 2 b", "proved"),
        ("a -= a - 2 b", "refuted"),
        ("a += -2 b", "proved"),
        (r"a \mathrel{+}= a - 2 b", "refuted"),
    ],
)
def test_updates(text: str, outcome: str) -> None:
    """An update adds to the old value, or subtracts from it."""
    sheet = read_sheet(NUMBERS + '[question]\nreference = "a - 2 b"\n')
    assert check(text, sheet=sheet, kind="expression").outcome == outcome


@pytest.mark.parametrize(
    "text",
    [
        "\\log" * 500 + " a = a",
        "a" + "/a" * 2000 + " = a",
        "(a)" + "^{1}" * 1500 + " = a",
        "\\nabla" * 900 + " a = a",
        "\\frac1" * 900 + "a = a",
        "-" * 3000 + "a = a",
        "\\sum_i" * 900 + "u_i = a",
        "a" * 5000 + " = a",
        "\\sqrt" * 900 + "a = a",
        "a + " * 3000 + "a = a",
        "\\mathbf" * 900 + "a = a",
        "a_" * 900 + "a = a",
        "|" * 3000 + "a = a",
    ],
)
def test_deep_nesting(text: str) -> None:
    """However deeply something is nested, it gets a verdict."""
    sheet = read_sheet(NUMBERS)
    for dialect in ("latex", "text"):
        verdict = check(text, sheet=sheet, kind="derivation", format=dialect)
        assert verdict.outcome != "proved"


@pytest.mark.parametrize("block", ["x = ", "sises = ['m']", "[densities]\n% p = {of = 'u'}"])
def test_declarations_that_cannot_be_used(block: str) -> None:
    """Declarations that a text carries and that cannot be used leave it undecided."""
    verdict = check(f"% lemmata:\n% {block}\n$a = a$")
    assert (verdict.outcome, verdict.cause) == ("undecided", "unreadable")


@pytest.mark.parametrize(
    "text",
    [r"\begin{align} a &= a", r"\begin{align} a &= a \end{aligned}", r"a = a \end{align}"],
)
def test_environments_cut_off(text: str) -> None:
    """A display without its end may be cut off, and is not judged."""
    verdict = check(text, sheet=read_sheet(NUMBERS), kind="derivation")
    assert (verdict.outcome, verdict.cause) == ("undecided", "unreadable")


@pytest.mark.parametrize(
    ("claim", "text", "outcome"),
    [
        (
            "vae-elbo",
            r"\mathbb{E}_{q_\theta}[\log p_\varphi(x|z)] - KL(q_\theta(z|x)\|p(z))",
            "proved",
        ),
        ("cvae-elbo", r"\mathbb{E}_z[\log p(x|z,y)] - KL(q(z|x,y)\|p(z|y))", "proved"),
        ("cvae-elbo", r"\mathbb{E}_z[\log p(x|z,y)] - KL(p(z|y)\|q(z|x,y))", "refuted"),
        ("gaussian-kl", r"\frac12(\|\mu\|^2 + \|\sigma\|^2 - m - 2\sum_j\log\sigma_j)", "proved"),
        ("gaussian-kl", r"\frac12(\|\mu\|^2 + \|\sigma\| - m - 2\sum_j\log\sigma_j)", "refuted"),
    ],
)
def test_answers_in_other_spellings(claim: str, text: str, outcome: str) -> None:
    """An answer may use the names and the shorthand that its question agrees on."""
    assert check(text, sheet=sheet_of(claim), kind="expression").outcome == outcome

r"""What stands above a name below a sign, behind a `d` or as a law is never read past."""

import pytest

from lemmata.judge import check

DECLARED = r"""
% lemmata:
% sizes = ["n >= 2"]
% parameters = ["theta"]
% [variables]
% x = {}
% z = {}
% s = {}
% a = {}
% [densities]
% p = {of = "x", names = ["p_theta"]}
% q = {of = "x", names = ["q^n", "q_theta^c"]}
% m = {of = "x, z"}
% pi = {of = "a", given = "s", parameters = ["theta"]}
% [functions]
% f = {}
% [scalars]
% c = {}
% [processes]
% pi_theta = {state = "s", action = "a", reward = "r", policy = "pi", times = "1..n"}
"""


@pytest.mark.parametrize(
    "statement",
    [
        r"\mathbb{E}_{x \sim p_\theta}[f(x)] = \mathbb{E}_{x \sim p}[f(x)]",
        r"\mathbb{E}_{x \sim q^n}[f(x)] = \mathbb{E}_{x \sim q}[f(x)]",
        r"\mathbb{E}_{x \sim q_\theta^c}[f(x)] = \mathbb{E}_{x \sim q}[f(x)]",
        r"\sum_{x} f(x) p(x) = \mathbb{E}_{x \sim p}[f(x)]",
        r"\int_{x,z} m(x,z) dx dz = 1",
        r"\partial c^2 / \partial c = 2c",
        r"\mathbb{E}_{\tau \sim \pi_\theta}[r_1] = \mathbb{E}_{\pi_\theta}[r_1]",
    ],
)
def test_a_name_alone_and_a_declared_mark_are_read(statement: str) -> None:
    """They are what they say, also where a mark is part of the declared name."""
    assert check(f"{DECLARED}$$ {statement} $$").outcome == "proved"


@pytest.mark.parametrize(
    "statement",
    [
        r"\mathbb{E}_{x \sim p^n}[f(x)] = \mathbb{E}_{x \sim p}[f(x)]",
        r"\mathbb{E}_{x \sim p_\theta^c}[f(x)] = \mathbb{E}_{x \sim p}[f(x)]",
        r"\mathbb{E}_{x \sim p^{\otimes n}}[f(x)] = \mathbb{E}_{x \sim p}[f(x)]",
        r"\mathbb{E}_{x \sim p_\theta^{(n)}}[f(x)] = \mathbb{E}_{x \sim p}[f(x)]",
        r"\mathbb{E}_{x \sim p^{-}}[f(x)] = \mathbb{E}_{x \sim p}[f(x)]",
        r"\mathbb{E}_{p_\theta^n}[f(x)] = \mathbb{E}_{x \sim p}[f(x)]",
        r"\mathbb{E}_{x \sim m^n}[f(x)] = \mathbb{E}_{x \sim m(x)}[f(x)]",
        r"\operatorname{Var}_{x \sim p^n}[f(x)] = \operatorname{Var}_{x \sim p}[f(x)]",
        r"\mathbb{E}_{\tau \sim \pi_\theta^n}[r_1] = \mathbb{E}_{\pi_\theta}[r_1]",
        r"\mathbb{E}_{\pi_\theta^{\otimes n}}[r_1] = \mathbb{E}_{\pi_\theta}[r_1]",
        r"\int f(x) p(x) dx^2 = \mathbb{E}_{x \sim p}[f(x)]",
        r"\int f(x) p(x) dx^n = \mathbb{E}_{x \sim p}[f(x)]",
        r"\int_{x^2} f(x) p(x) dx = \mathbb{E}_{x \sim p}[f(x)]",
        r"\int_{x,z^2} m(x,z) dx dz = 1",
        r"\sum_{x^2} f(x) p(x) = \mathbb{E}_{x \sim p}[f(x)]",
        r"\max_{x^n} f(x) = \max_x f(x)",
        r"\partial c^2 / \partial c^2 = 2c",
        r"\partial c^2 / \partial c^n = 2c",
    ],
)
def test_a_power_or_a_mark_above_it_is_refused(statement: str) -> None:
    """It would be another law, variable or order."""
    found = check(f"{DECLARED}$$ {statement} $$")
    assert (found.outcome, found.cause) == ("undecided", "unsupported"), found.message

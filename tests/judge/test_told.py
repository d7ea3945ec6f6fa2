"""What the words around a derivation say: facts that they deny, names that they set, cases."""

import pytest

from lemmata.checkers.answers import check

VANISHES = r"\mathbb{E}_{\pi_\theta}[r_u\nabla_\theta\log\pi_\theta(a_t|s_t)]=0"


@pytest.mark.parametrize(
    "text",
    [
        rf"$${VANISHES}\quad\text{{for }}u<t$$",
        rf"For all $u<t$: $${VANISHES}$$",
        rf"For $t > u$, $${VANISHES}$$",
        rf"$${VANISHES}$$",
    ],
)
def test_the_past_is_what_a_sheet_speaks_of(text: str) -> None:
    """An order of times that the sheet gives changes nothing."""
    assert check(text, claim="reward-to-go", kind="derivation").outcome == "proved"


@pytest.mark.parametrize(
    "text",
    [
        rf"For $u\ge t$, $${VANISHES}$$",
        rf"If $t \le u$ then $${VANISHES}$$",
        rf"$${VANISHES}\quad\text{{for }}u\ge t$$",
        rf"$${VANISHES},\qquad u\geq t$$",
        rf"$${VANISHES}\qquad(u=t)$$",
        rf"$${VANISHES}\quad\text{{for all }}u,t$$",
        rf"For any time $u$ we have $${VANISHES}$$",
        rf"For every $u\neq t$ $${VANISHES}$$",
    ],
)
def test_words_that_deny_a_fact_block_its_proofs(text: str) -> None:
    """Who claims it of other times claims something else."""
    assert check(text, claim="reward-to-go", kind="derivation").outcome == "undecided"


BODY = (
    r"$$\mathbb E_p[\log D^*]+\mathbb E_{p_G}[\log(1-D^*)]"
    r"=-\log4+KL(p\|q)+KL(p_G\|q)=-\log 4+2JSD(p\|p_G)$$"
)


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (r"Put $q(x)=\frac{p(x)+p_G(x)}{2}$.", "proved"),
        (r"With $D^*(x)=\frac{p(x)}{p(x)+p_G(x)}$ we get", "proved"),
        (r"Put $q(x)=p(x)+p_G(x)$.", "undecided"),
        (r"Let $q=\frac13(p+p_G)$.", "undecided"),
    ],
)
def test_a_name_of_the_sheet_that_is_set_to_something_else_blocks(told: str, outcome: str) -> None:
    """What a derivation says of another mixture is not about that of the sheet."""
    assert check(f"{told} {BODY}", claim="gan-jsd", kind="derivation").outcome == outcome


RIGHT = r"$$\frac{d\sigma}{dx}=-u^{-2}\frac{du}{dx}=u^{-2}e^{-x}=\sigma(x)(1-\sigma(x))$$"
WRONG = RIGHT.replace("=u^", "=-u^")


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ("Let $u=1+e^{-x}$. Then", "refuted"),
        ("Let $u=1+e^{-x}$ and assume $x>0$. Then", "undecided"),
        ("Let $x > 0$ and $u=1+e^{-x}$. Then", "undecided"),
    ],
)
def test_a_definition_is_no_condition(told: str, outcome: str) -> None:
    """A wrong step behind a fresh name is refuted, unless something restricts it."""
    assert (
        check(f"{told} {RIGHT}", claim="sigmoid-derivative", kind="derivation").outcome == "proved"
    )
    assert (
        check(f"{told} {WRONG}", claim="sigmoid-derivative", kind="derivation").outcome == outcome
    )


def test_the_models_of_a_process_have_a_law_of_their_own() -> None:
    """A true statement with the declared initial law is not refuted by another initial law."""
    text = r"$$J=\mathbb E_{\pi_\theta}[V_1(s_1)]=\sum_s\rho(s)V_1(s)$$"
    assert check(text, claim="policy-gradient", kind="derivation").outcome != "refuted"


def test_what_is_written_alike_is_read_alike() -> None:
    """A power behind an expectation is not the expectation's here and the bracket's there."""
    text = r"$$\operatorname{Var}(q^\top k)=\mathbb E(q^\top k)^2-\mathbb E(q^\top k)^2$$"
    assert check(text, claim="attention-variance", kind="derivation").outcome == "refuted"

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
        ("Let $u=1+e^{-x}$ and assume $x>0$. Then", "refuted"),
        ("Let $u=1+e^{-x}$ and assume that $x$ is large. Then", "undecided"),
        ("Let $x > 0$ and $u=1+e^{-x}$. Then", "refuted"),
    ],
)
def test_a_definition_is_no_condition(told: str, outcome: str) -> None:
    """A wrong step behind a fresh name is refuted, unless words restrict it to where it holds."""
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


EVIDENCE = (
    r"\begin{align*}\log p_\theta(x) &="
    r" \log\mathbb E_q\left[\frac{p_\theta(x,z)}{q_\phi(z|x)}\right] %s \\"
    r" &\ge \mathbb E_q\left[\log\frac{p_\theta(x,z)}{q_\phi(z|x)}\right]\end{align*}"
)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (r"\int q_\phi(z|x)\,dz=1", "proved"),
        (r"p_\theta(x,z)=p_\theta(x|z)p(z)", "proved"),
        (r"p_\theta(x|z)=p_\theta(x)", "undecided"),
        (r"p_\theta(x,z)=p_\theta(x)p(z)", "undecided"),
    ],
)
def test_a_right_step_with_a_wrong_reason_is_not_proved(reason: str, outcome: str) -> None:
    """Beside the row, in its words, or in a sentence before it."""
    beside = EVIDENCE % rf"&& \text{{since }}{reason}"
    inside = EVIDENCE % rf"&& \text{{(since ${reason}$)}}"
    before = rf"Since ${reason}$, we have " + EVIDENCE.replace("%s", "")
    for text in (beside, inside, before):
        verdict = check(text, claim="vae-elbo", kind="derivation")
        assert verdict.outcome == outcome, text
        assert outcome == "proved" or reason.partition("=")[0] in verdict.message, text


def test_a_wrong_step_with_a_wrong_reason_is_refuted() -> None:
    """Who says that something is so does not restrict what is asked to where it is."""
    text = (
        r"Since $\mathbb E_q[z_j^2]=\sigma_j^2$, \begin{align*}KL(q\|p)"
        r" &= -\sum_{j=1}^m\left(\frac12+\log\sigma_j\right)"
        r"+\frac12\sum_{j=1}^m\mathbb E_q[z_j^2]"
        r"\\ &= \sum_{j=1}^m\left(-\frac12-\log\sigma_j+\frac{\sigma_j^2}2\right)\end{align*}"
    )
    verdict = check(text, claim="gaussian-kl", kind="derivation")
    assert (verdict.outcome, verdict.first_wrong_step) == ("refuted", 2)


STEP = (
    r"\begin{align*}e_{%(n)s+1} &= (1-2\eta)e_%(n)s+2\eta x_{%(n)s+1}\\"
    r"&= (1-2\eta)^{%(n)s+1}e_0+2\eta\sum_{t=1}^%(n)s(1-2\eta)^{%(n)s+1-t}x_t+2\eta x_{%(n)s+1}\\"
    r"&= (1-2\eta)^{%(n)s+1}e_0+%(last)s\end{align*}"
)


@pytest.mark.parametrize("letter", ["T", "n", "k"])
@pytest.mark.parametrize(
    ("last", "wrong"),
    [
        (r"2\eta\sum_{t=1}^{%s+1}(1-2\eta)^{%s+1-t}x_t", None),
        (r"2\eta\sum_{t=1}^{%s+1}(1-2\eta)^{%s-t}x_t", 3),
        (r"\eta\sum_{t=1}^{%s+1}(1-2\eta)^{%s+1-t}x_t", 3),
    ],
)
def test_the_step_of_an_induction_is_judged(letter: str, last: str, wrong: int | None) -> None:
    """In any letter, one beyond the last entry, behind what it supposes of the one before."""
    closed = (
        rf"e_{letter}=(1-2\eta)^{letter}e_0+2\eta\sum_{{t=1}}^{letter}(1-2\eta)^{{{letter}-t}}x_t"
    )
    step = STEP % {"n": letter, "last": last % (letter, letter)}
    for before in ("", f"Base case: $$e_0=e_0$$ Suppose the claim holds, $${closed}$$ "):
        verdict = check(before + step, claim="vq-rolling-average", kind="derivation")
        moved = 2 if before else 0
        assert verdict.first_wrong_step == (wrong and wrong + moved), before + step
        assert verdict.outcome == ("refuted" if wrong else "proved"), before + step


@pytest.mark.parametrize(
    ("first", "outcome"),
    [
        (r"e_k &= (1-2\eta)e_{k-1}+2\eta x_k", "proved"),
        (r"e_{k+1} &= e_k+2\eta(x_{k+1}-e_k)", "proved"),
        (r"e_k &= (1-2\eta)e_{k-1}+\eta x_k", "refuted"),
    ],
)
def test_the_letter_of_a_time_is_not_the_name_of_a_code(first: str, outcome: str) -> None:
    """`e_k` beside `e_{k-1}` is an entry, though the sheet calls one code `e_k` as well."""
    text = rf"\begin{{align*}}{first},\qquad k=1,\dots,T\end{{align*}}"
    assert check(text, claim="vq-rolling-average", kind="derivation").outcome == outcome


@pytest.mark.parametrize(
    ("last", "wrong"),
    [(r"n\sigma^4+2\sigma^2\|\mu\|^2", None), (r"n\sigma^4+\sigma^2\|\mu\|^2", 2)],
)
def test_a_letter_for_a_size_is_one_size_along_a_chain(last: str, wrong: int | None) -> None:
    """Where a member holds it alone, it is what the sum before runs to."""
    text = rf"$$\operatorname{{Var}}(q^\top k)=\sum_{{i=1}}^n(\sigma^4+2\sigma^2\mu_i^2)={last}$$"
    assert check(text, claim="attention-variance", kind="derivation").first_wrong_step == wrong


@pytest.mark.parametrize(
    ("note", "last", "outcome"),
    [
        ("and, substituting (2) and expanding,", r"\sigma(x)(1-\sigma(x))", "proved"),
        ("and, substituting (2) and expanding,", r"\sigma(x)(1+\sigma(x))", "refuted"),
        ("and if we let $x=0$,", r"\frac14", "undecided"),
    ],
)
def test_prose_between_rows_is_prose(note: str, last: str, outcome: str) -> None:
    """What stands in `intertext` is no part of a row, and may restrict what follows."""
    text = (
        r"\begin{align}\sigma'(x) &= \frac{e^{-x}}{(1+e^{-x})^2}\\"
        rf"\intertext{{{note}}} &= {last}\end{{align}}"
    )
    assert check(text, claim="sigmoid-derivative", kind="derivation").outcome == outcome


def test_a_case_may_stand_in_bold() -> None:
    """`Case 2: i != k` before a display tells in which case it holds."""
    text = (
        r"\textbf{Case 1: $i=k$.} $$\frac{\partial p_i}{\partial f_k}=p_i-p_i^2$$"
        r" \textbf{Case 2: $i\neq k$.} $$\frac{\partial p_i}{\partial f_k}=%sp_ip_k$$"
    )
    for sign, outcome in (("-", "proved"), ("", "refuted")):
        assert check(text % sign, claim="softmax-derivative", kind="derivation").outcome == outcome


FREE = "% lemmata:\n% [scalars]\n% a = {}\n% b = {}\n"


@pytest.mark.parametrize("gap", [r"\quad", r"\qquad", ","])
@pytest.mark.parametrize("said", ["a = 0", r"\text{if } a = 0", r"\text{provided that } a = 0"])
def test_a_condition_in_brackets_blocks_a_refutation(gap: str, said: str) -> None:
    """What holds under the condition in the brackets beside it is not refuted without it."""
    verdict = check(rf"{FREE}\[ a + b = b {gap} ({said}) \]")
    assert (verdict.outcome, verdict.cause) == ("undecided", "ambiguous")
    assert "a condition may stand beside it: a = 0" in verdict.steps[0].verdict.message


@pytest.mark.parametrize("said", ["1", r"\text{since } a + b = b + a", r"i = 1, \ldots, m"])
def test_other_remarks_in_brackets_block_nothing(said: str) -> None:
    """A number, a reason and the range of a letter are no conditions."""
    assert check(rf"{FREE}\[ a + b = b \quad ({said}) \]").outcome == "refuted"
    assert check(rf"{FREE}\[ a + b = b + a \quad ({said}) \]").outcome == "proved"


@pytest.mark.parametrize("word", ["Suppose", "Assume"])
def test_what_is_supposed_of_all_entries_refutes_nothing(word: str) -> None:
    """`x_t = x` for all t is a special case: a model of one t does not speak against it."""
    text = rf"{word} $x_t=x$ for all $t$. Then $$e_T=(1-2\eta)^Te_0+\left(1-(1-2\eta)^T\right)x$$"
    found = check(text, claim="vq-rolling-average", kind="derivation")
    assert (found.outcome, found.cause) == ("undecided", "ambiguous")

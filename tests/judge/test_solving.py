r"""Derivations that solve an equation: the steps are the `\iff` and `\Rightarrow` between lines."""

from __future__ import annotations

import pytest

from lemmata.checkers.answers import check
from lemmata.checkers.sheets import answer_ids, derivation_sheet
from lemmata.judge.equations import judge_equations
from lemmata.kernel.declarations import POSITIVE, Declarations, Definition, Scalar
from lemmata.kernel.terms import Statement, Sym, as_term

FOC = r"\frac{p(x)}{D(x)} - \frac{p_G(x)}{1-D(x)} = 0"
END = r"D(x) = \frac{p(x)}{p(x)+p_G(x)}"


def solving(*equations: str, sign: str = r"\iff") -> str:
    """A display in which each equation follows from the one before."""
    return r"\[" + f" {sign} ".join(equations) + r"\]"


def steps(text: str, claim: str = "optimal-discriminator") -> list[str]:
    """The outcomes of the steps."""
    verdict = check(text, claim=claim, kind="derivation")
    return [step.verdict.outcome for step in verdict.steps]


@pytest.mark.parametrize("sign", [r"\iff", r"\Rightarrow", r"\Longrightarrow", r"\Leftrightarrow"])
def test_the_solution_is_reached(sign: str) -> None:
    """Each sign is one step; the signs of the equations are none."""
    text = solving(FOC, "p(x)(1-D(x)) = p_G(x)D(x)", END, sign=sign)
    verdict = check(text, claim="optimal-discriminator", kind="derivation")

    assert [step.verdict.outcome for step in verdict.steps] == ["proved", "proved"]
    assert verdict.reaches_goal is True


@pytest.mark.parametrize("sign", ["=>", "==>", "<=>", "<==>", "<->"])
def test_an_arrow_of_keyboard_signs_is_one_sign(sign: str) -> None:
    """What joins two equations is one step, in the spellings that a keyboard has for it."""
    rows = ["p(x)/D(x) = p_G(x)/(1-D(x))", "p(x)*(1-D(x)) = p_G(x)*D(x)"]
    for end, outcome in (("p(x)", "proved"), ("p_G(x)", "refuted")):
        text = f"\n{sign} ".join((*rows, f"D(x) = {end}/(p(x)+p_G(x))"))
        verdict = check(text, claim="optimal-discriminator", kind="derivation", format="text")

        assert [step.verdict.outcome for step in verdict.steps] == ["proved", outcome]


def test_an_arrow_of_keyboard_signs_is_read_in_latex() -> None:
    """Some type it there, too."""
    assert steps(f"${FOC} <=> {END}$") == ["proved"]
    assert steps(rf"${FOC} ==> D(x) = \frac{{p_G(x)}}{{p(x)+p_G(x)}}$") == ["refuted"]


@pytest.mark.parametrize(
    ("equations", "wrong"),
    [
        ((FOC, "p(x)(1-D(x)) = -p_G(x)D(x)"), 1),
        ((FOC, "p(x)D(x) = p_G(x)(1-D(x))", END), 1),
        ((FOC, "p(x)(1-D(x)) = p_G(x)D(x)", r"D(x) = \frac{p_G(x)}{p(x)+p_G(x)}"), 2),
        ((FOC, END, r"D^*(x) = \frac{p(x)}{p(x)-p_G(x)}"), 2),
        ((FOC, END, r"D^*(x) = \frac{1}{2}"), 2),
    ],
)
def test_the_first_wrong_step_is_found(equations: tuple[str, ...], wrong: int) -> None:
    """A step is wrong where the solution of one equation does not solve the other."""
    verdict = check(solving(*equations), claim="optimal-discriminator", kind="derivation")

    assert verdict.first_wrong_step == wrong
    assert verdict.counterexample is not None


def test_logarithms_are_taken_on_both_sides() -> None:
    """An equation between positive sides and that between their logarithms say the same."""
    taken = r"\log p(x) - \log D(x) = \log p_G(x) - \log(1-D(x))"

    assert steps(solving(FOC, taken, END)) == ["proved", "proved"]
    swapped = r"\log p(x) + \log D(x) = \log p_G(x) + \log(1-D(x))"
    assert steps(solving(FOC, swapped)) == ["refuted"]


def test_an_implication_is_about_its_own_equation() -> None:
    """What stands further on and cannot be read is no fault of the implication."""
    text = r"\[\Rightarrow D(x) = p(x) = \foo{z}\]"
    found = check(text, claim="optimal-discriminator", kind="derivation")
    messages = [step.verdict.message for step in found.steps]

    assert messages[0] == "this implication does not join two equations that can be read"
    assert "is not supported" in messages[1]


def test_what_always_holds_implies_what_always_holds() -> None:
    """Two statements that hold for all laws have the same solutions."""
    kl = r"D_{KL}(q_\phi(z|x) \| p_\theta(z|x)) \ge 0"
    elbo = r"\mathbb{E}_{q_\phi(z|x)}[\log p_\theta(x|z)] - D_{KL}(q_\phi(z|x) \| p_\theta(z))"
    good = solving(kl, rf"\log p_\theta(x) \ge {elbo}", sign=r"\Rightarrow")
    bad = solving(kl, rf"\log p_\theta(x) \le {elbo}", sign=r"\Rightarrow")

    assert steps(good, "vae-elbo") == ["proved"]
    assert steps(bad, "vae-elbo") == ["refuted"]


def test_a_name_does_not_hide_the_unknown() -> None:
    """With g := a^2 and a > 0, what solves g = 4 solves a = 2, and does not solve a = 3."""
    a, g = Sym("a"), Sym("g")
    world = Declarations(scalars=(Scalar("a", POSITIVE),), definitions=(Definition("g", (), a**2),))
    named, two, three = (
        Statement(side, "=", as_term(value)) for side, value in ((g, 4), (a, 2), (a, 3))
    )

    assert judge_equations(named, two, world, a).outcome != "refuted"
    assert judge_equations(named, three, world, a).outcome == "refuted"


def test_equations_without_a_solution_are_left_open() -> None:
    """What follows from a wrong line is not blamed on the next step."""
    first = "p(x)(1-D(x)) + p_G(x)D(x) = 0"
    outcome = steps(solving(FOC, first, "p(x) = (p(x)-p_G(x))D(x)"))

    assert outcome == ["refuted", "proved"]


def test_words_between_displays_may_restrict_them() -> None:
    """What is done from line to line is told; a condition forbids a refutation."""
    wrong = rf"\[{FOC}\] WORDS \[\Rightarrow p(x)D(x) = p_G(x)(1-D(x))\]"

    assert steps(wrong.replace("WORDS", "Multiplying both sides we find")) == ["refuted"]
    assert steps(wrong.replace("WORDS", "Assume that both are equal,")) == ["undecided"]
    assert steps(wrong.replace("WORDS", "At points with $p(x) = p_G(x)$")) == ["undecided"]


def test_a_derivation_may_have_a_sheet_of_its_own() -> None:
    """A final expression and a whole derivation of one question may be asked in other names."""
    gradient = r"\nabla_\theta J(\theta)"
    chain = rf"\[{gradient} = {gradient} + 0 = 0 + {gradient} = {gradient}\]"

    assert check(chain, claim="reward-to-go").outcome == "proved"
    assert derivation_sheet("reward-to-go") is not None
    assert derivation_sheet("gaussian-kl-1d") is None
    assert "reward-to-go" in answer_ids()
    assert not any(name.endswith(".derivation") for name in answer_ids())


WRONG = r"\log p_\theta(x) &\le \mathbb{E}_{q_\phi(z|x)}[\log p_\theta(x)]"
LAST = r"&\ge 2\,\mathbb{E}_{q_\phi(z|x)}[\log p_\theta(x)]"


@pytest.mark.parametrize(
    ("comment", "first"),
    [
        ("", 2),
        (r"&& \text{(by Jensen)}", 2),
        (r"&& \text{since $a = b$}", 2),
        (r"\quad \text{(Bayes' rule)}", 2),
        (r"&& \text{whenever } x<z", None),
        (r"&& \text{(for $x \neq z$)}", None),
        (r"&& \text{(provided both are positive)}", None),
        (r"\quad \text{(because } x<z)", None),
    ],
)
def test_a_comment_that_may_be_a_condition_forbids_a_refutation(
    comment: str, first: int | None
) -> None:
    """A comment is harmless as long as it names no condition."""
    text = rf"\begin{{align*}}{WRONG} \\ {LAST} {comment}\end{{align*}}"
    verdict = check(text, claim="vae-elbo", kind="derivation")

    assert verdict.first_wrong_step == first
    assert verdict.outcome == ("refuted" if first else "undecided")


def test_an_undecided_step_before_the_first_wrong_one_is_told() -> None:
    """The step that could not be read may be wrong as well."""
    unread = r"&= \mathbb{E}_{q_\phi(z|x)}[\operatorname{foo}(x)]"
    text = rf"\begin{{align*}}{WRONG} \\ {unread} \\ &= 1 \\ &= 2\end{{align*}}"
    verdict = check(text, claim="vae-elbo", kind="derivation")

    assert verdict.outcome == "refuted"
    assert verdict.first_wrong_step == 4
    assert "earlier step" in verdict.message


def test_dots_between_lines_are_a_step_that_states_nothing() -> None:
    """The step behind the dots is judged against the line before them."""
    closed = r"(1-2\eta)^T e_0 + 2\eta\sum_{t=1}^T (1-2\eta)^{T-t} x_t"
    text = r"\[e_T = (1-2\eta)e_{T-1}+2\eta x_T = \cdots = "

    assert steps(text + closed + r"\]", "vq-rolling-average") == ["proved"] * 3
    wrong = steps(text + closed + r" + x_T\]", "vq-rolling-average")
    assert wrong == ["proved", "proved", "refuted"]


def test_a_derivative_by_the_unknown_is_worked_out_first() -> None:
    """The first equation may be a derivative that is zero; a wrong second one is refuted."""
    first = r"\frac{\partial}{\partial D(x)}[p(x)\log D(x) + p_G(x)\log(1-D(x))] = 0"

    assert steps(solving(first, FOC, END)) == ["proved", "proved"]
    wrong = r"\frac{p(x)}{D(x)} = -\frac{p_G(x)}{1-D(x)}"
    assert steps(solving(first, wrong))[0] == "refuted"


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        (
            rf"\[\frac{{d}}{{dD}}[p\log D + p_G\log(1-D)] = {FOC} \Rightarrow {END}\]",
            ["proved"] * 2,
        ),
        (rf"\[{FOC}\] so that \[{END}\]", ["undecided"] * 2),
        (r"\[\frac{p}{D} + \frac{p_G}{1-D} = 0\]", ["refuted"]),
        (r"\[p\log D = p\log D^* = 0\]", ["undecided", "refuted"]),
    ],
)
def test_what_may_be_solved_is_not_refuted(text: str, outcomes: list[str]) -> None:
    """An equation for the unknown is asserted of its solution, whether or not that is written."""
    assert steps(text) == outcomes


@pytest.mark.parametrize(("share", "outcome"), [("a", "proved"), ("b", "refuted")])
def test_a_letter_may_be_the_unknown(share: str, outcome: str) -> None:
    """Behind an implication, `y = a/(a+b)` is the solution, and no definition of y."""
    text = (
        r"Let $a=p(x)$, $b=p_G(x)$. \begin{align*}\frac ay-\frac b{1-y}=0 &\iff a(1-y)=by\\"
        rf"&\iff y=\frac{{{share}}}{{a+b}}\end{{align*}}"
    )
    verdict = check(text, claim="optimal-discriminator", kind="derivation")
    assert verdict.outcome == outcome
    assert verdict.first_wrong_step == (None if outcome == "proved" else 2)


def test_what_stands_beside_the_left_side_may_be_moved() -> None:
    """`left - rest = ...` reaches a goal about its left side."""
    text = (
        r"\begin{align*}V^\pi(s)-\sum_a\pi(a|s)r(s,a) &= \sum_a\pi(a|s)(Q^\pi(s,a)-r(s,a))\\"
        r"&= \gamma\sum_a\pi(a|s)\sum_{s'}P(s'|s,a)V^\pi(s')\end{align*}"
    )
    verdict = check(text, claim="bellman", kind="derivation")
    assert (verdict.outcome, verdict.reaches_goal) == ("proved", True)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (
            r"$$\frac{\partial}{\partial D}(p\log D+p_G\log(1-D))=\frac pD+\frac{p_G}{1-D}$$",
            "refuted",
        ),
        (
            r"$$\frac{\partial}{\partial D}(p\log D+p_G\log(1-D))=\frac pD-\frac{p_G}{1-D}$$",
            "proved",
        ),
        (r"$$\frac{\partial}{\partial D}(p\log D)=\frac{p_G}{1-D}$$", "undecided"),
        (r"$$\frac{\partial}{\partial D}(p\log D)=\frac{p_G}{D}$$", "refuted"),
        (r"$$\frac pD=\frac{p_G}{1-D}$$", "undecided"),
        (r"$$\frac pD\ge\frac{p_G}{1-D}$$", "refuted"),
    ],
)
def test_an_equation_alone_may_be_solved_only_if_its_solution_solves_it(
    text: str, outcome: str
) -> None:
    """A wrong slope or a wrong inequality is no equation for the unknown."""
    assert check(text, claim="optimal-discriminator", kind="derivation").outcome == outcome


NAMED = "Write $a=p(x)$, $b=p_G(x)$ and $y=D(x)$. The derivative is zero at\n"


@pytest.mark.parametrize(
    ("before", "right", "wrong"),
    [
        (NAMED, r"y=\frac{a}{a+b}", r"y=\frac{b}{a+b}"),
        (NAMED, r"\frac ay-\frac{b}{1-y}=0", r"\frac ay+\frac{b}{1-y}=0"),
        (NAMED, r"\frac ay=\frac{b}{1-y}", r"\frac ay=\frac{a}{1-y}"),
        ("", rf"{END}=\frac{{1}}{{1+p_G(x)/p(x)}}", r"D(x)=\frac{1}{1+p(x)/p_G(x)}=D^*(x)"),
        (NAMED, r"y=\frac{a}{a+b}=D^*(x)", r"y=\frac{a}{a-b}=D^*(x)"),
        (
            "",
            r"0=\frac{p(x)}{D(x)}-\frac{p_G(x)}{1-D(x)}=\frac{p(x)}{D(x)}+\frac{p_G(x)}{D(x)-1}",
            r"0=\frac{p(x)}{D(x)}+\frac{p_G(x)}{1-D(x)}",
        ),
        (
            r"Let $r(x)=\frac{D(x)}{1-D(x)}$. Then ",
            r"D(x)=\frac{r(x)}{1+r(x)}=\frac{p(x)}{p(x)+p_G(x)}",
            r"D(x)=\frac{r(x)}{1+r(x)}=\frac{p(x)}{p_G(x)}",
        ),
    ],
)
def test_what_holds_for_the_solution_may_be_an_equation(
    before: str, right: str, wrong: str
) -> None:
    """It refutes nothing, under whatever name and in whatever chain; what does not hold, does."""
    assert "refuted" not in steps(f"{before}$${right}$$")
    assert "refuted" in steps(f"{before}$${wrong}$$")

r"""Pieces that a formula cannot be read without: empty arguments, sizes alone, texts and values."""

import pytest

from lemmata.checkers.answers import check
from lemmata.checkers.tasks import Format

NAMES = r"""% lemmata:
% [scalars]
% a = {domain = "positive"}
% b = {}
% c = {}
"""


def judged(formula: str) -> str:
    """The outcome of one formula, with its cause where there is one."""
    verdict = check(f"{NAMES}\n$$ {formula} $$\n")
    return " ".join(filter(None, (verdict.outcome, verdict.cause)))


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{2}{}b = 2/b",
        r"\frac{2}{}b = 2b",
        r"\frac{}{2}b = b/2",
        r"\frac{}2b = b/2",
        r"\frac2{}b = 2/b",
        r"\sqrt{}a = \sqrt{a}",
        r"\mathbf{}b = b",
        r"\operatorname{}(a) = a",
        r"\underbrace{}a = a",
        r"\boxed{}a = a",
        r"\left\left(a + b\right)c = ac + bc",
        r"\left(a + b\right\right)c = ac + bc",
        r"\left a + b\right = a + b",
        r"\bigl a = a",
    ],
)
def test_what_lacks_its_argument_is_not_read(formula: str) -> None:
    """An empty argument does not take what stands behind it, nor a size what is no bracket."""
    assert judged(formula) == "undecided unreadable"


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{a}{b}{} = a/b",
        r"{}a + {}b = b + a",
        r"\underbrace{a}_{} = a",
        r"\overset{}{a} = a",
        r"a\mathopen{}\left(b + 1\right)\mathclose{} = ab + a",
        r"a\hspace{2pt}b\label{} = ab",
        r"\left(a + b\right)\bigl(a - b\bigr) = a^2 - b^2",
        r"\left.a + b\right. = a + b",
        r"\left|a\right| = a",
        r"\left\lvert b\right\rvert = |b|",
    ],
)
def test_empty_groups_that_say_nothing(formula: str) -> None:
    """A group that is no argument may be empty, and so may a note."""
    assert judged(formula) == "proved"


@pytest.mark.parametrize(
    ("formula", "outcome"),
    [
        (r"\text{2}a = a", "undecided ambiguous"),
        (r"a = a\text{ + 1}", "undecided ambiguous"),
        (r"a = a\quad\text{not always}", "undecided ambiguous"),
        (r"a = a\quad\text{not so}", "undecided ambiguous"),
        (r"a = a\quad\text{yet not always}", "undecided ambiguous"),
        (r"a = a\text{'}", "undecided ambiguous"),
        (r"a = a\text{ (+1)}", "undecided ambiguous"),
        (r"a = a\quad\text{+ b}", "undecided ambiguous"),
        (r"a = a,\text{ times 2}", "undecided ambiguous"),
        (r"a = a\quad\text{times }b", "undecided ambiguous"),
        (r"a = a\text{ (1)}", "proved"),
        (r"a = a\quad\text{by (2)}", "proved"),
        (r"a = a\quad\text{adding 0}", "proved"),
        (r"ab = ba,\quad b", "undecided ambiguous"),
        (r"ab = ba, a, b", "undecided ambiguous"),
        (r"ab = ba \quad \text{for all } a, b", "proved"),
        (r"ab = ba \quad \forall a, b", "proved"),
    ],
)
def test_what_stands_beside_a_row(formula: str, outcome: str) -> None:
    """Digits and signs set as text may belong to a row, and so may a declared number beside it."""
    assert judged(formula) == outcome


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        (r"a + a &= 2a && b \\ &= a\cdot 2", "undecided ambiguous"),
        (r"a + a &= 2a && b^2", "undecided ambiguous"),
        (r"ab &= a && b", "undecided ambiguous"),
        (r"a + a &= 2a && \text{collecting}", "proved"),
        (r"a + a &= 2a && (1)", "proved"),
        (r"a + b &= a && + b", "proved"),
        (r"&& a + a &= 2a", "proved"),
        (r"ab &= a & b", "proved"),
    ],
)
def test_what_stands_in_a_far_column(rows: str, outcome: str) -> None:
    """Behind an empty column a formula may be a comment, unless it goes on by a sign."""
    assert judged(rf"\begin{{aligned}} {rows} \end{{aligned}}") == outcome


@pytest.mark.parametrize(
    ("left", "form", "outcome"),
    [
        (r"AV^\pi(i)", "latex", "undecided"),
        ("XY", "latex", "undecided"),
        (r"\operatorname{sq}(L)", "latex", "undecided"),
        (r"\operatorname{a}(W_{ij})", "latex", "undecided"),
        (r"\mathrm{neg}(L)", "latex", "undecided"),
        ("L^2", "latex", "undecided"),
        (r"L^\top", "latex", "undecided"),
        (r"h^{-1}(x)", "latex", "undecided"),
        (r"\dot{L}", "latex", "undecided"),
        ("L(0)", "latex", "undecided"),
        ("half(L)", "text", "undecided"),
        ("L", "latex", "proved"),
        (r"\mathcal{L}(\theta)", "latex", "proved"),
        (r"\mathrm{result}(x)", "latex", "proved"),
        ("Answer(x)", "latex", "proved"),
        (r"L^{(2)}", "latex", "proved"),
        (r"\tilde{L}_1", "latex", "proved"),
        ("answer", "text", "proved"),
    ],
)
def test_left_sides_that_make_something_of_a_name(left: str, form: Format, outcome: str) -> None:
    """A power, a transpose, an operator or a product of letters is no name of an answer."""
    value = "2/3"
    found = check(f"{left} = {value}", claim="bayes-flu", kind="expression", format=form)
    assert found.outcome == outcome


@pytest.mark.parametrize(
    ("formula", "outcome"),
    [
        (r"b + b = 2b \tag{3}", "proved"),
        (r"b + b = 2b \tag*{(A.3a)}", "proved"),
        (r"b + b = 2b \tag{$\ast$}", "proved"),
        (r"b + b = 2b \tag{ELBO}", "proved"),
        (r"b + b = 2b \tag{chain rule}", "proved"),
        (r"b + b = 2b \tag{since $b + b = 2b$}", "proved"),
        (r"b + b = 2b \tag{up to sign}", "undecided ambiguous"),
        (r"b + b = 2b \tag*{approximately}", "undecided ambiguous"),
        (r"b + b = 2b \tag{no}", "undecided ambiguous"),
        (r"b + b = 2b \tag{sign rule}", "undecided ambiguous"),
        (r"b + b = 2b \eqref{one}", "proved"),
        (r"b + b \overset{\eqref{one}}{=} 2b", "proved"),
        (r"b + b = 2b \quad\text{by } \cite[p.~3]{one}", "proved"),
        (r"2\eqref{one} b = 2b", "undecided unreadable"),
        (r"2\ref{one} = 2", "undecided unreadable"),
        (r"2\cite b = 2", "undecided unreadable"),
        (r"b + b = 2b \quad\square", "proved"),
        (r"\boxed{b + b = 2b. \qed}", "proved"),
        (r"\square b = b", "undecided unreadable"),
        (r"b \Box + b = 2b", "undecided unreadable"),
        (r"b\hspace{2pt} = b", "proved"),
        (r"2b\hspace 3 = 2b", "undecided unreadable"),
        (r"\color red b = b", "undecided unreadable"),
        (r"2\footnotemark b = 2", "undecided unsupported"),
    ],
)
def test_what_stands_beside_a_formula(formula: str, outcome: str) -> None:
    """Tags, references and the ends of proofs say nothing where they stand, and only there."""
    assert judged(formula) == outcome


@pytest.mark.parametrize(
    ("formula", "outcome"),
    [
        (r"\underline{b + b = 2b}", "proved"),
        (r"b + b = \underline{2b}", "proved"),
        (r"2\underline{b} = 2b", "undecided unreadable"),
        (r"\underline{b} = b", "undecided unreadable"),
        (r"\underline{b + c} + a = a + b + c", "undecided unreadable"),
        (r"\overset{\text{def}}{=} b", "undecided unreadable"),
        (r"\overset{3}{\underset{i=1}{\sum}} ib = 6b", "proved"),
        (r"\underset{i=1}{\overset{3}{\sum}} ib = 6b", "proved"),
        (r"\overset{3}{\sum_{i=1}} ib = 5b", "refuted"),
        (r"\overset{c}{b} = b", "undecided unreadable"),
        (r"\stackrel{\text{not}}{b} = b", "undecided unreadable"),
        (r"\underset{c}{b} = b", "undecided under-declared"),
    ],
)
def test_what_stands_above_and_below(formula: str, outcome: str) -> None:
    """A line under a name makes it another, and a sign over one is no decoration."""
    assert judged(formula) == outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("By steps 1 and 2 $2b = b + b$.", "proved"),
        ("From section 2.1 $2b = b + b$.", "proved"),
        ("2. $2b = b + b$.", "proved"),
        ("Then 2 $b = b + b$.", "undecided ambiguous"),
        ("Then 2.5 $b = b + b$.", "undecided ambiguous"),
        ("Then minus $b = b$.", "undecided ambiguous"),
        ("Then $2b = b$ + $b$.", "undecided ambiguous"),
        ("Then $b = b + b$ 2.", "undecided ambiguous"),
    ],
)
def test_numbers_and_signs_before_dollar_signs(text: str, outcome: str) -> None:
    """A number or a sign that touches a formula in the prose may belong to it."""
    verdict = check(f"{NAMES}\n{text}\n")
    assert " ".join(filter(None, (verdict.outcome, verdict.cause))) == outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("We have $c + c = 2c$. Then $$4c = 2(c + c)$$", "proved"),
        ("We have $u = 2b$. Then $$u + b = 3b$$", "proved"),
        ("$$b + b = 2b$$ Moreover, $c + c = 3c$.", "undecided ambiguous"),
        ("Clearly, $c + c = 3c$. So $$b + b = 2b$$", "undecided ambiguous"),
        ("$c + c = 3c$. So $$b + b = 2b$$", "undecided ambiguous"),
        ("We have $c = 0$. Then $$ac = 0$$", "undecided ambiguous"),
    ],
)
def test_equations_that_are_whole_sentences(text: str, outcome: str) -> None:
    """What a sentence before or behind a display claims is judged beside it."""
    verdict = check(f"{NAMES}\n{text}\n")
    assert " ".join(filter(None, (verdict.outcome, verdict.cause))) == outcome


@pytest.mark.parametrize(
    ("beside", "outcome"),
    [
        (r"", "proved"),
        (r"\quad\text{(definition)}", "proved"),
        (r"\quad\text{and}\quad v = 3b", "proved"),
        (r",\quad a > 0", "proved"),
        (r"\tag{1}", "proved"),
        (r"\tag{up to sign}", "undecided ambiguous"),
        (r"\quad\text{approximately}", "undecided ambiguous"),
        (r"\quad\text{otherwise}", "undecided ambiguous"),
        (r"\quad\text{but}\quad c + c = 3c", "undecided ambiguous"),
        (r"\quad\text{and}\quad c + c = 3c", "undecided ambiguous"),
    ],
)
def test_what_stands_beside_a_name_that_is_given(beside: str, outcome: str) -> None:
    """Words beside a display that says what a name is may change what it is."""
    verdict = check(f"{NAMES}\n$$ u = 2b {beside} $$ and $$ u = b + b $$\n")
    assert " ".join(filter(None, (verdict.outcome, verdict.cause))) == outcome


@pytest.mark.parametrize(
    ("formula", "outcome"),
    [
        (r"\underbrace{b + b}_{2b} + c = 2b + c", "proved"),
        (r"\underbrace{b + \underbrace{b + b}_{2b}}_{= 3b} = 3b", "proved"),
        (r"\underbrace{b + b}_{\text{noise}} = 2b", "proved"),
        (r"\underbrace{b + b}_{\text{bias}^2} = 2b", "proved"),
        (r"\underbrace{b + b}_{T_1} + \underbrace{c}_{T_2} = 2b + c", "proved"),
        (r"\underbrace{b + b}_{(1)} + \underbrace{c}_{II} = 2b + c", "proved"),
        (r"\underbrace{b + b}_{=: u} = 2b", "proved"),
        (r"\underbrace{a^2}_{A \ge 0} = aa", "proved"),
        (r"\underbrace{b + b}_{3b} = 2b", "undecided ambiguous"),
        (r"\underbrace{b}_{= 0} = b", "undecided ambiguous"),
        (r"\overbrace{b + b}^{c} = 2b", "undecided ambiguous"),
        (r"\underbrace{b + b}_c = 2b", "undecided ambiguous"),
        (r"\underbrace{b + b}_{\text{$= 3b$}} = 2b", "undecided ambiguous"),
        (r"\underbrace{b + b}_{3b \text{ in total}} = 2b", "undecided ambiguous"),
        (r"\underbrace{b + \underbrace{b + b}_{3b}}_{= 3b} = 3b", "undecided ambiguous"),
        (r"\underbrace{a^2}_{A \le 0} = aa", "undecided ambiguous"),
        (r"\underbrace{b + b}_{2 f(u)} = 2b", "undecided ambiguous"),
        (r"\underbrace{b + b}_{= \foo{3}} = 2b", "undecided ambiguous"),
    ],
)
def test_notes_at_braces(formula: str, outcome: str) -> None:
    """A formula at a brace says what the part is, a name or words only what it is called."""
    assert judged(formula) == outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (r"$$b + b = 2b \quad\text{(definition)}$$", "proved"),
        (r"$$b + b = 2b$$ Times change.", "proved"),
        (r"$$b + b = 2b$$ more precisely, for all $b$.", "proved"),
        (r"$$b + b = 2b \quad\text{rarely}$$", "undecided ambiguous"),
        (r"$$b + b = 2b \quad\text{(squared)}$$", "undecided ambiguous"),
        (r"$$b + b = 2b$$ squared.", "undecided ambiguous"),
        (r"$$b + b = 2b$$ plus a constant.", "undecided ambiguous"),
        (r"We get twice $$b + b = 2b$$", "undecided ambiguous"),
    ],
)
def test_words_that_add_to_a_formula(text: str, outcome: str) -> None:
    """What words behind a row or a display do to it is not passed over."""
    verdict = check(f"{NAMES}\n{text}\n")
    assert " ".join(filter(None, (verdict.outcome, verdict.cause))) == outcome


@pytest.mark.parametrize(
    ("formula", "outcome"),
    [
        # what words in a row hold
        (r"\text{Since $a > 0$, } a = a", "proved"),
        (r"\text{(i) } b + b = 2b", "proved"),
        (r"\text{$2b +$} c = c", "undecided ambiguous"),
        (r"\text{Thus $2$} c = c", "undecided ambiguous"),
        (r"\text{$c > 0$: } |c| = c", "undecided ambiguous"),
        (r"|c| = c \text{ ($c > 0$)}", "undecided ambiguous"),
        (r"|c| = c \tag{$c > 0$}", "undecided ambiguous"),
        # gaps of any width
        (r"b + b \hspace{1cm} = 2b", "proved"),
        (r"b \kern 2pt + \mkern18mu b = 2b", "proved"),
        (r"|c| = c \hspace{1cm} c > 0", "undecided ambiguous"),
        (r"|c| = c \hfill c > 0", "undecided ambiguous"),
        (r"|c| = c \quad [c > 0]", "undecided ambiguous"),
        (r"b \hspace{wide} b = b", "undecided unreadable"),
        # a note at a relation
        (r"b + b \underbrace{=}_{(1)} 2b", "proved"),
        (r"|c| \underbrace{=}_{c > 0} c", "undecided unsupported"),
        (r"|c| \overbrace{=}^{c > 0} c", "undecided unsupported"),
        # an arrow between statements, and a power of ten
        (r"b = c \to b^2 = c^2", "undecided unsupported"),
        (r"2\mathrm{e}^b = \exp(b) + \exp(b)", "proved"),
        (r"1\mathrm{e}3 = 1000", "undecided unreadable"),
    ],
)
def test_what_stands_in_a_row_beside_a_formula(formula: str, outcome: str) -> None:
    """Words with formulas, gaps, notes at relations and arrows say how far a row goes."""
    assert judged(formula) == outcome


@pytest.mark.parametrize(
    ("formula", "outcome"),
    [
        # a note over a sign makes no equation of it
        (r"b \overset{\text{def}}{=} b", "proved"),
        (r"b \overset{\text{def}}{\neq} b", "undecided unsupported"),
        (r"b \overset{\text{def}}{<} b", "refuted"),
        (r"b \overset{\text{no}}{=} b", "undecided unsupported"),
        (r"b \overset{\text{assumption}}{=} c", "undecided unsupported"),
        # braces that print no brackets
        (r"{b + c} + b = 2b + c", "proved"),
        (r"c\textcolor{red}{b} = bc", "proved"),
        (r"\frac{b + c}{a + a} = \frac{b + c}{2a}", "proved"),
        (r"2{b + c} = 2b + 2c", "undecided unreadable"),
        (r"c\textcolor{red}{b + c} = cb + c", "undecided unreadable"),
        (r"{b + c}^2 = (b + c)^2", "undecided unreadable"),
        (r"{bc}^2 = bc^2", "undecided unreadable"),
        (r"\underbrace{b + b} c = b + bc", "undecided unreadable"),
        # what follows is judged too
        (r"b = b, \text{ then } c + c = 2c", "proved"),
        (r"b = b, \text{ then } c = 2c", "undecided ambiguous"),
        (r"b = b \text{ iff } c = 0", "undecided ambiguous"),
    ],
)
def test_what_signs_and_braces_print(formula: str, outcome: str) -> None:
    """Marks over relations, braces without brackets and words that conclude are what they print."""
    assert judged(formula) == outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (r"\def\e{b} $$ \e = b $$", "proved"),
        (r"\let\e=b $$ \e = b $$", "proved"),
        (r"\newcommand{\e}{b + c} $$ 2\e = 2b + c $$", "proved"),
        (r"\def\e{b} $$ \e = b $$ \renewcommand{\e}{c} $$ \e = c $$", "undecided unsupported"),
        (r"{\def\e{b}} $$ \e = b $$", "undecided unsupported"),
        (r"\let\cdot+ $$ b \cdot c = bc $$", "refuted"),
    ],
)
def test_macros_that_are_defined_in_two_ways(text: str, outcome: str) -> None:
    """A macro stands for what it is everywhere, or for nothing."""
    verdict = check(f"{NAMES}\n{text}\n")
    assert " ".join(filter(None, (verdict.outcome, verdict.cause))) == outcome


@pytest.mark.parametrize(
    ("formula", "outcome"),
    [
        (r"1/4 = 0.25", "proved"),
        (r"1/3 \approx 0.33", "proved"),
        (r"1/3 = 0.33", "undecided ambiguous"),
        (r"1/3 = 0.33 = 33/100", "undecided ambiguous"),
        (r"1/3 = 0.32", "refuted"),
        (r"0.33 = 1/3", "refuted"),
    ],
)
def test_decimals_that_are_rounded(formula: str, outcome: str) -> None:
    """An equals sign before a decimal says that it is exact."""
    assert judged(formula) == outcome


FENCED = "```toml lemmata\n[scalars]\na = {}\nb = {}\n```\n\n"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("a = a", "proved"),
        ("a = 2a", "refuted"),
        ("```math\na = a\n```", "proved"),
        ("hello", "undecided under-declared"),
    ],
)
def test_a_text_without_signs_around_its_formula(text: str, outcome: str) -> None:
    """The whole text behind the declarations is one formula; they are none."""
    verdict = check(FENCED + text)
    assert " ".join(filter(None, (verdict.outcome, verdict.cause))) == outcome


CALLED = """% lemmata:
% sizes = ["n", "d"]
% [variables]
% x = {}
% y = {}
% [scalars]
% u = {index = "i = 1..n"}
% A = {shape = "d, d"}
% [functions]
% f = {}
"""


@pytest.mark.parametrize(
    ("formula", "outcome"),
    [
        (r"u_{i} = u_i", "proved"),
        (r"u_{(i)} = u_i", "undecided unsupported"),
        (r"f(x)(y) = f(x)", "undecided unreadable"),
        (r"\sum_{i=1}^{n}^{d} u_i = \sum_{i=1}^n u_i", "undecided unreadable"),
        (r"\sum^*_{i=1}^n u_i = \sum_{i=1}^n u_i", "undecided unreadable"),
        (r"I_{d \times d} A = A", "proved"),
        (r"I_{n \times d} A = A", "undecided unreadable"),
    ],
)
def test_brackets_behind_and_below(formula: str, outcome: str) -> None:
    """A second bracket, one around an index and the shape of an identity are not passed over."""
    verdict = check(f"{CALLED}\n$${formula}$$\n")
    assert " ".join(filter(None, (verdict.outcome, verdict.cause))) == outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (r"Let $b$ and $c$ be real numbers. $$ bc = cb $$", "proved"),
        (r"We cannot do better. $$ bc = cb $$", "proved"),
        (r"The training error: we see that it falls. $$ bc = cb $$", "proved"),
        (r"Let $b$ and $c$ be operators. $$ bc = cb $$", "undecided ambiguous"),
        (r"Multiplication is not commutative. $$ bc = cb $$", "undecided ambiguous"),
        (r"We cannot conclude $$ bc = cb $$", "undecided ambiguous"),
        (r"Error: $$ bc = cb $$", "undecided ambiguous"),
        (r"$$ bc = cb $$ Not quite.", "undecided ambiguous"),
        (r"$$ bc = cb $$ Das stimmt nicht.", "undecided ambiguous"),
    ],
)
def test_more_words_that_take_something_back(text: str, outcome: str) -> None:
    """Who doubts a display, or gives its signs another meaning, does not state it."""
    verdict = check(f"{NAMES}\n{text}\n")
    assert " ".join(filter(None, (verdict.outcome, verdict.cause))) == outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (r"We start from \[ (b + c)^2. \] So \[ (b + c)^2 = b^2 + 2bc + c^2. \]", "proved"),
        (r"\[ (b + c)^2 \] \[ = b^2 + 2bc + c^2 \]", "proved"),
        (r"\[ \frac{d}{db} \] \[ b^2 = b^2. \]", "undecided unreadable"),
        (r"\[ b \cdot \] \[ c = c \]", "undecided unreadable"),
        (r"\[ b \] \[ - c = -c \]", "undecided ambiguous"),
        (r"\[ b = = b \]", "undecided unreadable"),
    ],
)
def test_a_display_that_a_text_begins_with(text: str, outcome: str) -> None:
    """It may say what the text is about; what breaks off, or may go on, is not passed over."""
    verdict = check(f"{NAMES}\n{text}\n")
    assert " ".join(filter(None, (verdict.outcome, verdict.cause))) == outcome

"""How formulas are read: pairs of text and term, checked by hand."""

import re
from fractions import Fraction

import pytest

from lemmata.kernel.declarations import Declarations, Family
from lemmata.kernel.language import (
    KL,
    Array,
    DensityHead,
    E,
    FunctionHead,
    H,
    I,
    ProcessHead,
    Var,
    delta,
    exp,
    gradient,
    integral,
    law,
    log,
    partial,
    pi,
    product_over,
    sqrt,
    sum_over,
)
from lemmata.kernel.terms import (
    JSD,
    App,
    CrossEntropy,
    Expect,
    Fn,
    Law,
    Num,
    Sym,
    Term,
    as_term,
)
from lemmata.notation import (
    Conventions,
    NotationError,
    UnderDeclared,
    Unreadable,
    Unsupported,
    read_expression,
)
from lemmata.notation.sheet import read_sheet

SHEET = read_sheet(
    r"""
    sizes = ["m", "T", "N"]
    parameters = ["theta", "phi"]
    [indices]
    j = "1..m"
    k = "1..m"
    t = "1..T"
    "t'" = "1..T"
    i = "1..N"
    [scalars]
    c = {}
    b = {}
    eta = {domain = "(0, 1/2)"}
    sigma_p = {domain = "positive"}
    xhat = {}
    mu = {index = "j = 1..m"}
    sigma = {index = "j = 1..m", domain = "positive"}
    mu_q = {index = "j = 1..m"}
    W = {index = ["j = 1..m", "i = 1..N"]}
    [variables]
    x = {names = ["X"]}
    "x~" = {role = "x", names = ["Xtilde"]}
    y = {}
    z = {components = "j = 1..m"}
    s = {}
    a = {}
    [densities]
    p = {of = "x, z, y", names = ["Pop", "P_Pop,Psi"]}
    q = {of = "z", given = "x, y"}
    p_G = {of = "x"}
    pi = {of = "a", given = "s"}
    [functions]
    f = {}
    D = {domain = "unit"}
    h = {index = "j = 1..m"}
    v = {}
    [processes.episode]
    state = "s"
    action = "a"
    reward = "r"
    policy = "pi"
    times = "1..T"
    samples = "1..N"
    [definitions]
    "L(theta, phi; x, y)" = '\log p(x|y)'
    J = '\mathbb{E}_{\pi}[\sum_{t=1}^T r_{t,1}]'
    [shorthand]
    "E_z" = "z ~ q(z|x,y)"
    """
)
DECLARATIONS = SHEET.declarations

x, y, s, a = (Sym(name) for name in "xysa")
z, mu, sigma, r, st, at = (
    Array("z"),
    Array("mu"),
    Array("sigma"),
    Array("r"),
    Array("s"),
    Array("a"),
)
p, q, p_g, policy = DensityHead("p"), DensityHead("q"), DensityHead("p_G"), DensityHead("pi")
f, D, v = FunctionHead("f"), FunctionHead("D"), FunctionHead("v")
j, k, t, t1, i = Sym("j"), Sym("k"), Sym("t"), Sym("t'"), Sym("i")
m, T, N, c, b, eta = (Sym(name) for name in ("m", "T", "N", "c", "b", "eta"))
theta = Sym("theta")
episode = ProcessHead("episode")
half = as_term(1) / 2
encoder = q(z.whole | (x, y))
drawn_x = p(x)


def terms(text: str, conventions: Conventions = SHEET.conventions) -> tuple[Term, ...]:
    """All readings of LaTeX."""
    return tuple(r.term for r in read_expression(text, DECLARATIONS, conventions=conventions))


def score(of: Term, given: Term) -> Term:
    """The gradient of the policy's logarithm."""
    return gradient(theta, log(policy(of | given)))


ONE_READING = [
    # Numbers, fractions, powers
    (r"1/2", half),
    (r"\frac12 c", half * c),
    (r"\dfrac{c}{2}", c / 2),
    (r"0.5", Num(Fraction(1, 2))),
    (r"-c b", -(c * b)),
    (r"c - 2 b", c - 2 * b),
    (r"c + (b + c)", c + (b + c)),
    (r"2 \cdot c \times b", 2 * c * b),
    (r"c^{-1}", c ** (-as_term(1))),
    (r"\sigma_j^2", sigma[j] ** 2),
    (r"{\sigma_j}^2", sigma[j] ** 2),
    (r"(c+b)^2", (c + b) ** 2),
    (r"e^{-c}", exp(-c)),
    (r"\exp\left(-\frac{c}{2}\right)", exp(-(c / 2))),
    (r"\sqrt{2\pi\sigma_p^2}", sqrt(2 * pi * Sym("sigma_p") ** 2)),
    (r"|c - b| \left|c\right|", Fn("abs", c - b) * Fn("abs", c)),
    # Names: fonts, accents, subscripts, decoration, spellings
    (r"\mathbf{x}", x),
    (r"\boldsymbol{\mu}_j", mu[j]),
    (r"\hat{x}", Sym("xhat")),
    (r"\mu_{q,j} + \mu_{q_j}", Sym("mu_q", (j,)) + Sym("mu_q", (j,))),
    (r"W_{ji} + W_{j,i}", Sym("W", (j, i)) + Sym("W", (j, i))),
    (r"\log p_\theta(x)", log(p(x))),
    (r"\log P_{\text{Pop},\Psi}(x)", log(p(x))),
    (r"p(X)", p(x)),
    (r"p(\tilde{X})", p(Sym("x~"))),
    (r"p(x; \theta)", p(x)),
    (r"\mathcal{L}(\theta, \phi; x, y)", App("L", (theta, Sym("phi"), x, y))),
    (r"J(\theta)", Sym("J")),
    # The logarithm takes what stands close to it
    (r"\log 2\pi", log(2 * pi)),
    (r"\log\sigma_j^2", log(sigma[j] ** 2)),
    (r"\log p(x) f(x)", log(p(x)) * f(x)),
    (r"\log \frac{p(x)}{2} f(x)", log(p(x) / 2) * f(x)),
    (r"\ln(c) b", log(c) * b),
    (r"-\log c", -log(c)),
    # Sums and products
    (r"\sum_{j=1}^m \mu_j", sum_over(j, 1, m, mu[j])),
    (r"\sum^m_{j=1} \mu_j", sum_over(j, 1, m, mu[j])),
    (r"\sum_j \mu_j^2 / 2", sum_over(j, 1, m, mu[j] ** 2 / 2)),
    (r"\sum_{1 \le j \le m} \mu_j", sum_over(j, 1, m, mu[j])),
    (r"\sum_{j=1, j \neq k}^m \mu_j", sum_over(j, 1, m, mu[j], excluding=k)),
    (r"\sum_{t'=t}^{T} c", sum_over(t1, t, T, c)),
    (r"\sum_{t=1}^T \sum_{t' < t} c", sum_over(t, 1, T, sum_over(t1, 1, t - 1, c))),
    (r"\sum_{l=1}^m \mu_l", sum_over(Sym("l"), 1, m, mu[Sym("l")])),
    (r"\sum_l \mu_l", sum_over(Sym("l"), 1, m, mu[Sym("l")])),
    (r"\sum_{l=1}^{n} \mu_l", sum_over(Sym("l"), 1, m, mu[Sym("l")])),
    (r"\sum_j -\mu_j - \sigma_j", sum_over(j, 1, m, -mu[j] - sigma[j])),
    (r"\sum_j \mu_j - \sum_j \sigma_j", sum_over(j, 1, m, mu[j]) - sum_over(j, 1, m, sigma[j])),
    (
        r"\prod_k q(z_k|x,y) \log q(z_j|x,y)",
        product_over(k, 1, m, q(z[k] | (x, y))) * log(q(z[j] | (x, y))),
    ),
    (r"\sum_z q(z|x,y) f(z)", integral(z, encoder * f(z))),
    (r"\sum_{z \in \mathcal{Z}} q(z|x,y)", integral(z, encoder)),
    # Integrals
    (r"\int q(z|x,y)\,dz\, c", integral(z, encoder) * c),
    (r"\int_{\mathbf z} q(z|x,y) d\mathbf{z}", integral(z, encoder)),
    (r"\int dz\, q(z|x,y) f(z)", integral(z, encoder * f(z))),
    (r"\int p(x) + c \,\mathrm{d}x", integral(x, p(x) + c)),
    (r"\int_{-\infty}^{\infty} p(x) dx", integral(x, p(x))),
    (r"\int\int p(x,y) dx dy", integral(y, integral(x, p(x, y)))),
    (
        r"\int_{z_j} q(z_j|x,y) dz_j \prod_{k \neq j} \int_{z_k} q(z_k|x,y) dz_k",
        integral(z[j], q(z[j] | (x, y)))
        * product_over(k, 1, m, integral(z[k], q(z[k] | (x, y))), excluding=j),
    ),
    (r"\int q(u|x,y) f(u) du", integral(z, encoder * f(z))),
    # Expectations
    (r"\mathbb{E}_{z \sim q(z|x,y)}[\log p(x|z,y)]", E[encoder](log(p(x | (z.whole, y))))),
    (r"\mathbb{E}_{q(z \mid x, y)}\left[f(z)\right]", E[encoder](f(z))),
    (r"E_q[f(z)]", E[encoder](f(z))),
    (r"E_{q_\phi}(f(z))", E[encoder](f(z))),
    (r"\mathbb{E}_{\mathbf{z}} f(z)", E[encoder](f(z))),
    (r"E_{z \sim q(\cdot|x,y)}[f(z)]", E[encoder](f(z))),
    (r"\mathop{\mathbb{E}}_{z \sim q}[f(z)]", E[encoder](f(z))),
    (r"\underset{z \sim q}{\mathbb{E}}[f(z)]", E[encoder](f(z))),
    (r"\mathbb{E}\limits_{z \sim q}[f(z)]", E[encoder](f(z))),
    (r"\operatorname{E}_{z \sim q}\{f(z)\}", E[encoder](f(z))),
    (r"E_{y \sim Pop, z \sim p(z|y)} f(z)", Expect((law(p(y)), law(p(z.whole | y))), f(z))),
    (r"E_{X \sim p(X)}[\log D(x)]", E[drawn_x](log(D(x)))),
    (r"E_{w \sim q(w|x,y)}[f(w)]", E[encoder](f(z))),
    (r"E_{y \sim Pop} -\ln Pop(y)", E[p(y)](-log(p(y)))),
    (r"\text{Var}_{z \sim q}[f(z)]", Var[encoder](f(z))),
    (r"E_q[f(z)]^2", E[encoder](f(z)) ** 2),
    # Divergences and entropies
    (r"D_{KL}(q(z|x,y) \| p(z|y))", KL(encoder, p(z.whole | y))),
    (r"D_\text{KL}\left[q(z|x,y) \Vert p(z|y)\right]", KL(encoder, p(z.whole | y))),
    (r"\mathrm{KL}(q(z|x,y) \parallel p(z|y))", KL(encoder, p(z.whole | y))),
    (r"KL(q(z|x,y) || p(z|y))", KL(encoder, p(z.whole | y))),
    (r"\operatorname{KL}(q(z|x,y), p(z|y))", KL(encoder, p(z.whole | y))),
    (r"\mathbb{D}_{\mathrm{KL}}(q \mid\mid p(z|y))", KL(encoder, p(z.whole | y))),
    (r"KL(q(\cdot|x,y) \| p(\cdot|y))", KL(encoder, p(z.whole | y))),
    (r"KL(q(z_j|x,y) \| p(z_j|y))", KL(q(z[j] | (x, y)), p(z[j] | y))),
    (r"\mathrm{JSD}(p(x) \| p_G)", JSD((x,), p(x), p_g(x))),
    (r"H(y)", H(p(y))),
    (r"H(y|z)", H(p(y | z.whole))),
    (r"H(p(x), p_G(x))", CrossEntropy((x,), p(x), p_g(x))),
    (r"H(q)", CrossEntropy((z.whole,), encoder, encoder)),
    (r"I(y, z) + I(y; z)", I(p, y, z) + I(p, y, z)),
    # Gradients, processes
    (r"\nabla_\theta \log \pi_\theta(a|s) c", gradient(theta, log(policy(a | s))) * c),
    (r"\nabla_\theta \frac{1}{N} f(x)", gradient(theta, 1 / N * f(x))),
    (r"r_t (c + b)", r[t] * (c + b)),
    (r"b \nabla_\theta 1", b * gradient(theta, 1)),
    (r"\nabla_\theta \int p(x) f(x) dx", gradient(theta, integral(x, p(x) * f(x)))),
    (r"\frac{\partial}{\partial \mu_j} \mu_j^2", partial(mu[j], mu[j] ** 2)),
    (r"\frac{\partial \mu_j^2}{\partial \mu_j}", partial(mu[j], mu[j] ** 2)),
    (r"\partial \mu_j^2 / \partial \mu_j", partial(mu[j], mu[j] ** 2)),
    (r"\partial_c c^2", partial(c, c**2)),
    (r"\frac{d}{dc} c^2", partial(c, c**2)),
    (r"\frac{\partial^2}{\partial c^2} c", partial(c, partial(c, c))),
    (r"\mathbb{E}_{\pi_\theta}[r_t]", E[episode](r[t])),
    (r"\mathbb{E}_{\tau \sim \pi_\theta}[r_t]", E[episode](r[t])),
    (r"\mathbb{E}[r_{t'}^i]", E[episode](r[t1, i])),
    (r"\mathbb{E}_{r_{t'}}[r_{t'}]", E[episode](r[t1])),
    (
        r"\mathbb{E}_{a_t \sim \pi_\theta(a_t|s_t)}[v(s_t)]",
        Expect((Law((at[t],), policy(at[t] | st[t])),), v(st[t])),
    ),
    (r"\mathbb{E}_{a \sim \pi}[f(a)]", E[policy(a | s)](f(a))),
    (
        r"""\frac{1}{N}\sum_{i=1}^N\sum_{t=1}^T \nabla_\theta \log \pi_\theta(a_t^i|s_t^i)
        \sum_{t'=t}^T r_{t'}^i""",
        1
        / N
        * sum_over(
            i, 1, N, sum_over(t, 1, T, score(at[t, i], st[t, i]) * sum_over(t1, t, T, r[t1, i]))
        ),
    ),
    # Indicators
    (r"\delta_{jk}", delta(j, k)),
    (r"\mathbf{1}[j = k]", delta(j, k)),
    (r"\mathbb{1}\{j = k\}", delta(j, k)),
]


@pytest.mark.parametrize(("text", "term"), ONE_READING)
def test_read_in_one_way(text: str, term: Term) -> None:
    """The formula has one reading, and it is this one."""
    (reading,) = read_expression(text, DECLARATIONS, conventions=SHEET.conventions)
    assert reading.term == term
    assert reading.flags == ()


SEVERAL = [
    (
        r"\sum_j \mu_j + \sigma_j",
        {sum_over(j, 1, m, mu[j] + sigma[j]), sum_over(j, 1, m, mu[j]) + sigma[j]},
    ),
    (r"E_{z} f(z) - f(z)", {E[encoder](f(z) - f(z)), E[encoder](f(z)) - f(z)}),
    (r"\log c b", {log(c * b), log(c) * b}),
    (r"\log c/b", {log(c / b), log(c) / b}),
    (r"1/2 c", {half * c, 1 / (2 * c)}),
    (r"\log D(x)^2", {log(D(x) ** 2), log(D(x)) ** 2}),
    (
        r"\nabla_\theta \log p(x)^2",
        {
            gradient(theta, log(p(x) ** 2)),
            gradient(theta, log(p(x)) ** 2),
            gradient(theta, log(p(x))) ** 2,
        },
    ),
    (r"r_t^2", {r[t] ** 2, r[t, 2]}),
    (
        r"E_{x \sim p}[f(x)]",
        {
            E[p(x)](f(x)),
            E[p(x | (z.whole, y))](f(x)),
            E[p(x | z.whole)](f(x)),
            E[p(x | y)](f(x)),
        },
    ),
    (
        r"\sum_{j \neq k} \mu_j",
        {
            sum_over(j, 1, m, mu[j], excluding=k),
            sum_over(k, 1, m, sum_over(j, 1, m, mu[j], excluding=k)),
        },
    ),
]


@pytest.mark.parametrize(("text", "readings"), SEVERAL)
def test_read_in_several_ways(text: str, readings: set[Term]) -> None:
    """Where people disagree, each reading is kept, with the choice that leads to it."""
    found = read_expression(text, DECLARATIONS, conventions=SHEET.conventions)
    assert {reading.term for reading in found} == readings
    assert len({reading.choices for reading in found}) == len(readings)


KEYBOARD = [
    ("sigma_j**2 + log(sigma[j])", sigma[j] ** 2 + log(sigma[j])),
    ("Sum(mu_j**2, (j, 1, m))", sum_over(j, 1, m, mu[j] ** 2)),
    ("sum_{j} mu_j^2", sum_over(j, 1, m, mu[j] ** 2)),
    ("prod_j sigma_j", product_over(j, 1, m, sigma[j])),
    ("KL(q(z|x,y) || p(z|y))", KL(encoder, p(z.whole | y))),
    ("E_{z ~ q(z|x,y)}[log(p(x|z,y))]", E[encoder](log(p(x | (z.whole, y))))),
    ("Integral(p(x)*f(x), x)", integral(x, p(x) * f(x))),
    ("int p(x)*f(x) dx", integral(x, p(x) * f(x))),
    ("c^-1", c ** (-as_term(1))),
    ("c^2^b", c ** (as_term(2) ** b)),
    ("1/2*c", half * c),
    ("c ** (1/2)", c**half),
    ("sqrt(c) + exp(-b) + abs(c)", sqrt(c) + exp(-b) + Fn("abs", c)),
    (
        "-1/2 * sum_{j=1}^{m} (1 + log(sigma_j^2))",
        -(half * sum_over(j, 1, m, 1 + log(sigma[j] ** 2))),
    ),
    ("σ_j² − μ_j", sigma[j] ** 2 - mu[j]),
    ("L(theta, phi; x, y)", App("L", (theta, Sym("phi"), x, y))),
]


@pytest.mark.parametrize(("text", "term"), KEYBOARD)
def test_keyboard_text(text: str, term: Term) -> None:
    """Keyboard text says the same as LaTeX."""
    (reading,) = read_expression(text, DECLARATIONS, "text", SHEET.conventions)
    assert reading.term == term


DECORATED = [
    r"$c + b$",
    r"\[ c + b \]",
    r"\(c + b\)",
    r"Therefore, $$c + b.$$",
    r"\boxed{c + b}",
    r"\begin{equation} c + b \label{eq:one} \end{equation}",
    r"c + b \tag{3}",
    r"c + b \quad (3)",
    r"\left( c \right) + \big(b\big)",
    r"\displaystyle c\,+\;b",
    r"{\color{red} c} + \textcolor{blue}{b}",
    r"\underbrace{c}_{\geq 0} + b",
    r"\underline{c + b}",
    r"c &+ b",
    r"So the answer is $c + b$",
    r"% a comment" + "\nc + b",
    r"\newcommand{\both}[2]{#1 + #2} $\both{c}{b}$",
    r"\def\first{c} \DeclareMathOperator{\nothing}{nothing} $\first + b$",
]


@pytest.mark.parametrize("text", DECORATED)
def test_decoration_says_nothing(text: str) -> None:
    """Delimiters, sizes, colours, labels, lead-ins and macros do not change a formula."""
    (reading,) = read_expression(text, DECLARATIONS)
    without_brackets = (c + b, Sym("c") + Sym("b"))
    assert reading.term in without_brackets
    assert reading.flags == ()


RISKS = [
    (r"The answer is not $c$", "words beside the formula: not"),
    (r"c + b \text{ roughly}", "words in the formula: roughly"),
    (r"c, \quad b > 0", "a condition that is not used: b > 0"),
]


@pytest.mark.parametrize(("text", "risk"), RISKS)
def test_risks_are_flagged(text: str, risk: str) -> None:
    """Words and conditions that were not read, and guesses, are named as risks."""
    (reading,) = read_expression(text, DECLARATIONS)
    assert reading.flags == (risk,)


def test_one_name_in_brackets_behind_a_name_is_no_factor() -> None:
    """`c(x)` may be the value of c at x."""
    with pytest.raises(NotationError, match="the value of this at another argument"):
        read_expression("c(x)", DECLARATIONS)


@pytest.mark.parametrize(("text", "same"), [(r"\sigma_l", r"\sigma_j"), (r"\sum_l c", r"\sum_j c")])
def test_a_letter_of_ones_own_stands_for_a_declared_one(text: str, same: str) -> None:
    """An undeclared letter is read as a declared index, and the choice is told."""
    (own,) = read_expression(text, DECLARATIONS)
    (declared,) = read_expression(same, DECLARATIONS)
    assert own.term == declared.term
    assert own.choices == ("l stands for: j",)


def test_a_logarithm_may_reach_over_densities() -> None:
    r"""`\log p(x) p_G(x)` is written for both; a function behind it is no part of it."""
    both = read_expression(r"\log p(x) p_G(x)", DECLARATIONS)
    assert {type(reading.term).__name__ for reading in both} == {"Fn", "Mul"}
    (one,) = read_expression(r"\log p(x) f(x)", DECLARATIONS)
    assert type(one.term).__name__ == "Mul"


def test_harmless_words_are_declared() -> None:
    """Words that the sheet declares harmless are no risk."""
    words = Conventions(words=("roughly",))
    (reading,) = read_expression(r"c \text{ roughly}", DECLARATIONS, conventions=words)
    assert reading.flags == ()


def test_entropy_of_an_agreed_family() -> None:
    """Where several families have the variables, the sheet says which one an entropy is about."""
    families = (Family("p", ("x", "y")), Family("w", ("x", "y")))
    declarations = Declarations(variables=DECLARATIONS.variables[:3], families=families)
    with pytest.raises(UnderDeclared, match="p or w of the declared families would do"):
        read_expression("H(x)", declarations)
    (reading,) = read_expression("H(x)", declarations, conventions=Conventions(joint="w"))
    assert reading.term == H(DensityHead("w")(x))


REFUSED = [
    (r"\int_0^1 p(x) dx", Unsupported, "an integral between limits"),
    (r"E_q[f(z) | c = 1]", Unsupported, "a condition inside brackets"),
    (r"\nabla_\theta^2 f(x)", Unsupported, "a second derivative"),
    (r"c^\top b", Unsupported, r"the superscript \top"),
    (r"c \odot b", Unsupported, r"the operation \odot"),
    (r"\max_c f(c)", Unsupported, "an extremum over 'c'"),
    (r"\max_x c + f(x)", Unreadable, "how far does this reach?"),
    (r"c \approx b", Unreadable, "a relation where one expression is expected"),
    (r"q(x)", Unreadable, "role clash: 'x' stands before the bar"),
    (r"q(z|x)", Unreadable, "the condition y is missing"),
    (r"p_G(z)", Unreadable, "role clash: 'z' has no place in 'p_G'"),
    (r"p(c)", Unreadable, "'c' is no variable that a density can be of"),
    (r"p(x, \tilde X)", Unreadable, "'x' stands twice in one density"),
    (r"p", Unreadable, "the density 'p' stands here without its arguments"),
    (r"f", Unreadable, "the function 'f' stands here without its arguments"),
    (r"f(x, y)", Unreadable, "'f' takes 1 argument, not 2"),
    (r"\mu + 1", Unreadable, "'mu' is an array"),
    (r"\mu_x", Unreadable, "'x' stands as an index and is no letter for integers"),
    (r"c(x, y)", Unreadable, "'c' is a number, not a function"),
    (r"q_w(z|x,y)", UnderDeclared, "'q' is declared, but not with the subscript 'w'"),
    (r"D^*(x)", UnderDeclared, "'D^*' has no declaration"),
    (r"r(s_t, a_t)", UnderDeclared, "the reward function 'r' is not declared"),
    (r"x_1", UnderDeclared, "'x' is declared, but not with the subscript '1'"),
    (r"E_p[f(x)]", UnderDeclared, "'p' stands without arguments and is a law of x, z, y"),
    (r"E_x[f(x)]", UnderDeclared, "the law of 'x' is not written"),
    (r"\sum c", Unreadable, "this sum does not say what it runs over"),
    (r"\int p(x)", Unreadable, "this integral has no differential"),
    (r"\int_y p(x) dx", Unreadable, "the differential names another variable"),
    (r"\nabla f(x)", UnderDeclared, "a gradient without a subscript"),
]


@pytest.mark.parametrize(("text", "kind", "message"), REFUSED)
def test_refused(text: str, kind: type[Exception], message: str) -> None:
    """What has no meaning here is refused, with what was expected; it is never read in part."""
    with pytest.raises(kind, match=re.escape(message)):
        read_expression(text, DECLARATIONS)

"""Further spellings of what the core reads: norms, bare laws, conditional information, policies."""

import pytest

from lemmata.notation import NotationError, read_expression, read_sheet, write_text

SHEETS = {
    "vectors": """
sizes = ["d"]
parameters = ["lambda"]
[indices]
j = "1..d"
[variables]
x = {}
z = {components = "j = 1..d"}
[scalars]
mu = {index = "j = 1..d"}
nu = {index = "j = 1..d"}
b = {}
[functions]
f = {}
[densities]
p = {of = "x"}
q = {of = "z", given = "x"}
P = {of = "z"}
""",
    "joint": """
[variables]
x = {names = ["X"]}
y = {names = ["Y"]}
z = {names = ["Z"]}
[densities]
p = {of = "x, y, z"}
[functions]
f = {}
[question]
joint = "p"
""",
    "generators": """
[variables]
x = {}
[densities]
p = {of = "x"}
p_G = {of = "x"}
[functions]
D = {}
[definitions]
"Dstar(x)" = '\\frac{p(x)}{p(x) + p_G(x)}'
""",
    "trajectories": """
sizes = ["T"]
parameters = ["theta"]
[indices]
t = "1..T"
[variables]
s = {}
a = {}
tau = {}
[densities]
pi = {of = "a", given = "s"}
[processes]
pi_theta = {state = "s", action = "a", reward = "r", policy = "pi", times = "1..T"}
""",
}

READ = [
    ("vectors", r"\|\mu\|^2", "sum_{k=1}^{d} mu_k^2"),
    ("vectors", r"\|\mu\|", "sqrt(sum_{k=1}^{d} mu_k^2)"),
    ("vectors", r"\|\mu\|_1", "sum_{k=1}^{d} abs(mu_k)"),
    ("vectors", r"\lVert z-\mu\rVert_2^{2}", "sum_{k=1}^{d} (z_k - mu_k)^2"),
    ("vectors", r"\left\| 2\mu + b\nu \right\|^2", "sum_{k=1}^{d} (2 * mu_k + b * nu_k)^2"),
    ("vectors", r"\exp(-\|z-\mu\|^2/2)", "exp(-(sum_{k=1}^{d} (z_k - mu_k)^2) / 2)"),
    ("vectors", r"\|\mu\| \|\nu\|", "sqrt(sum_{k=1}^{d} mu_k^2) * sqrt(sum_{k=1}^{d} nu_k^2)"),
    ("vectors", r"\|b\|", "abs(b)"),
    ("vectors", r"\int P(z) \|z\|^2 dz", "int P(z) * sum_{k=1}^{d} z_k^2 dz"),
    (
        "vectors",
        r"\sum_j \mu_j \|z - \mu\| + b",
        "sum_{j=1}^{d} mu_j * sqrt(sum_{k=1}^{d} (z_k - mu_k)^2) + b",
    ),
    ("vectors", r"\mu^\top \nu", "sum_{k=1}^{d} mu_k * nu_k"),
    ("vectors", r"\mu^T z", "sum_{k=1}^{d} mu_k * z_k"),
    ("vectors", r"\sum_jKL(q(z_j|x)\|P(z_j))", "sum_{j=1}^{d} KL(q(z_j|x) || P(z_j))"),
    ("vectors", r"bKL(q(z|x)\|P(z))", "b * KL(q(z|x) || P(z))"),
    ("vectors", r"\frac{\frac12p(x)}{p(x)}", "((1 / 2) * p(x)) / p(x)"),
    (
        "vectors",
        r"\mathrm{Cov}_{p(x)}(f(x), b)",
        "E_{x ~ p(x)}[f(x) * b] - E_{x ~ p(x)}[f(x)] * E_{x ~ p(x)}[b]",
    ),
    ("joint", r"I(X;Y|Z)", "H(x|z) - H(x|y, z)"),
    ("joint", r"\mathbb{E}[\log p(x,y)]", "E_{x, y ~ p(x, y)}[log(p(x, y))]"),
    ("joint", r"\mathrm{Var}(f(Y))", "Var_{y ~ p(y)}[f(y)]"),
    ("generators", r"KL(p \| \frac{p + p_G}{2})", "KL(p(x) || (p(x) + p_G(x)) / 2)"),
    ("generators", r"KL(\frac{p + p_G}{2} \| p)", "KL((p(x) + p_G(x)) / 2 || p(x))"),
    ("generators", r"D^*(x)", "Dstar(x)"),
    ("trajectories", r"\mathbb{E}_{\tau \sim \pi_\theta}[r_t]", "E_{pi_theta}[r_t]"),
    ("trajectories", r"\log \pi_\theta(a_t|s_t)", "log(pi(a_t|s_t))"),
    ("trajectories", r"E_{a \sim \pi_\theta(a|s)}[1]", "E_{a ~ pi(a|s)}[1]"),
]


@pytest.mark.parametrize(("sheet", "text", "shown"), READ)
def test_spellings(sheet: str, text: str, shown: str) -> None:
    """The spelling has one reading, and it is this one."""
    declared = read_sheet(SHEETS[sheet])
    (reading,) = read_expression(text, declared.declarations, conventions=declared.conventions)
    assert write_text(reading.term, declared.declarations) == shown
    assert reading.flags == ()


REFUSED = [
    ("vectors", r"\|x\|^2"),
    ("vectors", r"\|\mu - b\|^2"),
    ("vectors", r"\|\mu \nu\|"),
    ("vectors", r"\|\mu^2\|"),
    ("vectors", r"\|f(z)\|"),
    ("vectors", r"\|\mu\|_\infty"),
    ("vectors", r"\|\mu"),
    ("vectors", r"\mu^\top (\nu)"),
    ("vectors", r"\mu^\top b"),
    ("joint", r"\mathbb{E}[f(x')]"),
    ("joint", r"\mathbb{E}[\mathrm{Var}(Y)]"),
    ("joint", r"I(X;Y|Z) + p"),
    ("generators", r"\log p - \log p_G"),
    ("trajectories", r"\|s\|^2"),
    ("trajectories", r"\mathbb{E}[r_t \mid s_t]"),
    ("trajectories", r"\pi_\theta(a_t, s_t)"),
]


@pytest.mark.parametrize(("sheet", "text"), REFUSED)
def test_refused(sheet: str, text: str) -> None:
    """What is no sum over declared components, or leaves a law open, is refused whole."""
    declared = read_sheet(SHEETS[sheet])
    with pytest.raises(NotationError):
        read_expression(text, declared.declarations, conventions=declared.conventions)


def test_keyboard_expectation() -> None:
    """In keyboard text the law below an expectation sign needs no braces."""
    declared = read_sheet(SHEETS["vectors"])
    (reading,) = read_expression("E_q(z|x)[b]", declared.declarations, "text")
    assert write_text(reading.term, declared.declarations) == "E_{z ~ q(z|x)}[b]"

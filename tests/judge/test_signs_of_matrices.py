r"""Signs beside matrices, functions and numbers that mean one thing only, and their neighbours."""

import pytest

from lemmata.judge import check

DECLARED = r"""
% lemmata:
% sizes = ["n", "m"]
% parameters = ["theta"]
% [scalars]
% A = {shape = "n, n"}
% B = {shape = "n, n"}
% S = {shape = "n, n", kind = "definite"}
% X = {shape = "m, n"}
% u = {shape = "n"}
% v = {shape = "n"}
% y = {shape = "m"}
% z = {shape = "n"}
% p = {shape = "n"}
% t = {}
% r = {domain = "positive"}
% [functions]
% f = {}
% h = {parameters = ["theta"]}
% [definitions]
% "sigma(t)" = '\frac{1}{1 + e^{-t}}'
% s = '\operatorname{softmax}(z)'
% c = '\sum_{i=1}^n u_i v'
% "L(u)" = '\frac{1}{2}\|Xu - y\|^2'
"""


@pytest.mark.parametrize(
    ("outcome", "statement"),
    [
        # two columns have no product of matrices
        ("undecided", r"u \times v = u^\top v"),
        ("undecided", r"u \times v = u \odot v"),
        ("proved", r"u \times v^\top = u v^\top"),
        ("proved", r"A \times B = A B"),
        ("refuted", r"A \times B = B A"),
        ("proved", r"u \cdot v = v^\top u"),
        # the inner product of two matrices
        ("proved", r"\langle A, B \rangle = \operatorname{tr}(A^\top B)"),
        ("proved", r"\langle A, B \rangle_F = \sum_{i=1}^n \sum_{j=1}^n A_{ij} B_{ij}"),
        ("refuted", r"\langle A, B \rangle = \operatorname{tr}(A B)"),
        ("proved", r"\langle A u, v \rangle = \langle u, A^\top v \rangle"),
        ("refuted", r"\langle A u, v \rangle = \langle u, A v \rangle"),
        ("proved", r"\langle A, I \rangle = \operatorname{tr}(A)"),
        ("refuted", r"\langle I, A \rangle = A"),
        # an index behind bars around a column is the order of a norm
        ("proved", r"|u|_1 = \sum_{i=1}^n |u_i|"),
        ("proved", r"|u|_2 = \|u\|"),
        ("undecided", r"|u|_1 = |u_1|"),
        ("proved", r"|u_1| = \sqrt{u_1^2}"),
        # the diagonal of a matrix
        ("proved", r"\operatorname{diag}(u v^\top) = u \odot v"),
        ("proved", r"\mathbf{1}^\top \operatorname{diag}(A) = \operatorname{tr}(A)"),
        ("refuted", r"\operatorname{diag}(A) = A \mathbf{1}"),
        ("refuted", r"\operatorname{diag}(u v^\top) = u^\top v"),
        ("refuted", r"\operatorname{diag}(u) = u"),
        # roots of matrices
        ("undecided", r"u^\top S u = \|S^{1/2} u\|^2"),
        ("undecided", r"S^{1/2} = S"),
        # a trace takes all matrices behind it
        ("proved", r"\operatorname{tr} A B = \operatorname{tr} B A"),
        ("refuted", r"\operatorname{tr} A B = \operatorname{tr}(A) B"),
        ("refuted", r"\operatorname{tr} A B = \operatorname{tr}(A) \operatorname{tr}(B)"),
        ("proved", r"\operatorname{tr} A \, t = t \operatorname{tr}(A)"),
        ("proved", r"\operatorname{tr} A + t = t + \operatorname{tr}(A)"),
        # a superscript in brackets numbers something
        ("undecided", r"A^{(2)} = A^2"),
        ("undecided", r"A^{(n+1)} = A^{n} A"),
        ("undecided", r"t^{(2)} = t^2"),
        ("undecided", r"t^{[2]} = t^2"),
        ("undecided", r"\sigma^{(2)}(t) = \sigma(t)^2"),
        ("undecided", r"f^{(n)}(t) = f(t)^n"),
        ("proved", r"(t + 1)^{(2)} = t^2 + 2t + 1"),
        ("proved", r"r^{(n+1)} = r^{n} r"),
        # an inverse function is no reciprocal
        ("undecided", r"\sigma^{-1}(t) = 1 + e^{-t}"),
        ("undecided", r"\sigma^{-1}(\sigma(t)) = t"),
        ("undecided", r"f^{-1}(t) = 1 / f(t)"),
        ("undecided", r"\tanh^{-1} t = 1 / \tanh t"),
        ("proved", r"\sigma(t)^{-1} = 1 + e^{-t}"),
        ("refuted", r"\sigma(t)^{-1} = 1 - e^{-t}"),
        ("proved", r"\sigma^2(t) = \sigma(t)^2"),
        ("refuted", r"\sigma^2(t) = \sigma(t^2)"),
        # the gradient without a subscript of what has no parameter in it
        ("proved", r"\nabla L(u) = X^\top (X u - y)"),
        ("refuted", r"\nabla L(u) = X^\top (X u + y)"),
        ("proved", r"v^\top \nabla L(u) = \nabla L(u)^\top v"),
        ("proved", r"\nabla L(u)^\top v = (X u - y)^\top X v"),
        ("refuted", r"\nabla L(u)^\top v = (X u - y)^\top v"),
        ("undecided", r"\nabla L(0) = -X^\top y"),
        ("undecided", r"\nabla f(2) = 0"),
        ("refuted", r"\nabla f(t) = 0"),
        ("proved", r"\nabla h(t) = \nabla_\theta h(t)"),
        ("proved", r"\nabla 1 = 0"),
        # the logarithm of an entry of a softmax
        ("proved", r"\nabla_z (p^\top \log \operatorname{softmax}(z)) = p - (\mathbf{1}^\top p) s"),
        ("refuted", r"\nabla_z (p^\top \log \operatorname{softmax}(z)) = p - s"),
        ("proved", r"\log \operatorname{softmax}(z)_1 = z_1 - \log \sum_{k=1}^n e^{z_k}"),
        ("refuted", r"\log \operatorname{softmax}(z)_1 = z_1 - \sum_{k=1}^n e^{z_k}"),
        # a column of ones has its size in a sum of numbers too
        ("proved", r"p^\top z + \mathbf{1}^\top p = p^\top z + \sum_{i=1}^n p_i"),
        ("refuted", r"p^\top z + \mathbf{1}^\top p = p^\top z + \mathbf{1}^\top z"),
        ("undecided", r"p^\top z + \mathbf{1}^\top \mathbf{1} = p^\top z + n"),
        # an entry of a sum is numbered by another letter than the sum
        ("proved", r"c = (\mathbf{1}^\top u) v"),
        ("refuted", r"c = u \odot v"),
        ("proved", r"(\sum_{k=1}^n u_k v)_k = v_k \sum_{k=1}^n u_k"),
        ("refuted", r"(\sum_{k=1}^n u_k v)_k = u^\top v"),
        ("proved", r"\sum_{k=1}^n (\sum_{k=1}^n u_k v)_k = \mathbf{1}^\top v \mathbf{1}^\top u"),
        # an index behind the brackets of a function is that of its value
        ("proved", r"\sum_{k=1}^n \exp[u]_k = \sum_{k=1}^n e^{u_k}"),
        ("refuted", r"\sum_{k=1}^n \exp[u]_k = \exp(\sum_{k=1}^n u_k)"),
        ("proved", r"\log[\operatorname{softmax}(z)]_1 = z_1 - \log \sum_{k=1}^n e^{z_k}"),
        ("undecided", r"\exp(A)_{11} = e^{A_{11}}"),
    ],
)  # fmt: skip
def test_what_a_sign_means(outcome: str, statement: str) -> None:
    """It is read in one way, or not read where it may mean another thing."""
    assert check(f"{DECLARED}$$ {statement} $$").outcome == outcome


MEANS = r"""
% lemmata:
% sizes = ["n"]
% [variables]
% x = {}
% [densities]
% p = {of = "x"}
% [functions]
% f = {domain = "positive"}
% [scalars]
% w = {index = "i = 1..n", domain = "positive"}
% a = {index = "i = 1..n"}
"""


@pytest.mark.parametrize(
    ("outcome", "statement"),
    [
        ("proved", r"\log \frac{1}{n} \sum_{i=1}^n w_i = \log \sum_{i=1}^n w_i - \log n"),
        ("refuted", r"\log \frac{1}{n} \sum_{i=1}^n w_i = \log \sum_{i=1}^n w_i + \log n"),
        ("proved", r"\frac1n \sum_{i=1}^n \log w_i \le \log \frac1n \sum_{i=1}^n w_i"),
        ("refuted", r"\frac1n \sum_{i=1}^n \log w_i = \log \frac1n \sum_{i=1}^n w_i"),
        ("proved", r"\log \frac1n \sum_{i=1}^n a_i = -\log n \sum_{i=1}^n a_i"),
        ("proved", r"\log \frac12 \mathbb{E}_{p(x)}[f(x)] = \log \mathbb{E}_{p(x)}[f(x)] - \log 2"),
        ("refuted", r"\log \frac12 \mathbb{E}_{p(x)}[f(x)] = \log \mathbb{E}_{p(x)}[f(x)] - 2"),
        ("proved", r"\log n \sum_{i=1}^n a_i = \sum_{i=1}^n a_i \log n"),
    ],
)
def test_the_logarithm_of_a_mean(outcome: str, statement: str) -> None:
    """A fraction before a sum is its factor, or all that the logarithm is of."""
    assert check(f"{MEANS}$$ {statement} $$").outcome == outcome

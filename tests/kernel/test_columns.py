"""Columns and matrices: what is proved about them, and what must never be."""

import pytest

from lemmata.kernel.certificates import certificate
from lemmata.kernel.prove import Open, Proof, prove
from lemmata.kernel.recheck import recheck
from lemmata.kernel.shapes import ShapeError, typed
from lemmata.kernel.terms import Pow, Range, Statement, Sum, Sym, Trace, as_term
from lemmata.notation import read_sheet, read_statement
from lemmata.semantics.search import search

WORLD = read_sheet(
    r"""
    sizes = ["d", "n"]
    [indices]
    y = "1..d"
    [scalars]
    lambda = {domain = "positive"}
    a = {}
    b = {}
    c = {}
    x = {shape = "d"}
    g = {shape = "d"}
    A = {shape = "d, n"}
    B = {shape = "d, d"}
    C = {shape = "d, d"}
    S = {shape = "d, d", kind = "definite"}
    H = {shape = "d, d", kind = "symmetric"}
    T = {shape = "d, d", kind = "definite"}
    R = {shape = "n, n", kind = "definite"}
    P = {shape = "d, d", kind = "invertible"}
    F = {shape = "n, d", kind = "full-rank"}
    """
).declarations

TRUE = [
    r"\nabla_x \|A^\top x\|^2 = 2 A A^\top x",
    r"\nabla_A \|A^\top x\|^2 = 2 x x^\top A",
    r"\|A^\top x\|^2 = \sum_{j=1}^n (\sum_{i=1}^d A_{ij} x_i)^2",
    r"\|A^\top x\|^2 = \operatorname{tr}(A^\top x x^\top A)",
    r"(B C)^\top = C^\top B^\top",
    r"\operatorname{tr}(B C) = \operatorname{tr}(C B)",
    r"\operatorname{diag}(x) g = x \odot g",
    r"e_y^\top x = x_y",
    r"x^\top H g = g^\top H x",
    r"(S^{-1})^{-1} = S",
    r"(2 S)^{-1} = \frac{1}{2} S^{-1}",
    r"(A A^\top + \lambda I)^{-1} A = A (A^\top A + \lambda I)^{-1}",
    r"A^\top (A A^\top + \lambda I)^{-2} A = (A^\top A + \lambda I)^{-2} A^\top A",
    r"\|\lambda x\| = \lambda \|x\|",
    r"\prod_{i=1}^n (I - c H) = \prod_{j=0}^{n-1} (I - c H)",
    r"\partial_c (c x) = x",
    r"\|\exp(\sum_{i=1}^{n-1} x)\|^2 = \sum_{j=1}^d \exp(2 (n-1) x_j)",
    r"\operatorname{tr}(\prod_{i=1}^{n-1} H) = \operatorname{tr}(\prod_{i=2}^n H)",
    r"(S^{-1} + T^{-1})^{-1} = S (S + T)^{-1} T",
    r"(S + I)^{-1} S^{-1} = S^{-1} - (S + I)^{-1}",
    r"(S + A R A^\top)^{-1} = S^{-1} - S^{-1} A (R^{-1} + A^\top S^{-1} A)^{-1} A^\top S^{-1}",
    r"(S^{-1} + A A^\top)^{-1} = S - S A (I + A^\top S A)^{-1} A^\top S",
    r"(S^{-1} + F^\top R^{-1} F)^{-1} F^\top R^{-1} = S F^\top (F S F^\top + R)^{-1}",
    r"(A A^\top + \lambda S)^{-1} A = S^{-1} A (A^\top S^{-1} A + \lambda I)^{-1}",
    r"(S + x x^\top)^{-1} = S^{-1} - \frac{S^{-1} x x^\top S^{-1}}{1 + x^\top S^{-1} x}",
    r"\operatorname{tr}((S + T)^{-1} S) = d - \operatorname{tr}((S + T)^{-1} T)",
    r"\log|S + A R A^\top| = \log|S| + \log|R| + \log|R^{-1} + A^\top S^{-1} A|",
    r"\det(S + x x^\top) = \det(S) (1 + x^\top S^{-1} x)",
    r"\log\sqrt{\det(2\pi S)} = \frac{d}{2} \log(2\pi) + \frac12 \log|S|",
    r"\det(P S P^{-1}) = \det(S)",
    r"\frac{1}{\det P} = \det(P^{-1})",
    r"\operatorname{tr}(S) S_{11} \ge 0",
    r"\|B x - g\| \|B x - g\| = \|B x - g\|^2",
    r"(\sqrt{x^\top x})^2 = \|x\|^2",
    r"\|B e_y\| = \|I B e_y\|",
    r"(P^\top F^\top F P)^{-1} P^\top F^\top F P x = x",
    r"(S + \lambda I)^{-1} S^{-1} B x = \frac{1}{\lambda} (S^{-1} - (S + \lambda I)^{-1}) B x",
    r"(\prod_{k=1}^d (x_k B + H))^\top = \prod_{k=1}^d (x_{d+1-k} B^\top + H)",
    r"\operatorname{tr}\begin{pmatrix}a&b\\c&\lambda\end{pmatrix} = a + \lambda",
    r"\begin{pmatrix}a&b\\c&0\end{pmatrix} \begin{pmatrix}1\\0\end{pmatrix} = (a, c)^\top",
]
FALSE = [
    r"B C = C B",
    r"B^\top = B",
    r"B C x = C B x",
    r"x^\top B g = g^\top B x",
    r"\nabla_x \|A^\top x\|^2 = A A^\top x",
    r"(B + C)^\top = B^\top C^\top",
    r"\operatorname{tr}(B C) = \operatorname{tr}(B) \operatorname{tr}(C)",
    r"(S + \lambda I)^{-1} = S^{-1} + \lambda I",
    r"(A A^\top + \lambda I)^{-1} A = A (A^\top A + 2 \lambda I)^{-1}",
    r"\operatorname{diag}(x) g = x^\top g \, x",
    r"(B \odot C) x = B C x",
    r"\|x + g\|^2 = \|x\|^2 + \|g\|^2",
    r"\|c x\| = c \|x\|",
    r"\partial_c (c^2 x) = x",
    r"(S^{-1} + T^{-1})^{-1} = S (S + T)^{-1} S",
    r"(S + I)^{-1} S^{-1} = S^{-1} + (S + I)^{-1}",
    r"(S + A R A^\top)^{-1} = S^{-1} - S^{-1} A (R + A^\top S^{-1} A)^{-1} A^\top S^{-1}",
    r"(S + A R A^\top)^{-1} = S^{-1} + S^{-1} A (R^{-1} + A^\top S^{-1} A)^{-1} A^\top S^{-1}",
    r"(S^{-1} + F^\top R F)^{-1} F^\top R^{-1} = S F^\top (F S F^\top + R)^{-1}",
    r"(S + x x^\top)^{-1} = S^{-1} - \frac{S^{-1} x x^\top S^{-1}}{1 - x^\top S^{-1} x}",
    r"\operatorname{tr}((S + T)^{-1} S) = 1 - \operatorname{tr}((S + T)^{-1} T)",
    r"\log|S + A R A^\top| = \log|S| - \log|R| + \log|R^{-1} + A^\top S^{-1} A|",
    r"\det(S + x x^\top) = \det(S) (1 + x^\top S x)",
    r"\log\sqrt{\det(2\pi S)} = \log(2\pi) + \frac12 \log|S|",
    r"\det(B + C) = \det(B) + \det(C)",
    r"\det(A A^\top) = \det(A^\top A)",
    r"\det(\lambda I + A A^\top) = \det(\lambda I + A^\top A)",
    r"\operatorname{tr}(H) H_{11} \ge 0",
    r"\|B x - g\| \|B x + g\| = \|B x - g\|^2",
    r"\sqrt{x^\top x} \sqrt{g^\top g} = x^\top g",
    r"(S + \lambda I)^{-1} S^{-1} B x = \frac{1}{\lambda} (S^{-1} + (S + \lambda I)^{-1}) B x",
    r"(\prod_{k=1}^d (x_k B + H))^\top = \prod_{k=1}^d (x_k B^\top + H)",
    r"\operatorname{tr}\begin{pmatrix}a&b\\c&\lambda\end{pmatrix} = a + b",
    r"\begin{pmatrix}a\\b\end{pmatrix} = \begin{pmatrix}a\\c\end{pmatrix}",
    r"\begin{pmatrix}a&b\end{pmatrix} = \begin{pmatrix}a&c\end{pmatrix}",
]
ILL_TYPED = [
    r"2 A A^\top x = 2 A^\top A x",
    r"x = x^\top",
    r"A A^\top + \lambda = A A^\top + \lambda I",
    r"A x = x",
    r"\operatorname{tr}(A) = c",
    r"\sum_{j=1}^n A_{ij} x_j = c",
]


def statement(text: str) -> Statement:
    """A statement about the world of this file."""
    return read_statement(text, WORLD)[0].statement


@pytest.mark.parametrize("text", TRUE)
def test_proved(text: str) -> None:
    """What holds for all sizes is proved, and no model contradicts it."""
    said = typed(statement(text), WORLD)
    assert isinstance(prove(said, WORLD), Proof)
    assert search(said, WORLD).outcome == "supported"


@pytest.mark.parametrize("text", FALSE)
def test_never_proved(text: str) -> None:
    """What is false is not proved, and a model shows it."""
    said = typed(statement(text), WORLD)
    assert isinstance(prove(said, WORLD), Open)
    found = search(said, WORLD)
    assert found.outcome == "refuted"
    assert found.counterexample is not None


@pytest.mark.parametrize("text", ILL_TYPED[:-1])
def test_shapes_that_do_not_fit(text: str) -> None:
    """A statement whose shapes do not fit has none, and the error says which do not."""
    with pytest.raises(ShapeError, match=r"column|row|matrix"):
        typed(statement(text), WORLD)


ORDERED = [text for text in TRUE if r"\prod" in text]


@pytest.mark.parametrize("text", [text for text in TRUE if text not in ORDERED])
def test_certificates(text: str) -> None:
    """The re-checker verifies proofs by entries and words with an arithmetic of its own."""
    proof = prove(typed(statement(text), WORLD), WORLD)
    assert isinstance(proof, Proof)
    assert recheck(certificate(proof, WORLD)).problems == ()


def test_a_power_inside_an_inverse_that_is_not_known() -> None:
    """The entries of such a power are outside the calculus, which is said and not raised."""
    side = Trace(Pow(Pow(Sym("S"), as_term(9)), -as_term(1)))
    found = prove(Statement(side, "=", side + side), WORLD)
    assert isinstance(found, Open)
    assert (found.reason, found.message) == (
        "unsupported",
        "a power of a matrix with this exponent",
    )


def test_a_sum_over_few_numbers_names_its_rule() -> None:
    """It is written out, which is a use of a rule, so that the certificate may use it too."""
    place = Sym("k")
    few = Sum(place, Range(as_term(1), as_term(2)), Sym("c") * place)
    proof = prove(Statement(few, "=", 3 * Sym("c")), WORLD)
    assert isinstance(proof, Proof)
    assert proof.rules == ("range_splitting",)
    assert recheck(certificate(proof, WORLD)).problems == ()


def test_ordered_products_are_not_rechecked() -> None:
    """The re-checker says so of a product of matrices over an index, and accepts nothing of it."""
    for text in ORDERED:
        proof = prove(typed(statement(text), WORLD), WORLD)
        assert isinstance(proof, Proof)
        assert "Prod" in recheck(certificate(proof, WORLD)).problems[0]


def test_an_inverse_needs_a_reason() -> None:
    """Without a declaration, that a matrix is invertible stays a condition."""
    found = prove(typed(statement("B^{-1} B x = x"), WORLD), WORLD)
    assert isinstance(found, Open)
    assert found.reason == "condition"

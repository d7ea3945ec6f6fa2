"""Small true statements of everyday derivations that are proved, each beside a false neighbour.

Every statement is written as a person writes it and read by the notation. A refusal is one edit
away from an accepted statement: it is false, or true only under a condition that is not declared.
The certificate of every proof here re-checks.
"""

from __future__ import annotations

import json

import pytest

from lemmata.kernel.certificates import certificate
from lemmata.kernel.encode import encode, seal
from lemmata.kernel.prove import Open, Proof, prove
from lemmata.kernel.recheck import recheck
from lemmata.notation import read_statement
from lemmata.notation.sheet import read_sheet

SOFTMAX = r"""
sizes = ["K"]
[indices]
i = "1..K"
j = "1..K"
k = "1..K"
[scalars]
z = {index = "i=1..K"}
c = {}
"""
RECURSION = r"""
sizes = ["T"]
[indices]
t = "1..T"
s = "1..T"
[scalars]
eta = {domain = "(0,1/2)"}
x = {index = "t=1..T"}
e = {index = "t=0..T"}
[facts]
step = {statement = 'e_t=(1-2\eta)e_{t-1}+2\eta x_t'}
"""
AVERAGE = r"""
sizes = ["T"]
[indices]
t = "1..T"
[scalars]
beta = {domain = "(0,1)"}
g = {index = "t=1..T"}
m = {index = "t=0..T"}
[facts]
step = {statement = 'm_t=\beta m_{t-1}+(1-\beta)g_t'}
start = {statement = 'm_0=0'}
"""
GROWTH = r"""
sizes = ["T"]
[indices]
t = "1..T"
[scalars]
b = {index = "t=0..T"}
[facts]
step = {statement = 'b_t=b_{t-1}+T'}
start = {statement = 'b_0=0'}
"""
ENDED = r"""
sizes = ["T"]
[indices]
t = "1..T"
[scalars]
b = {index = "t=0..T"}
y = {}
[facts]
step = {statement = 'b_t=b_{t-1}+y'}
end = {statement = 'b_T=3'}
"""
NUMBERS = r"""
sizes = ["n"]
[indices]
i = "1..n"
j = "1..n"
[scalars]
x = {}
y = {}
a = {domain = "positive"}
u = {index = "i=1..n"}
w = {index = "i=1..n", domain = "positive"}
"""
ACCEPTS = [
    (SOFTMAX, r"\sum_{i=1}^K\frac{e^{z_i}}{\sum_{j=1}^Ke^{z_j}}=1"),
    (SOFTMAX, r"\frac{e^{z_i+c}}{\sum_je^{z_j+c}}=\frac{e^{z_i}}{\sum_je^{z_j}}"),
    (SOFTMAX, r"\log\frac{e^{z_i}}{\sum_je^{z_j}}=z_i-\log\sum_je^{z_j}"),
    (SOFTMAX, r"\log\sum_je^{z_j}=c+\log\sum_je^{z_j-c}"),
    (SOFTMAX, r"\frac{\partial}{\partial z_k}\log\sum_je^{z_j}=\frac{e^{z_k}}{\sum_je^{z_j}}"),
    (SOFTMAX, r"\frac{1+\sum_jz_j^2}{1+\sum_jz_j^2}=1"),
    (
        NUMBERS,
        r"\frac{d}{dx}\sum_{i=1}^n\log(1+e^{u_ix})=\sum_{i=1}^n\frac{u_i}{1+e^{-u_ix}}",
    ),
    (RECURSION, r"e_t=(1-2\eta)e_{t-1}+2\eta x_t"),
    (RECURSION, r"e_t-e_{t-1}=2\eta(x_t-e_{t-1})"),
    (RECURSION, r"e_1=(1-2\eta)e_0+2\eta x_1"),
    (RECURSION, r"e_T=(1-2\eta)^Te_0+2\eta\sum_{s=0}^{T-1}(1-2\eta)^sx_{T-s}"),
    (RECURSION, r"e_{T-1}=(1-2\eta)^{T-1}e_0+2\eta\sum_{t=1}^{T-1}(1-2\eta)^{T-1-t}x_t"),
    (RECURSION, r"\sum_{t=1}^T2\eta(1-2\eta)^{T-t}=1-(1-2\eta)^T"),
    (AVERAGE, r"m_1=(1-\beta)g_1"),
    (AVERAGE, r"m_T=(1-\beta)\sum_{t=1}^T\beta^{T-t}g_t"),
    (AVERAGE, r"(1-\beta)\sum_{t=1}^T\beta^{T-t}=1-\beta^T"),
    (NUMBERS, r"\sum_{i=1}^nu_i=\sum_{j=1}^nu_{n+1-j}"),
    (NUMBERS, r"\sum_{i=1}^nu_i=\sum_{i=0}^{n-1}u_{n-i}"),
    (NUMBERS, r"\sum_{i=1}^{n-1}(u_{i+1}-u_i)=u_n-u_1"),
    (NUMBERS, r"\sum_{i=1}^{n}iu_i=\sum_{j=0}^{n-1}(n-j)u_{n-j}"),
    (NUMBERS, r"\sum_{i=1}^{n-1}\log w_{i+1}=\sum_{i=2}^{n}\log w_i"),
    (AVERAGE, r"m_0=0"),
    (ENDED, r"b_T=3"),
    (ENDED, r"b_T=b_{T-1}+y"),
    (NUMBERS, r"x^{-1}a=\frac{a}{x}"),
    (NUMBERS, r"\frac{a}{x}+\frac{y}{x}=\frac{a+y}{x}"),
    (NUMBERS, r"\frac{y}{1+1/x}=y\cdot\frac{1}{1+\frac{1}{x}}"),
]
REFUSES = [
    (SOFTMAX, r"\sum_{i=1}^{K}\frac{e^{z_i}}{\sum_{j=1}^{K-1}e^{z_j}}=1"),
    (SOFTMAX, r"\frac{\sum_{j=1}^{K-1}e^{z_j}}{\sum_{j=1}^{K-1}e^{z_j}}=1"),
    (SOFTMAX, r"\frac{\sum_{j=1}^Kz_j}{\sum_{j=1}^Kz_j}=1"),
    (SOFTMAX, r"\frac{\sum_jz_j^2}{\sum_jz_j^2}=1"),
    (SOFTMAX, r"\frac{1-\sum_jz_j^2}{1-\sum_jz_j^2}=1"),
    (SOFTMAX, r"\frac{e^{cz_i}}{\sum_je^{cz_j}}=\frac{e^{z_i}}{\sum_je^{z_j}}"),
    (
        NUMBERS,
        r"\frac{d}{dx}\sum_{i=1}^n\log(1+e^{u_ix})=\sum_{i=1}^n\frac{u_i}{1+e^{u_ix}}",
    ),
    (RECURSION, r"e_t=(1-2\eta)e_{t-1}+\eta x_t"),
    (RECURSION, r"e_0=(1-2\eta)e_{-1}+2\eta x_0"),
    (RECURSION, r"e_{T+1}=(1-2\eta)e_T+2\eta x_{T+1}"),
    (RECURSION, r"e_1=(1-2\eta)e_0+2\eta x_2"),
    (RECURSION, r"e_{T-1}=(1-2\eta)^{T-1}e_0+2\eta\sum_{t=1}^{T}(1-2\eta)^{T-1-t}x_t"),
    (AVERAGE, r"m_1=\beta+(1-\beta)g_1"),
    (AVERAGE, r"m_T=\beta^T+(1-\beta)\sum_{t=1}^T\beta^{T-t}g_t"),
    (RECURSION, r"e_T=(1-2\eta)^Te_0+2\eta\sum_{s=1}^{T}(1-2\eta)^sx_{T-s}"),
    (AVERAGE, r"(1-\beta)\sum_{t=1}^T\beta^{T-t}=1-\beta^{T-1}"),
    (NUMBERS, r"\sum_{i=1}^nu_i=\sum_{j=1}^nu_{n-j}"),
    (NUMBERS, r"\sum_{i=1}^{n}(u_{i+1}-u_i)=u_n-u_1"),
    (NUMBERS, r"\sum_{i=1}^{n-1}(u_{i+1}-u_i)=u_1-u_n"),
    (NUMBERS, r"\sum_{i=1}^{n}iu_i=\sum_{j=1}^{n}ju_{n+1-j}"),
    (NUMBERS, r"\sum_{i=1}^{n}\frac{u_{i-1}}{i}=\sum_{i=1}^n\frac{u_i}{i+1}"),
    (ENDED, r"b_{T-1}=3"),
    (ENDED, r"b_T=b_0+3y"),
    (GROWTH, r"b_T=\frac{T(T+1)}{2}"),
    (NUMBERS, r"x\cdot\frac{1}{x}=1"),
    (NUMBERS, r"\frac{x}{x}a=\frac{a}{y}y"),
    (NUMBERS, r"x^{-1}a=\frac{a^2}{x}"),
    (NUMBERS, r"\sum_{i=1}^{n-1}\frac{a}{x}=\frac{a(n-1)}{x}"),
    (NUMBERS, r"\frac{y}{1+1/x}=\frac{xy}{1+x}"),
]


def attempt(sheet: str, text: str) -> tuple[Proof | Open, tuple[str, ...]]:
    """A proof, if one is found, and what the re-checker has against it."""
    declarations = read_sheet(sheet).declarations
    (reading,) = read_statement(text, declarations)
    found = prove(reading.statement, declarations)
    if isinstance(found, Open):
        return found, ()
    return found, recheck(json.loads(json.dumps(certificate(found, declarations)))).problems


@pytest.mark.parametrize(("sheet", "text"), ACCEPTS)
def test_a_true_statement_is_proved(sheet: str, text: str) -> None:
    """A statement that holds in every world of its declarations is proved."""
    assert isinstance(attempt(sheet, text)[0], Proof)


@pytest.mark.parametrize(("sheet", "text"), ACCEPTS)
def test_its_certificate_rechecks(sheet: str, text: str) -> None:
    """The re-checker, which has an arithmetic of its own, accepts the proof."""
    assert attempt(sheet, text)[1] == ()


@pytest.mark.parametrize(("sheet", "text"), REFUSES)
def test_a_false_or_conditional_statement_is_not_proved(sheet: str, text: str) -> None:
    """One edit away, a statement that fails in some world is not proved."""
    assert isinstance(attempt(sheet, text)[0], Open)


def test_a_certificate_does_not_hide_a_division_by_zero() -> None:
    """The re-checker refuses to divide by what only one side divides by."""
    declarations = read_sheet(NUMBERS).declarations
    found = prove(read_statement(r"\frac{a}{x}=ax^{-1}", declarations)[0].statement, declarations)
    assert isinstance(found, Proof)
    (other,) = read_statement(r"\frac{xa}{x}=a", declarations)
    held = certificate(found, declarations)
    held["statement"] = encode(other.statement)
    assert any("may be zero" in problem for problem in recheck(seal(held)).problems)

r"""Answers that grow: each family gives a text of about n parts to one question.

They are shared by a test of the work that they are and by a benchmark of the time that they take.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt
from typing import TypeAlias

from lemmata.checkers.tasks import Format, Kind

Grown: TypeAlias = Callable[[int], str]

KL = r"-\frac12\sum_j(1+\log\sigma_j^2-\mu_j^2-\sigma_j^2)"
TYPED = "-1/2 * sum_j (1 + log(sigma_j^2) - mu_j^2 - sigma_j^2)"


@dataclass(frozen=True)
class Family:
    """Texts of every length that answer a question.

    Attributes:
        text: What a text of about so many parts is.
        claim: The question.
        kind: What the texts hold.
        format: How they are written.
    """

    text: Grown
    claim: str = "gaussian-kl"
    kind: Kind = "expression"
    format: Format = "latex"


def repeated(piece: str, end: str = "1", begin: str = "") -> Grown:
    """One piece again and again, with its number where it has a place for it."""
    return lambda n: begin + "".join(piece.replace("#", str(k)) for k in range(1, n + 1)) + end


def nested(begin: str, end: str, inside: str = r"\mu_1") -> Grown:
    """One piece within itself again and again."""
    return lambda n: begin * n + inside + end * n


def rows(row: str, first: str = r"\mu_1") -> Grown:
    """A chain of rows."""
    return lambda n: (
        rf"\begin{{align}}{first}"
        + r"\\".join(row.replace("#", str(k)) for k in range(1, n + 1))
        + r"\end{align}"
    )


def named(definition: str) -> Grown:
    """A definition in words for each name, and the sum of them."""
    told = repeated(definition, "")
    return lambda n: told(n) + "$$" + "+".join(f"y_{{{k}}}" for k in range(1, n + 1)) + "$$"


def square(rows_of: int) -> str:
    """A matrix with about so many entries."""
    side = max(2, isqrt(rows_of))
    entries = (" & ".join(f"{(i * j) % 7}" for j in range(side)) for i in range(side))
    return r"\begin{pmatrix}" + r"\\".join(entries) + r"\end{pmatrix}"


GROWING: dict[str, Family] = {
    # Right answers.
    "terms that cancel": Family(repeated(r"+#\mu_1^2-#\mu_1^2", "", KL)),
    "powers that cancel": Family(repeated(r"+\mu_1^{#}-\mu_1^{#}", "", KL)),
    "terms that cancel, typed": Family(repeated("+ # mu_1 - # mu_1", "", TYPED), format="text"),
    "quotients that cancel": Family(repeated(r"+\frac{\mu_1}{#}-\frac{\mu_1}{#}", "", KL)),
    "roots that cancel": Family(repeated(r"+\sqrt{#\sigma_1}-\sqrt{#\sigma_1}", "", KL)),
    "sums that cancel": Family(repeated(r"+\sum_j\mu_j^{#}-\sum_j\mu_j^{#}", "", KL)),
    "factors that cancel": Family(repeated(r"\cdot\frac{\sigma_1+#}{\sigma_1+#}", "", f"({KL})")),
    "brackets around it": Family(nested("(", ")", KL)),
    "signs before it": Family(nested("-(-(", "))", KL)),
    "rows that hold": Family(rows(r"&=2\mu_1-\mu_1+#-#"), kind="derivation"),
    "words before it": Family(lambda n: "so the answer is " * n + f"$${KL}$$"),
    "blanks in it": Family(repeated(r"\, ", "", KL)),
    # Wrong ones, and those that nobody can read.
    "terms": Family(repeated(r"#\mu_1+")),
    "names": Family(repeated(r"\mu_{#}+")),
    "sums": Family(repeated(r"\sum_j\mu_j+")),
    "products": Family(repeated(r"(\mu_1+\sigma_1+#)")),
    "quotients": Family(repeated(r"\frac{\mu_1}{\sigma_1+#}+")),
    "roots": Family(repeated(r"\sqrt{\sigma_1+#}+")),
    "logarithms": Family(repeated(r"\log(\sigma_1+#)+")),
    "exponentials": Family(repeated(r"e^{#\mu_1}+")),
    "moduli": Family(repeated(r"|\mu_1+#|+")),
    "brackets": Family(nested("(1+", ")")),
    "fractions of fractions": Family(nested(r"\frac{1}{1+", "}")),
    "fractions over fractions": Family(nested(r"\frac{", "}{2}")),
    "roots of roots": Family(nested(r"\sqrt{1+", "}")),
    "powers of powers": Family(nested(r"(1+", ")^2")),
    "tanh of tanh": Family(nested(r"\tanh(", ")")),
    "exponents of exponents": Family(nested("e^{", "}")),
    "subscripts": Family(nested(r"\mu_{", "}", "1")),
    "a long subscript": Family(lambda n: r"\mu_{" + "1+" * n + "1}"),
    "sums of what may be more": Family(repeated(r"\sum_j\mu_j+\sigma_j\cdot ")),
    "quotients of what may be more": Family(repeated(r"1/\mu_1\sigma_1+")),
    "sums below sums": Family(lambda n: r"\sum_j(\mu_j+" * n + "1" + ")" * n),
    "a matrix": Family(lambda n: r"\det" + square(n)),
    "a product of matrices": Family(lambda n: square(n) + square(n)),
    "cases": Family(lambda n: r"\begin{cases}" + r"\mu_1 & j = 1 \\" * n + r"0 & j = 2\end{cases}"),
    "definitions": Family(named(r"Let $y_{#} = \mu_1+#$. ")),
    "facts": Family(lambda n: r"Since $\mu_1=\mu_1$, " * n + r"$$\mu_1$$"),
    "words": Family(lambda n: "let us note that " * n + r"$$\mu_1$$"),
    "comments": Family(rows(r"&=\mu_1+#-# && \text{since } \mu_1=\mu_1"), kind="derivation"),
    "rows that are wrong": Family(rows(r"&=\mu_1+#"), kind="derivation"),
    "rows of sums": Family(rows(r"&=\sum_j\mu_j+#"), kind="derivation"),
    "relations": Family(lambda n: "=".join(rf"\mu_{{{k}}}" for k in range(1, n + 2))),
    "conditions": Family(lambda n: r"\mu_1" + r", \quad j=1" * n),
    "variables under one expectation": Family(
        lambda n: rf"\mathbb{{E}}_{{{','.join(f's_{{{k}}}' for k in range(n))}}}[1]",
        "behaviour-cloning",
    ),
    "expectations": Family(repeated(r"\mathbb{E}_{z\sim q(z|x)}[\log p(x|z)]+"), "vae-elbo"),
    "divergences": Family(repeated(r"D_{KL}(q(z|x)\|p(z))+"), "vae-elbo"),
    "columns": Family(repeated(r"w_1x_{#}+"), "conv1d-backward-x"),
    "products of matrices": Family(repeated(r"X^\top X"), "ols-covariance"),
    "inverses": Family(repeated(r"(X^\top X)^{-1}+"), "ols-covariance"),
    "slopes of tanh": Family(nested(r"\tanh(", ")", "u_1"), "saliency-log-softmax"),
    "rewards": Family(repeated(r"\gamma^{#}r_{#}+"), "reward-to-go"),
    "ambiguous sums": Family(repeated(r"\sum_i u_i+"), "score-function-gradient"),
    "typed terms": Family(repeated("# * mu_1 + "), format="text"),
    "typed brackets": Family(nested("(1 + ", ")", "mu_1"), format="text"),
}

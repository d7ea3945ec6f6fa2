r"""The gradient step of a codebook.

For the squared distance between x and its nearest code e(k), the gradient in e(k) is
-2 (x - e(k)); a step of stochastic gradient descent with rate eta sends e(k) to
e(k) + 2 eta (x - e(k)) and leaves the other codes alone.

\[ e_j - \eta \frac{\partial}{\partial e_j} \sum_{i=1}^{d} \left(x_i - e_i\right)^2
   = e_j + 2 \eta \left(x_j - e_j\right) \]

Source: TTIC 31230, quiz 4, problem 2(b). The printed solution lacks the old value e(k).

Proof idea: the gradient of a squared norm.
"""

from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import Dimension, Letter, Over, Positive, Runs
from lemmata.derivations.workings import Workings
from lemmata.kernel.language import Array, Chain, delta, derive, partial, sum_over


@part(title="Every code at once")
def whole_codebook(
    K: Dimension,
    d: Dimension,
    k: Annotated[Letter, Runs(1, "K")],
    l: Annotated[Letter, Runs(1, "K")],
    i: Annotated[Letter, Runs(1, "d")],
    j: Annotated[Letter, Runs(1, "d")],
    eta: Positive,
    x: Annotated[Array, Over("i")],
    e: Annotated[Array, Over("k", "i")],
) -> Chain:
    r"""Where k is the nearest code, only code k moves.

    \[ e_{l,j} - \eta \frac{\partial}{\partial e_{l,j}} \sum_{i=1}^{d} \left(x_i - e_{k,i}\right)^2
       = e_{l,j} + 2 \eta \delta_{l,k} \left(x_j - e_{k,j}\right) \]
    """
    loss = sum_over(i, 1, d, (x[i] - e[k, i]) ** 2)
    return (
        derive(e[l, j] - eta * partial(e[l, j], loss))
        .equals(e[l, j] - eta * (-2 * delta(l, k) * (x[j] - e[k, j])), by="derivative_rules")
        .equals(e[l, j] + 2 * eta * delta(l, k) * (x[j] - e[k, j]), by="algebra")
        .but_not(e[l, j] + 2 * eta * (x[j] - e[k, j]), because="only the nearest code is moved")
        .but_not(e[l, j], because="the nearest code is moved")
    )


@claim(
    title="The codebook step of stochastic gradient descent",
    source="TTIC 31230, quiz 4, problem 2(b)",
    parts=(whole_codebook,),
)
def vq_codebook_sgd(
    d: Dimension,
    i: Annotated[Letter, Runs(1, "d")],
    j: Annotated[Letter, Runs(1, "d")],
    eta: Positive,
    x: Annotated[Array, Over("i")],
    e: Annotated[Array, Over("i")],
) -> Chain:
    """The selected code e moves towards the sample x; the loss is their squared distance."""
    return (
        derive(e[j] - eta * partial(e[j], sum_over(i, 1, d, (x[i] - e[i]) ** 2)))
        .equals(e[j] - eta * (-2 * (x[j] - e[j])), by="derivative_rules")
        .equals(e[j] + 2 * eta * (x[j] - e[j]), by="algebra")
        .but_not(2 * eta * (x[j] - e[j]), because="the previous value is dropped")
        .but_not(e[j] - 2 * eta * (x[j] - e[j]), because="that moves away from the sample")
        .but_not(e[j] + eta * (x[j] - e[j]), because="the square's factor 2 is missing")
    )


CODES = 3
DIMENSIONS = (1, 2, 3, 4)


def confirm() -> Confirmation:
    """Differentiate the squared distance in every entry of the codebook."""
    import sympy as sp

    workings = Workings(
        "the nearest code held fixed (no tie), a codebook of 3 codes in 1 to 4 dimensions, every "
        "rate; the gradient of one coordinate also in symbolic dimension"
    )
    eta = sp.Symbol("eta", positive=True)
    for dimension in DIMENSIONS:
        x = sp.symbols(f"x_1:{dimension + 1}", real=True)
        codes = [sp.symbols(f"e{code}_1:{dimension + 1}", real=True) for code in range(CODES)]
        nearest, *others = codes
        loss = sp.Add(*((a - b) ** 2 for a, b in zip(x, nearest, strict=True)))
        workings.zero(
            f"dimension {dimension}: the step",
            *(
                e - eta * sp.diff(loss, e) - (e + 2 * eta * (a - e))
                for a, e in zip(x, nearest, strict=True)
            ),
        )
        workings.zero(
            f"dimension {dimension}: other codes",
            *(sp.diff(loss, entry) for code in others for entry in code),
        )

    # The coordinate j lies in the range because the dimension is written j + k with k >= 0.
    i, j = sp.Symbol("i", integer=True), sp.Symbol("j", integer=True, positive=True)
    k = sp.Symbol("k", integer=True, nonnegative=True)
    a, e = sp.IndexedBase("x", real=True), sp.IndexedBase("e", real=True)
    gradient = sp.diff(sp.Sum((a[i] - e[i]) ** 2, (i, 1, j + k)), e[j]).doit()
    workings.zero("symbolic dimension: the gradient", gradient + 2 * (a[j] - e[j]))

    point, code = sp.symbols("x e", real=True)
    step = code - eta * sp.diff((point - code) ** 2, code)
    workings.nonzero("old value dropped", step - 2 * eta * (point - code))
    workings.nonzero("ascent", step - (code - 2 * eta * (point - code)))
    workings.nonzero("factor 2 missing", step - (code + eta * (point - code)))
    return workings.confirmation()

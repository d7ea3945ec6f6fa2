"""The gradient step of a codebook.

For the squared distance between x and its nearest code e(k), the gradient in e(k) is
-2 (x - e(k)); a step of stochastic gradient descent with rate eta sends e(k) to
e(k) + 2 eta (x - e(k)) and leaves the other codes alone.

Source: TTIC 31230, quiz 4, problem 2(b). The printed solution lacks the old value e(k).

Proof idea: the gradient of a squared norm.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.workings import Workings

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

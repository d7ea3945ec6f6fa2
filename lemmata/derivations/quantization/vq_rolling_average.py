r"""A codebook entry is a rolling average of the vectors that are assigned to it.

The gradient step equals e <- (1 - 2 eta) e + 2 eta x. After the vectors x_1..x_n it has become
(1 - 2 eta)^n e_0 plus 2 eta times the sum over i of (1 - 2 eta)^(n - i) x_i; the weights sum to
one, and are positive for 0 < eta < 1/2.

\[ e_T = (1 - 2\eta)^T e_0 + 2\eta \sum_{t=1}^{T} (1 - 2\eta)^{T - t} x_t \]

Source: TTIC 31230, quiz 4, problem 2(c).

Proof idea: collect terms; induction on n; a geometric sum.
"""

from fractions import Fraction
from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import Dimension, Letter, Over, Real, Runs
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.declarations import Interval
from lemmata.kernel.language import Array, Chain, derive, sum_over
from lemmata.kernel.terms import Sym

HALF_UNIT = Interval(Fraction(0), Fraction(1, 2))


@part(title="One step is a rolling average", answers=("vq-rolling-average-update",))
def update(
    eta: Annotated[Sym, HALF_UNIT],
    e: Real,
    x: Real,
) -> Chain:
    r"""The gradient step keeps the share 1 - 2 eta of the code.

    \[ e + 2\eta \left(x - e\right) = (1 - 2\eta) e + 2\eta x \]
    """
    return (
        derive(e + 2 * eta * (x - e))
        .equals((1 - 2 * eta) * e + 2 * eta * x, by="algebra")
        .but_not((1 - eta) * e + eta * x, because="the factor 2 is missing")
        .but_not(2 * eta * e + (1 - 2 * eta) * x, because="the weights are swapped")
        .but_not((1 - 2 * eta) * e - 2 * eta * x, because="the sample is added")
    )


@part(title="The weights sum to one")
def weights(
    T: Dimension,
    t: Annotated[Letter, Runs(1, "T")],
    eta: Annotated[Sym, HALF_UNIT],
) -> Chain:
    r"""So that the code is a weighted mean of its first value and the samples.

    \[ (1 - 2\eta)^T + 2\eta \sum_{t=1}^{T} (1 - 2\eta)^{T - t} = 1 \]
    """
    decay = 1 - 2 * eta
    return (
        derive(decay**T + 2 * eta * sum_over(t, 1, T, decay ** (T - t)))
        .equals(1, by="induction")
        .by_induction_on(T)
        .but_not(1 - decay**T, because="the weight of the first code counts")
        .but_not(2 * eta, because="that is the weight of the last sample alone")
    )


@claim(
    title="The codes are rolling averages of their samples",
    source="TTIC 31230, quiz 4, problem 2(c)",
    answer_ids=("vq-rolling-average-closed", "vq-rolling-average-update", "vq-rolling-average"),
    answers=("vq-rolling-average-closed",),
    parts=(update, weights),
)
def vq_rolling_average(
    T: Dimension,
    t: Annotated[Letter, Runs(1, "T")],
    eta: Annotated[Sym, HALF_UNIT],
    e: Annotated[Array, Over(Runs(0, "T"))],
    x: Annotated[Array, Over("t")],
) -> Chain:
    """After T steps on the samples x_1, ..., x_T, in each coordinate."""
    decay = 1 - 2 * eta
    return (
        derive(e[T])
        .equals(
            decay**T * e[0] + 2 * eta * sum_over(t, 1, T, decay ** (T - t) * x[t]), by="induction"
        )
        .given("recursion", e[t], "=", decay * e[t - 1] + 2 * eta * x[t], forall=(t,))
        .by_induction_on(T)
        .but_not(
            decay**T * e[0] + 2 * eta * sum_over(t, 1, T, decay**t * x[t]),
            because="the last sample has the largest weight, not the first",
        )
        .but_not(
            decay**T * e[0] + eta * sum_over(t, 1, T, decay ** (T - t) * x[t]),
            because="the factor 2 is missing",
        )
        .but_not(
            decay**T * e[0] + 2 * eta * sum_over(t, 1, T, decay ** (T - t + 1) * x[t]),
            because="the last sample has not decayed yet",
        )
    )


LONGEST_STREAM = 6


def confirm() -> Confirmation:
    """Run the recursion, take its induction step for symbolic n, and sum the weights."""
    import sympy as sp

    workings = Workings(
        "every stream of up to 6 vectors (one coordinate of them) by running the recursion; "
        "symbolic n by the induction step of each weight, by the geometric sum, and by rsolve for "
        "a constant stream"
    )
    eta, (e_0, x) = sp.Symbol("eta", positive=True), sp.symbols("e_0 x", real=True)
    n, age = sp.symbols("n age", integer=True, nonnegative=True)
    keep = 1 - 2 * eta
    stream = sp.symbols(f"x_1:{LONGEST_STREAM + 1}", real=True)

    def step(e: Expr, vector: Expr) -> Expr:
        return e - eta * sp.diff((vector - e_0) ** 2, e_0).subs(e_0, e)

    def closed_form(length: int) -> Expr:
        terms = (keep ** (length - j) * stream[j - 1] for j in range(1, length + 1))
        return keep**length * e_0 + 2 * eta * sp.Add(*terms)

    workings.zero("the step", step(e_0, x) - (keep * e_0 + 2 * eta * x))
    e = e_0
    for length in range(1, LONGEST_STREAM + 1):
        e = step(e, stream[length - 1])
        workings.zero(f"n = {length}", e - closed_form(length))

    # A vector's age is the number of vectors after it, n - i; the newest has age 0.
    weight = 2 * eta * keep**age
    workings.zero("induction: the newest weight", weight.subs(age, 0) - 2 * eta)
    workings.zero("induction: weights shrink", weight.subs(age, age + 1) - keep * weight)
    workings.zero("induction: the first value", keep ** (n + 1) - keep * keep**n)
    total = keep**n + sp.summation(weight, (age, 0, n - 1))
    workings.zero("the weights sum to one", total - 1)

    value = sp.Function("e")
    recursion = value(n + 1) - value(n) - 2 * eta * (x - value(n))
    solved = sp.rsolve(recursion, value(n), {value(0): e_0})
    workings.zero("constant stream", solved - (keep**n * e_0 + (1 - keep**n) * x))

    u = sp.Symbol("u", positive=True)
    below_half, below_one = u / (2 * (1 + u)), u / (1 + u)
    workings.positive(
        "0 < eta < 1/2: both weights of the step are positive",
        keep.subs(eta, below_half),
        2 * below_half,
    )
    workings.positive("0 < eta < 1: the step contracts", (1 - keep**2).subs(eta, below_one))

    workings.nonzero("factor 2 missing", step(e_0, x) - ((1 - eta) * e_0 + eta * x))
    workings.nonzero("weights swapped", step(e_0, x) - (2 * eta * e_0 + keep * x))
    late = keep**2 * e_0 + 2 * eta * (keep**2 * stream[0] + keep * stream[1])
    workings.nonzero("exponents one too large", step(step(e_0, stream[0]), stream[1]) - late)
    workings.nonzero("read as an equation", sp.solve(step(e_0, x) - e_0, e_0)[0] - e_0)
    workings.negative("no contraction for eta > 1/2", keep**2 - 1, {eta: sp.Rational(3, 5)})
    return workings.confirmation()

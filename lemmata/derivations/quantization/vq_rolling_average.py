"""A codebook entry is a rolling average of the vectors that are assigned to it.

The gradient step equals e <- (1 - 2 eta) e + 2 eta x. After the vectors x_1..x_n it has become
(1 - 2 eta)^n e_0 plus 2 eta times the sum over i of (1 - 2 eta)^(n - i) x_i; the weights sum to
one, and are positive for 0 < eta < 1/2.

Source: TTIC 31230, quiz 4, problem 2(c).

Proof idea: collect terms; induction on n; a geometric sum.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.workings import Expr, Workings

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

r"""The Jacobian determinant of an affine coupling layer.

If f keeps the first d coordinates of z and sends the others to exp(s(z_1..z_d)) z_i + t(z_1..z_d),
coordinate by coordinate, the absolute determinant of its Jacobian is the exponential of the sum of
the n - d values of s; t and the moved coordinates do not enter.

\[ \log \left| \det \begin{pmatrix}
   [\frac{\partial}{\partial u_k} u_i]_{1 \le i \le d, 1 \le k \le d} &
   [\frac{\partial}{\partial v_l} u_i]_{1 \le i \le d, 1 \le l \le n - d} \\
   [\frac{\partial}{\partial u_k} (\exp(s_j(u)) v_j + t_j(u))]
   _{1 \le j \le n - d, 1 \le k \le d} &
   [\frac{\partial}{\partial v_l} (\exp(s_j(u)) v_j + t_j(u))]
   _{1 \le j \le n - d, 1 \le l \le n - d}
   \end{pmatrix} \right| = \sum_{j=1}^{n-d} s_j(u) \]

Source: CS 182/282A, discussion on unsupervised learning, problem 8.

Proof idea: the Jacobian is block lower triangular, with an identity and a diagonal block.
"""

from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import Dimension, Function, Letter, Over, Runs, Takes
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.language import (
    Array,
    Chain,
    FunctionHead,
    absolute,
    blocks,
    delta,
    derive,
    det,
    exp,
    log,
    matrix,
    partial,
    product_over,
    sum_over,
)
from lemmata.kernel.terms import Sym, Term


def coupling_jacobian(
    d: Sym,
    n: Sym,
    letters: tuple[Sym, Sym, Sym, Sym],
    inputs: tuple[Array, Array],
    maps: tuple[FunctionHead, FunctionHead],
) -> Term:
    """The Jacobian of (u, v) -> (u, exp(s(u)) v + t(u)), in blocks, its derivatives as written."""
    (i, k, j, l), (u, v), (s, t) = letters, inputs, maps
    moved = exp(s[j](u)) * v[j] + t[j](u)
    return blocks(
        (
            matrix(i, d, k, d, partial(u[k], u[i])),
            matrix(i, d, l, n - d, partial(v[l], u[i])),
        ),
        (
            matrix(j, n - d, k, d, partial(u[k], moved)),
            matrix(j, n - d, l, n - d, partial(v[l], moved)),
        ),
    )


def coupling_jacobian_carried_out(
    d: Sym,
    n: Sym,
    letters: tuple[Sym, Sym, Sym, Sym],
    inputs: tuple[Array, Array],
    maps: tuple[FunctionHead, FunctionHead],
) -> Term:
    """The same with the derivatives carried out that the determinant needs."""
    (i, k, j, l), (u, v), (s, t) = letters, inputs, maps
    moved = exp(s[j](u)) * v[j] + t[j](u)
    return blocks(
        (matrix(i, d, k, d, delta(i, k)), matrix(i, d, l, n - d, 0)),
        (
            matrix(j, n - d, k, d, partial(u[k], moved)),
            matrix(j, n - d, l, n - d, exp(s[j](u)) * delta(j, l)),
        ),
    )


@part(title="The determinant itself", answers=("realnvp-det",))
def determinant(
    d: Dimension,
    n: Dimension,
    i: Annotated[Letter, Runs(1, "d")],
    k: Annotated[Letter, Runs(1, "d")],
    j: Annotated[Letter, Runs(1, "n - d")],
    l: Annotated[Letter, Runs(1, "n - d")],
    u: Annotated[Array, Over("i")],
    v: Annotated[Array, Over("j")],
    s: Annotated[Function, Takes(1), Over("j")],
    t: Annotated[Function, Takes(1), Over("j")],
) -> Chain:
    r"""The exponential of the sum of the scales.

    \[ \left| \det \begin{pmatrix}
       [\frac{\partial}{\partial u_k} u_i]_{1 \le i \le d, 1 \le k \le d} &
       [\frac{\partial}{\partial v_l} u_i]_{1 \le i \le d, 1 \le l \le n - d} \\
       [\frac{\partial}{\partial u_k} (\exp(s_j(u)) v_j + t_j(u))]
       _{1 \le j \le n - d, 1 \le k \le d} &
       [\frac{\partial}{\partial v_l} (\exp(s_j(u)) v_j + t_j(u))]
       _{1 \le j \le n - d, 1 \le l \le n - d}
       \end{pmatrix} \right| = \exp\left(\sum_{j=1}^{n-d} s_j(u)\right) \]
    """
    jacobian = coupling_jacobian(d, n, (i, k, j, l), (u, v), (s, t))
    carried_out = coupling_jacobian_carried_out(d, n, (i, k, j, l), (u, v), (s, t))
    return (
        derive(absolute(det(jacobian)))
        .equals(absolute(det(carried_out)), by="derivative_rules")
        .equals(
            absolute(product_over(j, 1, n - d, exp(s[j](u)))),
            by=("block_triangular_determinant", "diagonal_determinant"),
        )
        .equals(product_over(j, 1, n - d, exp(s[j](u))), by="absolute_value")
        .equals(exp(sum_over(j, 1, n - d, s[j](u))), by="indexed_product")
        .given("split", d, "<", n)
        .but_not(exp(-sum_over(j, 1, n - d, s[j](u))), because="that is the inverse map's")
        .but_not(
            sum_over(j, 1, n - d, exp(s[j](u))), because="a determinant multiplies the diagonal"
        )
        .but_not(product_over(j, 1, n - d, s[j](u)), because="the exponential is missing")
    )


@claim(
    title="The log-determinant of a Real-NVP coupling layer",
    source="CS 182/282A, discussion 10, problem 8",
    answer_ids=("realnvp-logdet", "realnvp-det"),
    answers=("realnvp-logdet",),
    parts=(determinant,),
)
def realnvp_logdet(
    d: Dimension,
    n: Dimension,
    i: Annotated[Letter, Runs(1, "d")],
    k: Annotated[Letter, Runs(1, "d")],
    j: Annotated[Letter, Runs(1, "n - d")],
    l: Annotated[Letter, Runs(1, "n - d")],
    u: Annotated[Array, Over("i")],
    v: Annotated[Array, Over("j")],
    s: Annotated[Function, Takes(1), Over("j")],
    t: Annotated[Function, Takes(1), Over("j")],
) -> Chain:
    """With u the first d coordinates, kept, and v the others, scaled by exp(s(u)) and shifted."""
    jacobian = coupling_jacobian(d, n, (i, k, j, l), (u, v), (s, t))
    carried_out = coupling_jacobian_carried_out(d, n, (i, k, j, l), (u, v), (s, t))
    identity = matrix(i, d, k, d, delta(i, k))
    scaling = matrix(j, n - d, l, n - d, exp(s[j](u)) * delta(j, l))
    total = sum_over(j, 1, n - d, s[j](u))
    return (
        derive(log(absolute(det(jacobian))))
        .equals(log(absolute(det(carried_out))), by="derivative_rules")
        .equals(log(absolute(det(identity) * det(scaling))), by="block_triangular_determinant")
        .equals(log(absolute(product_over(j, 1, n - d, exp(s[j](u))))), by="diagonal_determinant")
        .equals(log(product_over(j, 1, n - d, exp(s[j](u)))), by="absolute_value")
        .equals(total, by=("logarithm_of_an_indexed_product", "logarithm_of_an_exponential"))
        .given("split", d, "<", n)
        .but_not(
            sum_over(j, 1, n - d, exp(s[j](u))), because="a determinant multiplies the diagonal"
        )
        .but_not(-total, because="that is the inverse map's")
        .but_not(
            product_over(j, 1, n - d, s[j](u)),
            because="the logarithm of a product of exponentials is a sum",
        )
        .but_not(total + sum_over(j, 1, n - d, t[j](u)), because="the shift is off the diagonal")
    )


SHAPES = ((1, 2), (1, 3), (2, 3), (2, 4), (2, 5), (3, 5))


def confirm() -> Confirmation:
    """Differentiate the map and expand its determinant; then the block rule for symbolic sizes."""
    import sympy as sp

    workings = Workings(
        "every differentiable s and t, for (d, n) in (1,2) (1,3) (2,3) (2,4) (2,5) (3,5), by "
        "differentiating and expanding the determinant; for any sizes, one coordinate after the "
        "other by SymPy's block rule"
    )
    for kept, size in SHAPES:
        determinant, log_scales, _ = _coupling_determinant(kept, size)
        workings.zero(f"d = {kept}, n = {size}", sp.Abs(determinant) - sp.exp(sp.Add(*log_scales)))

    d, k = sp.symbols("d k", integer=True, positive=True)
    lower, scale = sp.MatrixSymbol("C", k, d), sp.MatrixSymbol("D", k, k)
    jacobian = sp.BlockMatrix([[sp.Identity(d), sp.ZeroMatrix(d, k)], [lower, scale]])
    workings.zero("identity block, any sizes", sp.det(jacobian) - sp.Determinant(scale))
    s, row = sp.Symbol("s", real=True), sp.MatrixSymbol("c", 1, k)
    grown = sp.BlockMatrix([[scale, sp.ZeroMatrix(k, 1)], [row, sp.Matrix([[sp.exp(s)]])]])
    workings.zero(
        "one more coordinate, any size", sp.det(grown) - sp.exp(s) * sp.Determinant(scale)
    )

    determinant, log_scales, shifts = _coupling_determinant(2, 4)
    workings.nonzero("trace", determinant - sp.Add(*map(sp.exp, log_scales)))
    workings.nonzero("inverse map", determinant - sp.exp(-sp.Add(*log_scales)))
    workings.nonzero("exponential forgotten", determinant - sp.Mul(*log_scales))
    workings.nonzero("t enters", determinant - sp.exp(sp.Add(*log_scales, *shifts)))
    workings.nonzero("volume preserving", determinant - 1)
    return workings.confirmation()


def _coupling_determinant(kept: int, size: int) -> tuple[Expr, list[Expr], list[Expr]]:
    """The determinant of an affine coupling layer, with the values of its s and its t."""
    import sympy as sp

    z = sp.symbols(f"z_1:{size + 1}", real=True)
    places = range(1, size - kept + 1)
    log_scales = [sp.Function(f"s_{i}", real=True)(*z[:kept]) for i in places]
    shifts = [sp.Function(f"t_{i}", real=True)(*z[:kept]) for i in places]
    moved = [sp.exp(s) * x + t for s, x, t in zip(log_scales, z[kept:], shifts, strict=True)]
    jacobian = sp.Matrix([*z[:kept], *moved]).jacobian(z)
    return jacobian.det(), log_scales, shifts

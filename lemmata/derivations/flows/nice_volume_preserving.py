r"""An additive coupling layer preserves volume.

If f keeps the first d coordinates of z and adds g(z_1..z_d) to the others, its Jacobian has
determinant 1. A diagonal rescaling after it multiplies the determinant by the product of its
entries, so that a model with such a layer does not preserve volume.

\[ \det \begin{pmatrix}
   [\frac{\partial}{\partial u_k} u_i]_{1 \le i \le d, 1 \le k \le d} &
   [\frac{\partial}{\partial v_l} u_i]_{1 \le i \le d, 1 \le l \le n - d} \\
   [\frac{\partial}{\partial u_k} (v_j + g_j(u))]_{1 \le j \le n - d, 1 \le k \le d} &
   [\frac{\partial}{\partial v_l} (v_j + g_j(u))]_{1 \le j \le n - d, 1 \le l \le n - d}
   \end{pmatrix} = 1 \]

Source: CS 182/282A, discussion on unsupervised learning, section on normalising flows.

Proof idea: the Jacobian is block lower triangular with two identity blocks.
"""

from typing import Annotated

from lemmata.derivations.claim import claim, part
from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.signature import Dimension, Function, Letter, Over, Runs, Takes
from lemmata.derivations.workings import Expr, Workings
from lemmata.kernel.language import (
    Array,
    Chain,
    blocks,
    delta,
    derive,
    det,
    matrix,
    partial,
    product_over,
    sum_over,
)


@part(title="The rescaling layer does change volume")
def rescaling(
    n: Dimension,
    i: Annotated[Letter, Runs(1, "n")],
    k: Annotated[Letter, Runs(1, "n")],
    z: Annotated[Array, Over("i")],
    S: Annotated[Array, Over("i")],
) -> Chain:
    r"""A diagonal scaling has the product of its entries as determinant.

    \[ \det [\frac{\partial}{\partial z_k} (S_i z_i)]_{1 \le i \le n, 1 \le k \le n}
       = \prod_{i=1}^{n} S_i \]
    """
    return (
        derive(det(matrix(i, n, k, n, partial(z[k], S[i] * z[i]))))
        .equals(det(matrix(i, n, k, n, S[i] * delta(i, k))), by="derivative_rules")
        .equals(product_over(i, 1, n, S[i]), by="diagonal_determinant")
        .but_not(1, because="a scaling changes volume")
        .but_not(sum_over(i, 1, n, S[i]), because="that is the trace")
    )


@claim(
    title="A NICE coupling layer preserves volume",
    source="CS 182/282A, discussion 10, section 4.3",
    answer_ids=("nice-det",),
    answers=("nice-det",),
    parts=(rescaling,),
)
def nice_volume_preserving(
    d: Dimension,
    n: Dimension,
    i: Annotated[Letter, Runs(1, "d")],
    k: Annotated[Letter, Runs(1, "d")],
    j: Annotated[Letter, Runs(1, "n - d")],
    l: Annotated[Letter, Runs(1, "n - d")],
    u: Annotated[Array, Over("i")],
    v: Annotated[Array, Over("j")],
    g: Annotated[Function, Takes(1), Over("j")],
) -> Chain:
    """With u the first d coordinates, kept, and v the others, shifted by g(u)."""
    moved = v[j] + g[j](u)
    slope = matrix(j, n - d, k, d, partial(u[k], moved))
    above = matrix(i, d, k, d, delta(i, k))
    below = matrix(j, n - d, l, n - d, delta(j, l))
    return (
        derive(
            det(
                blocks(
                    (
                        matrix(i, d, k, d, partial(u[k], u[i])),
                        matrix(i, d, l, n - d, partial(v[l], u[i])),
                    ),
                    (slope, matrix(j, n - d, l, n - d, partial(v[l], moved))),
                )
            )
        )
        .equals(
            det(blocks((above, matrix(i, d, l, n - d, 0)), (slope, below))),
            by="derivative_rules",
        )
        .equals(det(above) * det(below), by="block_triangular_determinant")
        .equals(1, by="diagonal_determinant")
        .given("split", d, "<", n)
        .but_not(0, because="the map is invertible")
        .but_not(-1, because="the diagonal is made of ones")
        .but_not(product_over(j, 1, n - d, g[j](u)), because="the shift stands off the diagonal")
    )


SHAPES = ((1, 2), (1, 3), (2, 3), (2, 4), (2, 5), (3, 5))


def confirm() -> Confirmation:
    """Differentiate the map and expand its determinant; then the block rule for symbolic sizes."""
    import sympy as sp

    workings = Workings(
        "every differentiable shift, for (d, n) in (1,2) (1,3) (2,3) (2,4) (2,5) (3,5), with and "
        "without rescaling, by differentiating and expanding the determinant; without rescaling "
        "also for symbolic d and n, by SymPy's block rule"
    )
    for kept, size in SHAPES:
        jacobian = _jacobian(kept, size)
        scales = sp.symbols(f"S_1:{size + 1}", positive=True)
        workings.zero(f"d = {kept}, n = {size}", jacobian.det() - 1)
        workings.zero(
            f"d = {kept}, n = {size}, rescaled",
            (sp.diag(*scales) * jacobian).det() - sp.Mul(*scales),
        )
    d, k = sp.symbols("d k", integer=True, positive=True)
    symbolic = sp.BlockMatrix(
        [[sp.Identity(d), sp.ZeroMatrix(d, k)], [sp.MatrixSymbol("C", k, d), sp.Identity(k)]]
    )
    workings.zero("any sizes", sp.det(symbolic) - 1)

    jacobian = _jacobian(2, 4)
    scales = sp.symbols("S_1:5", positive=True)
    workings.nonzero("determinant of the shift", jacobian.det() - jacobian[2:, :2].det())
    workings.nonzero("not invertible", jacobian.det())
    workings.nonzero("rescaled, volume preserving", (sp.diag(*scales) * jacobian).det() - 1)
    workings.nonzero("rescaled, trace", (sp.diag(*scales) * jacobian).det() - sp.Add(*scales))
    return workings.confirmation()


def _jacobian(kept: int, size: int) -> Expr:
    """The Jacobian of an additive coupling layer with unknown shifts."""
    import sympy as sp

    z = sp.symbols(f"z_1:{size + 1}", real=True)
    moved = [
        x + sp.Function(f"g_{i}", real=True)(*z[:kept]) for i, x in enumerate(z[kept:], start=1)
    ]
    return sp.Matrix([*z[:kept], *moved]).jacobian(z)

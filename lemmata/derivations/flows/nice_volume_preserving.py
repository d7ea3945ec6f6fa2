"""An additive coupling layer preserves volume.

If f keeps the first d coordinates of z and adds g(z_1..z_d) to the others, its Jacobian has
determinant 1. A diagonal rescaling after it multiplies the determinant by the product of its
entries, so that a model with such a layer does not preserve volume.

Source: CS 182/282A, discussion on unsupervised learning, section on normalising flows.

Proof idea: the Jacobian is block lower triangular with two identity blocks.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.workings import Expr, Workings

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

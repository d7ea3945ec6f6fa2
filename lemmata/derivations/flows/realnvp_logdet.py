"""The Jacobian determinant of an affine coupling layer.

If f keeps the first d coordinates of z and sends the others to exp(s(z_1..z_d)) z_i + t(z_1..z_d),
coordinate by coordinate, the absolute determinant of its Jacobian is the exponential of the sum of
the n - d values of s; t and the moved coordinates do not enter.

Source: CS 182/282A, discussion on unsupervised learning, problem 8.

Proof idea: the Jacobian is block lower triangular, with an identity and a diagonal block.
"""

from lemmata.derivations.confirmation import Confirmation
from lemmata.derivations.workings import Expr, Workings

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

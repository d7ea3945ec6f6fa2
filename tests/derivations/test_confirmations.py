"""Every claim's SymPy confirmation holds, and a confirmation that should not hold does not."""

import importlib
import pkgutil
import subprocess
import sys
from dataclasses import replace

import pytest
import sympy as sp

from lemmata import derivations
from lemmata.derivations.confirmation import WRONG_VARIANTS_NEEDED, Confirmation, Residual
from lemmata.derivations.tables import Table, confirm_gibbs, distribution, divergence
from lemmata.derivations.workings import Expr, Workings, reduced


def claim_modules() -> list[str]:
    """The modules of all claims: every file in a family's folder."""
    return [
        claim.name
        for family in pkgutil.iter_modules(derivations.__path__, f"{derivations.__name__}.")
        if family.ispkg
        for claim in pkgutil.iter_modules(
            importlib.import_module(family.name).__path__, f"{family.name}."
        )
    ]


CLAIMS = claim_modules()
ZERO = Residual("right", "0", is_zero=True)
WRONG = Residual("wrong", "x", is_zero=False, witness="1 at x = 1")
SOUND = Confirmation("everything", (ZERO,), (WRONG,) * WRONG_VARIANTS_NEEDED, 0.0)
x, y = sp.symbols("x y", positive=True)
a, b = sp.symbols("a b", real=True)


def test_the_core_claims_are_found() -> None:
    """At least the twenty-four core claims have a file in a family."""
    assert len(CLAIMS) >= 24


@pytest.mark.parametrize("module", CLAIMS)
def test_confirmation_holds(module: str) -> None:
    """The residuals vanish, three or more wrong variants do not, and the account is readable."""
    confirmation = importlib.import_module(module).confirm()
    assert [each for each in confirmation.residuals if not each.is_zero] == []
    assert [each for each in confirmation.refuted if not each.is_nonzero] == []
    assert len(confirmation.refuted) >= WRONG_VARIANTS_NEEDED
    assert confirmation.holds
    assert confirmation.scope.strip()
    assert confirmation.seconds > 0
    names = [each.name for each in (*confirmation.residuals, *confirmation.refuted)]
    assert len(names) == len(set(names)), "two residuals share a name"


def test_importing_claims_loads_no_computer_algebra() -> None:
    """A fresh process imports every claim without SymPy; calling one confirmation loads it."""
    program = (
        "import importlib, sys\n"
        f"modules = [importlib.import_module(name) for name in {CLAIMS!r}]\n"
        "assert 'sympy' not in sys.modules\n"
        "modules[0].confirm()\n"
        "assert 'sympy' in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_sound_confirmation_holds() -> None:
    """One zero residual and three refuted wrong variants are enough."""
    assert SOUND.holds


@pytest.mark.parametrize(
    "broken",
    [
        replace(SOUND, residuals=(ZERO, WRONG)),
        replace(SOUND, residuals=(replace(WRONG, witness=""),)),
        replace(SOUND, residuals=()),
        replace(SOUND, refuted=(*SOUND.refuted, replace(ZERO, name="wrong"))),
        replace(SOUND, refuted=(*SOUND.refuted, replace(WRONG, witness=""))),
        replace(SOUND, refuted=SOUND.refuted[1:]),
    ],
    ids=[
        "a residual is not zero",
        "a residual is not shown to be zero",
        "nothing was computed",
        "a wrong variant is zero",
        "a wrong variant is not shown to be wrong",
        "too few wrong variants",
    ],
)
def test_a_broken_confirmation_does_not_hold(broken: Confirmation) -> None:
    """Each single defect makes a confirmation fail."""
    assert not broken.holds


@pytest.mark.parametrize(
    "difference",
    [
        sp.log(x**2 * y / 4) - 2 * sp.log(x) - sp.log(y) + sp.log(4),
        x / (x + y) + y / (x + y) - 1,
        sp.exp(a + b) - sp.exp(a) * sp.exp(b),
        sp.log((x**2 - y**2) / (x - y)) - sp.log(x + y),
        sp.Rational(1, 2) - sp.Rational(2, 4),
    ],
    ids=str,
)
def test_true_identities_reduce_to_zero(difference: Expr) -> None:
    """Splitting logarithms of positive factors and fraction arithmetic reach zero."""
    assert reduced(difference) == 0


@pytest.mark.parametrize(
    "difference",
    [
        sp.log(a**2) - 2 * sp.log(a),
        sp.sqrt(a**2) - a,
        sp.log(a * b) - sp.log(a) - sp.log(b),
        x / (x + y) + y / (x + y) - 2,
        sp.log(x + y) - sp.log(x) - sp.log(y),
        sp.Rational(1, 10**40) + 0 * x,
    ],
    ids=str,
)
def test_false_identities_do_not_reduce_to_zero(difference: Expr) -> None:
    """What fails for some sign or by a tiny amount is not called zero."""
    assert reduced(difference) != 0


def test_a_wrong_claim_is_not_confirmed() -> None:
    """A residual that is not zero is recorded as such, with what remains."""
    workings = Workings("a wrong identity")
    workings.zero("right, then wrong", x - x, sp.log(x / y) - sp.log(x))
    (residual,) = workings.confirmation().residuals
    assert not residual.is_zero
    assert residual.residual == "-log(y)"


def test_a_wrong_sign_is_not_confirmed() -> None:
    """An expression of either sign is not recorded as positive."""
    workings = Workings("a wrong sign")
    workings.positive("difference of positive numbers", x - y)
    workings.positive("negative number", -x)
    assert [each.is_zero for each in workings.confirmation().residuals] == [False, False]


def test_a_true_identity_is_not_refuted() -> None:
    """A wrong variant that is no wrong variant is found out as zero, without a witness."""
    workings = Workings("an identity taken for a mutant")
    workings.nonzero("Bayes", x / (x + y) - 1 + y / (x + y))
    (residual,) = workings.confirmation().refuted
    assert residual.is_zero
    assert not residual.witness


def test_a_true_inequality_is_not_refuted() -> None:
    """No point is found where a divergence is negative, and nothing is claimed."""
    workings = Workings("an inequality taken for a mutant")
    workings.negative("Gibbs", divergence(distribution("q", 3), distribution("p", 3)))
    (residual,) = workings.confirmation().refuted
    assert not residual.is_zero
    assert not residual.is_nonzero


def test_gibbs_needs_normalised_laws() -> None:
    """The argument for Gibbs' inequality notices that weights do not sum to one."""
    workings = Workings("weights in place of probabilities")
    confirm_gibbs(workings, "weights", [x, y], distribution("p", 2))
    assert not all(each.is_zero for each in workings.confirmation().residuals)


def test_a_witness_respects_the_fixed_part_of_its_point() -> None:
    """The caller's values stand in the witness beside those that were searched."""
    workings = Workings("a fixed point")
    workings.negative("x >= 2 y", x - 2 * y, {x: sp.Integer(3)})
    (residual,) = workings.confirmation().refuted
    assert not residual.is_nonzero
    workings.nonzero("x = 2 y", x - 2 * y, {x: sp.Integer(3)})
    assert "x = 3" in workings.confirmation().refuted[1].witness


def test_an_expression_without_enclosure_is_an_error() -> None:
    """A wrong variant that ball arithmetic cannot evaluate is reported, never skipped."""
    workings = Workings("an unknown function")
    with pytest.raises(ValueError, match="no enclosure for"):
        workings.nonzero("gamma", sp.gamma(x + sp.Rational(1, 3)))


def test_tables_are_consistent() -> None:
    """Marginals and conditionals of a symbolic table obey the product rule and sum to one."""
    p = Table("p", x=2, y=3)
    product = p({"x": 0}, {"y": 1}) * p({"y": 1})
    assert reduced(p({"x": 0, "y": 1}) - product) == 0
    assert reduced(sp.Add(*(p({"y": each}, {"x": 1}) for each in range(3))) - 1) == 0

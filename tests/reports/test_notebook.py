"""What a notebook shows, and that the plain classes know nothing of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from lemmata import check
from lemmata.derivations.registry import claims
from lemmata.reports.certificates import read_certificates
from lemmata.reports.notebook import (
    certificates_html,
    certificates_latex,
    claim_html,
    claim_latex,
    derivation_html,
    derivation_latex,
    part_html,
    verdict_html,
    verdict_latex,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(claims()))
def test_every_claim_can_be_shown(name: str) -> None:
    """Its statement as LaTeX, its proof as MathML, nothing that needs a script."""
    claim = claims()[name]
    html = claim_html(claim)
    assert html.count("<math") > len(claim.derivation.steps)
    assert "<script" not in html
    assert claim_latex(claim).startswith("$\\displaystyle ")
    assert derivation_latex(claim.derivation).count("\n  &") == len(claim.derivation.steps)
    assert derivation_html(claim.derivation).count("<li") == 1 + len(claim.derivation.steps)
    assert all(part.name for part in claim.parts if part_html(part))


def test_a_verdict_shows_its_counterexample() -> None:
    """A refuted answer is a table of the world in which it is wrong."""
    html = verdict_html(check("1", claim="gaussian-kl"))
    assert "The answer is wrong." in html
    assert "A world in which the two sides differ" in html
    latex = verdict_latex(check("1", claim="gaussian-kl"))
    assert latex.startswith("$\\begin{array}{lll}\n\\text{answer} & \\text{refuted}")


def test_certificates_are_a_table(evidence: Path, tmp_path: Path) -> None:
    """Each certificate with its rules; what is wrong with the file stands above it."""
    found = read_certificates(evidence, "gan-jsd")
    html = certificates_html(found)
    assert html.count("<tr>") == 1 + len(found.by_place) > 4
    assert "logarithm of a product" in html
    assert certificates_latex(found).count("texttt") == len(found.by_place)
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates" / "no.json").write_text("{", encoding="utf-8")
    assert "no.json cannot be read" in certificates_html(read_certificates(tmp_path, "no"))


def test_the_extension_gives_the_classes_their_looks() -> None:
    """Only where it is loaded."""
    program = (
        "import lemmata; from lemmata.kernel.verdict import Verdict\n"
        "before = hasattr(Verdict, '_repr_html_')\n"
        "lemmata.load_ipython_extension(None)\n"
        "print(before, hasattr(Verdict, '_repr_html_'), '<div' in Verdict('proved')._repr_html_())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True", "True"]

"""What a notebook shows: claims, derivations and verdicts as formulas, certificates as tables.

`%load_ext lemmata`, or the first `lemmata.check` in a notebook, gives the classes their
`_repr_html_` and `_repr_latex_`. The kernel knows nothing of it.
"""

from lemmata.derivations.claim import Claim, Part
from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Derivation
from lemmata.kernel.verdict import Verdict
from lemmata.reports.assumptions import assumptions
from lemmata.reports.certificates import Certificates
from lemmata.reports.checked import verdict_blocks
from lemmata.reports.document import (
    Block,
    Bullets,
    Display,
    Grid,
    Line,
    Paragraph,
    Source,
    Steps,
)
from lemmata.reports.formulas import RELATIONS, formula, latex_of_steps
from lemmata.reports.html import blocks_html
from lemmata.reports.latex_text import escaped

CERTIFIED = ("what it proves", "by", "assumes", "hash")
SHOWN_HASH = 12

STYLE = (
    ".lemmata ol{list-style:none;padding-left:1.5em}.lemmata .relation{padding:0 .5em}"
    ".lemmata li>div{display:inline-block;vertical-align:middle}"
    ".lemmata .reasons{font-style:italic;font-size:85%;opacity:.75;padding-left:2em}"
    ".lemmata .refuted{color:#b3261e;font-weight:bold}.lemmata .proved{color:#1b7f3b}"
)


def _shown(*blocks: Block) -> str:
    return f'<div class="lemmata"><style>{STYLE}</style>{blocks_html(blocks)}</div>'


def verdict_html(verdict: Verdict) -> str:
    """A verdict: its steps, the counterexample as a table."""
    return _shown(*verdict_blocks(verdict))


def claim_html(claim: Claim) -> str:
    """A claim: its title, and its statements with their proofs."""
    blocks: list[Block] = [Paragraph((f"{claim.title} ({claim.id})",))]
    for part in claim.parts:
        blocks += _part(part)
    return _shown(*blocks)


def part_html(part: Part) -> str:
    """One statement of a claim with its proof."""
    return _shown(*_part(part))


def _part(part: Part) -> list[Block]:
    declared, statement = part.declarations, part.statement
    sides = formula(statement.left, declared), formula(statement.right, declared)
    return [
        Display(sides[0], statement.relation, sides[1]),
        Bullets(assumptions(declared)),
        _steps(part.derivation, declared),
    ]


def _steps(derivation: Derivation, declared: Declarations) -> Steps:
    lines = tuple(
        Line("", step.relation, formula(step.term, declared), (", ".join(step.by),))
        for step in derivation.steps
    )
    return Steps(formula(derivation.start, declared), lines)


def claim_latex(claim: Claim) -> str:
    """The main statement of a claim."""
    return part_latex(claim.parts[0])


def part_latex(part: Part) -> str:
    """A statement of a claim."""
    declared, statement = part.declarations, part.statement
    left, right = formula(statement.left, declared), formula(statement.right, declared)
    return f"$\\displaystyle {left.latex} {RELATIONS[statement.relation][0]} {right.latex}$"


def derivation_html(derivation: Derivation) -> str:
    """A derivation without its declarations: names are shown as they are."""
    return _shown(_steps(derivation, Declarations()))


def derivation_latex(derivation: Derivation) -> str:
    """A derivation as an `align*` environment."""
    return latex_of_steps(derivation, Declarations())


def verdict_latex(verdict: Verdict) -> str:
    """The outcomes of a verdict and what they are about, in an array."""
    parts = [(f"step {each.step}", each.verdict) for each in verdict.steps] or [("answer", verdict)]
    rows = (
        rf"\text{{{name}}} & \text{{{each.outcome}}} & \texttt{{{escaped(each.read_as)}}}"
        for name, each in parts
    )
    return "$\\begin{array}{lll}\n" + " \\\\\n".join(rows) + "\n\\end{array}$"


def certificates_html(found: Certificates) -> str:
    """The certificates of a claim: what each proves, by which rules, under which assumptions."""
    problem = [Paragraph((found.problem,), warning=True)] if found.problem else []
    rows = tuple(
        (
            (place,),
            (", ".join(name.replace("_", " ") for name in each.rules),),
            ("; ".join(each.assumptions),),
            (Source(each.hash[:SHOWN_HASH]),),
        )
        for place, each in found.by_place.items()
    )
    return _shown(*problem, Grid(f"Certificates of {found.claim}", CERTIFIED, rows))


def certificates_latex(found: Certificates) -> str:
    """The certificates of a claim: what each proves, and its hash, in an array."""
    rows = (
        rf"\text{{{escaped(place)}}} & \texttt{{{each.hash[:SHOWN_HASH]}}}"
        for place, each in found.by_place.items()
    )
    return "$\\begin{array}{ll}\n" + " \\\\\n".join(rows) + "\n\\end{array}$"


def install() -> None:
    """Give the classes what notebooks ask for."""
    for kind, name, function in (
        (Verdict, "_repr_html_", verdict_html),
        (Verdict, "_repr_latex_", verdict_latex),
        (Derivation, "_repr_html_", derivation_html),
        (Derivation, "_repr_latex_", derivation_latex),
        (Certificates, "_repr_html_", certificates_html),
        (Certificates, "_repr_latex_", certificates_latex),
        (Claim, "_repr_html_", claim_html),
        (Claim, "_repr_latex_", claim_latex),
        (Part, "_repr_html_", part_html),
        (Part, "_repr_latex_", part_latex),
    ):
        setattr(kind, name, function)

"""What a notebook shows: claims, derivations and verdicts as formulas.

`%load_ext lemmata`, or the first `lemmata.check` in a notebook, gives the classes their
`_repr_html_` and `_repr_latex_`. The kernel knows nothing of it.
"""

from lemmata.derivations.claim import Claim, Part
from lemmata.kernel.verdict import Verdict
from lemmata.reports.assumptions import assumptions
from lemmata.reports.checked import verdict_blocks
from lemmata.reports.document import Block, Bullets, Display, Line, Paragraph, Steps
from lemmata.reports.formulas import RELATIONS, formula, latex_of_steps
from lemmata.reports.html import blocks_html

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
    lines = tuple(
        Line(
            f"{part.name}-{number}",
            step.relation,
            formula(step.term, declared),
            (", ".join(step.by),),
        )
        for number, step in enumerate(part.derivation.steps, start=1)
    )
    return [
        Display(sides[0], statement.relation, sides[1]),
        Bullets(assumptions(declared)),
        Steps(formula(part.derivation.start, declared), lines),
    ]


def claim_latex(claim: Claim) -> str:
    """The main statement of a claim."""
    return part_latex(claim.parts[0])


def part_latex(part: Part) -> str:
    """A statement of a claim."""
    declared, statement = part.declarations, part.statement
    left, right = formula(statement.left, declared), formula(statement.right, declared)
    return f"$\\displaystyle {left.latex} {RELATIONS[statement.relation][0]} {right.latex}$"


def derivation_latex(part: Part) -> str:
    """The proof of a statement, as an `align*` environment."""
    return latex_of_steps(part.derivation, part.declarations)


def install() -> None:
    """Give the classes what notebooks ask for."""
    for kind, name, function in (
        (Verdict, "_repr_html_", verdict_html),
        (Claim, "_repr_html_", claim_html),
        (Claim, "_repr_latex_", claim_latex),
        (Part, "_repr_html_", part_html),
        (Part, "_repr_latex_", part_latex),
    ):
        setattr(kind, name, function)

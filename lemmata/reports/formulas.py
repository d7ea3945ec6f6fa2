"""Terms as formulas of the document model."""

import re
from xml.etree import ElementTree as ET

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Derivation, Term
from lemmata.notation import write_latex, write_mathml, write_text
from lemmata.notation.commands import GREEK
from lemmata.notation.styles import LATEX, MATHML, TEXT
from lemmata.reports.document import Formula, Inline, Inlines

SIGNS = ("+", "−")
# Relations as LaTeX and as a sign.
RELATIONS = {
    "=": ("=", "="),
    ">=": (r"\geq", "≥"),
    "<=": (r"\leq", "≤"),
    ">": (">", ">"),
    "<": ("<", "<"),
    "!=": (r"\neq", "≠"),
    ":=": (":=", "≔"),
    "<-": (r"\leftarrow", "←"),
    "=>": (r"\Rightarrow", "⇒"),
    "<=>": (r"\Leftrightarrow", "⇔"),
}

# A minus sign that nothing stands before.
NEGATIVE = re.compile(r"(?<![^\s(\[=])-(?=[\w(])")
TYPED = {"-": "−", "*": "·", ">=": "≥", "<=": "≤", "||": "∥"}

# Names of mathematics in running text: Greek letters, and letters with scripts.
NAME = re.compile(
    rf"(?<![\w\\])((?:{'|'.join(sorted(GREEK, key=len, reverse=True))})|[A-Za-z](?=[_^]))"
    r"((?:_\w+)?(?:\^(?:\d+|\w|\*))?)(?!\w)"
    # A letter by itself is one too, but for the article and the pronoun.
    r"|(?<![\w'’.\\-])[b-zB-HJ-Z](?![\w'’-]|\.\w)"
)


def formula(term: Term, declarations: Declarations) -> Formula:
    """A term in the three spellings.

    Raises:
        ValueError: The term has no notation.
    """
    return Formula(
        write_latex(term, declarations),
        breakable(write_mathml(term, declarations)),
        write_text(term, declarations),
    )


def breakable(mathml: str) -> tuple[str, ...]:
    """One `math` element as several, cut before the signs of its outermost sum.

    Browsers do not break a line inside a `math` element.
    """
    root = ET.fromstring(mathml.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', ""))  # noqa: S314 - our own writer's
    parts = list(root[0]) if len(root) == 1 and root[0].tag == "mrow" else list(root)
    pieces: list[list[ET.Element]] = [[]]
    for part in parts:
        if part.tag == "mo" and part.text in SIGNS and pieces[-1]:
            part.set("form", "infix")  # also where it now stands first
            pieces.append([])
        pieces[-1].append(part)
    return tuple(
        "<math>" + "".join(ET.tostring(each, encoding="unicode") for each in piece) + "</math>"
        for piece in pieces
    )


def latex_of_steps(derivation: Derivation, declarations: Declarations) -> str:
    """A derivation as an `align*` environment, ready to paste."""
    start = write_latex(derivation.start, declarations)
    lines = [
        f"  &{RELATIONS[step.relation][0]} {write_latex(step.term, declarations)}"
        for step in derivation.steps
    ]
    return "\n".join(["\\begin{align*}", start, " \\\\\n".join(lines), "\\end{align*}"])


def prose(text: str) -> Inlines:
    """Running text in which the names of mathematics are formulas, and its signs are signs."""
    for typed, sign in TYPED.items():
        text = text.replace(f" {typed} ", f" {sign} ")
    text = NEGATIVE.sub("−", text)
    parts: list[Inline] = []
    end = 0
    for found in NAME.finditer(text):
        name = found.group()
        mathml = f"<math>{MATHML.name(name)}</math>"
        parts += [text[end : found.start()], Formula(LATEX.name(name), (mathml,), TEXT.name(name))]
        end = found.end()
    parts.append(text[end:])
    return tuple(part for part in parts if part)

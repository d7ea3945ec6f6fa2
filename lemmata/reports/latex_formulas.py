"""How wide formulas are when they are set, and how they are cut to fit a line.

Widths are in points. They are those of Computer Modern, in which the reports are set, so that what
is said to fit does.
"""

import re

LINE = 420.0  # of the 432 points of a line; widths are up to 3 % too small
WIDEST = LINE - 36.0  # of one line of a formula: a sign and an indent stand before it
SMALLER = ((1.0, ""), (1.08, r"\small"), (1.18, r"\footnotesize"), (1.3, r"\scriptsize"))
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
SIZE = 1.095  # of the letters of a report, in tens of points
SCRIPT, AFTER_SCRIPT = 0.76, 0.5  # the size of an index, and the space behind it
INNER = 3.4  # the thin spaces around a fraction or a bracket that may grow
SPACES = 5.0  # around a sign between two others, which an index has not
ENTRY = 11.0  # the space between two columns of a matrix
BRACKET = 9.0  # of a matrix


def _table(*rows: tuple[float, str]) -> dict[str, float]:
    return {sign: wide for wide, signs in rows for sign in signs.split()}


LETTER = 5.7  # of a sign that is not listed
WIDTHS = _table(
    (2.9, r"l . ! ] [ | ; : '"),
    (3.6, r"i t ( ) /"),
    (4.5, r"j b c r q \iota , \{ \} \tau"),
    (5.2, r"a d e g k o p s v y z f \gamma \chi \nu \| * \prime \sigma \theta"),
    (6.0, r"h n u x I \mu \eta \alpha \beta \lambda \delta \pi \rho \phi \psi \omega \partial"),
    (6.8, r"J S T U V Y F L P \Gamma \Lambda \Theta \Phi \Psi \Pi \Sigma"),
    (8.2, r"A B C D E G K N O Q R X Z w \nabla \top \Omega \forall"),
    (9.2, r"H M W m \ell"),
    (7.3, r"\cdot \circ"),
    (12.3, r"+ -"),
    (13.4, r"= < > \leq \geq \sim \neq \approx \in \to \mapsto \propto := \leftarrow"),
    (8.4, r"\mid"),
    (16.0, r"\Rightarrow \Leftrightarrow"),
    (1.7, r"\,"),
    (10.0, r"\quad \sqrt"),
    (20.0, r"\qquad"),
    (13.5, r"\ldots \dots \cdots"),
    (15.5, r"\log \sin \cos \max \min \sup \inf \arg \tan \lim"),
    (17.0, r"\exp \det \sinh \cosh \tanh"),
    (11.6, r"\int"),
    (0.0, r"\displaystyle \small \footnotesize \scriptsize \tiny \text $ & \\"),
)
BETWEEN = {"+", "-", "=", "<", ">", r"\leq", r"\geq", r"\sim", r"\neq", r"\in", r"\mid"}
LIMITS = {r"\sum": 16.2, r"\prod": 14.6}  # what stands below and above them is centred
ROMAN = (r"\mathrm", r"\mathbb", r"\mathbf", r"\operatorname", r"\mathcal", r"\boldsymbol")
TALL = {r"\frac", r"\sum", r"\prod", r"\int", r"\begin"}
GROWN = {"(": 7.4, ")": 7.4, "[": 5.9, "]": 5.9, "|": 3.4, r"\{": 8.0, r"\}": 8.0, ".": 1.2}


def width(latex: str) -> float:
    """About how wide a formula is when it is set, in points."""
    total, signs = _measured(TOKEN.findall(latex))
    while signs:  # a brace that nobody opened
        more, signs = _measured(signs[1:])
        total += more
    return total * SIZE


def _measured(signs: list[str], *, index: bool = False) -> tuple[float, list[str]]:
    """The width up to the end of the group or matrix, and what stands behind it."""
    total, column = 0.0, 0  # of a matrix: the width of each column, and which is the present one
    columns: list[float] = [0.0]
    scripts = 0.0  # the width of those of the last sign
    limits = 0.0  # the width of the last sign, if its scripts stand above and below it
    grown = True  # whether the bracket that was opened last is a tall one
    while signs and signs[0] not in ("}", r"\end"):
        sign, signs = signs[0], signs[1:]
        if sign in ("_", "^"):
            wide, signs = _argument(signs, index=True)
            wide = SCRIPT * wide + AFTER_SCRIPT - limits
            total += max(wide - scripts, 0.0)
            scripts = max(scripts, wide)
            continue
        scripts = limits = 0.0
        if sign == "{":
            wide, signs = _measured(signs, index=index)
            signs = signs[1:]
            total += wide
        elif sign == r"\frac":
            above, signs = _argument(signs)
            below, signs = _argument(signs)
            total += max(above, below) + 2.4 + INNER
        elif sign in LIMITS:
            limits = LIMITS[sign]
            total += limits
        elif sign in (r"\left", r"\right"):
            grown = grown if sign == r"\right" else _is_tall(signs)
            fence = "".join(signs[:1])
            total += (GROWN if grown else WIDTHS).get(fence, LETTER) + INNER / 2
            signs = signs[1:]
        elif sign == r"\begin":
            _, signs = _argument(signs)
            wide, signs = _measured(signs)
            _, signs = _argument(signs[1:])
            total += wide + 2 * BRACKET
        elif sign in ("&", r"\\"):
            columns[column] = max(columns[column], total + (ENTRY if sign == "&" else 0.0))
            column = column + 1 if sign == "&" else 0
            columns += [0.0] * (column == len(columns))
            total = 0.0
        elif not sign.isspace() and sign not in ROMAN:
            wide = WIDTHS.get(sign, LETTER)
            total += wide - SPACES if index and sign in BETWEEN else wide
    columns[column] = max(columns[column], total)
    return sum(columns), signs


def _is_tall(signs: list[str]) -> bool:
    """Whether what stands in a bracket makes it grow."""
    end = signs.index(r"\right") if r"\right" in signs else len(signs)
    return not TALL.isdisjoint(signs[:end])


def _argument(signs: list[str], *, index: bool = False) -> tuple[float, list[str]]:
    """The width of an argument: a group or a sign; and what stands behind it."""
    while signs and signs[0].isspace():
        signs = signs[1:]
    if signs[:1] == ["{"]:
        wide, rest = _measured(signs[1:], index=index)
        return wide, rest[1:]
    return (WIDTHS.get(signs[0], LETTER), signs[1:]) if signs else (0.0, [])


def lines_of(latex: str) -> list[str]:
    """A formula in lines that fit, cut before the signs of its outermost sum."""
    if width(latex) <= WIDEST:
        return [latex]
    pieces, depth, start = [], 0, 0
    for found in re.finditer(r"\\left\b|\\right\b|\\begin\b|\\end\b|[{}()\[\]]| [+-] ", latex):
        mark = found.group()
        if mark in (r"\left", r"\begin", "{", "(", "["):
            depth += 1
        elif mark in (r"\right", r"\end", "}", ")", "]"):
            depth -= 1
        elif depth == 0 and found.start() > start:
            pieces.append(latex[start : found.start()])
            start = found.start()
    pieces.append(latex[start:])
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if width(lines[-1] + piece) <= WIDEST:
            lines[-1] += piece
        else:
            lines.append(piece)
    return lines


def fitted(line: str) -> str:
    """A line that cannot be cut further, in letters small enough for the page."""
    wide = width(line) / WIDEST
    size = next((size for factor, size in SMALLER if wide <= factor), SMALLER[-1][1])
    return rf"\text{{{size}$\displaystyle {line}$}}" if size else line

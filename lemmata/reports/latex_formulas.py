"""How wide formulas are when they are set, and how they are cut to fit a line."""

import re

WIDEST = 74  # of a formula on one line, in letters as `width` counts them
SMALLER = ((1.0, ""), (1.11, r"\small"), (1.25, r"\footnotesize"), (1.43, r"\scriptsize"))
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
WIDTHS = {"+": 1.8, "-": 1.8, "=": 1.8, ",": 0.8, "(": 0.9, ")": 0.9, "|": 1.0, ".": 0.6}
WIDTHS |= {r"\leq": 1.8, r"\geq": 1.8, r"\cdot": 1.0, r"\,": 0.4, r"\left": 0.0, r"\right": 0.0}
WIDTHS |= {r"\log": 2.9, r"\exp": 3.1, r"\sum": 1.4, r"\quad": 2.0, r"\mid": 1.6, r"\|": 1.8}
SCRIPT = 0.7  # the size of an index


def width(latex: str) -> float:
    """About how many letters wide a formula is when it is set."""
    total, signs = _measured(TOKEN.findall(latex))
    while signs:  # a brace that nobody opened
        more, signs = _measured(signs[1:])
        total += more
    return total


def _measured(signs: list[str]) -> tuple[float, list[str]]:
    """The width up to the end of the group, and what stands behind it."""
    total = index = 0.0  # index: how wide the index of the last letter is, which has two at most
    while signs and signs[0] != "}":
        sign, signs = signs[0], signs[1:]
        if sign in ("_", "^"):
            wide, signs = _argument(signs)
            total += max(SCRIPT * wide - index, 0.0)
            index = max(index, SCRIPT * wide)
            continue
        index = 0.0
        if sign == "{":
            wide, signs = _measured(signs)
            signs = signs[1:]
            total += wide
        elif sign == r"\frac":
            above, signs = _argument(signs)
            below, signs = _argument(signs)
            total += max(above, below) + 0.5
        elif sign in (r"\sum", r"\prod"):  # what stands below it is no wider than the sign by much
            total += 1.4
        elif sign in (r"\begin", r"\end", r"\mathrm", r"\mathbb", r"\mathbf", r"\operatorname"):
            if sign in (r"\begin", r"\end"):
                _, signs = _argument(signs)
        elif not sign.isspace():
            total += WIDTHS.get(sign, 1.0)
    return total, signs


def _argument(signs: list[str]) -> tuple[float, list[str]]:
    """The width of an argument: a group or a sign; and what stands behind it."""
    while signs and signs[0].isspace():
        signs = signs[1:]
    if signs[:1] == ["{"]:
        wide, rest = _measured(signs[1:])
        return wide, rest[1:]
    return (WIDTHS.get(signs[0], 1.0), signs[1:]) if signs else (0.0, [])


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

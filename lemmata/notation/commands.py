# ruff: noqa: SIM905 - tables of words are written as words
"""Tables of LaTeX commands, words and characters: what each one means to the reader."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

GREEK: Final = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi "
    "omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega uppi ell".split()
)

SAME_LETTER: Final = {
    "varepsilon": "epsilon", "epsilon": "varepsilon", "varphi": "phi", "phi": "varphi",
    "vartheta": "theta", "theta": "vartheta", "varrho": "rho", "rho": "varrho",
    "varsigma": "sigma", "sigma": "varsigma", "varpi": "pi",
    "ell": "l",
}  # fmt: skip
"""Two shapes of one letter; one stands for the other where only that one is declared."""

RELATIONS: Final = {
    "\\geq": ">=", "\\ge": ">=", "\\geqslant": ">=", "\\geqq": ">=",
    "\\leq": "<=", "\\le": "<=", "\\leqslant": "<=", "\\leqq": "<=",
    "\\lt": "<", "\\gt": ">", "\\neq": "!=", "\\ne": "!=",
    "\\coloneqq": ":=", "\\triangleq": ":=", "\\doteq": ":=", "\\equiv": ":=",
    "\\leftarrow": "<-", "\\gets": "<-", "\\longleftarrow": "<-",
    "\\approx": "approx", "\\simeq": "approx", "\\cong": "approx", "\\thickapprox": "approx",
    "\\propto": "propto",
    "\\iff": "iff", "\\Leftrightarrow": "iff", "\\Longleftrightarrow": "iff",
    "\\Rightarrow": "implies", "\\implies": "implies", "\\Longrightarrow": "implies",
    "\\therefore": "implies", "\\rightarrow": "arrow", "\\to": "arrow", "\\longrightarrow": "arrow",
    "\\mapsto": "arrow", "\\prec": "order", "\\succ": "order", "\\ll": "order", "\\gg": "order",
    "\\lesssim": "order", "\\gtrsim": "order",
    "=": "=", "==": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "!=": "!=", ":=": ":=",
    "=:": ":=", "+=": "+=", "-=": "-=", "<-": "<-",
    "=>": "implies", "==>": "implies", "===>": "implies",
    "<=>": "iff", "<==>": "iff", "<===>": "iff", "<->": "iff", "<-->": "iff",
}  # fmt: skip
"""Relation signs and their canonical spelling."""

DROPPED: Final = frozenset(
    "\\displaystyle \\textstyle \\scriptstyle \\scriptscriptstyle \\limits \\nolimits \\nonumber "
    "\\notag \\allowbreak \\nobreak \\strut \\mathstrut \\, \\; \\: \\! \\  \\> \\/ "
    "\\thinspace \\medspace \\thickspace \\enspace \\enskip \\negthinspace \\relax \\hline "
    "\\noindent \\IEEEnonumber \\IEEEyesnumber "
    "\\it \\bf \\cal \\sf \\tt \\bfseries \\boldmath \\small \\large \\Large \\normalsize "
    "\\space \\par \\centering".split()
) - {"\\"} | {"\\ ", "\\\n"}
"""Commands that change how a formula looks and not what it says."""

ENDINGS: Final = frozenset("\\square \\Box \\qed \\blacksquare \\qedhere".split())
"""Signs that a proof ends with; elsewhere they may be quantities."""

REFERENCES: Final = frozenset(("\\eqref", "\\ref", "\\cite"))
"""Commands that print the number of something else, as words beside a formula."""

DROPPED_WITH_ARGUMENT: Final = frozenset(
    "\\label \\vspace \\phantom \\hphantom \\vphantom \\color \\colorbox".split()
)

GAPS: Final = frozenset("\\hspace \\mspace \\kern \\mkern \\hskip \\mskip".split())
"""Commands for a gap of a width that stands behind them, in braces or not."""

POINTS: Final = {
    "em": 10.0, "ex": 4.3, "mu": 0.56, "pt": 1.0, "cm": 28.5, "mm": 2.85, "in": 72.3, "pc": 12.0,
}  # fmt: skip
"""Units of width, in points of a font of ten."""

TRANSPARENT: Final = frozenset(
    "\\boxed \\fbox \\mathop \\mathrel \\mathbin \\mathord \\mathopen "
    "\\mathclose \\mathpunct \\mathinner \\ensuremath \\smash \\lefteqn".split()
)
"""Commands whose one argument is read as if they were not there."""
SPACING: Final = frozenset(
    "\\mathop \\mathrel \\mathbin \\mathord \\mathopen \\mathclose \\mathpunct \\mathinner".split()
)
"""Those that change the space around their argument, and whose argument often is empty."""

SIZES: Final = frozenset(
    f"\\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
)

FONTS: Final = {
    "\\mathbf": "bf", "\\boldsymbol": "bf", "\\bm": "bf", "\\pmb": "bf", "\\mathbfit": "bf",
    "\\mathcal": "cal", "\\mathscr": "cal", "\\mathbb": "bb", "\\mathds": "bb", "\\mathbbm": "bb",
    "\\mathfrak": "frak", "\\vec": "bf", "\\symbf": "bf", "\\mathnormal": "",
}  # fmt: skip
"""Fonts of single letters; a letter means the same in every font unless both are declared."""

WORD_FONTS: Final = frozenset(
    "\\mathrm \\operatorname \\mathsf \\mathtt \\mathit \\rm \\operatornamewithlimits".split()
)
"""Fonts that make one name of several letters."""

TEXT: Final = frozenset(
    "\\text \\textrm \\mbox \\hbox \\textit \\textbf \\texttt \\textsf \\textnormal \\textup "
    "\\intertext \\shortintertext \\textsc \\footnote \\tag".split()
)

ACCENTS: Final = {
    "\\hat": "hat", "\\widehat": "hat", "\\tilde": "tilde", "\\widetilde": "tilde",
    "\\bar": "bar", "\\overline": "bar", "\\dot": "dot", "\\ddot": "ddot", "\\check": "check",
}  # fmt: skip
"""An accent belongs to the name: `\\hat x` is the name `xhat`."""

ABOVE: Final = {
    "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u0307": "dot",
    "\u0308": "ddot", "\u030c": "check",
}  # fmt: skip
"""Characters that stand above the letter before them, and the accent that each one is."""

FUNCTION_WORDS: Final = {
    "log": "\\log",
    "ln": "\\log",
    "exp": "\\exp",
    "sqrt": "\\sqrt",
    "abs": "\\abs",
    "tanh": "\\tanh",
    "sinh": "\\sinh",
    "cosh": "\\cosh",
    "sech": "\\sech",
}

OPERATOR_WORDS: Final = {
    **FUNCTION_WORDS, "det": "\\det", "max": "\\max", "min": "\\min",
    "Sum": "\\Sum", "Product": "\\Product", "Integral": "\\Integral",
    "sum": "\\sum", "prod": "\\prod", "int": "\\int", "integral": "\\int", "nabla": "\\nabla",
    "grad": "\\nabla", "infinity": "\\infty", "oo": "\\infty", "inf": "\\infty", "log10": "\\lg",
    "partial": "\\partial", "indicator": "\\indicator", "Matrix": "\\Matrix",
}  # fmt: skip
"""What keyboard words stand for, in commands."""

TEXT_WORDS: Final = frozenset(
    "where with for if else otherwise unless or and when whenever given assuming provided since "
    "because by so hence thus therefore then the an is are we get have answer final result "
    "that this which as let all each any of to in".split()
)
"""Words of keyboard text that are no names."""

SYMBOLS: Final = {
    "\\ln": "\\log", "\\dfrac": "\\frac", "\\tfrac": "\\frac", "\\cfrac": "\\frac",
    "\\nicefrac": "\\frac", "\\sfrac": "\\frac", "\\flatfrac": "\\frac",
    "\\mid": "|", "\\vert": "|", "\\Vert": "||", "\\parallel": "||", "\\|": "||", "\\rVert": "||",
    "\\lVert": "||", "\\lbrack": "[", "\\rbrack": "]", "\\lparen": "(", "\\rparen": ")",
    "\\times": "\\cdot", "\\ast": "\\cdot", "*": "\\cdot", "\\bullet": "\\cdot",
    "\\lbrace": "\\{", "\\rbrace": "\\}", "\\iint": "\\int", "\\star": "\\star",
    "\\dots": "\\ldots", "\\cdots": "\\ldots", "\\dotsc": "\\ldots", "\\dotsb": "\\ldots",
    "\\vdots": "\\ldots", "...": "\\ldots", "**": "^",
    "\\colon": ":", "\\intercal": "\\top", "\\slash": "/", "\\div": "/", "\\lg": "\\lg",
    "\\qquad": "\\quad", "\\given": "|", "\\lnot": "\\neg", "\\sum": "\\sum",
    "\\argmax": "\\arg", "#": "\\#", "\\argmin": "\\arg",
}  # fmt: skip
"""Further spellings of one sign."""

UNICODE: Final = {
    "−": "-", "–": "-", "·": "\\cdot", "×": "\\times", "⋅": "\\cdot", "∗": "*", "÷": "/",
    "≤": "\\leq", "≥": "\\geq", "⩽": "\\leq", "⩾": "\\geq", "≠": "\\neq", "≈": "\\approx",
    "≡": "\\equiv", "≔": "\\coloneqq", "≜": "\\triangleq", "∝": "\\propto", "→": "\\to",
    "←": "\\leftarrow", "⇒": "\\Rightarrow", "⇔": "\\iff", "∼": "\\sim", "∑": "\\sum",
    "∏": "\\prod", "∫": "\\int", "√": "\\sqrt", "∇": "\\nabla", "∂": "\\partial",
    "∞": "\\infty", "‖": "||", "∥": "||", "∣": "|", "∈": "\\in", "…": "\\ldots", "⋯": "\\ldots",
    "′": "'", "″": "''", "’": "'", "ℓ": "l", "⊙": "\\odot", "⟨": "\\langle", "⟩": "\\rangle",
    "⋆": "\\star", "¬": "\\neg", "𝕍": "Var",
    "µ": "\\mu", "½": "\\frac{1}{2}", "¼": "\\frac{1}{4}", "¾": "\\frac{3}{4}",
}  # fmt: skip
"""Signs outside ASCII and what they are read as."""

FORBIDDEN: Final = (
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0f\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that hide or reorder what is written: control, zero-width, bidirectional."""


def script(character: str) -> tuple[str, str] | None:
    """What stands above (`^`) or below (`_`) the line as one small character, or None."""
    tag, _, code = unicodedata.decomposition(character).partition(" ")
    sign = {"<super>": "^", "<sub>": "_"}.get(tag)
    if sign is None or " " in code:
        return None
    plain = chr(int(code, 16))
    known = plain if plain.isascii() else spelled(plain)
    return None if known is None else (sign, known)


def spelled(character: str) -> str | None:
    """The ASCII or LaTeX spelling of a character outside ASCII, or None if it is no mathematics."""
    known = UNICODE.get(character)
    if known is not None:
        return known
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) == 1 and plain.isascii():
        return plain if plain.isalnum() or plain in "+-=()" else None
    words = unicodedata.name(plain, "").split() if len(plain) == 1 else []
    if words[:1] != ["GREEK"] or words[1] not in ("SMALL", "CAPITAL") or len(words) != 4:
        return UNICODE.get(plain)
    name = {"LAMDA": "lambda"}.get(words[3], words[3].lower())
    name = name.capitalize() if words[1] == "CAPITAL" else name
    if name in GREEK:
        return f"\\{name}"
    # Capitals that look like Latin letters have no command of their own in LaTeX.
    return None


DECIMAL: Final = re.compile(r"\d+\.\d*")
"""A decimal behind which digits may repeat."""


def repeating(decimal: str, digits: str) -> tuple[int, int]:
    """The numerator and denominator of a decimal behind which digits repeat for ever."""
    whole, _, part = decimal.partition(".")
    below = int("9" * len(digits)) * 10 ** len(part)
    return int(whole + part + digits) - int(whole + part), below

"""Plain text for LaTeX: every sign is shown, and none is a command."""

import re
import unicodedata

SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\ensuremath{<}", ">": r"\ensuremath{>}", "|": r"\ensuremath{|}",
    "`": "{`}", "'": "{'}", "-": "-{}",  # so that no two of them join
}  # fmt: skip
SIGNS = {
    "≥": r"\geq", "≤": r"\leq", "≠": r"\neq", "≈": r"\approx", "∞": r"\infty", "∼": r"\sim",
    "×": r"\times", "·": r"\cdot", "⋅": r"\cdot", "∑": r"\sum", "∏": r"\prod", "∫": r"\int",
    "∇": r"\nabla", "∂": r"\partial", "→": r"\to", "←": r"\leftarrow", "⇒": r"\Rightarrow",
    "⇔": r"\Leftrightarrow", "√": r"\surd", "±": r"\pm", "∥": r"\|", "∣": r"\mid", "′": "'",
    "✗": r"\times", "↻": r"\circlearrowright", "≔": ":=", "∝": r"\propto", "∘": r"\circ",
    "²": "^{2}", "³": "^{3}", "ℝ": r"\mathbb{R}", "𝔼": r"\mathbb{E}", "⊙": r"\odot", "⊤": r"\top",
    "ς": r"\varsigma", "−": "-", "∈": r"\in", "✓": r"\checkmark", "°": r"^{\circ}",
}  # fmt: skip
PLAIN = {
    "…": r"\ldots{}", "–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''",
    "\xa0": "~", "\u202f": r"\,", "\u2060": "",
    "\t": " ", "\n": " ", "ß": r"\ss{}", "ø": r"\o{}", "Ø": r"\O{}",
    "Æ": r"\AE{}", "æ": r"\ae{}", "œ": r"\oe{}", "Œ": r"\OE{}", "å": r"\aa{}", "Å": r"\AA{}",
    "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "§": r"\S{}", "¶": r"\P{}", "£": r"\pounds{}",
    "©": r"\copyright{}", "†": r"\dag{}",
}  # fmt: skip
ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u",
    "\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c",
}  # fmt: skip
GREEK_SAME = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))
GREEK = frozenset(
    ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]
) | frozenset(
    [
        "omega",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
    ]
)


def escaped(text: str) -> str:
    """Plain text for a paragraph; every sign of it is shown, and none is a command."""
    return "".join(map(_sign, unicodedata.normalize("NFC", text)))


def _sign(sign: str) -> str:
    if sign in SPECIAL:
        return SPECIAL[sign]
    if sign in PLAIN:
        return PLAIN[sign]
    if sign in SIGNS:
        return rf"\ensuremath{{{SIGNS[sign]}}}"
    if " " <= sign <= "~":
        return sign
    if greek := re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", unicodedata.name(sign, "")):
        return _greek(sign, greek[2].lower(), capital=greek[1] == "CAPITAL")
    decomposed = unicodedata.normalize("NFD", sign)
    base, marks = decomposed[:1], decomposed[1:]
    if "A" <= base <= "z" and len(marks) == 1 and marks in ACCENTS:
        accent = ACCENTS[marks]
        return rf"\{accent}{{{base}}}"
    return f"[U+{ord(sign):04X}]"


def _greek(sign: str, name: str, *, capital: bool) -> str:
    if sign in GREEK_SAME:
        return rf"\ensuremath{{\mathrm{{{GREEK_SAME[sign]}}}}}"
    name = "lambda" if name == "lamda" else name
    if name not in GREEK:
        return f"[U+{ord(sign):04X}]"
    return rf"\ensuremath{{\{name.capitalize() if capital else name}}}"

"""The signs of each written form: LaTeX, keyboard text, MathML."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final
from xml.sax.saxutils import escape

from lemmata.notation.commands import GREEK

_ACCENTS: Final = ("hat", "tilde", "bar", "ddot", "dot", "check")


class Style(ABC):
    """How the parts of a formula are spelled.

    What is given to a method is already written in the style.
    """

    slash: ClassVar[bool] = False
    """Whether quotients are written with a slash, which needs more brackets."""
    calls: ClassVar[bool] = False
    """Whether products entry by entry are written as calls, which need no brackets."""
    signs: ClassVar[dict[str, str]]
    """How each sign is spelled; a sign that is not here stands for itself."""

    def sign(self, sign: str) -> str:
        """An operator, a relation or a separator."""
        return self.signs.get(sign, f" {sign} ")

    def row(self, *parts: str) -> str:
        """Parts side by side."""
        return "".join(parts)

    def list(self, parts: Iterable[str]) -> str:
        """Parts separated by commas."""
        return self.sign(",").join(parts)

    def applied(self, word: str, argument: str) -> str:
        """The name of an operator before an argument without brackets."""
        return self.row(self.word(word), argument)

    @abstractmethod
    def number(self, digits: str) -> str:
        """A number."""

    @abstractmethod
    def word(self, word: str) -> str:
        """The name of an operator."""

    @abstractmethod
    def name(self, name: str, indices: Sequence[str] = (), above: str = "") -> str:
        """A declared name with its indices below and above."""

    @abstractmethod
    def below(self, head: str, subscript: str) -> str:
        """A head with a subscript, if that is not empty."""

    @abstractmethod
    def brackets(self, inner: str) -> str:
        """A formula in round brackets."""

    @abstractmethod
    def call(self, head: str, inner: str) -> str:
        """A head with arguments."""

    @abstractmethod
    def times(self, *, explicit: bool, word: bool) -> str:
        """What stands between two factors; `word`: the second begins with the name of one."""

    @abstractmethod
    def fraction(self, above: str, below: str) -> str:
        """A quotient."""

    @abstractmethod
    def power(self, base: str, exponent: str) -> str:
        """A power."""

    @abstractmethod
    def root(self, inner: str) -> str:
        """A square root."""

    @abstractmethod
    def modulus(self, inner: str) -> str:
        """An absolute value."""

    @abstractmethod
    def norm(self, inner: str, order: str) -> str:
        """A norm; an empty order is the root of the sum of squares."""

    @abstractmethod
    def ones(self, size: str) -> str:
        """The column of ones."""

    @abstractmethod
    def entrywise(self, factors: Sequence[str]) -> str:
        """A product entry by entry."""

    @abstractmethod
    def big(self, sign: str, below: str, above: str, body: str) -> str:
        """A sum, a product, or a maximum, which has nothing above."""

    @abstractmethod
    def integral(self, variables: tuple[str, ...], body: str) -> str:
        """An integral with its differentials."""

    @abstractmethod
    def derivative(self, variable: str, operand: str, *, gradient: bool) -> str:
        """A gradient or a partial derivative."""

    @abstractmethod
    def indicator(self, inner: str) -> str:
        """An Iverson bracket."""

    @abstractmethod
    def operator(self, word: str, below: str, inner: str) -> str:
        """An expectation or variance."""

    @abstractmethod
    def divergence(self, word: str, below: str) -> str:
        """The head of a divergence, with the variables below it if they are not empty."""

    @abstractmethod
    def entries(self, entry: str, limits: str) -> str:
        """A matrix given by its entries."""

    @abstractmethod
    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """A matrix given by its blocks."""


def name_parts(name: str) -> tuple[str, str, str, str, str]:
    """The parts of a declared name: letter, accent, primes, subscript, superscript."""
    match = re.fullmatch(r"([^_^']*)('*)(?:_([^^]*))?(?:\^(.*))?", name)
    if match is None:
        return name, "", "", "", ""
    letter, primes, below, above = (
        match.group(1),
        match.group(2),
        match.group(3) or "",
        match.group(4) or "",
    )
    for accent in _ACCENTS:
        stem = letter[: -len(accent)]
        if letter.endswith(accent) and (len(stem) == 1 or stem in GREEK):
            return stem, accent, primes, below, above
    return letter, "", primes, below, above


class Latex(Style):
    """LaTeX with amsmath."""

    signs: ClassVar[dict[str, str]] = {
        "|": " \\mid ", "||": " \\,\\|\\, ", "~": " \\sim ", "<=": " \\leq ", ">=": " \\geq ",
        "!=": " \\neq ", ",": ", ", ";": "; ",
        "-": " - ", "+": " + ", "=": " = ", "top": "\\top",
    }  # fmt: skip

    def row(self, *parts: str) -> str:
        """Parts side by side, without a space before a leading sign."""
        return "".join(parts).strip()

    def number(self, digits: str) -> str:
        """Digits."""
        return digits

    def word(self, word: str) -> str:
        r"""`\log`, `\exp`, `\det`, a letter, or another word."""
        if word in ("log", "exp", "det"):
            return f"\\{word} "
        return word if len(word) == 1 else f"\\operatorname{{{word}}}"

    def _letters(self, text: str) -> str:
        """The pieces of a name: Greek letters as commands, longer words upright."""
        pieces = re.split(r"([^A-Za-z]+)", text)
        spelled = (
            f"\\{p}"
            if p in GREEK or p == "uppi"
            else f"\\mathrm{{{p}}}"
            if len(p) > 1 and p.isalpha()
            else p
            for p in pieces
        )
        return "".join(spelled)

    def name(self, name: str, indices: Sequence[str] = (), above: str = "") -> str:
        """A letter with accent, primes, scripts and indices."""
        font, _, rest = name.rpartition(" ")
        letter, accent, primes, below, upper = name_parts(rest)
        text = self._letters(letter)
        text = f"\\{accent}{{{text}}}" if accent else text
        if font:
            text = f"\\math{font}{{{text}}}"
        scripts = [self._letters(below)] if below else []
        scripts.extend(indices)
        upper = self._letters(upper) if upper else above
        return (
            text
            + primes
            + (f"_{{{','.join(scripts)}}}" if scripts else "")
            + (f"^{{{upper}}}" if upper else "")
        )

    def below(self, head: str, subscript: str) -> str:
        """A subscript."""
        return f"{head}_{{{subscript}}}" if subscript else head

    def brackets(self, inner: str) -> str:
        """Growing round brackets."""
        return f"\\left({inner}\\right)"

    def call(self, head: str, inner: str) -> str:
        """Arguments in round brackets, growing where they are tall."""
        tall = "\\frac" in inner or "\\sum" in inner or "\\int" in inner or "\\prod" in inner
        return f"{head.strip()}\\left({inner}\\right)" if tall else f"{head.strip()}({inner})"

    def times(self, *, explicit: bool, word: bool) -> str:
        """A gap, or a dot."""
        del word
        return " \\cdot " if explicit else " "

    def fraction(self, above: str, below: str) -> str:
        r"""`\frac`."""
        return f"\\frac{{{above}}}{{{below}}}"

    def power(self, base: str, exponent: str) -> str:
        """A superscript."""
        return f"{base}^{{{exponent}}}"

    def root(self, inner: str) -> str:
        r"""`\sqrt`."""
        return f"\\sqrt{{{inner}}}"

    def modulus(self, inner: str) -> str:
        """Growing bars."""
        return f"\\left|{inner}\\right|"

    def norm(self, inner: str, order: str) -> str:
        """Double bars."""
        return self.below(f"\\|{inner}\\|", "\\infty" if order == "inf" else order)

    def ones(self, size: str) -> str:
        """A bold 1."""
        return self.below("\\mathbf{1}", size)

    def entrywise(self, factors: Sequence[str]) -> str:
        """Circled dots."""
        return " \\odot ".join(factors)

    def big(self, sign: str, below: str, above: str, body: str) -> str:
        r"""`\sum` and `\prod` with limits, `\max` over a variable."""
        below = below.replace(" = ", "=")
        return f"\\{sign}_{{{below}}}{f'^{{{above}}}' if above else ''} {body}"

    def integral(self, variables: tuple[str, ...], body: str) -> str:
        r"""`\int` with its differentials; several variables also stand below it."""
        below = f"_{{{', '.join(variables)}}}" if len(variables) > 1 else ""
        return f"\\int{below} {body} " + " ".join(
            f"\\,d{_apart(variable)}" for variable in variables
        )

    def derivative(self, variable: str, operand: str, *, gradient: bool) -> str:
        r"""`\nabla` for parameters, `\partial` else."""
        if gradient:
            return f"\\nabla_{{{variable}}} {operand}"
        return f"\\frac{{\\partial}}{{\\partial {variable}}} {operand}"

    def indicator(self, inner: str) -> str:
        """A bold one."""
        return f"\\mathbf{{1}}\\left[{inner}\\right]"

    def operator(self, word: str, below: str, inner: str) -> str:
        """A blackboard E, or an upright word."""
        sign = "\\mathbb{E}" if word == "E" else f"\\operatorname{{{word}}}"
        return f"{sign}_{{{below}}}\\left[{inner}\\right]"

    def divergence(self, word: str, below: str) -> str:
        """`D_{KL}`, or an upright word with variables below it."""
        if word == "KL" and not below:
            return "D_{\\mathrm{KL}}"
        return self.below(f"\\mathrm{{{word}}}", below)

    def entries(self, entry: str, limits: str) -> str:
        """Square brackets with limits."""
        return f"\\left[{entry}\\right]_{{{limits}}}"

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """`pmatrix`."""
        inner = " \\\\ ".join(" & ".join(row) for row in rows)
        return f"\\begin{{pmatrix}} {inner} \\end{{pmatrix}}"


def _apart(variable: str) -> str:
    """A variable behind the d of a differential."""
    return (
        variable
        if variable.startswith("\\")
        else f" {variable}"
        if len(variable) > 1 and variable[1:2].isalpha()
        else variable
    )


class Text(Style):
    """Keyboard text."""

    slash: ClassVar[bool] = True
    calls = True
    signs: ClassVar[dict[str, str]] = {
        "|": "|", "||": " || ", "~": " ~ ", ",": ", ", ";": "; ", "/": " / ",
        "-": " - ", "+": " + ", "top": "T",
    }  # fmt: skip

    def row(self, *parts: str) -> str:
        """Parts side by side, a leading minus close to what follows."""
        text = "".join(parts)
        return f"-{text[3:]}" if text.startswith(" - ") else text.strip()

    def number(self, digits: str) -> str:
        """Digits."""
        return digits

    def word(self, word: str) -> str:
        """The word."""
        return word

    def name(self, name: str, indices: Sequence[str] = (), above: str = "") -> str:
        """The declared name; a subscript of several signs in braces."""
        head, bar, upper = name.partition("^")
        head, line, below = head.partition("_")
        scripts = [below] if line else []
        scripts.extend(indices)
        upper = upper if bar else above
        joined = ",".join(scripts)
        text = head + (f"_{_braced(joined)}" if scripts else "")
        return text + (f"^{_braced(upper)}" if upper else "")

    def below(self, head: str, subscript: str) -> str:
        """A subscript in braces."""
        return f"{head}_{{{subscript}}}" if subscript else head

    def brackets(self, inner: str) -> str:
        """Round brackets."""
        return f"({inner})"

    def call(self, head: str, inner: str) -> str:
        """Arguments in round brackets."""
        return f"{head}({inner})"

    def times(self, *, explicit: bool, word: bool) -> str:
        """A star."""
        del explicit, word
        return " * "

    def fraction(self, above: str, below: str) -> str:
        """A slash between brackets."""
        return f"({above}) / ({below})"

    def power(self, base: str, exponent: str) -> str:
        """A caret."""
        return f"{base}^{_braced(exponent)}"

    def root(self, inner: str) -> str:
        """`sqrt`."""
        return f"sqrt({inner})"

    def modulus(self, inner: str) -> str:
        """`abs`."""
        return f"abs({inner})"

    def norm(self, inner: str, order: str) -> str:
        """Double bars."""
        return self.below(f"||{inner}||", order)

    def ones(self, size: str) -> str:
        """`ones`."""
        return f"ones({size})" if size else "ones"

    def entrywise(self, factors: Sequence[str]) -> str:
        """`hadamard`."""
        return f"hadamard({', '.join(factors)})"

    def big(self, sign: str, below: str, above: str, body: str) -> str:
        """`sum` and `prod` with limits, `max` over a variable."""
        below = below.replace(" = ", "=")
        return f"{sign}_{{{below}}}{f'^{{{above}}}' if above else ''} {body}"

    def integral(self, variables: tuple[str, ...], body: str) -> str:
        """`int` with its differentials."""
        below = f"_{{{', '.join(variables)}}}" if len(variables) > 1 else ""
        return f"int{below} {body} " + " ".join(f"d{variable}" for variable in variables)

    def derivative(self, variable: str, operand: str, *, gradient: bool) -> str:
        """`nabla` and `partial`."""
        return f"{'nabla' if gradient else 'partial'}_{{{variable}}} {operand}"

    def indicator(self, inner: str) -> str:
        """A word."""
        return f"indicator[{inner}]"

    def operator(self, word: str, below: str, inner: str) -> str:
        """The word with its laws."""
        return f"{word}_{{{below}}}[{inner}]"

    def divergence(self, word: str, below: str) -> str:
        """The word."""
        return self.below(word, below)

    def entries(self, entry: str, limits: str) -> str:
        """Square brackets with limits."""
        return f"[{entry}]_{{{limits}}}"

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """`Matrix([[..], [..]])`."""
        return "Matrix([" + ", ".join("[" + ", ".join(row) + "]" for row in rows) + "])"


def _braced(script: str) -> str:
    return script if re.fullmatch(r"[A-Za-z]+|\d+|\*", script) else f"{{{script}}}"


_GREEK_CAPITAL: Final = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
_GREEK_NAMES: Final = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "omicron",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
]
_GREEK_SIGNS: Final = {
    spelling: sign
    for name, capital in zip(_GREEK_NAMES, _GREEK_CAPITAL, strict=True)
    for spelling, sign in ((name, capital.lower()), (name.capitalize(), capital))
} | {"varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "varrho": "ϱ", "varpi": "ϖ", "uppi": "π"}


class MathML(Style):
    """Presentation MathML."""

    signs: ClassVar[dict[str, str]] = {
        sign: f"<mo>{escape(spelled)}</mo>"
        for sign, spelled in {
            "|": "|", "||": "∥", "~": "∼", "<=": "≤", ">=": "≥", "!=": "≠", ",": ",", ";": ";",
            "-": "−", "+": "+", "top": "⊤",
            "=": "=", "<": "<", ">": ">", "/": "/",
        }.items()
    }  # fmt: skip

    def row(self, *parts: str) -> str:
        """An `mrow`, unless one part stands alone."""
        shown = [part for part in parts if part]
        return shown[0] if len(shown) == 1 else f"<mrow>{''.join(shown)}</mrow>"

    def list(self, parts: Iterable[str]) -> str:
        """Parts separated by commas; nothing for none."""
        comma = self.sign(",")
        separated = [part for each in parts for part in (comma, each)][1:]
        return self.row(*separated) if separated else ""

    def applied(self, word: str, argument: str) -> str:
        """A word, the sign of application, a thin gap, and the argument."""
        return self.row(self.word(word), "<mo>&#x2061;</mo>", _GAP, argument)

    def number(self, digits: str) -> str:
        """An `mn`."""
        return f"<mn>{digits}</mn>"

    def word(self, word: str) -> str:
        """An `mi`."""
        return f"<mi>{escape(word)}</mi>"

    def _letters(self, text: str) -> str:
        pieces = [piece for piece in re.split(r"([^A-Za-z]+)", text) if piece]
        spelled = [
            f"<mi>{escape(_GREEK_SIGNS.get(p, p))}</mi>"
            if p.isalpha()
            else f"<mn>{p}</mn>"
            if p.isdigit()
            else f"<mo>{escape(p)}</mo>"
            for p in pieces
        ]
        return spelled[0] if len(spelled) == 1 else self.row(*spelled)

    def name(self, name: str, indices: Sequence[str] = (), above: str = "") -> str:
        """An `mi` with accent, primes, scripts and indices."""
        font, _, rest = name.rpartition(" ")
        letter, accent, primes, below, upper = name_parts(rest)
        text = f"<mi>{_lettered(letter, font)}</mi>" if font else self._letters(letter)
        if accent:
            marks = {"hat": "^", "tilde": "~", "bar": "¯", "dot": "˙", "ddot": "¨", "check": "ˇ"}
            text = f'<mover accent="true">{text}<mo>{marks[accent]}</mo></mover>'
        scripts = [self._letters(below)] if below else []
        scripts.extend(indices)
        tops = [f"<mo>{'′' * len(primes)}</mo>"] if primes else []
        if upper or above:
            tops.append(self._letters(upper) if upper else above)
        return self._scripted(text, self.list(scripts), self.row(*tops) if tops else "")

    def _scripted(self, text: str, below: str, above: str) -> str:
        if below and above:
            return f"<msubsup>{text}{below}{above}</msubsup>"
        if below:
            return f"<msub>{text}{below}</msub>"
        return f"<msup>{text}{above}</msup>" if above else text

    def below(self, head: str, subscript: str) -> str:
        """An `msub`."""
        return self._scripted(head, subscript, "")

    def brackets(self, inner: str) -> str:
        """Round brackets."""
        return self._fenced("(", inner, ")")

    def _fenced(self, opening: str, inner: str, closing: str) -> str:
        """A formula between signs that grow where it is tall.

        Signs that could grow and need not are set too wide by browsers.
        """
        kind = "" if _TALL.search(inner) else ' stretchy="false"'
        return self.row(f"<mo{kind}>{opening}</mo>", inner, f"<mo{kind}>{closing}</mo>")

    def call(self, head: str, inner: str) -> str:
        """A function with its arguments."""
        return self.row(head, "<mo>&#x2061;</mo>", self.brackets(inner))

    def times(self, *, explicit: bool, word: bool) -> str:
        """An invisible product, or a dot; a thin gap before a word."""
        if explicit:
            return "<mo>⋅</mo>"
        return "<mo>&#x2062;</mo>" + (_GAP if word else "")

    def fraction(self, above: str, below: str) -> str:
        """An `mfrac`."""
        return f"<mfrac>{above}{below}</mfrac>"

    def power(self, base: str, exponent: str) -> str:
        """An `msup`."""
        if base.startswith("<msub>"):  # both scripts above each other
            return f"<msubsup>{base[len('<msub>') : -len('</msub>')]}{exponent}</msubsup>"
        return f"<msup>{base}{exponent}</msup>"

    def root(self, inner: str) -> str:
        """An `msqrt`."""
        return f"<msqrt>{inner}</msqrt>"

    def modulus(self, inner: str) -> str:
        """Bars."""
        return self._fenced("|", inner, "|")

    def norm(self, inner: str, order: str) -> str:
        """Double bars."""
        return self.below(self.row("<mo>∥</mo>", inner, "<mo>∥</mo>"), order and self.word(order))

    def ones(self, size: str) -> str:
        """A bold 1."""
        return self.below('<mn mathvariant="bold">1</mn>', size)

    def entrywise(self, factors: Sequence[str]) -> str:
        """Circled dots."""
        return "<mo>⊙</mo>".join(factors)

    def big(self, sign: str, below: str, above: str, body: str) -> str:
        """An `munderover`, or the word `max` over its variable."""
        if not above:
            return self.row(f"<munder><mo>{sign}</mo>{self.row(below)}</munder>", body)
        shown = "∑" if sign == "sum" else "∏"
        return self.row(f"<munderover><mo>{shown}</mo>{below}{above}</munderover>", body)

    def integral(self, variables: tuple[str, ...], body: str) -> str:
        """An integral sign and differentials."""
        ends = (part for variable in variables for part in (_GAP, "<mi>d</mi>", variable))
        return self.row("<mo>∫</mo>", body, *ends)

    def derivative(self, variable: str, operand: str, *, gradient: bool) -> str:
        """A nabla, or a quotient of differentials."""
        if gradient:
            return self.row(f"<msub><mo>∇</mo>{variable}</msub>", _GAP, operand)
        below = self.row("<mo>∂</mo>", variable)
        return self.row(f"<mfrac><mo>∂</mo>{below}</mfrac>", _GAP, operand)

    def indicator(self, inner: str) -> str:
        """A bold one."""
        return self.row("<mn>𝟏</mn>", "<mo>[</mo>", inner, "<mo>]</mo>")

    def operator(self, word: str, below: str, inner: str) -> str:
        """An operator with its laws below."""
        head = f"<mi>{'𝔼' if word == 'E' else word}</mi>"
        return self.row(self.below(head, below), self._fenced("[", inner, "]"))

    def divergence(self, word: str, below: str) -> str:
        """`D` with KL below it, or an upright word."""
        if word == "KL" and not below:
            return "<msub><mi>D</mi><mi>KL</mi></msub>"
        return self.below(self.word(word), below)

    def entries(self, entry: str, limits: str) -> str:
        """Square brackets with limits."""
        return self.below(self._fenced("[", entry, "]"), limits)

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        """An `mtable`."""
        inner = "".join(
            "<mtr>" + "".join(f"<mtd>{cell}</mtd>" for cell in row) + "</mtr>" for row in rows
        )
        return self._fenced("(", f"<mtable>{inner}</mtable>", ")")


_TALL: Final = re.compile("<(mfrac|munderover|mtable|msqrt)|∫")
_GAP: Final = '<mspace width="0.17em"/>'
# Letters of other fonts stand in blocks of Unicode; some were there before their block.
_FONTS: Final = {"cal": 0x1D49C, "scr": 0x1D49C, "bb": 0x1D538, "bf": 0x1D400, "frak": 0x1D504}
_ELSEWHERE: Final = dict(
    zip(
        "𝒝𝒠𝒡𝒣𝒤𝒧𝒨𝒭𝔺𝔿𝕅𝕇𝕈𝕉𝕑",  # where they would stand, were they not elsewhere
        "ℬℰℱℋℐℒℳℛℂℍℕℙℚℝℤ",
        strict=True,
    )
)


def _lettered(text: str, font: str) -> str:
    """A capital letter of another font; anything else as it is."""
    first = _FONTS.get(font)
    if first is None or not re.fullmatch("[A-Z]", text):
        return escape(_GREEK_SIGNS.get(text, text))
    code = first + ord(text) - ord("A")
    return _ELSEWHERE.get(chr(code), chr(code))


LATEX: Final = Latex()
TEXT: Final = Text()
MATHML: Final = MathML()

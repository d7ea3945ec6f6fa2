"""Sub- and superscripts: which tokens belong to one."""

from __future__ import annotations

from collections.abc import Sequence

from lemmata.notation.cursor import Cursor
from lemmata.notation.errors import Source
from lemmata.notation.lexer import Token
from lemmata.notation.symbols import Symbols


class Scripts(Cursor):
    """A cursor that finds where a script ends, by the rules of LaTeX or of keyboards."""

    def __init__(
        self,
        tokens: Sequence[Token],
        source: Source,
        symbols: Symbols,
        plan: Sequence[int] = (),
        latex: bool = True,
    ) -> None:
        super().__init__(tokens, source, symbols, plan)
        # Whether scripts follow the rules of LaTeX (one token without braces) or of keyboards.
        self.latex = latex

    def script(self) -> tuple[int, int]:
        """The tokens of a sub- or superscript behind its sign: first and past-the-last index.

        Moves on.
        """
        token = self.peek()
        first = self.at
        if token.text == "{":
            self.at = self.group_end(first)
            return first + 1, self.at - 1
        if (
            token.kind == "end"
            or token.text in (")", "}", "]", "^", "_")
            or token.kind in ("rel", "row", "amp")
        ):
            raise self.unreadable("expected a sub- or superscript", token)
        if token.text in ("-", "("):
            return self._keyboard_script(first)
        if token.kind == "num" and self._is_latex(token) and len(token.text) > 1:
            raise self.unreadable(
                "a number of several digits in a script without braces",
                token,
                f"Write {{{token.text}}}.",
            )
        if token.text == "\\frac":
            raise self.unreadable(
                "a fraction in a script without braces", token, "Write ^{\\frac{..}{..}}."
            )
        self.take()
        while not self.latex and token.kind == "name" and self.next_is("'", "''"):
            self.take()  # max_a', V_s'
        above = not self.latex and self.tokens[first - 1].text == "^"
        if above and not self._belongs(first) and self._goes_on(token):
            return self._keyboard_script(first)
        if (
            self.peek().text == "^"
            and token.kind in ("num", "name")
            and self.tokens[first - 1].text == "^"
        ):
            raise self.unreadable(
                "two superscripts in a row",
                self.peek(),
                "Say with braces or brackets which power comes first.",
            )
        return first, self.at

    def _is_latex(self, token: Token) -> bool:
        return self.latex and token.kind != "end"

    def _belongs(self, first: int) -> bool:
        """Whether a superscript is part of a declared name: `V^pi(s)`, `V_t^pi(s)`."""
        for base in (first - 2, first - 4):
            if base >= 0 and self.tokens[base].kind == "name":
                spelling = f"{self.tokens[base].text}^{self.tokens[first].text}"
                if self.symbols.find(spelling) is not None:
                    return True
        return False

    def _goes_on(self, token: Token) -> bool:
        """Whether an exponent of keyboard text goes on behind its first token."""
        return self.next_is("^") or self._called(token)

    def _called(self, token: Token) -> bool:
        entry = (
            self.symbols.find(token.text) if token.kind == "name" and self.next_is("(") else None
        )
        return entry is not None and entry.kind in ("function", "family", "definition")

    def _keyboard_script(self, first: int) -> tuple[int, int]:
        """A script of keyboard text.

        A signed number, name, call or bracket, with the powers behind it.
        """
        self.at = first
        if self.latex:
            raise self.unreadable(
                "a script of several signs without braces", hint="Write it in braces."
            )
        if self.next_is("-"):
            self.take()
        if self.peek().text in ("(", "{"):
            self.at = self.group_end(self.at)
        else:
            token = self.take()
            if token.kind == "end":
                raise self.unreadable("expected a sub- or superscript", token)
            if self._called(token):
                self.at = self.group_end(self.at)
        if self.next_is("^"):
            self.take()
            self._keyboard_script(self.at)
        return first, self.at

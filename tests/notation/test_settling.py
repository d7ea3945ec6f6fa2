"""Passes that a formula holds no sign of find nothing in it, and words are cut alike anywhere."""

import json
from pathlib import Path

import pytest

from lemmata.checkers.sheets import sheet_of
from lemmata.notation.diagonals import with_diagonals
from lemmata.notation.errors import NotationError, Source
from lemmata.notation.keyboard import scan_text
from lemmata.notation.latex import scan_latex
from lemmata.notation.lexer import Token
from lemmata.notation.settling import PASSES, settled
from lemmata.notation.symbols import Symbols, symbols_of

ANSWERS = Path(__file__).parent.parent / "answers" / "expressions"
NTH = 9
"""One answer to a question in so many is looked at."""
SIGNS = (
    r"|x||y| + \text{if } x = 1 \quad \Sigma_i x_i",
    r"\left. x \right|_{x = 1} + [x]_{x = 2} + \langle x \rangle_q + \int x p(dx)",
    r"\det\begin{pmatrix} 1 & 0 \\ x & y \end{pmatrix} + \operatorname{tr} \operatorname{diag}(x)",
    r"\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}",
    r"\mathbb{E}[r_t + \gamma G_{t+1} \mid s_t = s] + \sum_k r_k + A_{:,j} + V_t",
)


def formulas() -> list[tuple[Symbols, str, list[Token]]]:
    """Answers to every question, and formulas with the signs of every pass, cut into tokens."""
    found = []
    for path in sorted(ANSWERS.glob("*.jsonl")):
        sheet = sheet_of(path.stem)
        symbols = symbols_of(sheet.declarations, sheet.conventions)
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()[::NTH]]
        texts = [(line["answer"], line["format"]) for line in lines]
        for text, form in (*texts, *((text, "latex") for text in SIGNS)):
            try:
                if form == "latex":
                    tokens = scan_latex(Source(text), 0, len(text), {}, symbols.known)
                else:
                    tokens = scan_text(Source(text), 0, len(text), symbols.known)
            except NotationError:
                continue
            found.append((symbols, text, tokens))
    return found


def test_a_pass_finds_nothing_without_its_signs() -> None:
    """A pass of whose signs a formula holds none, and which is skipped there, changes nothing."""
    skipped = changed = 0
    for symbols, text, tokens in formulas():
        every = tokens
        for wanted, change in PASSES:
            found = change(every, text, symbols)
            held = not wanted.isdisjoint(part for token in every for part in token[:2])
            assert held or found == every, (text, wanted)
            skipped += not held
            changed += found != every
            every = found
        spelled = symbols.spellings.respelled(every)
        assert settled(tokens, Source(text), symbols, set()) == with_diagonals(spelled, symbols)
    assert skipped
    assert changed


@pytest.mark.parametrize("before", range(60, 68))
def test_what_takes_the_words_behind_it_stands_anywhere(before: int) -> None:
    """A word that takes what is behind it is read alike however many words stand before it."""
    special = r"\text{one % two} + 1e5 + \left. y \right| + \operatorname{KL} + 10{,}5 xy"
    known = frozenset(("e", "x", "xy"))

    def read(text: str) -> list[tuple[str, str, str]]:
        tokens = scan_latex(Source(text), 0, len(text), {}, known)
        return [(token.kind, token.text, text[token.start : token.end]) for token in tokens]

    assert read("x " * before + special) == [*read("x " * before), *read(special)]

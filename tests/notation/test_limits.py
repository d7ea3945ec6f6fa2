"""How much is read, in counts: what grows without end is refused, and nothing is done twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

from lemmata import judge as judging
from lemmata.checkers.answers import check
from lemmata.checkers.sheets import sheet_of
from lemmata.judge import chains as judge_chains
from lemmata.judge import steps as judge_steps
from lemmata.kernel.declarations import Definition
from lemmata.kernel.fuel import WORK
from lemmata.kernel.terms import as_term
from lemmata.notation import (
    NotationError,
    Unreadable,
    binders,
    characters,
    cursor,
    defining,
    lexer,
    probability,
    read,
    read_chains,
    read_expression,
    read_sheet,
    spellings,
    ways,
)
from lemmata.notation.symbols import Symbols

ROOT = Path(__file__).resolve().parents[2]
DECLARED = read_sheet("[scalars]\na = {}\nb = {}\n").declarations
COLUMNS = read_sheet(
    """
    sizes = ["n"]
    [scalars]
    v = {shape = "n"}
    """
).declarations


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> Iterator[list[str]]:
    """The names of the calls of a function, one for each."""
    calls: list[str] = []
    real = getattr(module, name)

    def count(*arguments: object, **options: object) -> object:
        calls.append(name)
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, count)
        yield calls


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (r"\max(1, ", ")"),
        (r"\min(", ", b)"),
        (r"\tanh(", ")"),
        (r"\sinh(1 + ", ")"),
        (r"\cosh(", ")"),
        (r"\operatorname{sech}(", ")"),
    ],
)
def test_what_is_written_out_several_times_does_not_grow_without_end(begin: str, end: str) -> None:
    """Each of them holds what stands in it twice or more; a few of them are read."""
    assert read_expression(begin * 3 + "a" + end * 3, DECLARED)
    with pytest.raises(Unreadable, match="more than 1,000 parts in a function"):
        read_expression(begin * 30 + "a" + end * 30, DECLARED)


def test_a_softmax_of_softmaxes_does_not_grow_without_end() -> None:
    """It holds its scores twice."""
    head = r"\operatorname{softmax}("
    assert read_expression(head * 3 + "v" + ")" * 3, COLUMNS)
    with pytest.raises(Unreadable, match="more than 1,000 parts in a function"):
        read_expression(head * 30 + "v" + ")" * 30, COLUMNS)


@pytest.mark.parametrize("statement", ["$a = b$, ", r"\[a = b\] ", r"\(a\) "])
def test_a_text_has_so_many_statements(statement: str) -> None:
    """More are refused, with what to do."""
    count = read.MAX_STATEMENTS
    assert len(read_chains(statement * count, DECLARED).chains) == count
    with pytest.raises(NotationError, match="more than 300 statements") as caught:
        read_chains(statement * (count + 1), DECLARED)
    assert caught.value.hint == "Check it in parts."


def test_a_display_that_is_read_row_by_row_has_so_many_statements() -> None:
    """It is where one formula would have too many signs."""
    row = r"a + a + a + a + a + a + a + a + a + a &= b \\ "
    assert read_chains(rf"\begin{{align}}{row * 299}\end{{align}}", DECLARED).chains
    with pytest.raises(NotationError, match="more than 300 statements"):
        read_chains(rf"\begin{{align}}{row * 310}\end{{align}}", DECLARED)


@pytest.mark.parametrize("sign", ["=", r"\le ", r"\ne "])
def test_a_text_has_so_many_steps(sign: str) -> None:
    """More are refused, in one chain or in several: each of them is judged."""
    count = read.MAX_STEPS
    assert len(read_chains(sign.join(["a"] * (count + 1)), DECLARED).chains[0].lines) == count + 1
    half = sign.join(["a"] * (count // 2 + 2))
    for text in (sign.join(["a"] * (count + 2)), rf"\[{half}\] \[{half}\]"):
        with pytest.raises(NotationError, match="more than 300 steps") as caught:
            read_chains(text, DECLARED)
        assert caught.value.hint == "Check it in parts."


def test_a_long_formula_is_read_in_fewer_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way reads all of it; a short one is read in as many as there are, up to a limit."""
    for count, most in ((8, ways.MAX_RUNS), (400, ways.MAX_TRIED // 2_000)):
        with counted(monkeypatch, ways, "Parser") as tried:
            found = read_expression("+".join(["1/a b"] * count), DECLARED)
        assert len(tried) <= most
        assert all("more readings than are tried" in reading.flags for reading in found)


def test_so_many_remarks_stand_beside_a_formula() -> None:
    """More are refused: each of them is a statement that is judged."""

    def text(count: int) -> str:
        return "a = b" + "".join(f", a > {n}" for n in range(count))

    assert read_chains(text(read.MAX_REMARKS), DECLARED).chains
    with pytest.raises(NotationError, match="more than 60 remarks stand beside a formula"):
        read_chains(text(read.MAX_REMARKS + 1), DECLARED)


def test_many_remarks_are_refused_before_any_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each is looked at beside all others: ten times as many take a hundred times as long."""
    count = read.MAX_REMARKS + defining.MAX_DEFINITIONS
    for gap in (", ", "; ", r" \quad "):
        text = gap.join(["a"] * (count + 2))
        with (
            counted(monkeypatch, read, "define") as defined,
            pytest.raises(NotationError, match="more than 60 remarks stand beside a formula"),
        ):
            read_chains(text, DECLARED)
        assert defined == []


def test_so_many_comments_stand_beside_a_formula() -> None:
    """More are refused: each of them may be a condition, and is read."""

    def text(count: int) -> str:
        rows = (rf"& + a && \text{{since }} b = b + {n} \\" for n in range(count))
        return rf"\begin{{align}} a \\ {' '.join(rows)} \end{{align}}"

    assert len(read_chains(text(20), DECLARED).chains[0].reasons) == 20
    with pytest.raises(NotationError, match="more than 300 comments stand beside a formula"):
        read_chains(text(read.MAX_STATEMENTS + 1), DECLARED)


def test_sentences_that_set_names_which_are_not_read_count_as_definitions() -> None:
    """Each is put in the place of what it stands for in all that follows."""

    def text(count: int) -> str:
        told = (f"Let $y_{{{k}}} = y_{{{k + 1}}} + 1$. " for k in range(count))
        return f"{''.join(told)}$$a$$"

    assert read_chains(text(50), DECLARED).chains
    with pytest.raises(NotationError, match="defines more than 60 names"):
        read_chains(text(90), DECLARED)


@pytest.mark.parametrize("space", [" ", "\n", "\t", "\r\n"])
def test_a_gap_is_so_long(space: str) -> None:
    """A longer one is refused: much is looked for behind a gap, at each of its places."""
    count = characters.MAX_GAP // len(space)
    assert read_chains(f"a +{space * count}b", DECLARED).chains
    with pytest.raises(NotationError, match="a gap of more than 1,000 spaces") as caught:
        read_chains(f"a +{space * (count + 1)}b", DECLARED)
    assert caught.value.hint == "Delete it."


def test_approximations_are_dropped_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A right value before one sign or many is told; it is not judged once for each of them."""
    value = r"-\frac{1}{2}\sum_{j=1}^m (1 + \log\sigma_j^2 - \mu_j^2 - \sigma_j^2)"
    for count in (1, 4, 40):
        text = value + r" \approx m" * count
        with counted(monkeypatch, judging, "_doubts") as judged:
            verdict = check(text, claim="gaussian-kl", kind="expression")
        assert verdict.cause == "ambiguous"
        assert "this is right before its last sign" in verdict.message
        assert len(judged) <= judging.MANY_BOUNDS + 1


def test_what_is_wrong_is_said_of_the_first_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are refuted, and ten are explained."""
    answer = " = ".join(rf"\mu_1+{n}" for n in range(15))
    check("0 = 0", claim="gaussian-kl", kind="derivation")  # the sheet is read before the answer
    with counted(monkeypatch, judge_chains, "explain_slip") as explained:
        verdict = check(answer, claim="gaussian-kl", kind="derivation")
    assert [step.verdict.outcome for step in verdict.steps] == ["refuted"] * 14
    assert len(explained) == judge_chains.MOST_EXPLAINED == 10


def test_what_stands_beside_a_step_is_looked_at_where_it_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may say where the step holds, of which nothing is asked where it always does."""
    rows = r"\begin{{align}} \mu_1 &= \mu_1 {} && \text{{whenever }} \mu_1 > 1 \end{{align}}"
    for more, outcome, looks in (("", "proved", 0), ("+ 1", "refuted", 1)):
        with counted(monkeypatch, judge_steps, "_limits_beside") as looked:
            verdict = check(rows.format(more), claim="gaussian-kl", kind="derivation")
        assert verdict.outcome == outcome
        assert len(looked) == looks


def test_words_before_no_formula_are_looked_at_once() -> None:
    """A text of the largest length without a dollar sign ends at once: so it did not."""
    text = r"\sum_{j=1}^m " * 1_000 + r"\mu_j"
    assert check(text, claim="gaussian-kl").outcome == "undecided"


@pytest.mark.parametrize(
    "piece", ["#", "%", "--", "//", "# ", "-", ".", "let ", "note that ", r"\(", r"\["]
)
def test_a_flood_of_one_sign_ends_soon(piece: str) -> None:
    """In less than a second, of which this leaves many: some took a quarter of a minute."""
    text = piece * (16_000 // len(piece)) + "$$a$$"
    started = process_time()
    check(text, claim="gaussian-kl", kind="expression")
    assert process_time() - started < 5


def test_a_text_defines_so_many_names() -> None:
    """More are refused: each of them is a table of names of its own."""

    def text(count: int) -> str:
        return r"a \text{ where } " + ", ".join(f"y_{{{n}}} = {n}" for n in range(count))

    count = defining.MAX_DEFINITIONS
    assert len(read_chains(text(count), DECLARED).defined) == count
    with pytest.raises(NotationError, match="defines more than 60 names"):
        read_chains(text(count + 1), DECLARED)


def test_a_name_of_an_answer_leaves_the_spellings_of_its_sheet_as_they_are_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only what a thing is called by the sheet is cut again, not each of its other spellings."""
    sheet = sheet_of("batchnorm-backward-x")
    Symbols(sheet.declarations, sheet.conventions)
    fresh = Definition("uvw_0", (), as_term(1))
    declared = replace(sheet.declarations, definitions=(*sheet.declarations.definitions, fresh))
    patterns = sum(len(ways) for _, ways in sheet.conventions.spellings)
    assert patterns > 80
    with counted(monkeypatch, spellings, "_cut") as cut:
        Symbols(declared, sheet.conventions)
    assert len(cut) == len(sheet.conventions.spellings)


def test_names_that_stand_for_each_other_are_as_many_as_definitions() -> None:
    """Each is put in the place of what it stands for in all the others."""
    chain = ", ".join(f"a_{{{k}}} = a_{{{k + 1}}} + 1" for k in range(90))
    verdict = check(rf"a_0 \text{{ where }} {chain}", claim="gaussian-kl", kind="expression")
    assert verdict.cause == "unreadable"
    assert "defines more than 60 names" in verdict.message


def test_a_name_that_a_spelling_mentions_is_one_name_in_it() -> None:
    """`Gv` is cut into letters, until it is declared."""
    text = '[scalars]\na = {}\n[spellings]\na = ["Gv"]\n'
    sheet = read_sheet(text)

    def cut(*names: str) -> set[tuple[str, ...]]:
        definitions = tuple(Definition(name, (), as_term(1)) for name in names)
        declared = replace(sheet.declarations, definitions=definitions)
        found = Symbols(declared, sheet.conventions).spellings._groups[0].patterns.values()
        return {pattern for patterns in found for pattern in patterns}

    assert cut() == {("G", "v"), ("Gv",)}
    assert cut("Gv") == {("Gv",)}
    assert cut("H") == {("G", "v"), ("Gv",)}


def test_a_derivation_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who judges it and who says whether it starts as asked read the same document."""
    answer = r"\frac{1}{2}\sum_j \mu_j = \sum_j \mu_j = 17"
    check("0 = 0", claim="gaussian-kl", kind="derivation")  # the sheet is read before the answer
    with counted(monkeypatch, read, "layouts_of") as readings:
        verdict = check(answer, claim="gaussian-kl", kind="derivation")
    assert verdict.outcome == "refuted"
    assert verdict.starts_as_asked is False
    assert len(readings) == 1


def test_the_docs_name_these_limits() -> None:
    """As the reader has them."""
    text = " ".join((ROOT / "docs" / "verdicts.md").read_text("utf-8").split())
    for limit, what in (
        (characters.MAX_BYTES, "bytes"),
        (read.MAX_STATEMENTS, "statements"),
        (read.MAX_STEPS, "steps"),
        (read.MAX_STATEMENTS, "comments"),
        (characters.MAX_GAP, "spaces"),
        (defining.MAX_DEFINITIONS, "names that it defines"),
        (lexer.MAX_TOKENS, "signs"),
        (read.MAX_REMARKS, "remarks beside it"),
        (cursor.MAX_REPEATED, "parts inside a function"),
        (binders.MAX_INTEGRALS, "integrals"),
        (probability.MAX_VARIANCES, "variances within each other"),
        (WORK, "units of about a microsecond"),
        (read.MOST_WORK, "units"),
    ):
        assert f"{limit:,} {what}" in text
    assert f"brackets {lexer.MAX_DEPTH} deep" in text


def test_integrals_within_each_other_are_few() -> None:
    """Each of them would be one more loop of a model over its values."""
    declared = read_sheet("[variables]\nx = {}\n[densities]\np = {of = 'x'}\n").declarations

    def nested(count: int) -> str:
        return r"\int " * count + "p(x) " + "dx " * count

    assert read_expression(nested(12), declared)
    with pytest.raises(Unreadable, match="more than 12 integrals within each other"):
        read_expression(nested(13), declared)


def test_variances_within_each_other_are_few() -> None:
    """Each of them is written out with three copies of what stands in it."""
    declared = read_sheet("[variables]\nx = {}\n[densities]\np = {of = 'x'}\n").declarations

    def nested(count: int) -> str:
        return r"\operatorname{Var}_{x \sim p}(x + " * count + "x" + ")" * count

    assert read_expression(nested(3), declared)
    assert read_expression(" + ".join([nested(2)] * 4), declared)
    with pytest.raises(Unreadable, match="more than 3 variances within each other"):
        read_expression(nested(4), declared)

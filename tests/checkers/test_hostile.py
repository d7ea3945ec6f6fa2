"""Hostile text: one verdict for each, in bounded work and memory; nothing runs, hangs or is lost."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from cProfile import Profile
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lemmata.checkers import answers, apart
from lemmata.checkers.answers import check
from lemmata.checkers.batch import Answer, Entry, grade, read_answers
from lemmata.checkers.forkserver import ForkServer
from lemmata.checkers.judging import judge_task
from lemmata.checkers.sheets import sheet_of
from lemmata.checkers.tables import check_table
from lemmata.checkers.tasks import Format, Kind, Result, Task
from lemmata.judge import WORK_ON_A_FORMULA
from lemmata.kernel.fuel import FUEL, FUEL_WORK, Fuel
from lemmata.kernel.verdict import Verdict
from lemmata.notation import SheetError, read_sheet, write_sheet
from lemmata.notation.cursor import STEP_WORK, Cursor
from lemmata.notation.read import MOST_WORK
from lemmata.semantics.errors import OPERATION_WORK, Meter
from lemmata.semantics.model import OPERATIONS
from tests.checkers.hostile import dearest, hostile, sheets

LOG = "LEMMATA_TEST_LOG"
CLAIM = "gaussian-kl"
FAMILIES = hostile("mark")
DEAREST = dearest()
SHEETS = sheets()
# Of wall time: long enough for a busy machine, and for the one answer that is meant to hang.
SECONDS, SHORT = 60.0, 5.0
# What the two judges may spend on one answer: fuel of proofs, and operations in models. An answer is
# judged at most twice (as it stands, and with its entries counted from 0), and then explained.
MOST_FUEL, MOST_OPERATIONS = 4 * FUEL, 2 * OPERATIONS
# The texts that were the most work take less than this of the account of an answer.
LITTLE = {
    "fuel": WORK_ON_A_FORMULA // FUEL_WORK + FUEL // 10,
    "operations": WORK_ON_A_FORMULA / OPERATION_WORK + OPERATIONS // 10,
    "steps": MOST_WORK // STEP_WORK + 100,
}


# Calls of functions for one text, which no counting in the judges can hide: less than a second of them.
CALLS = 3_500_000


@contextmanager
def few_calls() -> Iterator[None]:
    """Refuse what takes more calls of functions than a text may."""
    with Profile() as profile:
        yield
    calls = sum(entry.callcount for entry in profile.getstats())
    assert calls <= CALLS


def work(line: str) -> tuple[int, ...]:
    """The fuel and the operations that a line of the log tells."""
    return tuple(map(int, line.split()[:2]))


@dataclass
class Survey:
    """What became of some texts."""

    executed: bool = False
    lost: list[str] = field(default_factory=list)  # no verdict, or one that is not of the text
    failed: list[str] = field(default_factory=list)  # Lemmata itself failed
    proved: list[str] = field(default_factory=list)
    judged: list[str] = field(default_factory=list)  # each with the work that it was

    @property
    def costly(self) -> list[str]:
        """Those that were more work than any answer may be."""
        limits = (MOST_FUEL, MOST_OPERATIONS)
        return [line for line in self.judged if any(map(int.__gt__, work(line), limits))]


def survey(
    folder: Path, texts: list[str], *, form: Format = "latex", kind: Kind = "expression"
) -> Survey:
    """Grade texts in workers, and look at what they did."""
    mark = folder / "mark"
    entries: Iterator[Entry] = (
        (line, Answer(f"{line}", CLAIM, form, text.replace("mark", str(mark)), kind))
        for line, text in enumerate(texts, 1)
    )
    found = Survey()
    answered = 0
    with ThreadPoolExecutor(2) as threads:
        for fields, failure in grade(entries, threads):
            answered += 1
            text = texts[fields["line"] - 1][:80]
            if fields["line"] != answered or fields["cause"] == "killed":
                found.lost.append(f"{text!r}: {fields['message']}")
            if failure:
                found.failed.append(f"{text!r}: {failure}")
            if fields["verdict"] == "proved":
                found.proved.append(text)
    if answered != len(texts):
        found.lost.append(f"{len(texts) - answered} answers")
    found.executed = mark.exists()
    log = Path(os.environ[LOG])
    found.judged = log.read_text("utf-8").splitlines() if log.exists() else []
    return found


@pytest.fixture(autouse=True)
def _measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Workers that are measured."""
    monkeypatch.setenv(LOG, str(tmp_path / "log"))
    monkeypatch.setattr(apart, "_office", apart._Office())
    monkeypatch.setattr(apart._office, "server", ForkServer("tests.checkers.measured"))
    monkeypatch.setattr(apart, "SECONDS", SECONDS)
    yield
    apart._office.server.close()


def test_there_are_enough() -> None:
    """The corpus is as large as it should be, and no text stands in it twice in a family."""
    assert sum(len(set(texts)) for texts in FAMILIES.values()) >= 1_500
    assert all(len(texts) >= 30 for texts in FAMILIES.values())


@pytest.mark.parametrize("family", FAMILIES)
def test_hostile_text_is_harmless(tmp_path: Path, family: str) -> None:
    """Every text of a family gets its verdict: nothing runs, nothing hangs, nothing is lost."""
    found = survey(tmp_path, FAMILIES[family])
    assert not found.executed
    assert found.lost == []
    assert found.failed == []
    if family != "damaged":  # a damaged right answer can still be right
        assert found.proved == []
    # What is no Unicode never reaches a worker.
    broken = sum("?" in text.encode("utf-8", "replace").decode() for text in FAMILIES[family])
    assert len(found.judged) >= len(FAMILIES[family]) - broken
    assert found.costly == []


@pytest.mark.parametrize("name", DEAREST)
def test_the_dearest_texts_are_little_work(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes many readings, proofs, models or explanations is less work than one may be."""
    spent = dict.fromkeys(("fuel", "operations", "steps"), 0)

    def count(owner: type, method: str, kind: str) -> None:
        real = vars(owner)[method]

        def counted(self: object, amount: int = 1) -> None:
            spent[kind] += amount
            real(self, amount)

        monkeypatch.setattr(owner, method, counted)

    count(Fuel, "burn", "fuel")
    count(Meter, "spend", "operations")
    count(Cursor, "spend", "steps")
    claim, kind, text = DEAREST[name]
    sheet_of(claim)
    with few_calls():
        told(check(text, claim=claim, kind=kind))  # type: ignore[arg-type]
    assert sum(spent.values()) > 0
    assert {kind: work for kind, work in spent.items() if work > LITTLE[kind]} == {}


def test_what_takes_too_many_calls_is_noticed() -> None:
    """Work that no judge counts is counted here."""

    def work(times: int) -> None:
        with few_calls():
            for _ in range(times):
                len(())

    work(CALLS - 100)
    with pytest.raises(AssertionError):
        work(CALLS + 1)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("form", "kind"), [("text", "expression"), ("latex", "derivation")])
def test_hostile_text_is_harmless_in_other_clothes(
    tmp_path: Path, family: str, form: Format, kind: Kind
) -> None:
    """The same in keyboard notation, and as whole derivations."""
    found = survey(tmp_path, FAMILIES[family], form=form, kind=kind)
    assert not found.executed
    assert (found.lost, found.failed, found.costly) == ([], [], [])


@pytest.mark.parametrize(
    ("text", "noticed"),
    [("hang", "lost"), ("exit", "lost"), ("memory", "lost"), ("fail", "failed")],
)
def test_the_survey_notices_what_goes_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, noticed: str
) -> None:
    """With workers that hang, end, eat memory or fail, the survey above says so."""
    monkeypatch.setattr(apart, "SECONDS", SHORT)
    monkeypatch.setattr(apart._office, "server", ForkServer("tests.checkers.misbehaviour"))
    found = survey(tmp_path, ["a", text])
    assert len(getattr(found, noticed)) == 1
    assert found.proved == ["a"]


def test_the_survey_notices_what_is_too_much_work(tmp_path: Path) -> None:
    """With less allowed than an answer takes, the survey above says so."""
    found = survey(tmp_path, [r"\sum_j (\mu_1 + \sigma_1)^9"])
    assert found.costly == []
    ((fuel, operations),) = map(work, found.judged)
    assert fuel > 100
    assert operations > 10
    found.judged.append(f"{MOST_FUEL + 1} 0 'x'")
    assert len(found.costly) == 1


def test_the_survey_notices_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With workers that evaluate what they read, the code of the corpus runs and is seen."""
    monkeypatch.setattr(apart._office, "server", ForkServer("tests.checkers.evaluating"))
    assert survey(tmp_path, FAMILIES["code in names"]).executed


def test_a_hostile_batch(tmp_path: Path) -> None:
    """Broken lines of every kind are located one by one, and the answers between them judged."""
    good = json.dumps({"id": "a", "claim": CLAIM, "format": "latex", "answer": "0"}).encode()
    broken = [
        b"",
        b"{",
        b"\x00",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"9" * 3_000_000,
        good[:-1],
        good.replace(b'"id"', b'"ID"'),
        good.replace(b'"0"', b"0"),
        good.replace(b"latex", b"sympy"),
        good + good,
        b'{"id": "\\ud800", "claim": "c", "format": "latex", "answer": "\\udfff"}',
    ]
    path = tmp_path / "answers.jsonl"
    path.write_bytes(b"".join(good + b"\n" + line + b"\n" for line in broken) + good)
    with ThreadPoolExecutor(1) as threads:
        found = [fields for fields, _ in grade(read_answers(path), threads)]
    assert [each["line"] for each in found] == list(range(1, 2 * len(broken) + 2))
    assert {each["verdict"] for each in found[::2]} == {"refuted"}
    for each in found[1::2]:
        assert each["cause"] == "unreadable"
        assert f"line {each['line']}: " in each["message"]


@pytest.mark.parametrize("name", SHEETS)
def test_a_hostile_sheet_is_refused_or_asks(name: str) -> None:
    """A sheet from untrusted hands has one error that says where, or its answer one verdict."""
    text, answer = SHEETS[name]
    try:
        sheet = read_sheet(text)
    except SheetError:  # any other exception is a bug
        return
    verdict = check(answer, sheet=sheet)
    told(verdict)
    assert "Lemmata failed" not in verdict.message


def test_definitions_that_grow_without_end_are_refused() -> None:
    """Written out, the last of them would have more parts than there are atoms."""
    text, _ = SHEETS["definitions, each twice in the next: A + A, 25"]
    with pytest.raises(SheetError, match=r"definition '\w' has more than 5000 parts, written out"):
        read_sheet(text)


def test_a_sheet_has_few_definitions() -> None:
    """Each is read beside all that come before it, so that many would take their square in time."""
    letters = [f"v{a}{b}" for a in "abcdefghij" for b in "abcdefghijklmnopqrstu"]
    lines = [f"{name} = 'x + {number}'" for number, name in enumerate(letters)]
    text = "[scalars]\nx = {{}}\n[definitions]\n{}\n"
    assert len(read_sheet(text.format("\n".join(lines[:200]))).declarations.definitions) == 200
    with pytest.raises(SheetError, match="definitions: more than 200 of them"):
        read_sheet(text.format("\n".join(lines[:201])))


def test_a_failure_of_lemmata_has_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Lemmata itself fails, whoever asks gets the same: undecided, and where it failed."""

    def fail(*_: object, **__: object) -> Verdict:
        raise ZeroDivisionError("one\ntwo")

    monkeypatch.setattr(answers, "judge", fail)
    verdict = check("0", claim=CLAIM)
    assert (verdict.outcome, verdict.cause) == ("undecided", "unsupported")
    assert "test_hostile.py" in verdict.message
    assert "ZeroDivisionError: one two" in verdict.message
    task = msgspec.json.encode(Task(CLAIM, "latex", "expression", "0"))
    result = msgspec.json.decode(judge_task(task), type=Result)
    assert result.fields["message"] == verdict.message
    assert "ZeroDivisionError: one two" in result.failure


# -------------------------------------------------------------------------- fuzzing

FUZZ = settings(
    max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TOKENS = (
    r"\mu \sigma \mu_j \sigma_j^2 \sum_j \sum_{j=1}^m \frac \frac12 ( ) [ ] { } ^ _ = + - * / , ; & \\ "
    r"\log \exp \mathbb{E} D_{KL} q p \| | \text \where \int \prod 1 2 0.5 \nabla \partial \cdot \quad "
    r"\left( \right) ' ! $ \begin{align} \end{align} \le \iff \leftarrow \delta_{ij} \mathbf 1"
).split(" ")
formulas = st.lists(st.sampled_from(TOKENS), max_size=24).map(" ".join)


def told(verdict: Verdict) -> None:
    """A verdict that says what it is about."""
    assert verdict.outcome in ("proved", "refuted", "undecided")
    assert (verdict.cause is not None) == (verdict.outcome == "undecided")
    if verdict.outcome == "undecided":
        assert verdict.message
        assert "bug of" not in verdict.message
    if verdict.outcome == "refuted":
        assert verdict.counterexample is not None


@FUZZ
@given(st.text(max_size=60), st.sampled_from(["latex", "text"]))
def test_any_text_has_a_verdict(text: str, form: str) -> None:
    """The reader takes any text at all."""
    told(check(text, claim=CLAIM, format=form))  # type: ignore[arg-type]


@FUZZ
@given(formulas, st.sampled_from(["expression", "derivation", "document", None]))
def test_any_formula_has_a_verdict(text: str, kind: str | None) -> None:
    """The elaborator takes tokens of mathematics in any order."""
    told(check(text, claim="vae-elbo", kind=kind))  # type: ignore[arg-type]


SHEET = write_sheet(sheet_of("cvae-elbo"))


@FUZZ
@given(st.data())
def test_any_sheet_is_read_or_refused(data: st.DataObject) -> None:
    """The loader of sheets reads a damaged sheet or says where it is wrong."""
    text = SHEET
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        piece = st.one_of(
            st.sampled_from(TOKENS), st.text(max_size=6), st.just(text[start:end] * 2)
        )
        text = text[:start] + data.draw(piece) + text[end:]
    with suppress(SheetError):  # any other exception is a bug
        read_sheet(text)


@FUZZ
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=20))
def test_any_json_is_a_table_or_not(value: object) -> None:
    """The reader of tables takes any JSON."""
    for claim in ("table-flu", "table-transposed-conv", "choice-gridworld-policy"):
        verdict = check_table(json.dumps(value), claim)
        assert verdict.outcome in ("refuted", "undecided")
        assert verdict.message

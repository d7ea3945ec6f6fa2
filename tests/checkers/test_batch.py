"""A batch is read entry by entry, whatever the input is."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lemmata.checkers.batch import LONGEST_LINE, Answer, Broken, grade, read_answers

GOOD = {"id": "a", "claim": "gaussian-kl", "format": "latex", "answer": "0"}


def read(path: Path, content: bytes) -> list[Answer | Broken]:
    """What a file with this content holds; the lines must be counted from 1 without a gap."""
    path.write_bytes(content)
    entries = list(read_answers(path))
    assert [line for line, _ in entries] == list(range(1, len(entries) + 1))
    return [entry for _, entry in entries]


def line(**changes: Any) -> bytes:
    """One input line: the good one with changes; None removes a field."""
    fields = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return json.dumps(fields).encode() + b"\n"


def test_a_line_is_an_answer(tmp_path: Path) -> None:
    """The fields of a line are those of the answer; the kind is an expression unless said."""
    first, second = read(tmp_path / "a.jsonl", line() + line(kind="derivation"))
    assert first == Answer("a", "gaussian-kl", "latex", "0", "expression")
    assert second == Answer("a", "gaussian-kl", "latex", "0", "derivation")


@pytest.mark.parametrize(
    "broken",
    [
        b"\n",
        b"{\n",
        b"[]\n",
        b"null\n",
        b"\xff\xfe\n",
        b"\x00\n",
        b'{"id": "\\ud800"}\n',
        b"[" * 100_000 + b"\n",
        b"9" * (LONGEST_LINE + 5) + b"\n",
        line(id=None),
        line(id=7),
        line(claim=None),
        line(answer=None),
        line(answer=["0"]),
        line(format="pdf"),
        line(kind="document"),
    ],
)
def test_a_broken_line_stops_nothing(tmp_path: Path, broken: bytes) -> None:
    """A line that is no answer is one broken entry, and the lines around it are read."""
    first, middle, last = read(tmp_path / "a.jsonl", line() + broken + line(id="b"))
    assert isinstance(first, Answer)
    assert isinstance(middle, Broken)
    assert isinstance(last, Answer)
    assert last.id == "b"


def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    """The line feed at the end of a file begins no line, and the last line can lack it."""
    assert len(read(tmp_path / "a.jsonl", line() + line().rstrip())) == 2
    assert len(read(tmp_path / "a.jsonl", line() + line())) == 2
    assert read(tmp_path / "a.jsonl", b"") == []


def test_a_byte_order_mark_and_windows_ends_are_harmless(tmp_path: Path) -> None:
    """What editors on Windows add to a file changes nothing."""
    content = b"\xef\xbb\xbf" + line().replace(b"\n", b"\r\n")
    assert read(tmp_path / "a.jsonl", content) == read(tmp_path / "b.jsonl", line())


def test_a_directory_holds_one_answer_a_file(tmp_path: Path) -> None:
    """The path is the id, the name of the file the claim, its ending the format."""
    for name in ("bob/gan-jsd.txt", "ada/gan-jsd.tex", "ada/notes.pdf", "vae-elbo.tex", ".x.tex"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("0", encoding="utf-8")
    assert [entry for _, entry in read_answers(tmp_path)] == [
        Answer("ada/gan-jsd", "gan-jsd", "latex", "0", kind=None),
        Answer("bob/gan-jsd", "gan-jsd", "text", "0", kind=None),
        Answer("vae-elbo", "vae-elbo", "latex", "0", kind=None),
    ]


def test_a_directory_with_unreadable_files(tmp_path: Path) -> None:
    """A link is not followed, and a file that is no text or too long is broken."""
    secret = tmp_path / "secret"
    secret.write_text("0", encoding="utf-8")
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "a.tex").symlink_to(secret)
    (folder / "b.tex").write_bytes(b"\xff")
    (folder / "c.tex").write_bytes(b"0" * (LONGEST_LINE + 1))
    (folder / "d.tex").write_bytes(b"0")
    kinds = [type(entry) for _, entry in read_answers(folder)]
    assert kinds == [Broken, Broken, Broken, Answer]
    assert [entry.claim for _, entry in read_answers(folder)] == ["a", "b", "c", "d"]


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """Its result says which question it would answer, so that nobody calls it missing."""
    (tmp_path / "gan-jsd.tex").write_bytes(b"\xff")
    (tmp_path / os.fsdecode(b"\xfe.tex")).symlink_to("elsewhere")
    os.mkfifo(tmp_path / "z.tex")
    with ThreadPoolExecutor(1) as pool:
        found = [record for record, _ in grade(read_answers(tmp_path), pool)]
    assert [record["id"] for record in found] == ["gan-jsd", "z", r"\xfe"]
    assert [record["claim"] for record in found] == ["gan-jsd", "z", r"\xfe"]
    assert {record["cause"] for record in found} == {"unreadable"}
    assert found[0]["message"] == (
        "gan-jsd.tex is not UTF-8: byte 0 cannot be read; save it as UTF-8"
    )

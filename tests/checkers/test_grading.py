"""Batches: what an answer does to its worker reaches no other answer, and nothing is lost."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lemmata.checkers import apart
from lemmata.checkers.batch import WINDOW, Answer, Broken, Entry, ExecutorLostError, grade
from lemmata.checkers.forkserver import ForkServer
from lemmata.checkers.journal import Journal, JournalError

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = 60
SERVER = "tests.checkers.misbehaviour"
# Runs the command line with the misbehaving workers.
PLANTED = (
    "from lemmata.checkers import apart, forkserver\n"
    f"apart._office.server = forkserver.ForkServer({SERVER!r})\n"
    "from lemmata.cli import main\n"
    "main()\n"
)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Workers that do what an answer says, and the list of the answers that they judged."""
    path = tmp_path / "log"
    path.touch()
    monkeypatch.setenv("LEMMATA_TEST_LOG", str(path))
    monkeypatch.setattr(apart, "_office", apart._Office())
    monkeypatch.setattr(apart._office, "server", ForkServer(SERVER))
    monkeypatch.setattr(apart, "SECONDS", 5.0)
    monkeypatch.setattr(apart, "LARGEST_FRAME", 1_000_000)
    yield path
    apart._office.server.close()


def entries(*answers: str) -> Iterator[Entry]:
    """Answers as a batch has them."""
    for line, answer in enumerate(answers, 1):
        yield line, Answer(f"student {line}", "gaussian-kl", "latex", answer)


def graded(found: Iterator[tuple[dict[str, Any], str]]) -> list[dict[str, Any]]:
    """The objects of a batch, without what may differ between two runs."""
    return [
        {name: value for name, value in fields.items() if name != "seconds"} for fields, _ in found
    ]


def complete(path: Path) -> int:
    """How many results a file has so far."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects in a file of results, without what may differ between two runs."""
    content = path.read_bytes() if path.exists() else b""
    found = [json.loads(line) for line in content.splitlines(keepends=True) if line.endswith(b"\n")]
    return graded((fields, "") for fields in found)


def command(*arguments: str, planted: bool = True, **options: Any) -> subprocess.Popen[bytes]:
    """Start `lemmata` with these arguments, with misbehaving workers or with real ones."""
    start = ["-c", PLANTED] if planted else ["-m", "lemmata"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, *start, *arguments]
    return subprocess.Popen(line, env=environment, cwd=ROOT, **options)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("hang", "stopped after 5 seconds"),
        ("memory", "needed more than 300 MB"),
        ("abort", "needed more than 300 MB"),
        ("exit", "exit code 3"),
        ("segfault", "SIGSEGV"),
        ("huge", "longer than 1000000 bytes"),
    ],
)
@pytest.mark.usefixtures("log")
def test_a_lost_worker_harms_its_answer_only(answer: str, said: str) -> None:
    """The answer is reported as killed, with the reason; its neighbours are judged as ever."""
    with ThreadPoolExecutor(2) as threads:
        found = graded(grade(entries("a", answer, "b", "c"), threads))
    assert [each["verdict"] for each in found] == ["proved", "undecided", "proved", "proved"]
    assert found[1]["cause"] == "killed"
    assert said in found[1]["message"]
    assert found[1]["score"] is None


@pytest.mark.usefixtures("log")
def test_a_failure_of_the_judge_is_named() -> None:
    """An exception in the judge is an object like any other, with its place beside it."""
    with ThreadPoolExecutor(1) as threads:
        found = list(grade(entries("a", "fail", "b"), threads))
    assert [fields["cause"] for fields, _ in found] == [None, "unsupported", None]
    assert [failure for _, failure in found][::2] == ["", ""]
    assert found[1][1].startswith("misbehaviour.py:")
    assert found[1][1].endswith("ZeroDivisionError: one two")


@pytest.mark.usefixtures("log")
def test_the_server_of_the_workers_may_die() -> None:
    """When even the server is killed, the next answer is judged by the workers of another one."""
    with ThreadPoolExecutor(1) as threads:
        assert graded(grade(entries("a"), threads))[0]["verdict"] == "proved"
        process = apart._office.server._process
        assert process is not None
        process.kill()
        process.wait()
        found = graded(grade(entries("b", "c", "d"), threads))
    assert [each["cause"] for each in found][1:] == [None, None]


@pytest.mark.usefixtures("log")
def test_a_worker_may_be_ended_twice() -> None:
    """Ending a worker again, even after its server was replaced, harms no other worker."""
    server = apart._office.server
    first, second = server.worker(), server.worker()
    assert first.end() == first.end() == -signal.SIGKILL
    process = server._process
    assert process is not None
    process.kill()
    third = server.worker()
    assert second.end() is None
    assert server._process is not process
    assert third.end() == -signal.SIGKILL


@pytest.mark.usefixtures("log")
def test_results_keep_the_order_of_the_answers() -> None:
    """Quick answers do not overtake slow ones, however many are judged at once."""
    answers = [f"slow {number}" if number % 3 == 0 else f"{number}" for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        found = graded(grade(entries(*answers), threads))
    assert [each["read_as"] for each in found] == answers
    assert [each["line"] for each in found] == list(range(1, 41))


@pytest.mark.usefixtures("log")
def test_results_are_streamed() -> None:
    """A result comes as soon as it is known, and no more is read ahead than the window."""
    read: list[int] = []

    def endless() -> Iterator[Entry]:
        for line in range(1, 10**9):
            read.append(line)
            yield line, Answer("a", "gaussian-kl", "latex", f"{line}")

    with ThreadPoolExecutor(2) as threads:
        results = grade(endless(), threads)
        with closing(results):
            first = [next(results) for _ in range(300)]
    assert [fields["line"] for fields, _ in first] == list(range(1, 301))
    assert len(read) <= 300 + WINDOW


def test_the_journal_repeats_nothing(log: Path, tmp_path: Path) -> None:
    """What was found is found again without being judged; what was killed is judged again."""
    answers = ("a", "b", "exit", "a", "fail", "c")
    journal = tmp_path / "journal"
    runs = []
    for resume in (False, True, False):
        with Journal(journal, resume=resume) as kept, ThreadPoolExecutor(1) as threads:
            runs.append(graded(grade(entries(*answers), threads, journal=kept)))
    assert runs[0] == runs[1] == runs[2]
    judged = Counter(log.read_text("utf-8").split())
    # The second `a` may be sent before the first has its result: at most twice a run.
    assert 2 <= judged.pop("a") <= 4
    assert judged == {"b": 2, "c": 2, "exit": 3, "fail": 3}


def test_a_journal_belongs_to_one_version(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results of another version of Lemmata, or of other settings, are not used."""
    journal = tmp_path / "journal"
    for version, trust in ((b"1", False), (b"2", False), (b"2", True), (b"2", True)):
        monkeypatch.setattr("lemmata.checkers.journal.version", lambda version=version: version)
        with Journal(journal, resume=True) as kept, ThreadPoolExecutor(1) as threads:
            graded(grade(entries("a"), threads, journal=kept, trust_code=trust))
    assert log.read_text("utf-8").split() == ["a", "a", "a"]


def test_what_is_no_journal_is_refused(tmp_path: Path) -> None:
    """A file that holds something else is named, and left as it is."""
    path = tmp_path / "journal"
    path.write_text("my notes " * 100, encoding="utf-8")
    with pytest.raises(JournalError, match="cannot be used as the journal"):
        Journal(path, resume=False)
    assert path.read_text("utf-8") == "my notes " * 100


class OneMoreBreaks(Executor):
    """An executor that breaks after some tasks, as a pool does when a process of it is killed."""

    def __init__(self, tasks: int) -> None:
        self.tasks = tasks

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a task at once."""
        if self.tasks == 0:
            raise RuntimeError("the pool is broken")
        self.tasks -= 1
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def test_an_executor_that_breaks_loses_nothing(log: Path, tmp_path: Path) -> None:
    """What was found before is kept, nothing is called killed, and the message says what to do."""
    with Journal(tmp_path / "journal", resume=True) as kept:
        results = grade(entries("a", "b", "c"), OneMoreBreaks(2), journal=kept)
        assert next(results)[0]["verdict"] == "proved"
        with pytest.raises(ExecutorLostError, match=r"the pool is broken.*--resume"):
            list(results)
    with Journal(tmp_path / "journal", resume=True) as kept:
        found = graded(grade(entries("a", "b", "c"), OneMoreBreaks(3), journal=kept))
    assert [each["verdict"] for each in found] == ["proved"] * 3
    assert log.read_text("utf-8").split() in (["a", "b", "c"], ["a", "b", "b", "c"])


def test_any_executor_can_be_plugged_in() -> None:
    """A pool of processes gives what threads give, with the real judge."""
    answers = (r"\frac12 \sum_j \mu_j^2", "0", "(", r"\mu_3^2")
    with ProcessPoolExecutor(2) as processes, ThreadPoolExecutor(2) as threads:
        apart_in_processes = graded(grade(entries(*answers), processes))
        apart_in_threads = graded(grade(entries(*answers), threads))
    assert apart_in_processes == apart_in_threads
    assert [each["verdict"] for each in apart_in_threads][:3] == ["refuted", "refuted", "undecided"]


@pytest.mark.usefixtures("log")
def test_a_broken_entry_is_located() -> None:
    """A line that is no answer says which line it is, and why."""
    batch: list[Entry] = [(1, Broken("torn")), *entries("a")]
    with ThreadPoolExecutor(1) as threads:
        found = graded(grade(batch, threads))
    assert (found[0]["id"], found[0]["cause"]) == (None, "unreadable")
    assert found[0]["message"] == "line 1: torn"


# -------------------------------------------------------------------------- the command


def batch_file(folder: Path, count: int, *more: str) -> Path:
    """A file of slow answers, a broken line and an answer that ends its worker among them."""
    path = folder / "answers.jsonl"
    answers = [f"slow {number}" for number in range(count)]
    answers[count // 2 : count // 2] = ["exit", *more]
    objects = [
        json.dumps({"id": f"{n}", "claim": "c", "format": "latex", "answer": answer})
        for n, answer in enumerate(answers)
    ]
    objects[count // 3] = "{torn"
    path.write_text("\n".join(objects) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.slow)])
def test_a_killed_run_goes_on(log: Path, tmp_path: Path, kills: int) -> None:
    """`kill -9` at random moments, then `--resume`: the output is that of an undisturbed run."""
    answers = batch_file(tmp_path, ANSWERS)
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    assert command("grade", str(answers), "--out", str(whole), "--jobs", "3").wait() == 0
    expected = lines(whole)
    assert len(expected) == ANSWERS + 1
    log.write_text("", encoding="utf-8")
    rng = random.Random(kills)
    arguments = ("grade", str(answers), "--out", str(out), "--jobs", "3", "--resume")
    finished = 0
    for _ in range(kills):
        process = command(*arguments)
        wanted = rng.randint(0, ANSWERS)
        while process.poll() is None and complete(out) < wanted:
            time.sleep(0.005)
        time.sleep(rng.uniform(0, 0.05))
        process.kill()
        finished += process.wait() == 0
        assert [each for each in lines(out) if each != expected[each["line"] - 1]] == []
    assert command(*arguments).wait() == 0
    assert lines(out) == expected
    judged = Counter(log.read_text("utf-8").splitlines())
    lost = sum(judged[f"slow {n}"] - 1 for n in range(ANSWERS) if judged[f"slow {n}"])
    # Only what was in flight when the parent died is judged again; a known result never is.
    assert lost <= 3 * kills
    assert finished < kills


def test_workers_end_with_their_parent(log: Path, tmp_path: Path) -> None:
    """After `kill -9` of the parent no worker goes on, not even one that hangs."""
    answers = batch_file(tmp_path, 3, "hang")
    process = command("grade", str(answers), "--jobs", "2", stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while "hang" not in log.read_text("utf-8"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    session = f"PPid:\t{process.pid}\n"
    server = next(
        int(each.parent.name)
        for each in Path("/proc").glob("[0-9]*/status")
        if session in each.read_text("ascii", errors="replace")
    )
    process.send_signal(signal.SIGKILL)
    process.wait()
    while Path(f"/proc/{server}").exists() and "Z" not in _state(server):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert not [
        each
        for each in Path("/proc").glob("[0-9]*/environ")
        if str(log).encode() in _read(each) and each.parent.name != str(os.getpid())
    ]


def _state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_the_number_of_jobs_changes_nothing(tmp_path: Path) -> None:
    """Two runs with the real judge are identical except for the seconds."""
    answers = tmp_path / "answers.jsonl"
    written = [
        r"\frac12\sum_j(\mu_j^2+\sigma_j^2-1-\log\sigma_j^2)",
        r"\mu_j",
        "0",
        r"\frac",
        "x^{9",
    ]
    answers.write_text(
        "".join(
            json.dumps({"id": "a", "claim": claim, "format": "latex", "answer": answer}) + "\n"
            for claim in ("gaussian-kl", "gaussian-kl-1d", "optimal-discriminator", "no-such")
            for answer in written
        ),
        encoding="utf-8",
    )
    found = []
    for jobs in ("1", "3"):
        out = tmp_path / f"{jobs}.jsonl"
        code = command(
            "grade", str(answers), "--out", str(out), "--jobs", jobs, planted=False
        ).wait()
        assert code == 0
        found.append(lines(out))
    assert found[0] == found[1]
    assert len({each["verdict"] for each in found[0]}) == 3


def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    """Where no result can be written the command says so and what to do, and ends with 2."""
    answers = batch_file(tmp_path, 5)
    with Path("/dev/full").open("wb") as full:
        process = command("grade", str(answers), stdout=full, stderr=subprocess.PIPE)
        _, said = process.communicate()
    assert process.returncode == 2
    assert b"No space left on device" in said
    assert b"Traceback" not in said


def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path) -> None:
    """When the results no longer fit, what was found is kept, and `--resume` goes on."""
    answers, out = batch_file(tmp_path, 40), tmp_path / "out.jsonl"
    limited = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
    )
    line = [sys.executable, "-c", limited + PLANTED, "grade", str(answers), "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    stopped = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert stopped.returncode == 2, stopped.stderr
    assert b"--resume" in stopped.stderr
    assert b"Traceback" not in stopped.stderr
    written = out.read_bytes().count(b"\n")
    assert written < 41
    assert command("grade", str(answers), "--out", str(out), "--resume").wait() == 0
    assert [each["line"] for each in lines(out)] == list(range(1, 42))


def test_a_reader_that_goes_ends_the_run(tmp_path: Path) -> None:
    """When whoever reads the results has gone, the command stops quietly."""
    answers = batch_file(tmp_path, 60)
    process = command("grade", str(answers), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["line"] == 1
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 141
    assert said == b""


@pytest.mark.parametrize(
    ("megabytes", "most"), [(300, 150), pytest.param(10_000, 150, marks=pytest.mark.slow)]
)
def test_the_length_of_the_input_does_not_matter(tmp_path: Path, megabytes: int, most: int) -> None:
    """Input of any length is graded in the same memory; results are printed as it is read."""
    pipe = tmp_path / "answers.jsonl"
    os.mkfifo(pipe)
    measured = PLANTED.replace(
        "main()\n",
        # Its own peak: `ru_maxrss` begins with that of the process which started it.
        "import atexit, pathlib, re, sys\n"
        "status = lambda: pathlib.Path('/proc/self/status').read_text()\n"
        "used = lambda: int(re.search(r'VmHWM:\\s*(\\d+)', status())[1]) // 1000\n"
        "atexit.register(lambda: print(used(), file=sys.stderr))\n"
        "main()\n",
    )
    long_line = b'"' + b"x" * 2_000_000 + b"\n"
    short = b'{"id": "a", "claim": "c", "format": "latex", "answer": "b"}\n' * 4
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", measured, "grade", str(pipe), "--jobs", "2"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.PIPE,
        )
    with pipe.open("wb") as feed:
        for _ in range(megabytes // 2):
            feed.write(long_line)
            feed.write(short)
    _, said = process.communicate()
    assert process.returncode == 0
    assert complete(tmp_path / "out") == 5 * (megabytes // 2)
    assert int(said) < most

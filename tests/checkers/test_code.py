"""Code answers: right ones are confirmed, wrong ones refuted, and hostile ones do nothing."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lemmata.checkers import confined, sandbox
from lemmata.checkers.answers import check
from lemmata.checkers.batch import Answer, grade
from lemmata.checkers.code_questions import QUESTIONS
from lemmata.checkers.forkserver import ForkServer
from lemmata.kernel.verdict import Verdict
from tests.checkers.code_answers import ANSWERS, RIGHT, WRONG, source

pytest.importorskip("torch", reason="the extra lemmata[grade] is not installed")

ROOT = Path(__file__).resolve().parents[2]
KL = "code-gaussian-kl"
PR_SET_NAME = 15
RIGHT_KL = "return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=-1)"


@pytest.fixture(autouse=True, scope="module")
def _servers() -> Iterator[None]:
    """The servers of this file end with it."""
    yield
    for server in sandbox._servers.values():
        server.close()


def judged(body: str, claim: str = KL) -> Verdict:
    """The verdict on an answer with this body."""
    return check(source("mu, logvar", body), claim=claim, format="code")


@pytest.mark.parametrize(("claim", "text"), RIGHT)
def test_a_right_function_is_confirmed(claim: str, text: str) -> None:
    """A function that computes what is asked is confirmed, and the sandbox is named."""
    verdict = check(text, claim=claim, format="code")
    assert verdict.outcome == "confirmed", verdict.message
    assert "namespaces" in verdict.message


@pytest.mark.parametrize(("claim", "text"), WRONG)
def test_a_wrong_function_is_refuted(claim: str, text: str) -> None:
    """A function that computes something else is refuted on a small input."""
    verdict = check(text, claim=claim, format="code")
    assert verdict.outcome == "refuted", verdict.message
    assert verdict.counterexample is not None
    assert verdict.counterexample.world
    assert verdict.counterexample.left


def test_every_question_has_answers() -> None:
    """Each question is answered rightly, and wrongly in several ways."""
    assert set(ANSWERS) == set(QUESTIONS)
    assert all(right and len(wrong) >= 4 for _, right, wrong in ANSWERS.values())


def test_the_input_of_a_refutation_is_small() -> None:
    """The smallest input of those tried is shown, with both values."""
    verdict = judged("return (logvar.exp() + mu**2 - 1 - logvar).sum(-1)")
    assert verdict.counterexample is not None
    assert verdict.counterexample.world == {"mu": "[1.0]", "logvar": "[0.0]"}
    assert verdict.counterexample.left == "value is 1"
    assert verdict.counterexample.right == "0.5"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def answer(mu, logvar)\n    return mu\n", "SyntaxError"),
        ("def anwser(mu, logvar):\n    return mu\n", "defines no function `answer`"),
        ("answer = 3\n", "defines no function `answer`"),
        ("import not_a_module\n", "ModuleNotFoundError"),
        ("raise SystemExit(0)\n", "SystemExit"),
        ("import os\nos._exit(0)\n", "exit code 0"),
        ("import ctypes\nctypes.string_at(0)\n", "SIGSEGV"),
        ("import os\nos.abort()\n", "crashes"),
        (source("mu", "return mu"), "TypeError"),
        (source("mu, logvar", "return float('nan')"), "value is a float"),
        (source("mu, logvar", "return mu.sum(-1) * float('nan')"), "value is nan"),
        (source("mu, logvar", "return mu.sum(-1), mu"), "2 values"),
        (source("mu, logvar", "import os\nos._exit(7)"), "exit code 7"),
        (source("mu, logvar", "return answer(mu, logvar)"), "RecursionError"),
        ("\0", "null byte"),
    ],
)
def test_what_is_no_function_is_refuted(text: str, said: str) -> None:
    """A source that cannot be loaded or called is refuted, and the reason is that."""
    verdict = check(text, claim=KL, format="code")
    assert verdict.outcome == "refuted"
    assert said in verdict.message


def test_printing_is_harmless() -> None:
    """What a right function prints, even what looks like a verdict, changes nothing."""
    fake = '{"verdict": "refuted", "state": "raised", "reason": "printed"}'
    printed = f"import os, sys\nprint({fake!r})\nos.write(2, b'x' * 100000)\nsys.stdout.flush()\n"
    assert judged(printed + RIGHT_KL).outcome == "confirmed"


FORGED = """
import os
for descriptor in range(3, 64):
    try:
        os.write(descriptor, {message!r})
    except OSError:
        pass
return mu.sum(-1)
"""


@pytest.mark.parametrize(
    "message",
    [
        b'{"verdict": "confirmed"}' * 10,
        b"\x18\0\0\0\0\0\0\0" + b'{"verdict": "confirmed"}',
        b"\x18\0\0\0\0\0\0\0" + b'{"state":    "confirmed"}'[:24],
        b"\xff" * 100,
        b"\x05\0\0\0\0\0\0\0[[[[[",
    ],
)
def test_a_forged_reply_is_no_verdict(message: bytes) -> None:
    """A function that writes into every descriptor it finds is refuted all the same."""
    verdict = judged(FORGED.format(message=message))
    assert verdict.outcome == "refuted", verdict.message


def test_a_loop_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that never ends is stopped, and what is said of it is not kept."""
    monkeypatch.setattr(sandbox, "SECONDS", 1.0)
    verdict = judged("while True:\n    pass")
    assert (verdict.outcome, verdict.cause) == ("undecided", "killed")


@pytest.mark.parametrize(
    "body", ["x = [0]\nwhile True:\n    x += x", "return torch.zeros(10**11)", "b'x' * 10**11"]
)
def test_memory_is_bounded(body: str) -> None:
    """A function that wants all the memory gets none of it."""
    verdict = judged(body)
    assert (verdict.outcome, verdict.cause) == ("undecided", "budget")


def test_a_fork_bomb_ends_with_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that a function starts are few, and none is left when it is done."""
    monkeypatch.setattr(sandbox, "SECONDS", 2.0)
    name = f"bomb{os.getpid()}"
    bomb = (
        f"import ctypes, os\nctypes.CDLL(None).prctl({PR_SET_NAME}, b'{name}')\n"
        "while True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
    )
    with ThreadPoolExecutor(1) as threads:
        verdict = threads.submit(judged, bomb)
        most = 0
        while not verdict.done():
            most = max(most, _processes(name))
            time.sleep(0.05)
    assert verdict.result().cause == "killed"
    assert 1 < most <= confined.PROCESSES
    deadline = time.monotonic() + 60
    while (left := _processes(name)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == 0


def _processes(name: str) -> int:
    """How many processes have given themselves this name."""
    found = 0
    for path in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            found += path.read_text("utf-8", errors="replace").strip() == name
    return found


def test_the_environment_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer finds nothing in its environment but how many threads it may use."""
    monkeypatch.setenv("SECRET", "x")
    look = "import os\nassert set(os.environ.values()) == {'1'}, os.environ\n"
    assert judged(look + RIGHT_KL).outcome == "confirmed"
    assert judged("import os\nassert not os.environ\n" + RIGHT_KL).outcome == "refuted"


def test_what_torch_offers_works() -> None:
    """Compiled functions, threads, dataclasses and scratch files are a student's to use."""
    text = (
        "import dataclasses, tempfile\nimport torch\ntorch.set_num_threads(4)\n"
        "@dataclasses.dataclass\nclass Pair:\n    mu: torch.Tensor\n    logvar: torch.Tensor\n\n"
        "@torch.jit.script\ndef kl(mu, logvar):\n"
        "    return 0.5 * (logvar.exp() + mu * mu - 1 - logvar).sum(-1)\n\n"
        "def answer(mu, logvar):\n    pair = Pair(mu, logvar)\n"
        "    with tempfile.TemporaryFile() as file:\n        file.write(b'x')\n"
        "    torch.randn(300, 300) @ torch.randn(300, 300)\n"
        "    return kl(pair.mu, pair.logvar)\n"
    )
    verdict = check(text, claim=KL, format="code")
    assert verdict.outcome == "confirmed", verdict.message


def test_code_in_a_batch() -> None:
    """A worker, whose own memory is small, starts the sandbox of the code that it judges."""
    wrong = source("mu, logvar", "return mu.sum(-1)")
    texts = (source("mu, logvar", RIGHT_KL), wrong, source("mu, logvar", RIGHT_KL))
    entries = [(n, Answer(f"{n}", KL, "code", text)) for n, text in enumerate(texts, 1)]
    with ThreadPoolExecutor(1) as threads:
        found = [fields["verdict"] for fields, _ in grade(entries, threads)]
    assert found == ["confirmed", "refuted", "confirmed"]


def test_answers_do_not_meet() -> None:
    """What one answer leaves behind, in files, modules or memory, the next does not find."""
    leave = (
        "import sys, os\nopen('left', 'w').write('x')\nsys.modules['left'] = sys\n"
        "torch.left = 1\nos.environ['left'] = 'x'\n"
    )
    look = (
        "import sys, os\n"
        "found = [os.path.exists('left'), 'left' in sys.modules, hasattr(torch, 'left')]\n"
        "assert not any(found) and 'left' not in os.environ, found\n"
    )
    assert judged(leave + RIGHT_KL).outcome == "confirmed"
    assert judged(look + RIGHT_KL).outcome == "confirmed"
    assert judged(leave + look + RIGHT_KL).outcome == "refuted"


# Each is right if the attack succeeds, and raises if it does not.
ATTACKS = {
    "read a file": "open({secret!r}).read()\n",
    "write a file": "open({target!r}, 'w').write('x')\n",
    "signal a process": "import os\nos.kill({process}, 0)\n",
    "reach the network": "import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)\n",
    "see processes": "import os\nos.listdir('/proc/{process}')\n",
    "found a world of its own": (
        "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0\n"
    ),
    "read the right answers": "open({answers!r}).read()\n",
    "import the right answers": "import importlib\nimportlib.import_module({module!r})\n",
}
# No privileges are needed for these on a machine where code runs free.
SURE = set(ATTACKS) - {"found a world of its own"}


@pytest.fixture
def target(tmp_path: Path) -> Iterator[dict[str, object]]:
    """Things of this machine that no answer may reach."""
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield {
            "secret": str(secret),
            "target": str(tmp_path / "written"),
            "process": os.getpid(),
            "port": server.getsockname()[1],
            "answers": str(ROOT / "lemmata" / "checkers" / "code_questions.py"),
            "module": "lemmata.checkers.code_questions",
        }


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_fails(attack: str, target: dict[str, object]) -> None:
    """In the sandbox no file, process or network of the machine can be reached."""
    verdict = judged(ATTACKS[attack].format(**target) + RIGHT_KL)
    assert verdict.outcome == "refuted", verdict.message
    assert "raises" in verdict.message
    assert not Path(str(target["target"])).exists()


@pytest.mark.parametrize("attack", sorted(SURE))
def test_an_attack_would_succeed_without_the_sandbox(
    attack: str, target: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same attacks succeed where code runs free, so the test above can fail."""
    server = sandbox._servers[sandbox.TRUSTED]
    monkeypatch.setattr(sandbox, "_servers", {sandbox.TRUSTED: server})
    text = source("mu, logvar", ATTACKS[attack].format(**target) + RIGHT_KL)
    verdict = check(text, claim=KL, format="code", trust_code=True)
    assert verdict.outcome == "confirmed", verdict.message
    assert "no sandbox" in verdict.message


def test_without_a_sandbox_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no sandbox can be had, the verdict says so and why, and the code has not run."""
    broken = ForkServer(sandbox.MODULE, wrapper=["false"], environment=sandbox.ENVIRONMENT)
    unable = ForkServer("tests.checkers.unconfinable", environment=sandbox.ENVIRONMENT)
    trusted = sandbox._servers[sandbox.TRUSTED]
    servers = {"bubblewrap": broken, "namespaces": unable, sandbox.TRUSTED: trusted}
    monkeypatch.setattr(sandbox, "_servers", servers)
    monkeypatch.setattr(sandbox, "_refused", {})
    mark = tmp_path / "ran"
    text = f"open({str(mark)!r}, 'w')\n" + source("mu, logvar", RIGHT_KL)
    for _ in range(2):
        verdict = check(text, claim=KL, format="code")
        assert (verdict.outcome, verdict.cause) == ("undecided", "sandbox")
        assert "bubblewrap: " in verdict.message
        assert "namespaces: not on this machine" in verdict.message
        assert not mark.exists()
    assert check(text, claim=KL, format="code", trust_code=True).outcome == "confirmed"
    assert mark.exists()
    unable.close()
    broken.close()


@pytest.mark.parametrize("program", ["bwrap", "none"])
def test_an_unprivileged_user_has_a_sandbox(program: str, tmp_path: Path) -> None:
    """Whoever starts it, with bubblewrap or without, an attack fails and a right answer passes."""
    script = (
        "import shutil, os\n"
        f"{'' if program == 'bwrap' else 'shutil.which = lambda *_: None'}\n"
        "from lemmata.checkers import sandbox\n"
        "from lemmata.checkers.answers import check\n"
        "right, wrong = (check(text, claim='code-gaussian-kl', format='code') for text in "
        f"({source('mu, logvar', RIGHT_KL)!r}, "
        f"{source('mu, logvar', 'open(' + repr(__file__) + ')' + chr(10) + RIGHT_KL)!r}))\n"
        "print(os.getuid() == 0, right.outcome, wrong.outcome, right.message)\n"
    )
    line = [*_as_nobody(tmp_path), sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        line, env=environment, cwd="/", capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("False confirmed refuted"), done.stdout + done.stderr
    assert "namespaces" in done.stdout


def _as_nobody(folder: Path) -> list[str]:
    """A command that runs another as a user without rights; Python may be at the keeper's home."""
    if os.getuid() != 0:
        return []
    python = Path(sys.base_prefix)
    closed = next((each for each in reversed(python.parents) if not each.stat().st_mode & 1), None)
    show = ""
    if closed is not None:
        show = (
            f"mount --bind {python} {folder}; mount -t tmpfs -o mode=755 tmpfs {closed}; "
            f"mkdir -p {python}; mount --move {folder} {python}; "
        )
    drop = "exec setpriv --reuid 65534 --regid 65534 --clear-groups"
    command = f'set -e; mount --make-rprivate /; {show}{drop} "$@"'
    return ["unshare", "-m", "sh", "-c", command, "sh"]


def test_code_needs_a_question_for_code() -> None:
    """Code for a question that asks for a formula, or for none, is not judged."""
    text = source("mu, logvar", RIGHT_KL)
    assert check(text, claim="gaussian-kl", format="code").cause == "unsupported"
    assert check(text, claim="code-gausian-kl", format="code").cause == "unknown-claim"
    assert check(text, format="code").cause == "unsupported"


def test_the_server_ends_with_its_parent() -> None:
    """No server of the sandbox is left when the process that started it is killed."""
    script = (
        "import os, signal\n"
        "from lemmata.checkers.answers import check\n"
        f"check({source('mu, logvar', RIGHT_KL)!r}, claim='code-gaussian-kl', format='code')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    mark = f"lemmata-test-{os.getpid()}"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}", "HOME": mark}
    sandboxed = {**sandbox.ENVIRONMENT, "HOME": mark}
    script = (
        f"from lemmata.checkers import sandbox\nsandbox.ENVIRONMENT.update({sandboxed!r})\n"
        + script
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 60
    while (left := _with_environment(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def _with_environment(mark: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found

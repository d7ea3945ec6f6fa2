"""The local page answers its own page, and nobody else."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lemmata.reports.serve import LONGEST_BODY

ROOT = Path(__file__).resolve().parents[2]
WRONG = (
    r"KL(q(z) \| p(z)) = \int q(z) \log \frac{q(z)}{p(z)} dz "
    r"= -\frac12 \sum_{j=1}^m (1 + \log \sigma_j^2 - \mu_j^2 + \sigma_j^2)"
)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class Page:
    """A page that is being served."""

    host: str
    path: str
    process: int

    @property
    def origin(self) -> str:
        """What a browser sends with the page's own requests."""
        return f"http://{self.host}"

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request with exactly these headers; an underscore in a name stands for a hyphen."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", headers.pop("Host", self.host))
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        with closing(connection), connection.getresponse() as reply:
            return Answer(reply.status, dict(reply.headers), reply.read())

    def check(self, question: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        """Ask as the page does, and decode the last line of the reply."""
        status, replies = self.replies(question, **headers)
        return status, replies[-1] if replies else {}

    def replies(self, question: Any, **headers: str) -> tuple[int, list[dict[str, Any]]]:
        """Ask as the page does, and decode every line of the reply."""
        body = question if isinstance(question, bytes) else json.dumps(question).encode()
        sent = {"Origin": self.origin, "Content_Type": "application/json"} | headers
        reply = self.ask("POST", f"{self.path}check", body, **sent)
        lines = reply.content.splitlines() if reply.content.startswith(b"{") else []
        return reply.status, [json.loads(line) for line in lines]

    def workers(self) -> set[int]:
        """The processes that judge questions: the children of the server's server of workers."""
        servers = children(self.process)
        return {worker for server in servers for worker in children(server)}


def children(process: int) -> set[int]:
    """The processes that a process has started, and that have not ended."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if after_name[1] == str(process) and after_name[0] != "Z":
            found.add(int(stat.parent.name))
    return found


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page served by the command line, at a free port."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "lemmata", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        address = urlsplit(process.stdout.readline().split()[0])
        yield Page(address.netloc, address.path, process.pid)
        process.terminate()


def test_the_page_is_self_contained(page: Page) -> None:
    """One document with a policy that lets it ask its own server only."""
    reply = page.ask("GET", page.path)
    html = reply.content.decode()
    assert reply.status == 200
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["x-frame-options"] == "DENY"
    assert "connect-src" in html
    assert "unsafe-eval" not in html
    assert not re.search(r'(src|href)="https?:', html)
    assert '<option value="gaussian-kl">' in html


def test_a_wrong_derivation_gets_its_counterexample(page: Page) -> None:
    """The first wrong step is marked, and its world is a table."""
    status, reply = page.check({"text": WRONG, "claim": "gaussian-kl"})
    assert status == 200
    assert reply["outcome"] == "refuted"
    assert "Step 2 is the first that is wrong." in reply["html"]
    assert "A world in which the two sides differ" in reply["html"]
    assert "<math" in reply["html"]


def test_each_step_comes_when_it_is_judged(page: Page) -> None:
    """First the lines as they are read, then each step in the place of its line, then all."""
    _, (read, *steps, whole) = page.replies({"text": WRONG, "claim": "gaussian-kl"})
    assert "outcome" not in read
    assert read["html"].count("<li") == 3
    assert "badge" not in read["html"]
    assert [step["step"] for step in steps] == [1, 2]
    for step, outcome in zip(steps, ("proved", "refuted"), strict=True):
        assert f'<li id="{step["line"]}"' in read["html"]
        assert step["html"].startswith(f'<li id="{step["line"]}" data-status="{outcome}"')
        assert step["html"] in whole["html"]
    assert whole["outcome"] == "refuted"


def test_a_step_without_a_line_comes_too(page: Page) -> None:
    """An implication between two equations has a verdict, and no line of its own."""
    text, declared = r"a = b \iff a + 1 = b + 1 = b + 2", "[scalars]\na = {}\nb = {}"
    _, (_, *steps, whole) = page.replies({"text": text, "declarations": declared})
    implication, equation = steps
    assert "line" not in implication
    assert "proved" in implication["html"]
    assert 'data-status="refuted"' in equation["html"]
    assert all(step["html"] in whole["html"] for step in steps)


def test_who_closes_the_page_ends_the_work(page: Page) -> None:
    """The process that judges for nobody is ended, even one that would never end by itself."""
    body = json.dumps({"text": " = ".join([r"KL(q(z) \| p(z))"] * 300), "claim": "gaussian-kl"})
    connection = http.client.HTTPConnection(page.host, timeout=60)
    headers = {"Origin": page.origin, "Content-Type": "application/json"}
    connection.request("POST", f"{page.path}check", body, headers)
    with closing(connection), connection.getresponse() as reply:
        assert "html" in json.loads(reply.readline())
        (worker,) = page.workers()
        os.kill(worker, signal.SIGSTOP)
    deadline = time.monotonic() + 60
    while page.workers() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not page.workers()


def test_declarations_of_ones_own(page: Page) -> None:
    """A text is judged by the declarations that come with it."""
    text = r"(a + b)^2 = a^2 + 2 a b + b^2 = a^2 + b^2"
    status, reply = page.check({"text": text, "declarations": "[scalars]\na = {}\nb = {}"})
    assert status == 200
    assert reply["outcome"] == "refuted"
    _, reply = page.check({"text": text, "declarations": "[scalar]\na = {}"})
    assert "scalars" in reply["error"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "example.org"}, 403),
        ({"Host": "127.0.0.1"}, 403),
        ({"Content_Type": "text/plain"}, 403),
    ],
)
def test_other_pages_are_refused(page: Page, headers: dict[str, str], status: int) -> None:
    """A foreign origin, a rebound host and a simple form post get nothing."""
    assert page.check({"text": "x"}, **headers)[0] == status


def test_only_the_token_leads_in(page: Page) -> None:
    """Without the random path there is nothing to find, and no origin may not post."""
    assert page.ask("GET", "/").status == 404
    assert page.ask("GET", "/guess/").status == 404
    reply = page.ask("POST", f"{page.path}check", b"{}", Content_Type="application/json")
    assert reply.status == 403
    assert page.ask("DELETE", page.path).status == 405


@pytest.mark.parametrize(
    ("question", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"\xff", 400),
        ({"text": 3}, 400),
        ({"text": "x", "more": 1}, 400),
        (b" " * (LONGEST_BODY + 1), 413),
    ],
)
def test_what_is_no_question_is_refused(page: Page, question: Any, status: int) -> None:
    """Broken, unknown and oversized bodies are answered with what is wrong."""
    found, reply = page.check(question)
    assert found == status
    assert reply["error"]


@pytest.mark.parametrize(
    "question",
    [
        {"text": "x", "claim": "<script>"},
        {"text": "<script>alert(1)</script>", "claim": "gaussian-kl"},
        {"text": r"\[" + "(" * 20_000, "claim": "gaussian-kl"},
        {"text": "\x00\ud83d", "claim": "gaussian-kl"},
    ],
)
def test_hostile_texts_get_a_reply(page: Page, question: dict[str, str]) -> None:
    """Every text has one reply in words, without markup of its own."""
    _, reply = page.check(question)
    assert reply["outcome" if "outcome" in reply else "error"]
    assert "<script" not in reply.get("html", "")


def test_a_port_in_use_is_named() -> None:
    """A port that is taken ends with 2 and says what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "lemmata", "serve", "--port", port],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert "leave --port out for a free one" in done.stderr

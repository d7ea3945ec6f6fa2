"""The local page answers its own page, and nobody else."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
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
        """Ask as the page does, and decode the reply."""
        body = question if isinstance(question, bytes) else json.dumps(question).encode()
        sent = {"Origin": self.origin, "Content_Type": "application/json"} | headers
        reply = self.ask("POST", f"{self.path}check", body, **sent)
        content = reply.content
        return reply.status, json.loads(content) if content.startswith(b"{") else {}


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page served by the command line, at a free port."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "lemmata", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        address = urlsplit(process.stdout.readline().split()[0])
        yield Page(address.netloc, address.path)
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

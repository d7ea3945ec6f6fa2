"""A page on this machine: paste a derivation, see how each line is read and judged.

Only this machine can reach it: it listens on the loopback address, at a random port, below a
random path, and answers a request only if its `Host` and `Origin` are its own, so that no other
page can ask it anything. A question is judged in a process of its own, with the limits of those
that grade batches; each step is shown when it is judged, and when the page asks anew or is closed,
the process is ended.
"""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from lemmata import __version__
from lemmata.checkers.forkserver import ForkServer, framed
from lemmata.checkers.sheets import answer_ids
from lemmata.checkers.tasks import LARGEST_FRAME, SECONDS
from lemmata.derivations.registry import claims
from lemmata.reports.html import TYPESETTING, page
from lemmata.reports.markup import element, join
from lemmata.reports.worker import Question

ADDRESS = "127.0.0.1"
LONGEST_BODY = 256_000
LONGEST_PATH = 2_000
EXAMPLE = """\\begin{align*}
KL(q(z) \\| p(z))
  &= \\int q(z) \\log \\frac{q(z)}{p(z)} dz \\\\
  &= -\\frac12 \\sum_{j=1}^m (1 + \\log \\sigma_j^2 - \\mu_j^2 + \\sigma_j^2)
\\end{align*}
"""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def serve(port: int, announce: Callable[[str], None]) -> None:
    """Serve the page until interrupted.

    Args:
        port: The port to listen on; 0 for a free one.
        announce: Called with the address of the page once it is served.

    Raises:
        OSError: The port is in use, or may not be used.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind((ADDRESS, port))
        listening.listen(16)
        port = listening.getsockname()[1]
        token = secrets.token_urlsafe(24)
        config = uvicorn.Config(
            application(token, port),
            log_level="warning",
            server_header=False,
            h11_max_incomplete_event_size=16_384,
            limit_concurrency=32,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=1,
        )
        announce(f"http://{ADDRESS}:{port}/{token}/")
        uvicorn.Server(config).run(sockets=[listening])


def application(token: str, port: int) -> Starlette:
    """The application below a token, which answers its own hosts and origins only."""
    hosts = {f"{ADDRESS}:{port}", f"localhost:{port}"}
    origins = {f"http://{host}" for host in hosts}

    def guarded(
        answer: Callable[[Request], Awaitable[Response]],
    ) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            origin = request.headers.get("origin")
            told = request.path_params["token"]
            if request.headers.get("host") not in hosts or (origin and origin not in origins):
                response: Response = PlainTextResponse("not from this machine", 403)
            elif not secrets.compare_digest(told.encode(), token.encode()):
                response = PlainTextResponse("not found", 404)
            elif request.method == "POST" and (
                not origin or request.headers.get("content-type") != "application/json"
            ):
                response = PlainTextResponse("ask from the page itself", 403)
            else:
                response = await answer(request)
            response.headers.update(HEADERS)
            return response

        return respond

    return Starlette(
        routes=[
            Route("/{token}/", guarded(_page), methods=["GET"]),
            Route("/{token}/check", guarded(_check), methods=["POST"]),
        ]
    )


async def _page(_: Request) -> Response:
    return HTMLResponse(page_text())


def page_text() -> str:
    """The page with its form; state is kept in the fragment of its address."""
    names = sorted({*claims(), *answer_ids()})
    options = (element("option", value=name) for name in names)
    choice = element(
        "label",
        "Claim or answer id",
        element("input", id="claim", list="claims", autocomplete="off", spellcheck="false"),
    )
    text = element(
        "textarea", EXAMPLE, id="text", rows="14", spellcheck="false", aria_label="Derivation"
    )
    declared = element(
        "details",
        element("summary", "Declarations of your own"),
        element(
            "textarea", "", id="declarations", rows="8", spellcheck="false",
            aria_label="Declarations, in TOML",
        ),
    )  # fmt: skip
    body = element(
        "main",
        element("h1", "Check a derivation"),
        element(
            "form",
            choice,
            element("datalist", *options, id="claims"),
            text,
            declared,
            element(
                "p", element("button", "Check", type="submit"), " ", element("span", id="state")
            ),
            id="form",
        ),
        element("div", id="result", aria_live="polite"),
        element("footer", element("p", f"Lemmata {__version__}. Nothing leaves this machine.")),
        class_="serve",
    )
    scripts = (*TYPESETTING, "serve.js")
    return page("Check a derivation", join(body), scripts, extra="; connect-src 'self'")


async def _check(request: Request) -> Response:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_BODY:
                return _refused(f"this is longer than {LONGEST_BODY} bytes", 413)
    except ClientDisconnect:
        return _refused("the page has gone", 400)
    try:
        msgspec.json.decode(bytes(body), type=Question)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _refused(f"this is no question: {error}", 400)
    return StreamingResponse(_replies(bytes(body)), media_type="application/x-ndjson")


_server = ForkServer("lemmata.reports.worker")


async def _replies(question: bytes) -> AsyncIterator[bytes]:
    """The replies to a question, a line for each; the work ends when nobody reads them."""
    worker = await run_in_threadpool(_server.worker)
    lines, asking = await asyncio.open_connection(sock=worker.connection, limit=LARGEST_FRAME)
    try:
        asking.write(framed(question))
        while True:
            async with asyncio.timeout(SECONDS):
                line = await lines.readline()
            if line == b"\n":
                return
            if not line.endswith(b"\n"):
                break
            yield line
    except (TimeoutError, ValueError, ConnectionError):  # too slow, too long, or gone
        pass
    finally:
        asking.transport.abort()
        worker.end()
    words = "this was stopped: it takes too long or too much memory; write smaller steps"
    yield msgspec.json.encode({"error": words}) + b"\n"


def _refused(message: str, status: int) -> Response:
    return JSONResponse({"error": message}, status)

"""The same batch on a cluster: a scheduler and several workers, one of them killed on the way."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lemmata.checkers.batch import ExecutorLostError
from lemmata.checkers.executors import executor

pytest.importorskip("distributed", reason="the extra lemmata[dask] is not installed")

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "DASK_DISTRIBUTED__WORKER__DAEMON": "True",
    "DASK_DISTRIBUTED__ADMIN__LOG_FORMAT": "%(message)s",
}
SECONDS = 60


def start(*line: str) -> subprocess.Popen[bytes]:
    """Start a program of the cluster."""
    command = [sys.executable, "-m", *line]
    none = subprocess.DEVNULL
    return subprocess.Popen(command, env=ENVIRONMENT, cwd=ROOT, stdout=none, stderr=none)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler on this machine, and its three workers."""
    file = tmp_path / "scheduler.json"
    local = ("--host", "127.0.0.1", "--no-dashboard")
    with ExitStack() as stack:

        def run(*line: str) -> subprocess.Popen[bytes]:
            process = stack.enter_context(start(*line))
            stack.callback(process.kill)
            return process

        run("distributed.cli.dask_scheduler", "--port", "0", "--scheduler-file", str(file), *local)
        deadline = time.monotonic() + SECONDS
        while not file.exists() or not file.read_text("utf-8"):
            assert time.monotonic() < deadline, "the scheduler does not start"
            time.sleep(0.05)
        address = json.loads(file.read_text("utf-8"))["address"]
        worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", *local)
        workers = [run(*worker, "--local-directory", str(tmp_path)) for _ in range(3)]
        from distributed import Client

        connect: Any = Client
        with connect(address, timeout=f"{SECONDS}s", set_as_default=False) as client:
            client.wait_for_workers(3, timeout=SECONDS)
        yield address, workers


def objects(content: bytes) -> list[dict[str, Any]]:
    """The objects in some results, without their seconds."""
    found = [json.loads(line) for line in content.splitlines()]
    return [{name: value for name, value in each.items() if name != "seconds"} for each in found]


def test_a_cluster_gives_what_this_machine_gives(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    """The results are the same, in the same order, although a worker is killed on the way."""
    address, workers = cluster
    answers = tmp_path / "answers.jsonl"
    written = [rf"{n} + \frac12 \sum_j \mu_j^2" if n % 7 else rf"{n} + (" for n in range(250)]
    lines = [
        {"id": f"{n}", "claim": "gaussian-kl", "format": "latex", "answer": answer}
        for n, answer in enumerate(written)
    ]
    answers.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    grade = [sys.executable, "-m", "lemmata", "grade", str(answers)]
    here = subprocess.run(grade, env=ENVIRONMENT, cwd=ROOT, capture_output=True, check=True)
    with subprocess.Popen(
        [*grade, "--scheduler", address], env=ENVIRONMENT, cwd=ROOT, stdout=subprocess.PIPE
    ) as there:
        assert there.stdout is not None
        first = there.stdout.readline()
        workers[0].kill()
        rest = there.stdout.read()
    assert there.returncode == 0
    assert rest, "the worker was killed too late to tell anything"
    assert objects(first + rest) == objects(here.stdout)
    assert {each["verdict"] for each in objects(here.stdout)} == {"refuted", "undecided"}


def test_a_scheduler_that_is_not_there() -> None:
    """An address where no scheduler listens is a located error, not a traceback."""
    message = r"tcp://127\.0\.0\.1:1 cannot be reached"
    with pytest.raises(ExecutorLostError, match=message), executor(1, "tcp://127.0.0.1:1"):
        pass

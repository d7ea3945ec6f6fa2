"""What runs the tasks of a batch: threads that wait for worker processes, or a Dask cluster."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from lemmata.checkers.batch import ExecutorLostError


@contextmanager
def executor(jobs: int, scheduler: str | None = None) -> Iterator[Executor]:
    """An executor for a batch.

    Args:
        jobs: How many answers are judged at once on this machine.
        scheduler: The address of a Dask scheduler that judges them on its cluster instead.

    Raises:
        ExecutorLostError: The scheduler cannot be reached, or Dask is not installed.
    """
    if scheduler is None:
        with ThreadPoolExecutor(jobs) as threads:
            yield threads
        return
    try:
        from distributed import Client
    except ImportError as error:
        message = "a scheduler needs Dask: pip install 'lemmata[dask]'"
        raise ExecutorLostError(message) from error
    try:
        client: Any = Client(scheduler, timeout="5s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        message = f"the scheduler {scheduler} cannot be reached: {error}"
        raise ExecutorLostError(message) from error
    with client:
        # pure=False: Dask would take two equal answers for one task, and forget it in between.
        yield client.get_executor(pure=False)

"""How far a run is: a bar on a terminal, a line for each claim anywhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeAlias

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

# Called with the number done, the number in all, and the name of the one just done.
Report: TypeAlias = Callable[[int, int, str], None]


@contextmanager
def progress(stream: TextIO) -> Iterator[Report]:
    """Show progress on a stream while the block runs; the bar is wiped when it ends."""
    if not stream.isatty():

        def line(done: int, total: int, name: str) -> None:
            stream.write(f"[{done}/{total}] {name}\n")
            stream.flush()

        yield line
        return

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[name]}"),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("", total=None, name="")

        def advance(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, name=name)

        yield advance

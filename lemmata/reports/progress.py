"""How far a run is, on a terminal; `certify` writes a line for each claim anywhere else."""

from collections import Counter
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


@contextmanager
def tally(stream: TextIO) -> Iterator[Callable[[str], None]]:
    """Count outcomes on a terminal while the block runs; anywhere else nothing is written."""
    if not stream.isatty():
        yield lambda _outcome: None
        return

    counts: Counter[str] = Counter()
    columns = (TextColumn("{task.fields[counts]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("", total=None, counts="")

        def count(outcome: str) -> None:
            counts[outcome] += 1
            shown = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
            bar.update(task, counts=f"{counts.total()} answers: {shown}")

        yield count

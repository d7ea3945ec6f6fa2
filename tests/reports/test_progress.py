"""Progress is a line for each claim in a log, and a bar on a terminal."""

import io

from lemmata.reports.progress import progress, tally


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """A terminal it is."""
        return True


def test_a_log_has_a_line_for_each_claim() -> None:
    """A stream that is no terminal gets plain lines and no control characters."""
    stream = io.StringIO()
    with progress(stream) as report:
        report(1, 2, "gan-jsd")
        report(2, 2, "vae-elbo")
    assert stream.getvalue() == "[1/2] gan-jsd\n[2/2] vae-elbo\n"


def test_a_terminal_has_a_bar() -> None:
    """A terminal is told how many of how many are done, and which was the last."""
    stream = Terminal()
    with progress(stream) as report:
        report(1, 2, "gan-jsd")
        report(2, 2, "vae-elbo")
    assert "2/2" in stream.getvalue()
    assert "vae-elbo" in stream.getvalue()


def test_a_batch_counts_on_a_terminal_only() -> None:
    """A terminal is told how many answers got which verdict; a log is told nothing."""
    terminal, log = Terminal(), io.StringIO()
    for stream in (terminal, log):
        with tally(stream) as count:
            for outcome in ("proved", "refuted", "proved"):
                count(outcome)
    assert "3 answers: 2 proved, 1 refuted" in terminal.getvalue()
    assert log.getvalue() == ""

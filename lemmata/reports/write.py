"""Reports into files."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lemmata.derivations.claim import Claim
from lemmata.reports.batch import batch_report, read_results
from lemmata.reports.claims import claims_report
from lemmata.reports.data import report_data, write_data
from lemmata.reports.html import write_html
from lemmata.reports.latex import write_latex_document
from lemmata.reports.pdf import NoPdfError, write_pdf

__all__ = ["NoPdfError", "replace_file", "write_answers", "write_file", "write_report"]


def write_report(
    claims: Sequence[Claim], folder: Path, targets: Mapping[str, Path]
) -> Iterator[Path]:
    """Write the report of some claims, and yield each file when it is there.

    Args:
        claims: What is reported.
        folder: Where `lemmata certify` keeps the evidence.
        targets: The files, by `html`, `latex`, `pdf` or `json`.

    Raises:
        NoPdfError: A PDF is asked for and cannot be made.
        OSError: A file cannot be written.
    """
    document = claims_report(claims, folder)
    for kind, path in targets.items():
        match kind:
            case "html":
                write_file(path, write_html(document))
            case "latex":
                write_file(path, write_latex_document(document))
            case "pdf":
                write_pdf(write_latex_document(document), path)
            case "json":
                write_file(path, write_data(report_data(claims, folder)))
            case _:
                raise ValueError(f"there is no report of kind {kind!r}")
        yield path


def write_answers(results: Path, targets: Mapping[str, Path]) -> Iterator[Path]:
    """Write the report of a batch's results, and yield each file when it is there.

    Raises:
        NoPdfError: A PDF is asked for and cannot be made.
        OSError: A file cannot be read or written.
    """
    document = batch_report(f"Answers in {results.name}", read_results(results))
    for kind, path in targets.items():
        if kind == "html":
            write_file(path, write_html(document))
        elif kind == "latex":
            write_file(path, write_latex_document(document))
        else:
            write_pdf(write_latex_document(document), path)
        yield path


def replace_file(path: Path, text: str) -> None:
    """Write a text file so that a reader sees the old one or the new one, never a part."""
    new = path.with_name(f"{path.name}.new")
    write_file(new, text)
    new.replace(path)


def write_file(path: Path, text: str) -> None:
    """Write a text file; its folder is made if it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

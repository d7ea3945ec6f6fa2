"""Results of `lemmata grade` into the files of grading platforms."""

import io
import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from lemmata.checkers.answers import known_ids
from lemmata.reports.platforms import classroom50, gradebook, gradescope, markdown, prairielearn


class ExportError(Exception):
    """The results, the points or the surroundings cannot be used; the message says which."""


def exported(
    results: str,
    platform: str,
    points: str,
    environment: Mapping[str, str],
    own: Collection[str] = (),
) -> str:
    """The content of the file that a platform reads.

    Args:
        results: What `lemmata grade` wrote.
        platform: gradescope, prairielearn, classroom50 or csv.
        points: JSON: what each claim is worth, and with it what one submission is asked.
        environment: Where Classroom 50 tells what is graded, and when it was submitted
            (`SUBMITTED_AT`, else now).
        own: The names of questions that are not Lemmata's.

    Raises:
        ExportError: Something of it cannot be used.
    """
    records = []
    for number, line in enumerate(io.StringIO(results), start=1):  # lines end at a line feed only
        try:
            records.append(msgspec.json.decode(line, type=dict[str, Any]))
        except msgspec.DecodeError as error:
            raise ExportError(f"line {number} of the results is no result: {error}") from error
    try:
        worths = msgspec.json.decode(points, type=dict[str, float])
    except msgspec.DecodeError as error:
        raise ExportError(f"the points cannot be read: {error}") from error
    if any(not 0 < worth < float("inf") for worth in worths.values()):
        raise ExportError("the points of a claim are a positive number")
    if worths and (unknown := sorted({*worths} - known_ids() - {*own})):
        words = "which is no claim (see lemmata list) and no question of your own (see --sheets)"
        raise ExportError(f"the points name {unknown[0]!r}, {words}")
    match platform:
        case "gradescope":
            content = gradescope(records, worths)
        case "prairielearn":
            content = prairielearn(records, worths)
        case "csv":
            return gradebook(records, worths)
        case "markdown":
            return markdown(records, worths)
        case _:
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            submitted = environment.get("SUBMITTED_AT", now)
            try:
                content = classroom50(records, environment, submitted, worths)
            except KeyError as error:
                words = f"Classroom 50 sets the variable {error.args[0]}, and it is not set"
                raise ExportError(words) from error
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"

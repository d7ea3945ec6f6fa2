"""Reports as JSON, and the schemas of what Lemmata prints as JSON.

The schemas stand in `lemmata/reports/schemas` and are part of the wheel. Within one `schema` number
fields may be added; none is renamed, removed or given another meaning.
"""

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from lemmata import __version__
from lemmata.certify.summary import read_summary
from lemmata.derivations.claim import Claim
from lemmata.notation import write_latex

SCHEMA = 1
NAMES = ("verdict", "certificate", "report")


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of `verdict`, `certificate` or `report`."""
    text = (files("lemmata.reports") / "schemas" / f"{name}.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def report_data(claims: Sequence[Claim], folder: Path) -> dict[str, Any]:
    """The report of the claims as data, by the evidence that a folder keeps."""
    kept, problem = read_summary(folder)
    evidence = {each.claim: each.evidence for each in kept.claims}
    return {
        "schema": SCHEMA,
        "lemmata": __version__,
        "source": kept.source,
        "stale": bool(kept.claims) and not kept.fresh,
        "problem": problem or None,
        "claims": [
            {
                "id": claim.id,
                "title": claim.title,
                "family": claim.family,
                "from": claim.source,
                "answer_ids": list(claim.answer_ids),
                "status": kept.status(claim.id),
                "statements": [
                    {
                        "title": part.title,
                        "left": write_latex(part.statement.left, part.declarations),
                        "relation": part.statement.relation,
                        "right": write_latex(part.statement.right, part.declarations),
                    }
                    for part in claim.parts
                ],
                "evidence": msgspec.to_builtins(evidence.get(claim.id, ())),
            }
            for claim in claims
        ],
    }


def write_data(data: dict[str, Any]) -> str:
    """Data as the text of a JSON file."""
    return msgspec.json.format(msgspec.json.encode(data)).decode() + "\n"

"""What Lemmata prints as JSON is what its published schemas say, and the schemas can say no."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lemmata import check
from lemmata.certify.summary import (
    ClaimSummary,
    Curve,
    Evidence,
    Plot,
    Summary,
    Tiles,
    read_summary,
    write_summary,
)
from lemmata.checkers.record import content, record
from lemmata.derivations.registry import claims
from lemmata.kernel.verdict import Verdict
from lemmata.reports.data import NAMES, report_data, schema, write_data

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TILES = Tiles("digits", (("drawn", "00ff80ff"),), 2)
ANSWERS = {
    "proved": r"-\frac12 \sum_{j=1}^m (1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2)",
    "refuted": r"\frac12 \sum_{j=1}^m (1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2)",
    "undecided": r"\frac12 \sum_{j=1}^m (1 + \log",
}


def validator(name: str) -> jsonschema.Draft202012Validator:
    """A validator of one schema, which is itself valid."""
    jsonschema.Draft202012Validator.check_schema(schema(name))
    return jsonschema.Draft202012Validator(schema(name))


def object_of(verdict: Verdict, *, derivation: bool) -> dict[str, Any]:
    """The object of a verdict as it is printed."""
    fields = content(verdict, derivation=derivation, seconds=0.1)
    return dict(json.loads(json.dumps(record(fields, line=1, identifier="a", claim=None))))


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid(name: str) -> None:
    """Each schema is a schema, and names itself."""
    assert validator(name).schema["$id"] == f"urn:lemmata:{name}:1"


@pytest.mark.parametrize("outcome", sorted(ANSWERS))
def test_the_object_of_an_answer(outcome: str) -> None:
    """Each outcome of an expression prints a valid object."""
    verdict = check(ANSWERS[outcome], claim="gaussian-kl")
    assert verdict.outcome == outcome
    validator("verdict").validate(object_of(verdict, derivation=False))


def test_the_object_of_a_derivation() -> None:
    """A derivation with a wrong step prints a valid object, its steps included."""
    verdict = check((EXAMPLES / "elbo.tex").read_text(encoding="utf-8"))
    assert verdict.steps
    validator("verdict").validate(object_of(verdict, derivation=True))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verdict", "right"),
        ("cause", "supported"),
        ("counterexample", {"text": "x"}),
        ("score", 2),
        ("span", {"line": 1}),
        ("steps", [{"step": 0}]),
    ],
)
def test_the_schema_of_verdicts_can_fail(field: str, value: object) -> None:
    """An object with one wrong field is refused."""
    fields = object_of(check(ANSWERS["proved"], claim="gaussian-kl"), derivation=False)
    assert validator("verdict").is_valid(fields)
    assert not validator("verdict").is_valid({**fields, field: value})
    assert not validator("verdict").is_valid({k: v for k, v in fields.items() if k != "read_as"})


def test_the_certificates(evidence: Path) -> None:
    """Every certificate that was written is valid, and one without its hash is not."""
    checked = validator("certificate")
    for path in sorted((evidence / "certificates").glob("*.json")):
        for step in json.loads(path.read_text(encoding="utf-8"))["steps"]:
            document = step["certificate"]
            checked.validate(document)
            assert not checked.is_valid({k: v for k, v in document.items() if k != "hash"})
            assert not checked.is_valid({**document, "format": 2})


def test_the_report(evidence: Path) -> None:
    """The report as data is valid, also where there is no evidence."""
    checked = validator("report")
    everything = list(claims().values())
    full, bare = (
        json.loads(write_data(report_data(everything, folder)))
        for folder in (evidence, evidence / "nowhere")
    )
    checked.validate(full)
    checked.validate(bare)
    assert len(full["claims"]) == len(bare["claims"]) == len(everything)
    assert not checked.is_valid({**full, "schema": 2})


def test_pictures_in_the_report(tmp_path: Path) -> None:
    """Plots and images are valid as data; a row that holds no whole image is refused on reading."""
    plot = Plot("a", "n", "y", (Curve("m", (1, None), (1.0, None)),), 0.0, (1.0,), described="d")
    shown = Evidence("estimate", "confirmed", "", 0, 0, 0, plots=(plot,), tiles=(TILES,))
    write_summary(tmp_path, Summary((ClaimSummary("gan-jsd", (shown,)),)))
    data = json.loads(write_data(report_data([claims()["gan-jsd"]], tmp_path)))
    validator("report").validate(data)
    data["claims"][0]["evidence"][0]["tiles"][0]["rows"][0][1] = "no pixels"
    assert not validator("report").is_valid(data)
    path = tmp_path / "summary.json"
    path.write_text(path.read_text(encoding="utf-8").replace("00ff80ff", "00ff"), encoding="utf-8")
    _, problem = read_summary(tmp_path)
    assert "holds no images of 2 pixels a side" in problem

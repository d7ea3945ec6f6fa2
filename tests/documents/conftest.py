"""Reading the documents: one file a chain, its declarations in a comment block above it."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from lemmata.kernel.declarations import Declarations
from lemmata.kernel.terms import Derivation, Relation, Step
from lemmata.notation import Document, declarations_from_document, read_chains

FOLDER = Path(__file__).parent
RELATIONS: dict[str, Relation] = {"=": "=", ">=": ">=", "<=": "<="}


@cache
def read_document(name: str) -> Document:
    """The document of a file, such as `conditional_vae/eq_02_08`."""
    text = (FOLDER / f"{name}.tex").read_text(encoding="utf-8")
    sheet = declarations_from_document(text)
    assert sheet is not None, f"{name} declares nothing"
    return read_chains(text, sheet.declarations, conventions=sheet.conventions)


@cache
def read_derivations(name: str) -> tuple[Declarations, tuple[Derivation, ...]]:
    """The declarations of a file, and its statements in order: one reading for every line."""
    document = read_document(name)
    derivations = []
    for chain in document.chains:
        terms = []
        for line in chain.lines:
            assert line.error is None, f"{name}: {line.error}"
            assert line.relation_error is None, f"{name}: {line.relation_error}"
            assert [reading.flags for reading in line.readings] == [()], f"{name}: {line.source}"
            terms.append(line.readings[0].term)
        steps = []
        for line, term in zip(chain.lines[1:], terms[1:], strict=True):
            steps.append(Step(RELATIONS[line.relation or ""], term))
        derivations.append(Derivation(terms[0], tuple(steps)))
    return document.declarations, tuple(derivations)


@pytest.fixture(scope="session")
def documents() -> Callable[[str], Document]:
    """How a file is read as a document."""
    return read_document


@pytest.fixture(scope="session")
def derivations() -> Callable[[str], tuple[Declarations, tuple[Derivation, ...]]]:
    """How a file is read as derivations."""
    return read_derivations

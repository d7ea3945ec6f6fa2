"""The answer sheets that belong to no claim: one TOML file each, in the folders of the families.

A new sheet is found because it is there; its file name is the answer id. Where a whole derivation
is asked in other names than a final expression, `ID.derivation.toml` is the sheet of the
derivation; where it may be meant in a further setting, as for any covariance and not for
independent components only, `ID.derivation.SETTING.toml` is the sheet of that one. The language is
that of docs/declarations.md, and the reader is `lemmata.notation.read_sheet`.
"""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lemmata import derivations
from lemmata.notation import Sheet, read_sheet

DERIVATION: Final = ".derivation"
"""What stands behind an answer id in the file name of a sheet for its derivation."""


@cache
def questions() -> MappingProxyType[str, Path]:
    """The file of every question by its answer id, in the order of families and names.

    Raises:
        ValueError: Two files have one name.
    """
    found: dict[str, Path] = {}
    for folder in derivations.__path__:
        for path in sorted(Path(folder).glob("*/*.toml")):
            if f"{DERIVATION}." in path.stem:
                continue
            if path.stem in found:
                raise ValueError(f"{path} and {found[path.stem]} are sheets of one answer id")
            found[path.stem] = path
    return MappingProxyType(found)


@cache
def settings(name: str) -> tuple[Sheet, ...]:
    """The sheets of the further settings of a derivation, in the order of their names."""
    found = (
        path
        for folder in derivations.__path__
        for path in Path(folder).glob(f"*/{name}{DERIVATION}.*.toml")
    )
    return tuple(_read(path) for path in sorted(found))


@cache
def question(name: str) -> Sheet:
    """The sheet of an answer id.

    Raises:
        KeyError: No file has this name.
        SheetError: The file cannot be used.
    """
    return _read(questions()[name])


def _read(path: Path) -> Sheet:
    return with_meanings(read_sheet(path.read_text("utf-8")), path.parent.name)


def with_meanings(sheet: Sheet, family: str) -> Sheet:
    """A sheet with what the questions of its family mean by their names."""
    found = tuple(_meanings().get(family, {}).items())
    return replace(sheet, conventions=replace(sheet.conventions, meanings=found))


@cache
def _meanings() -> dict[str, dict[str, str]]:
    path = Path(next(iter(derivations.__path__))) / "meanings.toml"
    found: dict[str, dict[str, str]] = tomllib.loads(path.read_text("utf-8"))
    return found

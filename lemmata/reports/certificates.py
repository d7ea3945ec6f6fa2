"""The certificates that `lemmata certify` kept, read with care."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from lemmata import __version__
from lemmata.kernel.certificates import FORMAT
from lemmata.kernel.encode import digest


class Certificate(msgspec.Struct):
    """What is shown of a certificate."""

    format: int
    lemmata: str
    rules: tuple[str, ...]
    assumptions: tuple[str, ...]
    hash: str


class _Certified(msgspec.Struct):
    """One entry of a file of certificates: what is proved, and the certificate as it was read."""

    place: str
    certificate: dict[str, Any]


class _CertificateFile(msgspec.Struct):
    """A file of certificates."""

    claim: str
    steps: tuple[_Certified, ...]


@dataclass(frozen=True, slots=True)
class Certificates:
    """The certificates of one claim.

    Attributes:
        claim: Its id.
        by_place: A certificate for each place: a step of a part, or its statement.
        problem: What is wrong with the file, if anything.
        stale: Whether another version of Lemmata wrote one of them.
    """

    claim: str
    by_place: Mapping[str, Certificate]
    problem: str = ""
    stale: bool = False

    @property
    def rules(self) -> tuple[str, ...]:
        """All rules, in order of first use."""
        return tuple(dict.fromkeys(r for each in self.by_place.values() for r in each.rules))

    @property
    def assumptions(self) -> tuple[str, ...]:
        """All assumptions, in order of first use."""
        found = (a for each in self.by_place.values() for a in each.assumptions)
        return tuple(dict.fromkeys(found))


def read_certificates(folder: Path, claim: str) -> Certificates:
    """The certificates of a claim below a folder of evidence.

    A file that is damaged, or whose content is not that of its hashes, gives none; certificates of
    another version are stale.
    """
    path = folder / "certificates" / f"{claim}.json"
    try:
        read = msgspec.json.decode(path.read_bytes(), type=_CertificateFile)
        found = {
            each.place: msgspec.convert(each.certificate, type=Certificate) for each in read.steps
        }
    except FileNotFoundError:
        return Certificates(claim, {})
    except msgspec.DecodeError as error:
        return Certificates(claim, {}, f"{path} cannot be read: {error}")
    except OSError as error:
        return Certificates(claim, {}, f"{path} cannot be read: {error.strerror}")
    changed = [each.place for each in read.steps if not _is_sealed(each.certificate)]
    if changed or read.claim != claim:
        what = f"{changed[0]}: the hash is not that of the content" if changed else read.claim
        return Certificates(claim, {}, f"{path} does not hold what was written for {claim}: {what}")
    others = {
        f"Lemmata {each.lemmata}, format {each.format}"
        for each in found.values()
        if (each.lemmata, each.format) != (__version__, FORMAT)
    }
    if others:
        problem = (
            f"{path} was written by {', '.join(sorted(others))}, and this is Lemmata "
            f"{__version__}, format {FORMAT}: its proofs are stale; run lemmata certify {claim}"
        )
        return Certificates(claim, found, problem, stale=True)
    return Certificates(claim, found)


def _is_sealed(certificate: dict[str, Any]) -> bool:
    """Whether the hash of a certificate is that of what it holds."""
    return bool(certificate.get("hash") == digest(certificate))

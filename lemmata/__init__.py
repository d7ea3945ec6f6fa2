"""Lemmata: pytest for mathematics.

It proves, refutes and grades derivations of machine learning. Importing it loads nothing heavy;
`lemmata.check` loads the judges when it is first used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lemmata.checkers.answers import check as check

__version__ = "0.1.0"
__all__ = ["__version__", "check"]


def __getattr__(name: str) -> object:
    """Load the judges on first use."""
    if name == "check":
        from lemmata.checkers.answers import check

        return check
    raise AttributeError(f"module 'lemmata' has no attribute {name!r}")

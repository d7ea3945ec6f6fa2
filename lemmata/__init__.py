"""Lemmata: pytest for mathematics.

It proves, refutes and grades derivations of machine learning. Importing it loads nothing heavy;
`lemmata.check` loads the judges when it is first used.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lemmata.checkers.answers import check as check

__version__ = "0.1.0"
__all__ = ["__version__", "check"]


def __getattr__(name: str) -> object:
    """Load the judges on first use."""
    if name == "check":
        from lemmata.checkers.answers import check

        if "IPython" in sys.modules:
            load_ipython_extension(None)
        return check
    raise AttributeError(f"module 'lemmata' has no attribute {name!r}")


def load_ipython_extension(_: object) -> None:
    """Show claims and verdicts as formulas: `%load_ext lemmata`, or the first `lemmata.check`."""
    from lemmata.reports.notebook import install

    install()

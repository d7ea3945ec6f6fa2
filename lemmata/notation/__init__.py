"""Text to terms and back: LaTeX and keyboard text are read against declarations, and terms are written out again.

    readings = read_expression(r"\\log p(x \\mid y)", declarations)

Reading is strict: a name without a declaration, a missing bracket or a word in a formula is an error that says where and what
to write; nothing is guessed and nothing is read in part. Where notation is ambiguous, every reading is kept. Standard library
only.
"""

from lemmata.notation.errors import NotationError, Source, UnderDeclared, Unreadable, Unsupported
from lemmata.notation.read import Format, Reading, read_expression
from lemmata.notation.symbols import Conventions

__all__ = [
    "Conventions",
    "Format",
    "NotationError",
    "Reading",
    "Source",
    "UnderDeclared",
    "Unreadable",
    "Unsupported",
    "read_expression",
]

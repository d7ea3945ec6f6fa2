r"""Text to terms and back.

LaTeX and keyboard text are read against declarations, and terms are written out again.

    readings = read_expression(r"\log p(x \mid y)", declarations)

Reading is strict: a name without a declaration, a missing bracket or a word in a formula is an
error that says where and what to write; nothing is guessed and nothing is read in part. Where
notation is ambiguous, every reading is kept. Standard library only.
"""

from lemmata.notation.chains import Chain, Document, Line, Reading, equal_letters
from lemmata.notation.errors import (
    NotationError,
    RolesExchanged,
    Source,
    UnderDeclared,
    Unreadable,
    Unsupported,
)
from lemmata.notation.read import Format, read_chains
from lemmata.notation.sheet import Sheet, SheetError, declarations_from_document, read_sheet
from lemmata.notation.sheet_write import write_sheet
from lemmata.notation.single import ReadStatement, read_expression, read_statement
from lemmata.notation.symbols import Conventions
from lemmata.notation.write import write_latex, write_mathml, write_text

__all__ = [
    "Chain",
    "Conventions",
    "Document",
    "Format",
    "Line",
    "NotationError",
    "ReadStatement",
    "Reading",
    "RolesExchanged",
    "Sheet",
    "SheetError",
    "Source",
    "UnderDeclared",
    "Unreadable",
    "Unsupported",
    "declarations_from_document",
    "equal_letters",
    "read_chains",
    "read_expression",
    "read_sheet",
    "read_statement",
    "write_latex",
    "write_mathml",
    "write_sheet",
    "write_text",
]

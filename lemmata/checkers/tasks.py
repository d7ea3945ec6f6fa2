"""What passes between whoever grades a batch and the workers that judge its answers."""

from typing import Any, Literal, TypeAlias

import msgspec

Format: TypeAlias = Literal["latex", "text", "code", "table"]
# By the ending of a file's name.
FORMATS: dict[str, Format] = {".tex": "latex", ".txt": "text", ".py": "code", ".json": "table"}
Kind: TypeAlias = Literal["expression", "derivation"]

# The backstop behind the deterministic budgets, far above what an answer takes.
SECONDS = 30.0
MEGABYTES = 300  # beyond what a worker holds at rest
LARGEST_FRAME = 64_000_000
OUT_OF_MEMORY = 77  # the exit code of a worker that asked for more memory than it may have


class Task(msgspec.Struct, frozen=True):
    """An answer and everything that its verdict depends on; two equal tasks have one verdict.

    Attributes:
        claim: What it answers.
        format: How it is written.
        kind: What it holds; None decides by its layout.
        answer: What was written.
        trust_code: Whether code may run where no sandbox can be had.
        explain: Whether it is said what is wrong with what is refuted.
        sheet: The text of the question's own sheet; empty for a question of Lemmata.
    """

    claim: str
    format: Format
    kind: Kind | None
    answer: str
    trust_code: bool = False
    explain: bool = True
    sheet: str = ""


class Result(msgspec.Struct, frozen=True):
    """What was found.

    Attributes:
        fields: The `content` of the answer's object.
        failure: Where and how Lemmata itself failed on the answer; empty when it did not.
    """

    fields: dict[str, Any]
    failure: str = ""

    @property
    def final(self) -> bool:
        """Whether it may be kept: another run would find the same."""
        passing = ("killed", "sandbox")
        return not self.failure and self.fields["cause"] not in passing

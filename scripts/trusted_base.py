"""Count the trusted base, and hold its budgets.

The trusted base is every line that a `proved` verdict rests on. What belongs to it, and how large
each part may grow, is written in `pyproject.toml` under `[tool.lemmata]`.

    python scripts/trusted_base.py            print the table
    python scripts/trusted_base.py --check    also exit with 1 when a budget is exceeded
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LAYOUT_TOKENS = frozenset(
    {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENCODING,
        tokenize.ENDMARKER,
    }
)
RULE_DECORATOR = "rule"


@dataclass(frozen=True)
class Group:
    """One part of the trusted base: its name, its files, and its budget of code lines, if any."""

    name: str
    files: tuple[Path, ...]
    budget: int | None


@dataclass(frozen=True)
class Size:
    """The lines of a file: all of them, and those that are code."""

    raw: int
    code: int


def code_lines(source: str) -> set[int]:
    """The numbers of the lines that hold code: no blanks, no comments, no docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in LAYOUT_TOKENS:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        # A string that stands alone is documentation, wherever it stands.
        if isinstance(node, ast.Expr) and is_text(node.value):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def is_text(node: ast.expr) -> bool:
    """Whether an expression is a string literal."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def size(path: Path) -> Size:
    """Count the lines of a file."""
    source = path.read_text(encoding="utf-8")
    return Size(raw=len(source.splitlines()), code=len(code_lines(source)))


def rules(path: Path) -> Iterator[tuple[str, int]]:
    """The functions of a file that are registered as rules, each with its number of code lines."""
    source = path.read_text(encoding="utf-8")
    lines = code_lines(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(map(is_registration, node.decorator_list)):
            last = node.end_lineno or node.lineno
            yield node.name, len(lines.intersection(range(node.lineno, last + 1)))


def is_registration(decorator: ast.expr) -> bool:
    """Whether a decorator is `@rule`, `@rule(...)` or `@module.rule(...)`."""
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    if isinstance(decorator, ast.Attribute):
        return decorator.attr == RULE_DECORATOR
    return isinstance(decorator, ast.Name) and decorator.id == RULE_DECORATOR


def trusted_groups(root: Path, settings: dict[str, Any]) -> list[Group]:
    """Distribute the files over the groups; a file belongs to the first group that names it."""
    taken: set[Path] = set()
    groups = []
    for entry in settings["trusted"]:
        found = {path for pattern in entry["files"] for path in root.glob(pattern)} - taken
        taken |= found
        groups.append(Group(entry["group"], tuple(sorted(found)), entry.get("code")))
    return groups


def report(root: Path, settings: dict[str, Any]) -> list[str]:
    """Print the table of the trusted base, and return the budgets that are exceeded."""
    budgets = settings["budgets"]
    exceeded = []
    total = Size(0, 0)
    print(f"{'trusted base':<44}{'files':>6}{'code':>7}{'budget':>8}{'raw':>7}")
    for group in trusted_groups(root, settings):
        sizes = {path: size(path) for path in group.files}
        code = sum(each.code for each in sizes.values())
        raw = sum(each.raw for each in sizes.values())
        budget = "-" if group.budget is None else str(group.budget)
        print(f"{group.name:<44}{len(sizes):>6}{code:>7}{budget:>8}{raw:>7}")
        for path, each in sizes.items():
            print(f"  {path.relative_to(root).as_posix():<48}{each.code:>7}{'':>8}{each.raw:>7}")
        if group.budget is not None and code > group.budget:
            exceeded.append(f"{group.name}: {code} code lines, budget {group.budget}")
        total = Size(total.raw + raw, total.code + code)
    print(f"{'together':<50}{total.code:>7}{'':>8}{total.raw:>7}")

    largest = ("none", 0)
    count = 0
    for path in sorted((root / "lemmata").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        raw = size(path).raw
        if raw > budgets["file"]:
            exceeded.append(f"{name}: {raw} lines, budget of a file {budgets['file']}")
        for rule, code in rules(path):
            count += 1
            largest = max(largest, (rule, code), key=lambda each: each[1])
            if code > budgets["rule"]:
                exceeded.append(f"{name}: rule {rule}: {code} lines, budget {budgets['rule']}")
    print(f"rules: {count}; the longest is {largest[0]} with {largest[1]} code lines")
    return exceeded


def main() -> int:
    """Read the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Count the trusted base and hold its budgets.")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a budget is exceeded")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    arguments = parser.parse_args()
    configuration = tomllib.loads((arguments.root / "pyproject.toml").read_text(encoding="utf-8"))
    exceeded = report(arguments.root, configuration["tool"]["lemmata"])
    for line in exceeded:
        print(f"over budget: {line}", file=sys.stderr)
    return 1 if arguments.check and exceeded else 0


if __name__ == "__main__":
    sys.exit(main())

"""How many faults planted in our own code do its fast tests find?

    python scripts/mutate.py --sample 400 --seed 1 --out mutation.jsonl

A random sample of one-site mutants of the functions of `lemmata/kernel`, `lemmata/semantics` and
`lemmata/judge`: a comparison, an operator, a number, a condition, a result or a statement is
changed. Each mutant runs in a forked process, where the code of the living function is replaced,
so that decorated functions (every rule of the kernel is one) are mutated like others. Only the
tests that call the function run, the quickest first, until one fails. A mutant that no test finds
within its budget of processor time survives.

Results are written as they come, and a second run goes on where the first one ended. Statements
that only meter work, assertions, texts and annotations are no sites.
"""

from __future__ import annotations

import argparse
import ast
import cProfile
import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from random import Random
from types import CodeType, FunctionType
from typing import Any, cast

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = ("lemmata/kernel", "lemmata/semantics", "lemmata/judge")
TESTS = ("tests/kernel", "tests/semantics", "tests/judge")
METERS = frozenset({"burn", "spend", "note_limits"})
"""Calls that count work; that counts are kept is what the tests of budgets are for."""
SLACK = 30
"""Seconds beyond its budget and its slowest test after which a mutant counts as not ending."""
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
    ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """One mutant: the place of an edit.

    Attributes:
        file: The file, from the root of the project.
        function: The outermost function around it, with its class.
        first: The first line of that function, its decorators included.
        number: The number of the node in the function, in the order of `ast.walk`.
        edit: Which of the edits of the node.
        line: The line of the edit.
        text: The edit in words.
    """

    file: str
    function: str
    first: int
    number: int
    edit: int
    line: int
    text: str

    @property
    def key(self) -> str:
        """A name that is the same in every run."""
        return f"{self.file}:{self.function}:{self.number}:{self.edit}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: `killed`, `timeout` (killed as well), `survived` or `uncovered`."""

    key: str
    line: int
    text: str
    outcome: str
    by: str
    tests: int
    seconds: float


def edits_of(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """The edited versions of one node, with the edit in words."""
    match node:
        case ast.Compare(left, [op], [right]) if type(op) in SWAPS:
            new = cast(ast.cmpop, SWAPS[type(op)]())
            yield ast.Compare(left, [new], [right]), "another comparison"
        case ast.BinOp(left, op, right) if type(op) in SWAPS and not isinstance(
            left, ast.JoinedStr
        ):
            yield ast.BinOp(left, cast(ast.operator, SWAPS[type(op)]()), right), "another operator"
        case ast.BoolOp(op, values):
            yield ast.BoolOp(cast(ast.boolop, SWAPS[type(op)]()), values), "and for or"
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand, "left out not or minus"
        case ast.Constant(bool() as value):
            yield ast.Constant(not value), "the other truth value"
        case ast.Constant(int() as value):
            yield ast.Constant(value + 1), "one more"
        case ast.If(test, body, orelse):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse), "the opposite condition"
        case ast.IfExp(test, body, other):
            yield ast.IfExp(test, other, body), "the other branch"
        case ast.Return(value) if value is not None and not _is(value, None):
            yield ast.Return(ast.Constant(None)), "no result"
        case ast.Expr(ast.Call()):
            yield ast.Pass(), "left out the statement"
        case ast.AugAssign(target, op, value) if type(op) in SWAPS:
            new_op = cast(ast.operator, SWAPS[type(op)]())
            yield ast.AugAssign(target, new_op, value), "another operator"
        case ast.Break() | ast.Continue():
            yield SWAPS[type(node)](), "break for continue"
        case ast.match_case(pattern, guard, body) if guard is not None:
            yield ast.match_case(pattern, None, body), "left out the guard"


def _is(node: ast.AST, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def nodes_of(function: ast.AST) -> list[ast.AST]:
    """The nodes of a function that may be edited, in a fixed order."""
    found: list[ast.AST] = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.Assert | ast.Raise | ast.arg | ast.JoinedStr) or _meters(node):
            return
        found.append(node)
        for name, value in ast.iter_fields(node):
            if name in {"decorator_list", "annotation", "returns", "args"} and not isinstance(
                node, ast.Call
            ):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    visit(child)

    visit(function)
    return found


def _meters(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Expr) else node
    name = getattr(call, "func", None)
    return isinstance(name, ast.Attribute) and name.attr in METERS


def functions_of(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The outermost functions of a module with their names."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{node.name}.{inner.name}", inner


def sites() -> list[Site]:
    """Every mutant there is."""
    found = []
    for path in sorted(p for folder in CODE for p in (ROOT / folder).rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        for name, function in functions_of(ast.parse(path.read_text("utf-8"))):
            first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
            for number, node in enumerate(nodes_of(function)):
                for edit, (_, text) in enumerate(edits_of(node)):
                    found.append(Site(file, name, first, number, edit, _line(node), text))
    return found


def _line(node: ast.AST) -> int:
    return int(getattr(node.body[0] if isinstance(node, ast.match_case) else node, "lineno", 0))


def mutated(site: Site) -> CodeType:
    """The code of the function of a site, with the edit made."""
    source = (ROOT / site.file).read_text("utf-8")
    tree = ast.parse(source)
    function = next(f for name, f in functions_of(tree) if name == site.function)
    node = nodes_of(function)[site.number]
    new = list(edits_of(deepcopy(node)))[site.edit][0]

    class Swap(ast.NodeTransformer):
        def visit(self, here: ast.AST) -> Any:
            return ast.copy_location(new, here) if here is node else self.generic_visit(here)

    Swap().visit(tree)
    module = compile(ast.fix_missing_locations(tree), str(ROOT / site.file), "exec")
    return next(code for code in _codes(module) if _here(code, site))


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _here(code: CodeType, site: Site) -> bool:
    return code.co_firstlineno == site.first and code.co_qualname == site.function


def plant(site: Site) -> bool:
    """Replace the code of the living function of a site; whether that is possible."""
    code = mutated(site)
    done = False
    for item in gc.get_objects():
        if not isinstance(item, FunctionType) or not _here(item.__code__, site):
            continue
        if item.__code__.co_filename == str(ROOT / site.file):
            try:
                item.__code__ = code
            except ValueError:  # a name of an outer function is no longer used
                return False
            done = True
    return done


class Plugin:
    """Takes the place of the loop over the tests."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Measure which test calls what, then try the mutants."""
        os.chdir(ROOT)
        calls = self._coverage(session.items)
        items = {item.nodeid: item for item in session.items}
        everything = sites()
        chosen = Random(self.options.seed).sample(everything, len(everything))  # noqa: S311
        known = {r["key"] for r in _rows(self.options.out)}
        tried = len(known)
        for site in chosen:
            if tried >= self.options.sample:
                break
            if site.key in known:
                continue
            result = self._try(site, calls, items)
            if result is None:
                continue
            tried += 1
            with self.options.out.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(result)) + "\n")
        sys.stdout.write(summary(_rows(self.options.out), len(everything)))
        return True

    def _coverage(self, items: list[pytest.Item]) -> dict[str, list[tuple[float, str]]]:
        """For each function, the tests that call it with their seconds, the quickest first.

        Measured in a forked process, so that nothing is remembered in this one.
        """
        path: Path = self.options.coverage
        measured = {row["test"] for row in _rows(path)}
        waiting = [item for item in items if item.nodeid not in measured]
        child = os.fork() if waiting else 0
        if waiting and not child:
            self._measure(waiting, path)
            os._exit(0)
        if child:
            os.waitpid(child, 0)
        known = {item.nodeid for item in items}
        calls: dict[str, list[tuple[float, str]]] = {}
        for row in _rows(path):
            for function in row["calls"] if row["test"] in known else ():
                calls.setdefault(function, []).append((row["seconds"], row["test"]))
        return {function: sorted(tests) for function, tests in calls.items()}

    def _measure(self, items: list[pytest.Item], path: Path) -> None:
        """Write what each test calls, one line for each test; nothing for one that fails."""
        prefixes = tuple(str(ROOT / folder) for folder in CODE)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        with path.open("a", encoding="utf-8", buffering=1) as stream:
            for item in items:
                self.failed = False
                profile, start = cProfile.Profile(), time.process_time()
                profile.enable()
                _run(item)
                profile.disable()
                seconds = time.process_time() - start
                codes = [e.code for e in profile.getstats() if isinstance(e.code, CodeType)]
                called = sorted(
                    f"{Path(code.co_filename).relative_to(ROOT).as_posix()}:{code.co_firstlineno}"
                    for code in codes
                    if code.co_filename.startswith(prefixes)
                )
                row = {"test": item.nodeid, "seconds": seconds, "calls": called}
                stream.write(json.dumps({**row, "calls": []} if self.failed else row) + "\n")

    def _try(
        self, site: Site, calls: dict[str, list[tuple[float, str]]], items: dict[str, pytest.Item]
    ) -> Result | None:
        """Run the tests on one mutant; None if it cannot be planted."""
        tests = calls.get(f"{site.file}:{site.first}", [])
        if not tests:
            return Result(site.key, site.line, site.text, "uncovered", "", 0, 0.0)
        reader, writer = os.pipe()
        start = time.monotonic()
        child = os.fork()
        if not child:
            os.close(reader)
            self._attack(site, tests, items, writer)
        os.close(writer)
        with os.fdopen(reader, encoding="utf-8") as stream:
            said = [json.loads(line) for line in stream]
        _, status = os.waitpid(child, 0)
        seconds = round(time.monotonic() - start, 1)
        if said and said[0] == "no plant":
            return None
        last: list[Any] = said[-1] if said else ["", 0]
        if os.WIFSIGNALED(status):
            outcome = "timeout" if os.WTERMSIG(status) == signal.SIGXCPU else "killed"
        else:
            outcome = "killed" if os.WEXITSTATUS(status) else "survived"
        by = last[0] if outcome != "survived" else ""
        return Result(site.key, site.line, site.text, outcome, by, last[1], seconds)

    def _attack(
        self,
        site: Site,
        tests: list[tuple[float, str]],
        items: dict[str, pytest.Item],
        writer: int,
    ) -> None:
        """The child: plant, run, and end with 1 at the first failure."""
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        budget = self.options.budget
        hard = int(time.process_time() + budget + 3 * tests[-1][0] + SLACK)
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard + 5))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        start = time.process_time()
        with os.fdopen(writer, "w", encoding="utf-8", buffering=1) as stream:
            if not plant(site):
                stream.write('"no plant"\n')
                stream.flush()
                os._exit(0)
            for number, (seconds, name) in enumerate(tests, 1):
                if time.process_time() - start + seconds > budget and number > 1:
                    break
                stream.write(json.dumps([name, number]) + "\n")
                _run(items[name])
                if self.failed:
                    stream.flush()
                    os._exit(1)
        os._exit(0)


def _run(item: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def _rows(path: Path) -> list[dict[str, Any]]:
    return (
        [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    )


def wilson(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson 1927)."""
    rate, square = successes / trials, z * z / trials
    middle = (rate + square / 2) / (1 + square)
    half = z / (1 + square) * sqrt(rate * (1 - rate) / trials + square / (4 * trials))
    return middle - half, middle + half


def summary(results: list[dict[str, Any]], of: int) -> str:
    """The score with its interval, and the survivors."""
    if not results:
        return "no mutant was tried\n"
    killed = sum(r["outcome"] in ("killed", "timeout") for r in results)
    low, high = wilson(killed, len(results))
    score = f"{killed} of {len(results)} mutants killed ({killed / len(results):.1%}"
    lines = [f"{score}, 95 % interval {low:.1%} to {high:.1%}), of {of} that there are"]
    lines += [f"{r['outcome']:9} {r['key']} line {r['line']}: {r['text']}"
              for r in results if r["outcome"] in ("survived", "uncovered")]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sample", type=int, default=400, help="how many mutants to try")
    parser.add_argument("--seed", type=int, default=1, help="which mutants")
    parser.add_argument("--budget", type=float, default=20, help="processor seconds for a mutant")
    parser.add_argument("--out", type=Path, default=Path("mutation.jsonl"))
    parser.add_argument("--coverage", type=Path, default=Path("mutation-coverage.jsonl"))
    parser.add_argument(
        "tests", nargs="*", default=list(TESTS), help="the tests that must find them"
    )
    options = parser.parse_args()
    options.out, options.coverage = options.out.resolve(), options.coverage.resolve()
    arguments = ["-q", "-m", "not slow", "-p", "no:cacheprovider"]
    return int(
        pytest.main(
            [*arguments, *(str(ROOT / test) for test in options.tests)], plugins=[Plugin(options)]
        )
    )


if __name__ == "__main__":
    sys.exit(main())

"""How many faults planted in our own code do its fast tests find?

    python scripts/mutate.py --sample 400 --seed 1 --out mutation.jsonl

A random sample of one-site mutants of the functions of `lemmata/kernel`, `lemmata/semantics` and
`lemmata/judge`: a comparison, an operator, a number, a condition, a result or a statement is
changed. Each mutant runs in a forked process, where the code of the living function is replaced,
so that decorated functions (every rule of the kernel is one) are mutated like others. Only the
tests that reach the statement run until one fails, since others cannot notice it: the quick ones
first, those of functions that found many mutants before, and few cases of one function. Which
those are is measured before, each test in a process of its own. A mutant that no test finds within
its budget of processor time survives.

Results are written as they come, and a second run goes on where the first one ended. No sites are
statements that only meter work, whether a limit of work that has a name is met or passed by one,
assertions, the `strict` of `zip`, which is one, texts and annotations; and None is not put for a
result that is False or empty.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import os
import re
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from types import CodeType, FunctionType
from typing import IO, Any, cast

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = ("lemmata/kernel", "lemmata/semantics", "lemmata/judge")
TESTS = ("tests/kernel", "tests/semantics", "tests/judge", "tests/ledgers")
METERS = frozenset({"burn", "spend", "note_limits"})
"""Calls that count work; that counts are kept is what the tests of budgets are for."""
LIMITS = ("LARGEST_", "LONGEST", "MAX_", "MANY_", "DEEPEST", "NUMBER_BITS", "LONG_NUMBER")
"""How the names of limits of work begin."""
CASE = re.compile(r"(?<=[-\[])\d+\]$|\[.*(?<!\d)\]$")
"""What tells the cases of a test function apart."""
QUICK = 0.01
"""Seconds that every test counts as, at least."""
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


Place = tuple[str, int]
"""A statement: the function that it is in, and its number there."""


@dataclass(frozen=True, slots=True)
class Site:
    """One mutant: the place of an edit.

    Attributes:
        file: The file, from the root of the project.
        function: The outermost function around it, with its class.
        first: The first line of that function, its decorators included.
        number: The number of the node in the function, in the order of `nodes_of`.
        statement: The number of the innermost statement around it.
        edit: Which of the edits of the node.
        line: The line of the edit.
        text: The edit in words.
    """

    file: str
    function: str
    first: int
    number: int
    statement: int
    edit: int
    line: int
    text: str

    @property
    def key(self) -> str:
        """A name that is the same in every run."""
        return f"{self.file}:{self.function}:{self.number}:{self.edit}"

    @property
    def place(self) -> Place:
        """The statement, as the coverage names it."""
        return f"{self.file}:{self.function}", self.statement


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
        case ast.Compare(left, [op], [right]) if type(op) in SWAPS and not _meets_a_limit(node):
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
        case ast.Return(value) if value is not None and not _is_empty(value):
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


def _meets_a_limit(node: ast.Compare) -> bool:
    """Whether a size is compared with a limit of work, which would end one later or earlier."""
    named = any(
        isinstance(side, ast.Name) and side.id.startswith(LIMITS)
        for side in (node.left, *node.comparators)
    )
    return named and isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE)


def _is_empty(node: ast.AST) -> bool:
    """Whether a result is None, or False, or an empty text or group, for which None is as good.

    That False is no True is a site of its own.
    """
    if isinstance(node, ast.Constant):
        return node.value is None or node.value is False or node.value == ""
    parts = getattr(node, "elts", getattr(node, "keys", None))
    return isinstance(node, ast.Tuple | ast.List | ast.Dict) and not parts


def nodes_of(function: ast.AST) -> list[tuple[ast.AST, int]]:
    """The nodes of a function that may be edited, in a fixed order, each with its statement.

    A statement is named by its own number in the list.
    """
    found: list[tuple[ast.AST, int]] = []

    def visit(node: ast.AST, statement: int) -> None:
        if isinstance(node, ast.Assert | ast.Raise | ast.arg | ast.JoinedStr) or _meters(node):
            return
        if isinstance(node, ast.keyword) and node.arg == "strict":
            return
        if isinstance(node, ast.stmt):
            statement = len(found)
        found.append((node, statement))
        for name, value in ast.iter_fields(node):
            if name in {"decorator_list", "annotation", "returns", "args"} and not isinstance(
                node, ast.Call
            ):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    visit(child, statement)

    visit(function, 0)
    return found


def _meters(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Expr) else node
    name = getattr(call, "func", None)
    return getattr(name, "attr", getattr(name, "id", "")) in METERS


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
            for number, (node, statement) in enumerate(nodes_of(function)):
                for edit, (_, text) in enumerate(edits_of(node)):
                    line = _line(node)
                    found.append(Site(file, name, first, number, statement, edit, line, text))
    return found


def _line(node: ast.AST) -> int:
    return int(getattr(node.body[0] if isinstance(node, ast.match_case) else node, "lineno", 0))


def mutated(site: Site) -> CodeType:
    """The code of the function of a site, with the edit made."""
    source = (ROOT / site.file).read_text("utf-8")
    tree = ast.parse(source)
    function = next(f for name, f in functions_of(tree) if name == site.function)
    node, _ = nodes_of(function)[site.number]
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


Living = dict[tuple[str, int, str], list[FunctionType]]
"""The functions that there are, by the file, the first line and the name of their code."""


def living() -> Living:
    """The functions that may be mutated."""
    prefixes = tuple(str(ROOT / folder) for folder in CODE)
    found: Living = {}
    for item in gc.get_objects():
        if isinstance(item, FunctionType):
            code = item.__code__
            if code.co_filename.startswith(prefixes):
                place = code.co_filename, code.co_firstlineno, code.co_qualname
                found.setdefault(place, []).append(item)
    return found


def plant(site: Site, functions: Living) -> bool:
    """Replace the code of the living function of a site; whether that is possible."""
    code = mutated(site)
    found = functions.get((str(ROOT / site.file), site.first, site.function), [])
    try:
        for function in found:
            function.__code__ = code
    except ValueError:  # a name of an outer function is no longer used
        return False
    return bool(found)


class Reached:
    """Notes which statements run: each function is given code that says so before each of them."""

    def __init__(self, functions: Living) -> None:
        self.names: list[Place] = []
        self.hits = bytearray()
        for path in sorted(p for folder in CODE for p in (ROOT / folder).rglob("*.py")):
            self._instrument(path, functions)
        self.hits.extend(bytes(len(self.names)))

    def _instrument(self, path: Path, functions: Living) -> None:
        file, tree = path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))
        for name, function in functions_of(tree):
            numbers: dict[ast.AST, int] = {}
            for node, statement in nodes_of(function):
                if isinstance(node, ast.stmt):
                    numbers[node] = len(self.names)
                    self.names.append((f"{file}:{name}", statement))
            for node in ast.walk(function):
                for part in ("body", "orelse", "finalbody"):
                    inner = getattr(node, part, None)
                    if isinstance(inner, list):
                        setattr(node, part, list(_noted(inner, numbers)))
            function.body[:0] = _noted([function], numbers)[:1]
        compiled = _codes(compile(ast.fix_missing_locations(tree), str(path), "exec"))
        for code in compiled:
            place = code.co_filename, code.co_firstlineno, code.co_qualname
            for living_function in functions.get(place, []):
                living_function.__globals__["__hits__"] = self.hits
                living_function.__code__ = code


def _noted(body: list[ast.stmt], numbers: dict[ast.AST, int]) -> list[ast.stmt]:
    """Statements, before each of which its number is noted."""
    found: list[ast.stmt] = []
    for statement in body:
        if statement in numbers:
            note = ast.parse(f"__hits__[{numbers[statement]}] = 1").body[0]
            for node in ast.walk(note):
                ast.copy_location(node, statement)
            found.append(note)
        found.append(statement)
    return found


class Plugin:
    """Takes the place of the loop over the tests."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Measure which test reaches what, then try the mutants."""
        os.chdir(ROOT)
        items = {item.nodeid: item for item in session.items}
        functions = living()
        gc.freeze()
        reaching = self._coverage(items, functions)
        everything = sites()
        chosen = Random(self.options.seed).sample(everything, len(everything))  # noqa: S311
        known = {r["key"] for r in _rows(self.options.out)}
        found = Counter(CASE.sub("", r["by"]) for r in _rows(self.options.out))
        left, waiting = self.options.sample - len(known), (s for s in chosen if s.key not in known)
        running: dict[int, tuple[Site, float, IO[str]]] = {}
        with self.options.out.open("a", encoding="utf-8", buffering=1) as stream:
            while True:
                free = left > 0 and len(running) < self.options.jobs
                site = next(waiting, None) if free else None
                if site is None and not running:
                    break
                if site is None:
                    child, status = os.wait()
                    result = self._ended(*running.pop(child), status)
                    left += result is None
                elif tests := _in_order(reaching.get(site.place, []), found):
                    left -= 1
                    said = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - `_ended` closes it
                    start = time.monotonic()
                    child = os.fork()
                    if not child:
                        self._attack(site, tests, items, functions, said)
                    running[child] = site, start, said
                    continue
                else:
                    left -= 1
                    result = Result(site.key, site.line, site.text, "uncovered", "", 0, 0.0)
                if result is not None:
                    found[CASE.sub("", result.by)] += 1
                    stream.write(json.dumps(asdict(result)) + "\n")
        sys.stdout.write(summary(_rows(self.options.out), len(everything)))
        return True

    def _coverage(
        self, items: dict[str, pytest.Item], functions: Living
    ) -> dict[Place, list[tuple[float, str]]]:
        """For each statement, the tests that reach it with their seconds.

        Measured in forked processes, so that nothing is remembered in this one.
        """
        path: Path = self.options.coverage
        measured = {row["test"] for row in _rows(path)}
        waiting = [item for name, item in items.items() if name not in measured]
        children = []
        for job in range(self.options.jobs if waiting else 0):
            child = os.fork()
            if not child:
                self._measure(waiting[job :: self.options.jobs], path, functions)
                os._exit(0)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)
        reaching: dict[Place, list[tuple[float, str]]] = {}
        for row in _rows(path):
            test = row["seconds"], row["test"]
            for function, numbers in row["reached"].items() if row["test"] in items else ():
                for number in numbers:
                    reaching.setdefault((function, number), []).append(test)
        return reaching

    def _measure(self, items: list[pytest.Item], path: Path, functions: Living) -> None:
        """Write what each test reaches, one line for each test; nothing for one that fails."""
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        noted = Reached(functions)
        with path.open("a", encoding="utf-8") as stream:
            for item in items:
                child = os.fork()
                if child:
                    os.waitpid(child, 0)
                    continue
                self.failed, start = False, time.process_time()
                _run(item)
                seconds = round(time.process_time() - start, 3)
                reached: dict[str, list[int]] = {}
                for (function, number), hit in zip(noted.names, noted.hits, strict=True):
                    if hit and not self.failed:
                        reached.setdefault(function, []).append(number)
                row = {"test": item.nodeid, "seconds": seconds, "reached": reached}
                stream.write(json.dumps(row) + "\n")
                stream.flush()
                os._exit(0)

    def _ended(self, site: Site, start: float, said: IO[str], status: int) -> Result | None:
        """What became of a mutant whose process ended; None if it could not be planted."""
        seconds = round(time.monotonic() - start, 1)
        with said:
            said.seek(0)
            lines = [json.loads(line) for line in said]
        if lines == ["no plant"]:
            return None
        name, tests = lines[-1] if lines else ("", 0)
        if os.WIFSIGNALED(status):
            outcome = "timeout" if os.WTERMSIG(status) == signal.SIGXCPU else "killed"
        else:
            outcome = "killed" if os.WEXITSTATUS(status) else "survived"
        by = name if outcome != "survived" else ""
        return Result(site.key, site.line, site.text, outcome, by, tests, seconds)

    def _attack(
        self,
        site: Site,
        tests: list[tuple[float, str]],
        items: dict[str, pytest.Item],
        functions: Living,
        said: IO[str],
    ) -> None:
        """The child: plant, run, and end with 1 at the first failure."""
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        budget = self.options.budget
        hard = int(time.process_time() + budget + 3 * max(tests)[0] + SLACK)
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard + 5))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        start = time.process_time()
        if not plant(site, functions):
            said.write('"no plant"\n')
            said.flush()
            os._exit(0)
        for number, (seconds, name) in enumerate(tests, 1):
            if time.process_time() - start + seconds > budget and number > 1:
                continue  # another one may be quicker
            said.write(json.dumps([name, number]) + "\n")
            said.flush()
            _run(items[name])
            if self.failed:
                os._exit(1)
        os._exit(0)


def _in_order(tests: list[tuple[float, str]], found: Counter[str]) -> list[tuple[float, str]]:
    """The tests in the order in which they are tried.

    What a test costs counts once for each case of its function up to it, and is shared among the
    mutants that the function found before. Cases that are numbered are those of what stands before
    their number.
    """
    taken: Counter[str] = Counter()
    ordered = []
    for seconds, name in sorted(tests):
        function = CASE.sub("", name)
        taken[function] += 1
        cost = max(seconds, QUICK) * taken[function] / (1 + found[function])
        ordered.append((cost, seconds, name))
    return [(seconds, name) for _, seconds, name in sorted(ordered)]


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
    parser.add_argument("--jobs", type=int, default=1, help="how many mutants at a time")
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

"""The floors of the house hold, and a floor that is broken is reported."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "lemmata"

# What each room may import from outside the standard library. Only the direct imports are listed;
# import-linter follows the chains.
THIRD_PARTY = {
    "__init__": set(),
    "__main__": set(),
    "certify": {"msgspec", "pytest"},
    "checkers": {"distributed", "msgspec", "torch"},
    "cli": {"click", "msgspec"},
    "derivations": {"flint", "sympy"},
    "judge": set(),
    "kernel": set(),
    "notation": set(),
    "numerics": {
        "gymnasium",
        "numpy",
        "safetensors",
        "scipy",
        "sklearn",
        "stable_baselines3",
        "torch",
        "torchrl",
        "vector_quantize_pytorch",
        "zuko",
    },
    "properties": {"flint", "hypothesis", "numpy", "torch"},
    "pytest_plugin": {"pytest"},
    "reports": {"msgspec", "rich", "starlette", "uvicorn"},
    "semantics": {"flint"},
}
# The part of the kernel that says what a statement is and decides nothing. The independent judge
# and the re-checker share it with the prover, and nothing else.
LANGUAGE = {"declarations", "encode", "entries", "fuel", "shapes", "terms", "unfold", "verdict"}
INDEPENDENT = [
    "semantics/**/*.py",
    "kernel/recheck/**/*.py",
    *(f"kernel/{name}.py" for name in sorted(LANGUAGE)),
]
# Rooms in which SymPy may be imported, and then only inside functions.
CONFIRMING = {"derivations"}


LINT = "from importlinter.cli import lint_imports_command as c; c()"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the contracts of the pyproject.toml in a folder against the package beside it."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def room(path: Path) -> str:
    """The room of a file: the first folder below the package, or the name of a file on top."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def third_party(node: ast.AST) -> set[str]:
    """The packages from outside that one statement imports."""
    if isinstance(node, ast.Import):
        names = {alias.name for alias in node.names}
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        names = {node.module or ""}
    else:
        names = set()
    tops = {name.partition(".")[0] for name in names}
    return tops - set(sys.stdlib_module_names) - {"lemmata"}


def strangers(source: str, allowed: set[str]) -> set[str]:
    """The packages that a file imports although its room may not."""
    return {name for node in ast.walk(ast.parse(source)) for name in third_party(node)} - allowed


def early_imports(source: str) -> set[str]:
    """The packages from outside that a file imports when it is itself imported."""
    early: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        early |= third_party(node)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return early


def kernel_imports(source: str) -> set[str]:
    """The modules of the kernel that a file imports; a relative import counts as it is written."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            paths = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            paths = [f"lemmata.kernel.{'.' * node.level}{node.module or ''}"]
        elif isinstance(node, ast.ImportFrom):
            paths = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {path for path in paths if path.startswith("lemmata.kernel.")}
        found |= {"lemmata.kernel.kernel"} & {f"{path}.kernel" for path in paths}
    names = {path.removeprefix("lemmata.kernel.") for path in found}
    return {name.partition(".")[0] or name for name in names}


def package_files() -> list[Path]:
    """The source files of the package."""
    return sorted(PACKAGE.rglob("*.py"))


@pytest.fixture
def stub(tmp_path: Path) -> Path:
    """A house with our contracts and an empty file for each room."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = [name.strip(" ()") for layer in layers for name in layer.split("|")]
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in rooms:
        folder = tmp_path / "lemmata" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("", encoding="utf-8")
    shutil.copy(PACKAGE / "__init__.py", tmp_path / "lemmata")
    for late in ("checkers/answers.py", "reports/notebook.py"):
        (tmp_path / "lemmata" / late).write_text("", encoding="utf-8")
    return tmp_path


def test_floors_hold() -> None:
    """Every import of the package goes down, and every room has a floor."""
    outcome = lint_imports(ROOT)
    assert outcome.returncode == 0, outcome.stdout


def test_a_clean_house_is_kept(stub: Path) -> None:
    """The stub house, before anything is planted in it, breaks no contract."""
    outcome = lint_imports(stub)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("file", "source", "reported"),
    [
        ("kernel/planted.py", "import lemmata.judge", "lemmata.kernel.planted -> lemmata.judge"),
        ("semantics/planted.py", "import lemmata.notation", "lemmata.notation"),
        ("judge/planted.py", "def f():\n    from lemmata import certify", "lemmata.certify"),
        ("derivations/planted.py", "import lemmata.numerics", "lemmata.numerics"),
        ("attic/__init__.py", "", "attic"),
        ("kernel/planted.py", "import torch", "lemmata.kernel.planted -> torch"),
        ("notation/planted.py", "import sympy", "lemmata.notation.planted -> sympy"),
        ("judge/planted.py", "from numpy import linalg", "lemmata.judge.planted -> numpy"),
    ],
)
def test_a_broken_floor_is_reported(stub: Path, file: str, source: str, reported: str) -> None:
    """An upward or sideways import, an undeclared room and a heavy import below are named."""
    planted = stub / "lemmata" / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(source + "\n", encoding="utf-8")
    outcome = lint_imports(stub)
    assert outcome.returncode == 1, outcome.stdout
    assert "BROKEN" in outcome.stdout
    assert reported in outcome.stdout


@pytest.mark.parametrize("path", package_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_its_packages(path: Path) -> None:
    """The kernel and the notation import the standard library only; the others what is listed."""
    assert strangers(path.read_text(encoding="utf-8"), THIRD_PARTY[room(path)]) == set()


@pytest.mark.parametrize("path", package_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_sympy_is_imported_late(path: Path) -> None:
    """SymPy is imported inside functions of the confirming rooms, never with a module."""
    assert "sympy" not in early_imports(path.read_text(encoding="utf-8"))
    assert "sympy" not in THIRD_PARTY[room(path)] or room(path) in CONFIRMING


@pytest.mark.parametrize(
    ("source", "allowed", "found"),
    [
        ("import os, numpy.linalg", set(), {"numpy"}),
        ("def f():\n    from scipy.stats import norm", set(), {"scipy"}),
        ("import flint", {"flint"}, set()),
        ("from . import terms\nfrom lemmata.kernel import terms", set(), set()),
    ],
)
def test_strangers_are_seen(source: str, allowed: set[str], found: set[str]) -> None:
    """A package from outside is seen wherever it is imported, and nothing else is."""
    assert strangers(source, allowed) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import sympy", {"sympy"}),
        ("if True:\n    import sympy as sp", {"sympy"}),
        ("class A:\n    from sympy import log", {"sympy"}),
        ("def f():\n    import sympy", set()),
    ],
)
def test_early_imports_are_seen(source: str, found: set[str]) -> None:
    """An import counts as early unless a function delays it."""
    assert early_imports(source) == found


@pytest.mark.parametrize("pattern", INDEPENDENT)
def test_the_second_opinion_is_independent(pattern: str) -> None:
    """The independent judge and the re-checker import not one line of the prover's reasoning."""
    files = sorted(PACKAGE.glob(pattern))
    assert files
    for path in files:
        shared = kernel_imports(path.read_text(encoding="utf-8"))
        shared -= {"recheck"} if path.parent.name == "recheck" else set()
        assert shared <= LANGUAGE, f"{path.relative_to(PACKAGE)}: {sorted(shared - LANGUAGE)}"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from lemmata.kernel.normal import Normaliser", {"normal"}),
        ("from lemmata.kernel import terms, rules", {"terms", "rules"}),
        ("def f():\n    import lemmata.kernel.rules.gaussian as g", {"rules"}),
        ("from .normal import x", {".normal"}),
        ("from lemmata import kernel", {"kernel"}),
        ("from lemmata.semantics import model\nimport os", set()),
    ],
)
def test_kernel_imports_are_seen(source: str, found: set[str]) -> None:
    """Every way to import a part of the kernel is seen."""
    assert kernel_imports(source) == found

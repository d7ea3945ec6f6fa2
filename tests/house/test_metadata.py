"""What the project says about itself is the same everywhere and true on any machine."""

import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import lemmata

ROOT = Path(__file__).resolve().parents[2]
# An absolute path into a home, temporary or work folder; in a URL or formula something precedes it.
MACHINE_PATH = re.compile(r"(?<![\w.~/}\\])/(?:home|root|Users|tmp|work|mnt)/\w")


def text(name: str) -> str:
    """The content of a file of the checkout."""
    return (ROOT / name).read_text(encoding="utf-8")


def commands_of_readme() -> list[str]:
    """The shell commands that the README tells a reader to type in a checkout."""
    blocks = re.findall(r"```console\n(.*?)```", text("README.md"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def tracked_files() -> list[Path]:
    """The text files that git tracks."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name]


def test_the_version_is_said_once() -> None:
    """The package, its metadata, the citation and the newest changelog entry name one version."""
    assert version("lemmata") == lemmata.__version__
    assert f"version: {lemmata.__version__}\n" in text("CITATION.cff")
    newest = re.search(r"^## (\S+)", text("CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == lemmata.__version__


@pytest.mark.parametrize(
    "command",
    ["pip install -c constraints.txt -e '.[all,oracles,dev]'", "lemmata certify", "pytest -n auto"],
)
def test_continuous_integration_runs_the_commands_of_the_readme(command: str) -> None:
    """The commands of the README are the ones that continuous integration runs, word for word."""
    assert command in commands_of_readme()
    spoken = [line.replace(" --quiet", "") for line in text(".ci/run").splitlines()]
    assert f"run {command}" in spoken


def test_hooks_are_checks_of_continuous_integration() -> None:
    """Each pre-commit hook is a command that continuous integration runs too."""
    hooks = re.findall(r"^ *entry: (.+)$", text(".pre-commit-config.yaml"), re.MULTILINE)
    assert hooks
    assert {f"run {hook}" for hook in hooks} <= set(text(".ci/run").splitlines())


def test_every_direct_dependency_is_pinned() -> None:
    """Each package that pyproject.toml names has one exact version in constraints.txt."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    wanted = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        wanted.extend(extra)
    names = {re.split(r"[<>=\[ ]", requirement)[0] for requirement in wanted} - {"lemmata"}
    pins = [line for line in text("constraints.txt").splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", pin) for pin in pins)
    assert names <= {pin.partition("==")[0] for pin in pins}


def test_the_core_stays_small() -> None:
    """A plain install brings these five packages and nothing heavier."""
    requirements = tomllib.loads(text("pyproject.toml"))["project"]["dependencies"]
    names = {re.split(r"[<>=]", requirement)[0] for requirement in requirements}
    assert names == {"click", "msgspec", "python-flint", "rich", "sympy"}


def test_no_path_of_a_machine_is_written_down() -> None:
    """No tracked file names a folder that exists on one machine only."""
    found = {
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked_files()
        if path.is_file() and path != Path(__file__)
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), 1
        )
        if MACHINE_PATH.search(line)
    }
    assert found == set()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("open('/home/ada/x')", True),
        ("see /tmp/x", True),
        ("https://example.org/work/x", False),
        (r"\frac{1}{2}/work", False),
        ("tests/work/x", False),
    ],
)
def test_a_path_of_a_machine_is_seen(line: str, found: bool) -> None:
    """The pattern sees an absolute path of one machine, and no address or relative path."""
    assert bool(MACHINE_PATH.search(line)) is found

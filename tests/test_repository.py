"""The house keeps its shape: who may import what, where things stand, what must not be committed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("ingestion", "quality", "orchestration")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

TOP_LEVEL = {
    ".ci", ".editorconfig", ".gitattributes", ".gitignore", ".pre-commit-config.yaml", ".sqlfluff",
    "LICENSE", "Makefile", "NOTICE", "README.md", "README.zh-CN.md",
    "dagster.yaml", "opsmart.yml", "pyproject.toml", "requirements.lock",
    "dbt_project", "ingestion", "notebooks", "orchestration", "quality", "tests",
}  # fmt: skip

TARGETS = ("help", "setup", "demo", "test", "test-rigs", "soak", "bench", "lint", "types", "lock", "clean")

# Longer is harder to live in: lines by kind of file.
LONGEST = {".py": 300, ".sql": 250}


def _tree() -> list[Path]:
    """Files of the working tree, tracked or new, that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


TREE = _tree()


def _text_files() -> Iterator[tuple[Path, str]]:
    for path in TREE:
        try:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def _imports(path: Path, *, at_import: bool = False) -> set[str]:
    """Top-level packages that a file imports; with `at_import` only those that importing the file loads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
        if at_import and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if at_import and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        waiting.extend(ast.iter_child_nodes(node))
    return found


def _python(*folders: str) -> list[Path]:
    return [path for path in TREE if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]


def test_ingestion_and_quality_do_not_know_dagster() -> None:
    orchestrators = {"dagster", "dagster_dbt", "dagster_webserver", "dagster_dlt", "orchestration"}
    guilty = {
        str(path): names
        for path in _python("ingestion", "quality")
        if (names := _imports(path) & orchestrators)
    }
    assert not guilty


def test_ingestion_does_not_know_quality() -> None:
    assert not [path for path in _python("ingestion") if "quality" in _imports(path)]


def test_only_one_file_knows_great_expectations() -> None:
    knowing = {
        str(path.relative_to(ROOT)) for path in _python(*PACKAGES) if "great_expectations" in _imports(path)
    }
    assert knowing <= {"quality/gx.py"}


def test_slow_imports_wait_until_they_are_needed() -> None:
    slow = {"great_expectations", "dlt"}
    guilty = {
        str(path.relative_to(ROOT)) for path in _python(*PACKAGES) if _imports(path, at_import=True) & slow
    }
    # The first is dlt's to import; the second has subclasses of dlt's and is itself imported inside functions only.
    assert guilty <= {"ingestion/naming.py", "ingestion/rest/paginators.py"}


def test_the_root_of_orchestration_lists_nothing() -> None:
    lines = (ROOT / "orchestration" / "definitions.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 12


def test_orchestration_names_no_model() -> None:
    names = {path.stem for path in TREE if path.suffix == ".sql" and "models" in path.parts}
    for path in _python("orchestration"):
        words = {
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not words & names, f"{path} names models"


def test_files_stay_small() -> None:
    long = {
        str(name): lines
        for name, text in _text_files()
        if (lines := text.count("\n")) > LONGEST.get(name.suffix, lines)
    }
    assert not long


def test_nothing_new_stands_at_the_top() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in TREE} <= TOP_LEVEL


def test_the_lock_file_names_no_place() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.findall(r"\w+://\S*|^-{1,2}[a-z-]*index.*|^--find-links.*", lock, re.MULTILINE)


def _normal(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~!; ]", requirement)[0]).lower()


def test_what_the_packages_import_is_declared() -> None:
    extras = [one for name in ("sql", "remote") for one in PROJECT["optional-dependencies"][name]]
    declared = {_normal(one) for one in PROJECT["dependencies"] + extras} | {"pydantic-core"}
    given_by = packages_distributions()
    imported = {name for path in _python(*PACKAGES) for name in _imports(path)} - {
        *sys.stdlib_module_names,
        *PACKAGES,
    }
    undeclared = {
        name for name in imported if not declared & {_normal(one) for one in given_by.get(name, [name])}
    }
    assert not undeclared


def test_the_lock_file_pins_and_hashes_what_the_package_needs() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.findall(r"^(\S+?)(?:\[[^]]*])?==\S+.*\\\n((?: {4}--hash=\S+.*\n)+)", lock, re.MULTILINE)
    pinned = {_normal(name) for name, _ in blocks}
    extras = PROJECT["optional-dependencies"]
    wanted = PROJECT["dependencies"] + extras["sql"] + extras["dev"]
    assert {_normal(one) for one in wanted} - {_normal(PROJECT["name"])} <= pinned


def test_no_file_holds_a_path_of_one_machine() -> None:
    homes = "work|root|farm|Users|home"
    machine = re.compile(rf"(?<![A-Za-z0-9._$\}}])/({homes})/[A-Za-z0-9._-]+/")
    guilty = [
        str(name) for name, text in _text_files() if name.name != "requirements.lock" and machine.search(text)
    ]
    assert not guilty


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

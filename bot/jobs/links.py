"""Links to finished tickets: signed, good for a few days, and for one file only.

Whoever has the link has the file, so it is only ever posted in the helpdesk's channel.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

GOOD_FOR_DAYS: Final = 3
NAME: Final = re.compile(r"D-\d+-\d+\.zip", re.ASCII)


class FileLinks:
    """Makes links below `public_url` and checks them; `secret` never leaves the process.

    Without `public_url` there are no links.
    """

    def __init__(
        self, folder: Path, secret: bytes, public_url: str | None, clock: Callable[[], datetime]
    ) -> None:
        self._folder = folder
        self._secret = secret
        self._public_url = public_url
        self._clock = clock

    def link(self, name: str) -> str | None:
        """Where a file can be fetched; the same all day, so that a card is not redrawn for its link."""
        if self._public_url is None or NAME.fullmatch(name) is None:
            return None
        signed = self.signed(name)
        return f"{self._public_url}/files/{name}?until={signed['until']}&sign={signed['sign']}"

    def signed(self, name: str) -> dict[str, str]:
        """The three things that `path` asks for: `file`, `until` and `sign`."""
        midnight = self._clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        until = int((midnight + timedelta(days=GOOD_FOR_DAYS + 1)).timestamp())
        return {"file": name, "until": str(until), "sign": self._sign(name, str(until))}

    def path(self, name: str, until: str, sign: str) -> Path | None:
        """The file that a link leads to; None when it was not made here, has expired, or leads nowhere."""
        expected = self._sign(name, until)
        genuine = hmac.compare_digest(expected.encode(), sign.encode("utf-8", "surrogateescape"))
        if not genuine or NAME.fullmatch(name) is None or int(until) < self._clock().timestamp():
            return None
        path = self._folder / name
        return path if path.is_file() else None

    def _sign(self, name: str, until: str) -> str:
        said = f"{name}\n{until}".encode("utf-8", "surrogateescape")
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()

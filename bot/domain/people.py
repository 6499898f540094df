"""The people of a case, as Teams names them."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["employee", "helpdesk"]


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Someone in Teams: `id` is the channel's own, `aad` the Entra object id, `upn` when known."""

    id: str
    name: str = ""
    aad: str | None = None
    upn: str | None = None

    @property
    def key(self) -> str:
        """What identifies the person across conversations."""
        return self.aad or self.id

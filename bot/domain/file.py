"""Files that people send: what Teams says of one before it was fetched, and what can go wrong with it."""

from __future__ import annotations

from typing import Literal

import msgspec

FileKind = Literal["image", "archive", "capture", "text"]


class SentFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file in a message; `id` is unique for ever, `url` is where it can be fetched, soon.

    A file of the sender's own cloud has an address that needs no token, an image in the text (`inline`) lies with
    the connector and needs the bot's. `name` may be empty.
    """

    id: str
    name: str
    url: str
    inline: bool = False

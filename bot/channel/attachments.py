"""The files in a message, and the answer to an offered one, as Teams writes them down.

A message brings more attachments than files: its own text as HTML, cards, quotes. Source: Microsoft Teams,
"Send and receive files through the bot".
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec
from botbuilder.schema import Activity, Attachment

from bot.channel.limits import limits
from bot.domain.file import SentFile

DOWNLOAD: Final = "application/vnd.microsoft.teams.file.download.info"
NAME: Final = 100
_ANSWERS: Final = {"accept": "file_accept", "decline": "file_decline"}


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said to an offered file: `context` is what the offer carried, `upload` where the file may go."""

    verb: str
    context: dict[str, str]
    upload: dict[str, str]


def files_of(activity: Activity) -> tuple[SentFile, ...]:
    """The files that a message brings, in their order; of very many only the first."""
    read = (_file(activity, n, item) for n, item in enumerate(activity.attachments or ()))
    return tuple(file for file in read if file is not None)[: limits().files.at_once]


def _file(activity: Activity, n: int, item: Attachment) -> SentFile | None:
    inline = str(item.content_type).startswith("image/")
    content = item.content if isinstance(item.content, dict) else {}
    url = item.content_url if inline else content.get("downloadUrl")
    if not isinstance(url, str) or not (inline or item.content_type == DOWNLOAD):
        return None
    return SentFile(id=_id(activity, n), name=clean_name(str(item.name or "")), url=url, inline=inline)


def _id(activity: Activity, n: int) -> str:
    said = f"{activity.conversation.id}\n{activity.id}\n{n}".encode("utf-8", "surrogateescape")
    return hashlib.blake2s(said, digest_size=12).hexdigest()


def clean_name(name: str) -> str:
    """A file's name without folders and unprintable characters, and not too long; its ending stays."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in last if c.isprintable()).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= NAME or not dot or len(ending) > NAME // 2:
        return plain[:NAME]
    return f"{stem[: NAME - len(ending) - 1]}.{ending}"


def consent_of(value: object) -> Consent | None:
    """Reads the value of a `fileConsent/invoke`; None when it is none."""
    found = value if isinstance(value, dict) else {}
    verb = _ANSWERS.get(str(found.get("action")))
    if found.get("type") != "fileUpload" or verb is None:
        return None
    return Consent(verb=verb, context=_texts(found.get("context")), upload=_texts(found.get("uploadInfo")))


def _texts(value: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    if not isinstance(value, dict):
        return {}
    return {str(key): item for key, item in value.items() if isinstance(item, str)}

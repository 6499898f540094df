"""Hands a finished ticket over in a personal chat: offered first, uploaded to the person's own cloud if they agree.

What the offer carries is signed like a link, so an answer proves by itself that the file was offered, and until when.
Source: Microsoft Teams, "Send and receive files through the bot".
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from bot.domain.conversation import Incoming, Message
from bot.domain.diagnosis import Locale
from bot.domain.events import Post, UploadFile
from bot.errors import DeliveryError, FileRefused
from bot.jobs.links import FileLinks
from bot.jobs.ports import Drawing
from bot.state.outbox import Item, Outbox

ACCEPT: Final = "file_accept"
DECLINE: Final = "file_decline"
CONSENT: Final = "application/vnd.microsoft.teams.card.file.consent"
INFO: Final = "application/vnd.microsoft.teams.card.file.info"
PATIENCE: Final = timedelta(minutes=3)
SIGNED: Final = ("file", "until", "sign")

_log = logging.getLogger(__name__)


class Uploads(Protocol):
    """Puts files where somebody agreed to have them."""

    async def upload(self, url: str, data: bytes) -> None:
        """Raises `FileRefused`, or `DeliveryError` when it may be tried again."""


class Offering:
    """Offers files, takes the answers, and uploads."""

    def __init__(
        self,
        links: FileLinks,
        uploads: Uploads,
        outbox: Outbox,
        drawing: Drawing,
        clock: Callable[[], datetime],
    ) -> None:
        self._links = links
        self._uploads = uploads
        self._outbox = outbox
        self._drawing = drawing
        self._clock = clock

    def offer(self, name: str, locale: Locale) -> Message | None:
        """The card that asks whether somebody wants a ticket; None when it is not there."""
        signed = self._links.signed(name)
        path = self._links.path(*(signed[key] for key in SIGNED))
        if path is None:
            return None
        content = {
            "description": self._drawing.sentence("say.file_offered", {"file": name}, locale).text,
            "sizeInBytes": path.stat().st_size,
            "acceptContext": signed,
            "declineContext": signed,
        }
        return Message(attachment={"contentType": CONSENT, "name": name, "content": content})

    async def answered(self, incoming: Incoming) -> bool:
        """Takes the answer to an offer; False when the message is none. The same answer again changes nothing."""
        if incoming.verb not in {ACCEPT, DECLINE}:
            return False
        stem = f"{incoming.conversation.id}:{incoming.reply_to}:{incoming.values.get('sign', '')}"
        if incoming.verb == ACCEPT:
            job = f"upload-{stem}"
            effect = UploadFile(
                job=job,
                values=incoming.values,
                instead=incoming.reply_to,
                locale=incoming.locale,
                at=incoming.at,
            )
            item = Item(id=job, queue=f"job:{job}", effect=effect, conversation=incoming.conversation)
        else:
            said = self._drawing.sentence("say.file_kept_here", {}, incoming.locale)
            item = self._reply(
                f"declined-{stem}", incoming.conversation.id, said, incoming.reply_to, incoming
            )
        await self._outbox.put([item])
        return True

    async def upload(self, item: Item, effect: UploadFile) -> None:
        """Uploads, and shows where the file is. Raises `DeliveryError` while it is worth trying again."""
        values = effect.values
        path = self._links.path(*(values.get(key, "") for key in SIGNED))
        try:
            await self._upload(path, values.get("uploadUrl", ""))
            message = Message(attachment=info(values))
        except FileRefused as exc:
            _log.warning("a file was not handed over: %s", exc)
            message = self._drawing.sentence("say.file_not_sent", {}, effect.locale)
        except DeliveryError:
            if self._clock() - effect.at < PATIENCE:
                raise
            message = self._drawing.sentence("say.file_not_sent", {}, effect.locale)
        if item.conversation is not None:
            post = Post(message=message, instead=effect.instead, locale=effect.locale, urgency="vital")
            where = item.conversation
            await self._outbox.put(
                [Item(id=f"{item.id}:done", queue=where.id, effect=post, conversation=where)]
            )

    async def _upload(self, path: Path | None, url: str) -> None:
        if path is None:
            raise FileRefused("expired", "the offer is no longer good")
        data = await asyncio.to_thread(path.read_bytes)
        await self._uploads.upload(url, data)

    def _reply(self, name: str, queue: str, said: Message, instead: str, incoming: Incoming) -> Item:
        post = Post(message=said, instead=instead, locale=incoming.locale)
        return Item(id=name, queue=queue, effect=post, conversation=incoming.conversation)


def info(values: dict[str, str]) -> dict[str, object]:
    """The card of a file that now lies in somebody's cloud, by what Teams said of the upload."""
    content = {"uniqueId": values.get("uniqueId", ""), "fileType": values.get("fileType", "zip")}
    return {
        "contentType": INFO,
        "contentUrl": values.get("contentUrl", ""),
        "name": values.get("name", ""),
        "content": content,
    }

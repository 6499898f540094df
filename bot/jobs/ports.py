"""What the jobs need from outside, as small as they need it; `bootstrap` wires the real ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from bot.domain.case import Case
from bot.domain.conversation import Conversation, Message
from bot.domain.diagnosis import Locale
from bot.domain.events import BundleWritten, LookedUp
from bot.domain.people import Person
from bot.domain.probe import ProbeJob

Begin = Callable[[], Awaitable[None]]


class Sender(Protocol):
    """Writes to Teams; raises `DeliveryError`, or `DeliveryDoubtful` when nobody can know.

    `begin` is awaited at the last moment before something new is written.
    """

    async def send(self, conversation: Conversation, message: Message, begin: Begin) -> str:
        """Sends a message; returns its activity id."""

    async def update(self, conversation: Conversation, activity_id: str, message: Message) -> None:
        """Replaces a message that was sent."""

    async def start_thread(
        self, service_url: str, tenant: str, channel: str, bot: str, message: Message, begin: Begin
    ) -> tuple[Conversation, str]:
        """Begins a thread in a channel; returns its conversation and the message's activity id."""

    async def typing(self, conversation: Conversation) -> None:
        """Shows for a few seconds that the bot is at work."""


Early = Callable[[LookedUp], Awaitable[None]]


class Directory(Protocol):
    """Knows accounts and licences (Microsoft Graph)."""

    async def look_up(self, job: str, person: Person, early: Early | None = None) -> LookedUp:
        """All that is known of a person; raises `DirectoryError` when nothing could be asked.

        `early` hears what is known already while the rest has to be waited for.
        """


class Membership(Protocol):
    """Knows who belongs to the helpdesk, and who may approve changes."""

    async def is_helpdesk(self, person: Person, conversation: Conversation) -> bool:
        """Asks anew; raises `DirectoryError` or `DeliveryError` when that fails."""

    async def is_approver(self, person: Person) -> bool:
        """Asks anew whether the person may approve changes; raises `DirectoryError`."""


class Probing(Protocol):
    """Hands jobs to the site runners."""

    async def start(self, job: ProbeJob) -> str | None:
        """Queues a job (again is the same); returns why not, when the site has no runner now."""

    async def silent(self, job: str, site: str) -> str | None:
        """Why nobody will do a job that was queued; None while the site lives. Of a job that is over, nobody need know."""


class Bundles(Protocol):
    """Writes the escalation of a case."""

    async def write(self, job: str, case: Case, locale: Locale) -> BundleWritten:
        """The finished ticket as a zip; raises `BundleError`."""


class Drawing(Protocol):
    """Turns slots and sentences into what Teams shows."""

    def card(
        self,
        case: Case | None,
        slot: str,
        locale: Locale,
        past: Sequence[Case] = (),
        *,
        small: bool = False,
    ) -> Message | None:
        """The card of a slot, or None when there is nothing to show; `past` are the person's cases, newest first.

        `small` folds all that can be folded.
        """

    def sentence(self, text: str, values: Mapping[str, str], locale: Locale) -> Message:
        """One of the bot's own sentences."""


def bundle_folder(data_dir: Path) -> Path:
    """Where finished escalations lie."""
    return data_dir / "bundles"

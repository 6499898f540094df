"""What people see in the simulated Teams: conversations, their messages, and everything that happened.

The connector API writes here, the simulated people look here, the transcript is read from here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final, Literal

import msgspec

Kind = Literal["personal", "channel", "groupChat"]
HappeningKind = Literal["posted", "edited", "deleted", "said", "tapped", "told", "refused"]
Card = dict[str, Any]

THREAD: Final = ";messageid="
BOT: Final = "Décroche"


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in Teams, as the roster shows them."""

    id: str
    aad: str
    name: str
    upn: str


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it stands now; `edits` counts its updates."""

    id: str
    room: str
    author: str
    at: datetime
    text: str = ""
    card: Card | None = None
    edits: int = 0
    deleted: bool = False


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody did, in order; `post` is the message concerned."""

    kind: HappeningKind
    at: datetime
    room: str
    who: str
    text: str = ""
    post: str = ""


class Room:
    """A conversation; a channel's threads are rooms of their own with the channel's members."""

    def __init__(self, id_: str, kind: Kind, members: tuple[Member, ...]) -> None:
        self.id = id_
        self.kind = kind
        self.members = members
        self.posts: dict[str, Post] = {}


Observer = Callable[[Happening], None]


class Rooms:
    """All conversations of the simulated tenant, and the journal of what happened in them."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.journal: list[Happening] = []
        self.observers: list[Observer] = []
        self._views: dict[tuple[str, str], Card] = {}
        self._ids = count(int(datetime.now(UTC).timestamp() * 1000))
        self._changed = asyncio.Condition()
        self._wakers: set[asyncio.Task[None]] = set()

    def new_id(self) -> str:
        """An id as Teams gives them to messages: milliseconds, never twice the same."""
        return str(next(self._ids))

    def open(self, id_: str, kind: Kind, *members: Member) -> Room:
        """The room of that id, made when it does not exist."""
        return self.rooms.setdefault(id_, Room(id_, kind, members))

    def thread(self, channel: Room, root: str) -> Room:
        """The thread of `channel` that begins with the message `root`."""
        return self.open(f"{channel.id}{THREAD}{root}", "channel", *channel.members)

    def personal(self, member_id: str) -> Room | None:
        """The one-to-one conversation of a member with the bot."""
        found = (
            r for r in self.rooms.values() if r.kind == "personal" and member_id in {m.id for m in r.members}
        )
        return next(found, None)

    def post(self, room: Room, author: str, text: str = "", card: Card | None = None) -> Post:
        """Adds a message and tells everybody who watches."""
        post = Post(id=self.new_id(), room=room.id, author=author, at=_now(), text=text, card=card)
        room.posts[post.id] = post
        self.happened("posted" if author == BOT else "said", room.id, author, text, post.id)
        return post

    def edit(self, room: Room, post: Post, text: str, card: Card | None) -> Post:
        """Replaces what a message says, for everybody."""
        edited = msgspec.structs.replace(post, text=text, card=card, edits=post.edits + 1)
        room.posts[post.id] = edited
        self._forget_views(post.id)
        self.happened("edited", room.id, post.author, text, post.id)
        return edited

    def delete(self, room: Room, post: Post) -> None:
        """Leaves a deleted message's place, without its content."""
        room.posts[post.id] = msgspec.structs.replace(post, text="", card=None, deleted=True)
        self._forget_views(post.id)
        self.happened("deleted", room.id, post.author, "", post.id)

    def show_to(self, member: Member, post: Post, card: Card) -> None:
        """The card that an invoke returned: only who tapped sees it, until the message is edited."""
        self._views[post.id, member.id] = card
        self.happened("edited", post.room, BOT, "", post.id)

    def seen_by(self, member: Member, post: Post) -> Card | None:
        """The card of a message as this member sees it."""
        return self._views.get((post.id, member.id), post.card)

    def posts_for(self, member: Member) -> Iterator[Post]:
        """The bot's messages in the rooms of a member, newest first."""
        mine = (r for r in self.rooms.values() if member.id in {m.id for m in r.members})
        posts = (p for room in mine for p in room.posts.values() if p.author == BOT and not p.deleted)
        return iter(sorted(posts, key=lambda post: int(post.id), reverse=True))

    def find(self, post_id: str) -> Post | None:
        """A message by its id, wherever it is."""
        return next((r.posts[post_id] for r in self.rooms.values() if post_id in r.posts), None)

    def happened(self, kind: HappeningKind, room: str, who: str, text: str = "", post: str = "") -> None:
        """Writes the journal, tells the observers and wakes those who wait."""
        happening = Happening(kind=kind, at=_now(), room=room, who=who, text=text, post=post)
        self.journal.append(happening)
        for observer in self.observers:
            observer(happening)
        waker = asyncio.get_running_loop().create_task(self._wake())
        self._wakers.add(waker)
        waker.add_done_callback(self._wakers.discard)

    async def changed(self, after: int, within: float) -> int:
        """Waits, at most `within` seconds, until the journal is longer than `after`; gives its length."""
        try:
            async with asyncio.timeout(within), self._changed:
                await self._changed.wait_for(lambda: len(self.journal) > after)
        except TimeoutError:
            return len(self.journal)
        return len(self.journal)

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _forget_views(self, post_id: str) -> None:
        self._views = {key: card for key, card in self._views.items() if key[0] != post_id}


def _now() -> datetime:
    return datetime.now(UTC)

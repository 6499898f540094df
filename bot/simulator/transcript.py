"""A readable transcript: who said what and when, cards as they stood in the end.

A card that was updated is drawn once, where it first appeared, with the number of its updates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.rule import Rule
from rich.text import Text

from bot.domain.diagnosis import Locale
from bot.simulator.cardreader import headline
from bot.simulator.rooms import BOT, Card, Happening, Post, Rooms
from bot.simulator.terminal import draw
from bot.simulator.texts import text

PARIS: Final = ZoneInfo("Europe/Paris")


def transcript(rooms: Rooms, locale: Locale) -> Iterator[RenderableType]:
    """Everything that happened, in order, with a heading wherever the conversation changes."""
    shown = ""
    for happening in rooms.journal:
        drawn = _draw(rooms, happening, locale)
        if drawn is None:
            continue
        where = heading(rooms, happening.room, locale)
        if where != shown:
            shown = where
            yield Rule(escape(where), style="blue", align="left")
        yield drawn


def progress_line(rooms: Rooms, happening: Happening, locale: Locale) -> str:
    """One line for one happening, for those who watch it live; empty when it is not worth one."""
    said = _said(rooms, happening, locale)
    return f"{clock(happening.at)}  {happening.who} : {said}" if said else ""


def heading(rooms: Rooms, room_id: str, locale: Locale) -> str:
    """The name of a conversation."""
    room = rooms.rooms[room_id]
    if room.kind != "personal":
        return text(locale, "channel")
    return text(locale, "chat", who=", ".join(member.name for member in room.members))


def clock(at: datetime, zone: tzinfo = PARIS) -> str:
    """The time of day with seconds, at the site."""
    return at.astimezone(zone).strftime("%H:%M:%S")


def _draw(rooms: Rooms, happening: Happening, locale: Locale) -> RenderableType | None:
    if happening.kind in {"edited", "deleted"}:
        return None
    who = Text.assemble((clock(happening.at), "dim"), "  ", (happening.who, _style(happening.who)))
    post = rooms.find(happening.post)
    if happening.kind == "posted" and post is not None:
        return Group(who.append(_state(post, locale), "dim"), *_content(post, _cards(rooms, post)))
    if happening.kind == "tapped":
        return who.append(" " + text(locale, "taps", what=happening.text), "italic")
    return who.append(f"  {happening.text}")


def _content(post: Post, cards: Sequence[Card]) -> Iterator[RenderableType]:
    if post.text:
        yield Text(f"          {post.text}")
    yield from (draw(card) for card in cards)


def _cards(rooms: Rooms, post: Post) -> Sequence[Card]:
    """The card as it stands for the first member of its room."""
    members = rooms.rooms[post.room].members
    card = rooms.seen_by(members[0], post) if members else post.card
    return [] if card is None else [card]


def _state(post: Post, locale: Locale) -> str:
    if post.deleted:
        return f"  ({text(locale, 'deleted')})"
    return f"  ({text(locale, 'updated', count=post.edits)})" if post.edits else ""


def _style(who: str) -> str:
    return "bold magenta" if who == BOT else "bold green"


def _said(rooms: Rooms, happening: Happening, locale: Locale) -> str:
    if happening.kind == "tapped":
        return text(locale, "taps", what=happening.text)
    if happening.text or happening.kind == "deleted":
        return happening.text
    post = rooms.find(happening.post)
    card = None if post is None else post.card
    if card is None:
        return ""
    words = "posts_card" if happening.kind == "posted" else "updates_card"
    return text(locale, words, what=headline(card))

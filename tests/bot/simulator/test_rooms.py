"""Rooms keep messages in order, with edits, and wake those who wait for something new."""

from __future__ import annotations

import asyncio

from bot.simulator.rooms import BOT, Happening, Member, Rooms

ANNA = Member(id="29:anna", aad="aad-anna", name="Anna", upn="anna@example.org")
PAUL = Member(id="29:paul", aad="aad-paul", name="Paul", upn="paul@example.org")


async def test_newest_message_comes_first() -> None:
    rooms = Rooms()
    room = rooms.open("a:1", "personal", ANNA)
    rooms.post(room, BOT, "one")
    rooms.post(room, BOT, "two")
    assert [post.text for post in rooms.posts_for(ANNA)] == ["two", "one"]


async def test_rooms_of_others_stay_hidden() -> None:
    rooms = Rooms()
    rooms.post(rooms.open("a:1", "personal", ANNA), BOT, "secret")
    assert list(rooms.posts_for(PAUL)) == []


async def test_edit_counts_and_replaces_content() -> None:
    rooms = Rooms()
    room = rooms.open("a:1", "personal", ANNA)
    post = rooms.post(room, BOT, "one")
    rooms.edit(room, post, "two", None)
    found = rooms.find(post.id)
    assert found is not None
    assert (found.text, found.edits) == ("two", 1)


async def test_invoke_card_is_seen_by_tapper_only() -> None:
    rooms = Rooms()
    room = rooms.open("19:x", "channel", ANNA, PAUL)
    post = rooms.post(room, BOT, card={"a": 1})
    rooms.show_to(ANNA, post, {"b": 2})
    assert (rooms.seen_by(ANNA, post), rooms.seen_by(PAUL, post)) == ({"b": 2}, {"a": 1})


async def test_edit_ends_the_private_view() -> None:
    rooms = Rooms()
    room = rooms.open("19:x", "channel", ANNA)
    post = rooms.post(room, BOT, card={"a": 1})
    rooms.show_to(ANNA, post, {"b": 2})
    assert rooms.seen_by(ANNA, rooms.edit(room, post, "", {"c": 3})) == {"c": 3}


async def test_waiting_ends_with_new_message() -> None:
    rooms = Rooms()
    waiting = asyncio.create_task(rooms.changed(0, within=5))
    await asyncio.sleep(0)
    rooms.post(rooms.open("a:1", "personal", ANNA), BOT, "hello")
    assert await waiting == 1


async def test_waiting_ends_without_any_message() -> None:
    assert await Rooms().changed(0, within=0.01) == 0


async def test_observers_hear_everything_in_order() -> None:
    rooms, heard = Rooms(), list[Happening]()
    rooms.observers.append(heard.append)
    room = rooms.open("a:1", "personal", ANNA)
    rooms.post(room, ANNA.name, "help")
    rooms.delete(room, rooms.post(room, BOT, "yes"))
    assert [(h.kind, h.who) for h in heard] == [("said", "Anna"), ("posted", BOT), ("deleted", BOT)]


async def test_deleted_message_is_not_offered() -> None:
    rooms = Rooms()
    room = rooms.open("a:1", "personal", ANNA)
    rooms.delete(room, rooms.post(room, BOT, "one"))
    assert list(rooms.posts_for(ANNA)) == []

"""The transcript says who said what, and shows a card once, as it stood in the end."""

from __future__ import annotations

from rich.console import Console

from bot.simulator.rooms import BOT, Rooms
from bot.simulator.transcript import progress_line, transcript
from tests.support.people import ANNA, PAUL
from tests.support.standin import card


def _printed(rooms: Rooms) -> str:
    console = Console(width=90, color_system=None, force_terminal=False)
    with console.capture() as captured:
        for part in transcript(rooms, "fr"):
            console.print(part)
    return captured.get()


async def test_everybody_is_named_with_their_words() -> None:
    rooms = Rooms()
    room = rooms.open("a:1", "personal", ANNA)
    rooms.post(room, ANNA.name, "Bonjour [tous]")
    rooms.post(room, BOT, "Je regarde")
    printed = _printed(rooms)
    assert "Discussion de Anna" in printed
    assert printed.index("Anna  Bonjour [tous]") < printed.index("Je regarde")


async def test_updated_card_is_drawn_once() -> None:
    rooms = Rooms()
    room = rooms.open("a:1", "personal", ANNA)
    post = rooms.post(room, BOT, card=card("0 sur 4"))
    for done in range(1, 5):
        post = rooms.edit(room, post, "", card(f"{done} sur 4"))
    printed = _printed(rooms)
    assert ("4 sur 4" in printed, "3 sur 4" in printed) == (True, False)
    assert "mis à jour ×4" in printed


async def test_change_of_room_has_a_heading() -> None:
    rooms = Rooms()
    rooms.post(rooms.open("a:1", "personal", ANNA), BOT, "un")
    rooms.post(rooms.open("19:h", "channel", PAUL), BOT, "deux")
    printed = _printed(rooms)
    assert printed.index("Discussion de Anna") < printed.index("Canal Helpdesk")


async def test_taps_are_told() -> None:
    rooms = Rooms()
    rooms.open("a:1", "personal", ANNA)
    rooms.happened("tapped", "a:1", ANNA.name, "[Ça marche]")
    assert "Anna appuie sur [Ça marche]" in _printed(rooms)


async def test_deleted_message_leaves_a_trace() -> None:
    rooms = Rooms()
    room = rooms.open("a:1", "personal", ANNA)
    rooms.delete(room, rooms.post(room, BOT, "oups"))
    printed = _printed(rooms)
    assert ("message supprimé" in printed, "oups" in printed) == (True, False)


async def test_progress_names_the_card() -> None:
    rooms = Rooms()
    room = rooms.open("a:1", "personal", ANNA)
    rooms.post(room, BOT, card=card("Le DNS ne répond pas"))
    assert progress_line(rooms, rooms.journal[0], "fr").endswith("Décroche : carte « Le DNS ne répond pas »")

"""What agents may type, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.conversation import Incoming
from bot.domain.order import ABOUT_CASE, Order
from dialogs.desk_commands import _phrases, order_of, parse
from tests.support.rig import CHANNEL, CHAT, said, tapped

ORDERS = {
    "queue": Order(name="queue"),
    "/queue": Order(name="queue"),
    "File d’attente": Order(name="queue"),
    "file d'attente lyon": Order(name="queue", text="lyon"),
    "queue mine": Order(name="queue", text="mine"),
    "dossier 1042": Order(name="case", case="D-1042"),
    "case D-1042": Order(name="case", case="D-1042"),
    "d-1042": Order(name="case", case="D-1042"),
    "sonder Lyon Part-Dieu": Order(name="probe", text="Lyon Part-Dieu"),
    "probe lyon": Order(name="probe", text="lyon"),
    "licence camille@contoso.fr": Order(name="licence", text="camille@contoso.fr"),
    "Licences de camille@contoso.fr": Order(name="licence", text="camille@contoso.fr"),
    "licence « camille@contoso.fr » ?": Order(name="licence", text="camille@contoso.fr"),
    "licence <o'brien_x.fr#EXT#@contoso.fr>.": Order(name="licence", text="o'brien_x.fr#EXT#@contoso.fr"),
    "licence ‘camille@contoso.fr’": Order(name="licence", text="camille@contoso.fr"),
    "licence 'camille@contoso.fr'": Order(name="licence", text="camille@contoso.fr"),
    "licence mailto:camille@contoso.fr": Order(name="licence", text="camille@contoso.fr"),
    "license 3E8040bf-93e3-5551-acc0-aa50f9d34bff": Order(
        name="licence", text="3E8040bf-93e3-5551-acc0-aa50f9d34bff"
    ),
    "on call": Order(name="on_call"),
    "astreinte ajouter Noor": Order(name="on_call", text="ajouter Noor"),
    "aide": Order(name="commands"),
    "help": Order(name="commands"),
    "je prends": Order(name="claim"),
    "claim D-1042": Order(name="claim", case="D-1042"),
    "Je prends d-1042": Order(name="claim", case="D-1042"),
    "assign D-1042 Noor Haddad": Order(name="assign", case="D-1042", text="Noor Haddad"),
    "attribuer à noor@contoso.fr": Order(name="assign", text="noor@contoso.fr"),
    "priorité haute": Order(name="priority", text="haute"),
    "priority": Order(name="priority"),
    "demander : êtes-vous\nau bureau ?": Order(name="ask", text="êtes-vous\nau bureau ?"),
    "ask D-1042: are you there?": Order(name="ask", case="D-1042", text="are you there?"),
    "vérifier": Order(name="check"),
    "constat: port en err-disabled": Order(name="finding", text="port en err-disabled"),
    "Note : câble coupé": Order(name="finding", text="câble coupé"),
    "finding D-1042: switch.port = down": Order(name="finding", case="D-1042", text="switch.port = down"),
    "approuver": Order(name="approve"),
    "decline": Order(name="decline"),
    "escalader": Order(name="escalate"),
    "Réparé !": Order(name="resolve"),
}  # fmt: skip

TALK = [
    "", "/", ":", "check the cable please", "Note que le câble est coupé", "demander à Paul de passer", "ask him to wait",
    "dossier en cours", "case closed", "dossier 12", "licence", "licence de Camille", "licence a@b", "claim it for me",
    "j'ai réparé le port", "la queue du chat est longue comme un jour sans pain", "help me with the phone",
    "Pouvez-vous redémarrer le téléphone ?", "annuler", "escalate this to your manager", "constat :", "D-1042 ne marche pas",
]  # fmt: skip


@pytest.mark.parametrize("text", ORDERS)
def test_order_is_read_as_meant(text: str) -> None:
    assert parse(text) == ORDERS[text]


@pytest.mark.parametrize("text", TALK)
def test_talk_is_no_order(text: str) -> None:
    assert parse(text) is None


def test_no_phrase_means_two_things() -> None:
    assert len(_phrases()) > 60
    assert all(phrase == phrase.strip() for phrase in _phrases())


@given(st.text(max_size=120))
def test_any_text_can_be_read(text: str) -> None:
    order = parse(text)
    assert order is None or order.case == "" or order.case.startswith("D-")


@given(
    st.sampled_from([phrase for phrase, (name, _) in _phrases().items() if name in ABOUT_CASE]),
    st.text(max_size=40),
)
def test_any_argument_can_be_read(phrase: str, argument: str) -> None:
    order = parse(f"{phrase} {argument}")
    assert order is None or order.name


def private(text: str) -> Incoming:
    return said(text)


def posted(text: str) -> Incoming:
    return said(text, conversation=replace(CHAT, id=CHANNEL, kind="channel"))


@pytest.mark.parametrize(
    "text", ["réparé", "claim", "check", "aide", "help", "demander : quand ?", "vérifier"]
)
def test_employees_words_stay_theirs(text: str) -> None:
    assert order_of(private(text)) is None
    assert order_of(posted(text)) is not None


@pytest.mark.parametrize("text", ["queue", "claim D-1042", "commandes", "licence a@b.fr", "D-1042"])
def test_agent_may_order_in_private(text: str) -> None:
    assert order_of(private(text)) == parse(text)


def test_buttons_of_the_queue_are_orders() -> None:
    tap = tapped("queue", values={"mine": "true"})
    assert order_of(tap) == Order(name="queue", values={"mine": "true"})
    assert order_of(tapped("show_case", case="D-7")) == Order(name="case", case="D-7")
    assert order_of(tapped("claim", case="D-7")) is None
    assert order_of(said("", kind="installed")) is None

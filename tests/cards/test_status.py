from __future__ import annotations

import msgspec
import pytest

from bot.domain.fact import Source
from bot.domain.views import Evidence
from cards.render import render
from tests.support.drawn import draw, titles, words
from tests.support.views import closing, status


def test_status_says_done_running_and_next() -> None:
    shown = words(draw(status("en")))
    order = [shown.index(part) for part in ("Done", "Under way", "What happens next")]
    assert order == sorted(order)
    assert "Opened on: 22 Nov at 09:14 (UTC+1)" in shown


def test_acts_that_prove_say_how_they_ended() -> None:
    assert "Make a test call: it works" in words(draw(closing("en")))


def test_stage_already_in_words_is_kept() -> None:
    view = msgspec.structs.replace(status("en"), stage="Waiting for Paul", owner="")
    assert "Where we are: Waiting for Paul" in words(draw(view))
    assert "Taken by" not in words(draw(view))


def test_repair_shows_what_proves_it() -> None:
    shown = words(draw(closing("fr")))
    assert "C’est réparé" in shown
    assert "constaté à l’essai, 22 nov. à 09:58" in shown


@pytest.mark.parametrize(
    ("how", "title"), [("withdrawn", "Request closed"), ("microsoft", "The case for Microsoft is ready")]
)
def test_other_endings_claim_no_repair(how: str, title: str) -> None:
    view = msgspec.structs.replace(closing("en"), how=how, proof=(), buttons=())
    message = render(view)
    assert message.card is not None
    assert message.summary == f"D-1042: {title}"
    assert "repaired" not in words(message.card)
    assert not titles(message.card)


def test_question_that_proved_reads_as_one_sentence() -> None:
    asked = Evidence(
        text="Vous entendez-vous ?", source=Source.act, at=closing("fr").proof[0].at, n=1, outcome="fixed"
    )
    shown = words(draw(msgspec.structs.replace(closing("fr"), proof=(asked,))))
    assert "Vous entendez-vous\u00a0: ça marche" in shown

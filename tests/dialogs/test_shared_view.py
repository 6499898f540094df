from __future__ import annotations

import pytest

from dialogs.shared_view import has_words, shared_view
from tests.support.dialogue import Dialogue


@pytest.fixture
def talk() -> Dialogue:
    talk = Dialogue()
    talk >> "mon téléphone affiche No internet"
    return talk


def test_case_in_short_says_when_it_was_so(talk: Dialogue) -> None:
    view = shared_view(talk.case, talk.rules, "fr", talk.now)
    assert view.row.case == talk.case.id
    assert view.row.emergency
    assert view.symptom
    assert view.at == talk.now


@pytest.mark.parametrize("wanted", ["", "{id}", "{name}", "internet", "INTERNET {id}"])
def test_case_is_found_by_what_an_agent_knows(talk: Dialogue, wanted: str) -> None:
    words = wanted.format(id=talk.case.id, name=talk.case.opened.person.name)
    assert has_words(talk.case, words, talk.rules)


def test_every_word_must_be_there(talk: Dialogue) -> None:
    assert not has_words(talk.case, "internet girafe", talk.rules)

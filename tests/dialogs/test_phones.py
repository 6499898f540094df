from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.playbook import load
from bot.diagnosis.spec import ModelSpec
from dialogs.draft import Rules
from dialogs.phones import model_of, named, said
from tests.support.cases import CaseBuilder
from tests.support.dialogue import LYON, Dialogue

LAST = ModelSpec(
    id="toy", name="Toy 400", words=("toy400",), buckets={"phone.firmware": ("2.0.0.0", "3.0.0.0")}
)
BOOK = msgspec.structs.replace(load(), models={**load().models, LAST.id: LAST})
FIRST = next(iter(BOOK.models.values()))


def dialogue() -> Dialogue:
    talk = Dialogue()
    talk.rules = Rules(playbook=BOOK, sites={"lyon": LYON})
    return talk


@pytest.mark.parametrize("model", BOOK.models.values(), ids=lambda model: model.id)
def test_each_model_is_known_by_its_name(model: object) -> None:
    spec = next(m for m in BOOK.models.values() if m is model)
    assert named(BOOK, f"Bonjour, mon {spec.name} ne marche plus") == spec


def test_no_model_is_guessed() -> None:
    assert named(BOOK, "mon téléphone ne marche plus, poste 5005") is None


def test_usual_model_until_told() -> None:
    case = CaseBuilder().opened().case
    assert model_of(BOOK, None) == model_of(BOOK, case) == FIRST
    assert said(BOOK, case) == FIRST.name


def test_form_counts_before_words() -> None:
    case = CaseBuilder().opened().said(f"mon {LAST.name} est en panne").case
    assert said(BOOK, case) == LAST.name
    assert said(BOOK, case, f"{FIRST.name}, accueil") == FIRST.name


def test_model_in_a_message_is_kept() -> None:
    talk = dialogue().checked()
    talk >> f"au fait, c'est un {LAST.name}"
    assert talk.rules.model(talk.case) == LAST


def test_model_and_site_choose_the_playbook() -> None:
    talk = dialogue().reported(phone=LAST.name)
    assert talk.case.known("phone")["model"] == LAST.name
    book = talk.rules.book(talk.case)
    buckets = book.facts["phone.firmware"].buckets
    assert buckets is not None
    assert buckets.limits == ("2.0.0.0", "3.0.0.0")
    assert talk.rules.book(talk.case) is book


@given(st.text())
def test_any_text_may_name_a_phone(text: str) -> None:
    found = named(BOOK, text)
    assert found is None or found in BOOK.models.values()

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from bot.diagnosis.playbook import load
from bot.domain.case import Case, Said
from bot.domain.events import Heard, Tell
from bot.domain.people import Person
from bot.domain.site import Site
from dialogs.advance import advance
from dialogs.draft import Advance, Rules

RULES = Rules(playbook=load(), sites={"lyon": Site(id="lyon", name="Lyon")})
ANNE = Person(id="29:anne", name="Anne Martin", aad="aad-anne")
SAID = Heard(
    at=datetime(2026, 11, 22, 10, tzinfo=UTC),
    person=ANNE,
    conversation="a:anne",
    text="Mon téléphone affiche « No internet »",
    locale="fr",
)
EDITED = replace(SAID, text="Mon téléphone affiche « No internet », et le voisin aussi", edited=True)


def case() -> Case:
    opened = advance(None, SAID, RULES, "D-1001").case
    assert opened is not None
    return opened


def texts(after: Advance) -> list[str]:
    return [effect.text for effect in after.effects if isinstance(effect, Tell)]


def test_edited_message_counts_as_new() -> None:
    after = advance(case(), EDITED, RULES)
    assert after.case is not None
    assert [entry.text for entry in after.case.all(Said)] == [SAID.text, EDITED.text]
    assert texts(after)[0] == "say.edit_read"


def test_edit_without_change_is_nothing() -> None:
    before = case()
    assert advance(before, replace(SAID, edited=True), RULES) == Advance(case=before)


def test_edited_message_may_open_a_case() -> None:
    after = advance(None, EDITED, RULES, "D-1001")
    assert after.case is not None
    assert "say.edit_read" not in texts(after)


def test_agents_edit_goes_to_the_employee() -> None:
    handed = advance(case(), replace(SAID, text="je veux parler à quelqu’un"), RULES).case
    samir = Person(id="29:samir", name="Samir")
    after = advance(handed, replace(EDITED, person=samir, role="helpdesk", text="J'arrive"), RULES)
    assert texts(after) == ["say.agent_wrote"]

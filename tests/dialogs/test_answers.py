"""From typed words to facts: each kind of question, and what is no answer to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.playbook import load
from bot.domain.case import Case
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.events import Heard
from bot.domain.fact import UNKNOWN, VOCABULARY
from dialogs.answers import is_act, read, twin, understand, yes_or_no
from dialogs.draft import Draft, Rules
from tests.support.cases import CaseBuilder
from tests.support.dialogue import CAMILLE, LYON, PORTO, sites

RULES = Rules(playbook=load(), sites=sites(LYON))
NOON = datetime(2026, 11, 23, 11, 0, 20, tzinfo=UTC)  # 12:00:20 in Lyon
ASKS = sorted(i for i, step in RULES.playbook.steps.items() if step.kind == "ask" and not step.asks)
CHOICES = [
    (step, value, locale)
    for step in ASKS
    for value in RULES.playbook.steps[step].choices
    for locale in LOCALES
]


def case(locale: Locale = "fr") -> Case:
    return CaseBuilder().opened(locale=locale).known("site", id="lyon").case


def facts(step: str, text: str, locale: Locale = "fr") -> dict[str, object]:
    return {fact.id: fact.value for fact in read(RULES, step, text, case(locale), NOON)}


@pytest.mark.parametrize(("step", "value", "locale"), CHOICES)
def test_every_title_is_its_choice(step: str, value: str, locale: Locale) -> None:
    spec = RULES.playbook.steps[step]
    title = spec.choices[value].to(locale)
    assert facts(step, title) == facts(step, title.upper() + " !") == {spec.reveals[0]: value}


@pytest.mark.parametrize(("step", "value", "_locale"), CHOICES)
def test_every_value_is_its_choice(step: str, value: str, _locale: Locale) -> None:
    assert facts(step, value) == {RULES.playbook.steps[step].reveals[0]: value}


@pytest.mark.parametrize(
    ("step", "text", "value"),
    [
        ("ask.moved_recently", "oui", "yes"),
        ("ask.moved_recently", "Non.", "no"),
        ("ask.scope", "oui", "one"),
        ("ask.ping_gateway", "yes", "ok"),
        ("ask.ping_gateway", "no", "fail"),
        ("ask.other_device_same_account", "oui", "works"),
        ("ask.other_device_same_account", "nope", "fails"),
        ("ask.other_device_same_account", "ça ne marche pas", "fails"),
        ("ask.phone_power", "oui", "on"),
        ("ask.phone_power", "non", "off"),
    ],
)
def test_bare_yes_or_no_is_understood(step: str, text: str, value: str) -> None:
    assert list(facts(step, text).values()) == [value]


def test_ambiguous_no_is_no_answer() -> None:
    assert facts("ask.scope", "non") == {}


@pytest.mark.parametrize("step", ASKS)
@pytest.mark.parametrize("text", ["je ne sais pas", "I don't know"])
def test_not_knowing_is_an_answer(step: str, text: str) -> None:
    assert list(facts(step, text).values()) == [UNKNOWN]


@pytest.mark.parametrize(
    ("text", "offset"),
    [("12:00", 10), ("12h00", 10), ("12 h 45", 2710), ("11:58", -110), ("23:59", 43_150), ("00:05", -42_890)],
)
def test_time_shown_is_compared(text: str, offset: int) -> None:
    wrong = "wrong" if abs(offset) > 300 else "ok"
    assert facts("ask.phone_time", text) == {"clock_offset_s": offset, "phone.time": wrong}


@pytest.mark.parametrize("text", ["25:00", "midi", "10.20.30.41", "12", "1234", "12:75"])
def test_what_is_no_time_is_refused(text: str) -> None:
    assert facts("ask.phone_time", text) == {}


@pytest.mark.parametrize("text", ["12:00 pm", "12:00 PM", "12:00"])
def test_english_time_may_say_the_half(text: str) -> None:
    assert facts("ask.phone_time", text, "en")["phone.time"] == "ok"


def test_wrong_half_of_day_is_wrong() -> None:
    assert facts("ask.phone_time", "12:00 am", "en")["phone.time"] == "wrong"


@pytest.mark.parametrize("seconds", [-299, -60, 0, 60, 299])
def test_right_clock_is_never_wrong(seconds: int) -> None:
    shown = (NOON + timedelta(hours=1, seconds=seconds)).strftime("%H:%M")
    assert abs(float(str(facts("ask.phone_time", shown)["clock_offset_s"]))) <= 360


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10.20.30.41", "valid"),
        ("IP : 10.20.30.41", "valid"),
        ("10.21.0.1", "wrong_subnet"),
        ("169.254.3.7", "apipa"),
        ("0.0.0.0", "none"),
        ("aucune", "none"),
        ("None", "none"),
    ],
)
def test_address_is_placed(text: str, value: str) -> None:
    assert facts("ask.phone_ip", text) == {"phone.ip": value}


@pytest.mark.parametrize("text", ["10.20.30", "999.1.1.1", "no idea", "je ne vois rien de tel", "12:00"])
def test_what_is_no_address_is_refused(text: str) -> None:
    assert facts("ask.phone_ip", text) == {}


def test_address_of_unknown_site_is_private() -> None:
    alone = CaseBuilder().opened().case
    assert [f.value for f in read(RULES, "ask.phone_ip", "192.168.1.1", alone, NOON)] == ["valid"]


@pytest.mark.parametrize(
    ("text", "value"), [("7.1.3.0991", "7.1.3.0991"), ("Firmware 9.0.0.10460", "9.0.0.10460")]
)
def test_version_is_copied(text: str, value: str) -> None:
    assert facts("ask.phone_firmware", text) == {"phone.firmware": value}


@pytest.mark.parametrize("text", ["la dernière", "9", "v9"])
def test_what_is_no_version_is_refused(text: str) -> None:
    assert facts("ask.phone_firmware", text) == {}


@pytest.mark.parametrize("step", ["act.restart_phone", "verify.audio", "intake", "nonsense", ""])
def test_only_questions_have_answers(step: str) -> None:
    assert facts(step, "oui") == {}


@given(st.sampled_from(ASKS), st.text(max_size=60) | st.from_regex(r"[0-9:.h ]{1,12}"))
def test_answers_stay_in_the_vocabulary(step: str, text: str) -> None:
    for fact in read(RULES, step, text, case(), NOON):
        assert VOCABULARY[fact.id].accepts(fact.value)
        assert fact.id in RULES.playbook.steps[step].reveals


@pytest.mark.parametrize(
    ("step", "text", "outcome"),
    [
        ("verify.audio", "Oui", "fixed"),
        ("verify.audio", "non", "not_fixed"),
        ("verify.audio", "peut-être", None),
        ("act.restart_phone", "oui", None),
        ("ask.scope", "oui", None),
        ("nonsense", "oui", None),
    ],
)
def test_yes_to_a_question_is_an_outcome(step: str, text: str, outcome: str | None) -> None:
    assert yes_or_no(RULES.playbook, step, text, "fr") == outcome


def test_acts_are_not_questions() -> None:
    assert is_act(RULES.playbook, "act.restart_phone")
    assert is_act(RULES.playbook, "verify.audio")
    assert not is_act(RULES.playbook, "ask.scope")
    assert not is_act(RULES.playbook, "intake")


@pytest.mark.parametrize(
    ("outcome", "value"), [("fixed", "works"), ("not_fixed", "fails"), ("cannot", None), ("refused", None)]
)
def test_outcome_of_a_trial_is_a_fact(outcome: str, value: str | None) -> None:
    draft = Draft(case(), NOON, RULES)
    twin(draft, "act.try_other_account", outcome)  # type: ignore[arg-type]  # parametrized
    assert [fact.value for fact in draft.case.facts()] == ([value] if value else [])


def test_zones_that_agree_are_enough() -> None:
    text = "le téléphone affiche 12:00"
    heard = Heard(at=NOON, person=CAMILLE, conversation="a", text=text, locale="fr")
    offset = [f.value for f in understand(RULES, None, heard).facts]
    assert offset == [10]
    several = Rules(playbook=RULES.playbook, sites=sites(LYON, PORTO))
    assert understand(several, None, heard).facts == ()
    assert [f.value for f in understand(several, case(), heard).facts] == [10]
    nowhere = Rules(playbook=RULES.playbook)
    assert [f.value for f in understand(nowhere, None, heard).facts] == [10]

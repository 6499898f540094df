"""One look, one card: a form filled in well, badly, in part, in words, by employee and helpdesk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.case import Known, Noted, Offered, Stepped
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.views import StepView
from tests.support.dialogue import Dialogue


def screen(locale: Locale = "fr") -> Dialogue:
    """The form about what the phone's screen shows waits for the employee."""
    return Dialogue(locale=locale).checked().puts("ask.screen")


def switch() -> Dialogue:
    """The form about the phone's socket waits for the helpdesk."""
    return Dialogue().checked(dns="fail").puts_to_helpdesk("ask.switch")


def card(talk: Dialogue, step: str = "ask.screen") -> StepView:
    """The card of the form, put or answered."""
    (offered,) = [entry for entry in talk.case.all(Offered) if entry.step == step]
    view = talk.view(f"step:{offered.n}")
    assert isinstance(view, StepView)
    return view


def shown(talk: Dialogue, step: str = "ask.screen") -> dict[str, str]:
    """What stands in each input, or was answered."""
    return {field.id: field.value for field in card(talk, step).fields}


def wrong(talk: Dialogue) -> list[str]:
    """The inputs that are marked as not understood."""
    return [field.id for field in card(talk).fields if field.wrong]


def outcomes(talk: Dialogue, step: str = "ask.screen") -> list[str]:
    return [entry.outcome for entry in talk.case.all(Stepped) if entry.step == step]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_answer_becomes_a_fact(locale: Locale) -> None:
    talk = screen(locale)
    talk.fill(phone_power="on", phone_signed_in="yes", phone_time=talk.clock())
    talk << "refresh ask.screen"
    assert [talk.fact(f) for f in ("phone.power", "phone.signed_in", "phone.time")] == ["on", "yes", "ok"]
    assert outcomes(talk) == ["answered"]
    assert talk.asked != "ask.screen"


@pytest.mark.parametrize("locale", LOCALES)
def test_answered_card_says_each_answer(locale: Locale) -> None:
    talk = screen(locale).fill(phone_power="on", phone_signed_in="", phone_time="14:01")
    words = {"fr": "Allumé, stable", "en": "On, stable"}
    assert card(talk).answered == "answered"
    assert list(shown(talk).values()) == [words[locale], "", "14:01"]


def test_empty_answer_is_not_known() -> None:
    talk = screen().fill(phone_power="on")
    assert (talk.fact("phone.signed_in"), talk.fact("phone.time")) == ("unknown", "unknown")
    assert talk.asked not in {"ask.phone_signed_in", "ask.phone_time"}


def test_form_without_any_answer_stays() -> None:
    talk = screen().fill(phone_power=" ", phone_time="").expect("tell say.form_empty")
    assert talk.asked == "ask.screen"


def test_not_knowing_anything_sets_no_fact() -> None:
    talk = screen().tap("cannot")
    assert outcomes(talk) == ["cannot"]
    assert talk.fact("phone.power") is None
    assert talk.asked not in {"ask.screen", "ask.phone_power", "ask.phone_time"}


def test_misunderstood_answer_is_named() -> None:
    talk = screen().fill(phone_power="on", phone_time="bientôt midi")
    talk.expect("refresh ask.screen", "tell say.form_unclear")
    assert talk.told("say.form_unclear") == {"what": "Quelle heure affiche le téléphone\u00a0?"}
    assert wrong(talk) == ["ask.phone_time"]


def test_nothing_typed_is_lost() -> None:
    talk = screen().fill(phone_power="reboots", phone_time="bientôt midi")
    assert shown(talk) == {
        "ask.phone_power": "reboots", "ask.phone_signed_in": "", "ask.phone_time": "bientôt midi",
    }  # fmt: skip
    assert talk.fact("phone.power") == "reboots"


def test_corrected_form_is_taken() -> None:
    talk = screen().fill(phone_power="on", phone_time="bientôt midi")
    talk.fill(phone_power="on", phone_time=talk.clock())
    assert (talk.fact("phone.time"), outcomes(talk)) == ("ok", ["answered"])
    assert len([e for e in talk.case.all(Noted) if e.fact == "phone.power"]) == 1


def test_time_counts_when_it_was_typed() -> None:
    talk = screen().fill(phone_power="purple", phone_time="14:00")
    then = talk.fact("clock_offset_s")
    talk.later(minutes=30).fill(phone_power="on", phone_time="14:00")
    assert (talk.fact("clock_offset_s"), talk.fact("phone.time")) == (then, "ok")


def test_emptied_answer_is_taken_back() -> None:
    talk = screen().fill(phone_power="on", phone_time="bientôt midi").fill(phone_signed_in="yes")
    assert (talk.fact("phone.power"), talk.fact("phone.signed_in")) == ("unknown", "yes")


def test_same_form_twice_adds_nothing() -> None:
    talk = screen().fill(phone_power="on", phone_time="bientôt midi")
    version = talk.case.version
    assert talk.again().case.version == version
    talk.fill(phone_power="on")
    version = talk.case.version
    talk.again().expect()
    assert talk.case.version == version


def test_giving_up_keeps_what_was_said() -> None:
    talk = screen().fill(phone_power="on", phone_time="bientôt midi").tap("cannot")
    assert (outcomes(talk), talk.fact("phone.power")) == (["answered"], "on")
    assert talk.fact("phone.time") == "unknown"


def test_question_not_on_the_form_is_ignored() -> None:
    talk = screen().fill(phone_power="on", scope="site")
    assert talk.fact("scope") is None


def test_known_facts_are_not_asked_again() -> None:
    talk = Dialogue().checked().puts("ask.phone_power").answer("on").puts("ask.screen")
    assert [field.id for field in talk.form()] == ["ask.phone_signed_in", "ask.phone_time"]


WORDS: dict[Locale, tuple[str, str]] = {
    "fr": ("il affiche {clock} et mon nom est là", "je ne sais pas"),
    "en": ("it shows {clock} and I can see my name", "I don't know"),
}


@pytest.mark.parametrize("locale", LOCALES)
def test_words_fill_in_the_form(locale: Locale) -> None:
    talk = screen(locale)
    clock, (said, nothing) = talk.clock(), WORDS[locale]
    talk >> said.format(clock=clock)
    talk.expect("tell say.form_more", "show ask.screen")
    assert shown(talk) == {"ask.phone_power": "", "ask.phone_signed_in": "yes", "ask.phone_time": clock}
    talk >> nothing
    assert (outcomes(talk), talk.fact("phone.power")) == (["answered"], "unknown")


def test_words_for_everything_end_the_form() -> None:
    talk = screen()
    talk >> f"l'écran est allumé, il affiche {talk.clock()} et mon nom est là"
    talk << "refresh ask.screen"
    assert outcomes(talk) == ["answered"]


def test_knowing_no_more_ends_the_form() -> None:
    talk = screen()
    talk >> "mon nom est là, le reste je ne sais pas"
    assert (outcomes(talk), talk.fact("phone.signed_in")) == (["answered"], "yes")
    assert talk.fact("phone.time") == "unknown"


def test_words_then_card_complete_each_other() -> None:
    talk = screen()
    talk >> "mon nom est là"
    talk.fill(
        **{name.removeprefix("ask."): text for name, text in shown(talk).items()} | {"phone_power": "on"}
    )
    assert (talk.fact("phone.signed_in"), talk.fact("phone.power")) == ("yes", "on")
    assert outcomes(talk) == ["answered"]


def test_other_words_leave_the_form() -> None:
    talk = screen()
    talk >> "euh bof"
    talk.expect("tell say.not_understood", "show ask.screen")


def test_bare_yes_answers_no_form() -> None:
    talk = Dialogue().checked().puts("ask.situation")
    talk >> "oui"
    talk.sees("tell say.not_understood")
    assert talk.fact("moved_recently") is None


def test_address_of_a_form_is_kept() -> None:
    talk = Dialogue().checked().puts("ask.settings").fill(phone_ip="10.20.3.4")
    assert (talk.fact("phone.ip"), talk.case.known("phone")["ip"]) == ("valid", "10.20.3.4")


def test_helpdesk_fills_in_a_form() -> None:
    talk = switch().agent_fills(switch_port="err_disabled", switch_poe="delivering")
    talk << "refresh ask.switch"
    assert (talk.fact("switch.port"), talk.fact("switch.vlan")) == ("err_disabled", "unknown")
    assert {e.by for e in talk.case.all(Noted) if e.fact == "switch.port"} == {"agent:Samir"}
    assert talk.to_do != "ask.switch"


def test_form_of_helpdesk_needs_an_answer() -> None:
    talk = switch().agent_fills(switch_port="").expect("helpdesk: tell say.form_empty")
    assert talk.to_do == "ask.switch"


def test_helpdesk_corrects_its_form() -> None:
    talk = switch().agent_fills(switch_port="purple", switch_poe="fault").expect("refresh ask.switch")
    assert [f.id for f in talk.form("helpdesk") if f.wrong] == ["ask.switch_port"]
    talk.agent_fills(switch_poe="fault")
    assert (talk.fact("switch.poe"), outcomes(talk, "ask.switch")) == ("fault", ["answered"])


def test_helpdesk_knows_nothing_of_it() -> None:
    talk = switch().agent("cannot")
    talk << "refresh ask.switch"
    assert outcomes(talk, "ask.switch") == ["cannot"]


def test_cards_of_helpdesk_have_commands() -> None:
    view = card(switch(), "ask.switch")
    assert view.commands
    assert view.input == "form"
    assert all(field.choices for field in view.fields)


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from(["phone_power", "phone_signed_in", "phone_time", "nonsense"]), st.text())
)
def test_whatever_is_typed_is_kept_or_taken(typed: dict[str, str]) -> None:
    talk = screen().fill(**typed)
    if talk.asked == "ask.screen" and any(shown(talk).values()):
        assert wrong(talk)
    kept = [e.data for e in talk.case.all(Known) if e.topic.startswith("form:")]
    for name, text in typed.items():
        if name != "nonsense" and text.strip():
            assert kept[0][f"ask.{name}"] == text.strip()[:200]


def test_later_clock_is_no_part_of_the_form() -> None:
    talk = screen().fill(phone_power="on")
    talk.puts("ask.phone_time").answer(talk.clock(ahead=timedelta(hours=3)))
    assert shown(talk)["ask.phone_time"] == ""

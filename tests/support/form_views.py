"""Cards to fill in: a form as it is put, put again and answered, a long list, what a ticket lacks."""

from __future__ import annotations

import msgspec

from bot.domain.diagnosis import Locale
from bot.domain.verb import Verb
from bot.domain.views import Choice, DetailsView, Field, StepView
from tests.support.view_parts import CASE, NONCE, either


def form(locale: Locale) -> StepView:
    """Three questions that one look at the screen answers."""
    return StepView(
        locale=locale,
        case=CASE,
        v=15,
        nonce=NONCE,
        step="ask.screen",
        kind="ask",
        title=either(locale, "Regardez l'écran du téléphone", "Look at the phone's screen"),
        body=(
            either(locale, "Laissez vide ce que vous ne trouvez pas.", "Leave empty what you do not find."),
        ),
        why=either(
            locale,
            "L'écran montre à la fois le courant, le compte et l'heure.",
            "The screen shows power, account and time at once.",
        ),
        input="form",
        fields=_fields(locale),
        buttons=(Verb.answer, Verb.cannot, Verb.person),
    )


def _fields(locale: Locale) -> tuple[Field, ...]:
    return (
        Field(
            id="ask.phone_power",
            title=either(locale, "Le téléphone est-il allumé ?", "Is the phone switched on?"),
            choices=(
                Choice("on", either(locale, "Allumé, stable", "On, stable")),
                Choice("off", either(locale, "Éteint", "Off")),
            ),
            hint=(either(locale, "Regardez si l'écran reste éclairé.", "See whether the screen stays lit."),),
        ),
        Field(
            id="ask.phone_time",
            title=either(locale, "Quelle heure affiche le téléphone ?", "What time does the phone show?"),
            input="time",
            hint=(
                either(locale, "L'heure est en haut de l'écran.", "The time is at the top of the screen."),
            ),
        ),
        Field(
            id="ask.phone_ip",
            title=either(locale, "Quelle adresse IP affiche le téléphone ?", "What IP address does it show?"),
            input="text",
        ),
    )


def form_again(locale: Locale) -> StepView:
    """The same form with a choice that was understood, and a time that was not."""
    power, time, address = _fields(locale)
    again = (
        msgspec.structs.replace(power, value="on"),
        msgspec.structs.replace(time, value="midi pile", wrong=True),
        address,
    )
    return msgspec.structs.replace(form(locale), fields=again)


def form_answered(locale: Locale) -> StepView:
    """What was answered in the end; the address could not be found."""
    values = (either(locale, "Allumé, stable", "On, stable"), "14:07", "")
    fields = _fields(locale)
    said = tuple(
        Field(id=field.id, title=field.title, value=value)
        for field, value in zip(fields, values, strict=True)
    )
    return msgspec.structs.replace(form(locale), fields=said, answered="answered")


def forms(locale: Locale) -> dict[str, StepView]:
    """All three, by the name of their golden file."""
    return {
        "step-form": form(locale),
        "step-form-again": form_again(locale),
        "step-form-answered": form_answered(locale),
    }


def many_answers(locale: Locale) -> StepView:
    """A question with more answers than buttons."""
    words = either(locale, "Étage", "Floor")
    return StepView(
        locale=locale,
        case=CASE,
        v=15,
        nonce=NONCE,
        step="ask.floor",
        kind="ask",
        title=either(locale, "À quel étage êtes-vous ?", "Which floor are you on?"),
        choices=tuple(Choice(str(n), f"{words} {n}") for n in range(6)),
        input="choice",
        buttons=(Verb.person,),
    )


def details(locale: Locale, *, answered: bool) -> DetailsView:
    """What the ticket to Microsoft lacks: one fact, two particulars."""
    return DetailsView(
        locale=locale,
        case=CASE,
        v=27,
        nonce=NONCE,
        step="details",
        fields=(
            Field(
                id="scope",
                title=either(locale, "D'autres téléphones sont-ils touchés ?", "Are other phones affected?"),
                choices=(
                    Choice("one", either(locale, "Seulement le mien", "Only mine")),
                    Choice("several", either(locale, "Oui, plusieurs", "Yes, several")),
                ),
            ),
            Field(
                id="phone.firmware",
                title=either(locale, "Quelle version affiche le téléphone ?", "Which version does it show?"),
                value="7.1.3.0991",
            ),
            Field(id="mac"),
            Field(id="serial"),
            Field(id="first_failure"),
        ),
        answered=answered,
    )

"""Sample views of what an employee sees beyond the case at hand, in each language."""

from __future__ import annotations

from msgspec.structs import replace

from bot.domain.diagnosis import Locale
from bot.domain.own_views import (
    AddingView,
    FollowupView,
    HandoverView,
    HistoryView,
    PastRow,
    PastView,
    Picture,
)
from bot.domain.verb import Verb
from bot.domain.views import Choice, IntakeView, StepView, View
from tests.support.view_parts import CASE, NINE, NONCE, PARIS, SITES, either, later, symptoms


def known_intake(locale: Locale) -> IntakeView:
    """The first form of somebody who was here before: one tap."""
    phones = (Choice("D-1031", "4127 · Lyon Part-Dieu · Poly CCX 500"), Choice("D-1007", "4300 · Nantes"))
    return IntakeView(
        locale=locale,
        case=CASE,
        v=3,
        nonce=NONCE,
        symptoms=symptoms(locale),
        symptom="no_internet_banner",
        sites=SITES,
        site="lyon",
        phones=phones,
        earlier="D-1031",
    )


def history(locale: Locale) -> HistoryView:
    """Three cases, one of them open."""
    banner = either(locale, "« No internet »", "“No internet”")
    dark = either(locale, "L'écran reste noir", "The screen stays dark")
    row = PastRow(case=CASE, title=banner, phone="4127", since=NINE, time_zone=PARIS, stage="guiding")
    return HistoryView(
        locale=locale,
        rows=(
            row,
            replace(row, case="D-1031", since=later(-40_000), stage="fixed"),
            replace(row, case="D-1007", title=dark, phone="", since=later(-90_000), stage="withdrawn"),
        ),
    )


def past(locale: Locale) -> PastView:
    """A case that was mended."""
    return PastView(
        locale=locale,
        case="D-1031",
        v=31,
        title=either(locale, "« No internet »", "“No internet”"),
        phone="4127",
        where="Lyon Part-Dieu",
        since=later(-40_000),
        ended=later(-39_900),
        time_zone=PARIS,
        stage="fixed",
        cause=either(locale, "Le serveur de noms du site était arrêté", "The site's name server was stopped"),
        done=(either(locale, "Remise en route du serveur de noms", "Restart of the name server"),),
        earlier="D-1007",
    )


def adding(locale: Locale) -> AddingView:
    """Room for a detail under two that were told."""
    told = (
        either(locale, "L'écran du téléphone est éteint.", "The phone's screen is off."),
        either(locale, "Un seul téléphone est touché.", "Only one phone is affected."),
    )
    return AddingView(locale=locale, case=CASE, v=9, told=told)


def followup(locale: Locale) -> FollowupView:
    """The next day's question."""
    cause = either(locale, "Le serveur de noms du site était arrêté", "The site's name server was stopped")
    return FollowupView(locale=locale, case=CASE, v=33, nonce=NONCE, cause=cause)


def handover(locale: Locale) -> HandoverView:
    """A case that nobody has taken yet, while the helpdesk is closed."""
    return HandoverView(
        locale=locale,
        case=CASE,
        v=17,
        since=later(720),
        opens="08:00",
        closes="18:00",
        resumes=later(1366),
        time_zone=PARIS,
    )


def step_with_picture(locale: Locale) -> StepView:
    """Something to do, with a drawing of where to look."""
    return StepView(
        locale=locale,
        case=CASE,
        v=15,
        nonce=NONCE,
        step="act.swap_cable_or_port",
        kind="act",
        title=either(locale, "Essayez un autre câble", "Try another cable"),
        body=(
            either(
                locale, "Prenez le câble d'un téléphone qui marche.", "Take the cable of a phone that works."
            ),
        ),
        minutes=8,
        picture=Picture(name="ports", url="https://bot.contoso.fr/pictures/ports.png"),
        buttons=(Verb.fixed, Verb.not_fixed, Verb.cannot, Verb.person),
    )


def owns(locale: Locale) -> dict[str, View]:
    """All of them, by the name of their golden file."""
    taken = replace(handover(locale), resumes=None, opens="", owner="Samir Benali", owner_since=later(735))
    return {
        "intake-known": known_intake(locale),
        "history": history(locale),
        "history-empty": HistoryView(locale=locale, rows=()),
        "past": past(locale),
        "adding": adding(locale),
        "followup": followup(locale),
        "followup-answered": replace(followup(locale), answered="not_fixed"),
        "handover": handover(locale),
        "handover-taken": taken,
        "step-picture": step_with_picture(locale),
    }

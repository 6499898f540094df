"""Sample views of the message extension, in each language."""

from __future__ import annotations

from bot.domain.desk_views import QueueRow, ReportView, SharedView
from bot.domain.diagnosis import Locale
from tests.support.view_parts import CASE, NINE, PARIS, either, later


def shared(locale: Locale) -> SharedView:
    """A case that somebody works on."""
    return SharedView(
        locale=locale,
        row=QueueRow(
            case=CASE,
            who="Camille Fournier",
            where="Lyon Part-Dieu",
            since=NINE,
            cause=either(locale, "Le DNS du site ne répond pas", "The site's DNS does not answer"),
            owner="Samir Benali",
            stage="helpdesk",
            emergency=True,
        ),
        symptom=either(locale, "« No internet »", "“No internet”"),
        at=later(600),
        time_zone=PARIS,
    )


def reporting(locale: Locale) -> ReportView:
    """A message, before it is taken as a report."""
    words = either(locale, "Mon téléphone affiche « No internet »", "My phone says “No internet”")
    return ReportView(locale=locale, who="Camille Fournier", text=words)


def extension(locale: Locale) -> dict[str, SharedView | ReportView]:
    """All of them, by the name of their golden file."""
    return {"shared": shared(locale), "reporting": reporting(locale)}

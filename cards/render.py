"""From a view to what is sent: `render` for cards, `sentence` for plain messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from bot.domain.conversation import Message
from bot.domain.desk_views import (
    CommandsView,
    DeskView,
    OnCallView,
    PersonView,
    QueueView,
    ReportView,
    SharedView,
    SiteView,
)
from bot.domain.diagnosis import Locale
from bot.domain.own_views import AddingView, FollowupView, HandoverView, HistoryView, PastView
from bot.domain.views import (
    ApprovalView,
    BundleView,
    ChecksView,
    ClosingView,
    DetailsView,
    HelpView,
    IntakeView,
    SafetyView,
    StatusView,
    StepView,
    TopicsView,
    TopicView,
    TriageView,
    VerdictView,
    View,
    WelcomeView,
)
from cards import desk
from cards.adding import adding
from cards.approval import approval
from cards.bundle import bundle
from cards.checks import checks
from cards.details import details
from cards.elements import AdaptiveCard
from cards.followup import followup
from cards.handover import handover
from cards.history import history, past
from cards.intake import intake
from cards.layout import Page, Pen, Room
from cards.plain import clean, cut, plain
from cards.queue import queue
from cards.reporting import reporting
from cards.safety import safety
from cards.shared import shared
from cards.status import closing, status
from cards.step import step
from cards.texts import text
from cards.topics import topic, topics
from cards.triage import triage
from cards.verdict import verdict
from cards.welcome import help_card, welcome

MAX_BYTES: Final = 28 * 1024
_SUMMARY: Final = 240

# From roomy to what always fits.
_ROOMS: Final = (
    Room(lines=8, characters=400, options=100),
    Room(lines=5, characters=200, options=60),
    Room(lines=3, characters=120, options=40),
    Room(lines=2, characters=60, options=20),
    Room(lines=1, characters=60, options=12),
    Room(lines=1, characters=30, options=8),
)

_BUILDERS: Final[dict[type[Any], Callable[[Pen, Any], Page]]] = {
    WelcomeView: welcome,
    HelpView: help_card,
    SafetyView: safety,
    IntakeView: intake,
    ChecksView: checks,
    StepView: step,
    DetailsView: details,
    VerdictView: verdict,
    TriageView: triage,
    ApprovalView: approval,
    StatusView: status,
    ClosingView: closing,
    BundleView: bundle,
    TopicsView: topics,
    TopicView: topic,
    QueueView: queue,
    SiteView: desk.site,
    PersonView: desk.person,
    OnCallView: desk.on_call,
    CommandsView: desk.commands,
    SharedView: shared,
    ReportView: reporting,
    HistoryView: history,
    PastView: past,
    AddingView: adding,
    FollowupView: followup,
    HandoverView: handover,
}


def size(card: dict[str, Any]) -> int:
    """Bytes of a card as Teams counts them (UTF-16), or as it travels (UTF-8) when that is more."""
    written = json.dumps(card, ensure_ascii=False, separators=(",", ":"))
    return max(len(written.encode()), len(written.encode("utf-16-le")))


def _draw(view: View | DeskView, room: Room) -> Message:
    page = _BUILDERS[type(view)](Pen(locale=view.locale, room=room), view)
    summary = cut(clean(page.summary), _SUMMARY)
    card = AdaptiveCard(body=page.body, lang=view.locale, speak=summary, fallback_text=plain(summary))
    return Message(card=card.to_dict(), summary=summary)


def render(view: View | DeskView, *, small: bool = False) -> Message:
    """The card of a view, under 28 KB: long lists and texts are folded as far as that needs, or as can be (`small`)."""
    for room in _ROOMS[-1:] if small else _ROOMS:
        message = _draw(view, room)
        if message.card is not None and size(message.card) < MAX_BYTES:
            break
    return message


def sentence(locale: Locale, text_id: str, values: dict[str, str]) -> Message:
    """A plain message; `values` come from people and are made harmless. Raises `KeyError` as `text` does."""
    return Message(text=text(locale, text_id, **{name: plain(value) for name, value in values.items()}))

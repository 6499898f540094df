"""A change that needs a second key: what, for whom, why, until when, and what became of it."""

from __future__ import annotations

from typing import Final

from bot.domain.change import Change, ChangeState, FixOffer
from bot.domain.verb import Verb
from bot.domain.views import ApprovalView
from cards import when
from cards.commands import commands
from cards.elements import Block, Style
from cards.layout import Origin, Page, Pen, box, group, row
from cards.texts import word

_STYLES: Final[dict[ChangeState, Style]] = {
    "waiting": "accent",
    "made": "good",
    "failed": "attention",
    "unknown": "attention",
}


def approval(pen: Pen, view: ApprovalView) -> Page:
    """How it stands first; the button that decides under what it decides."""
    title = pen.say("approval.title", case=pen.short(view.case), what=_what(pen, view.change))
    body = [
        pen.title(title),
        box(_STYLES.get(view.state, "emphasis"), _standing(pen, view)),
        *row(Origin(case=view.case, v=view.v, nonce=view.nonce), [pen.button(verb) for verb in view.buttons]),
        group(_details(pen, view)),
        *pen.section(pen.say("approval.evidence"), pen.evidence(view.evidence, view.time_zone, cites=True)),
        *_by_hand(pen, view),
    ]
    return Page(body, title)


def offer(pen: Pen, case: str, v: int, fix: FixOffer) -> list[Block]:
    """On the triage card: the change that the evidence calls for, to be proposed to somebody who may approve."""
    lines = [pen.words(pen.say("approval.offer", what=_what(pen, fix.change)))]
    if fix.free is not None:
        lines.append(pen.words(pen.say("approval.free", count=fix.free), subtle=True))
    return [
        box("emphasis", lines),
        *row(Origin(case=case, v=v, nonce=fix.mark), [pen.button(Verb.propose)]),
    ]


def _what(pen: Pen, change: Change) -> str:
    name = f"change.{change.fix}_undo" if change.undo else f"change.{change.fix}"
    return pen.say(name, sku=pen.short(change.sku_name), group=pen.short(change.group_name or change.group))


def _standing(pen: Pen, view: ApprovalView) -> list[Block]:
    lines = [pen.words(word(pen.locale, "change_state", view.state), bold=True)]
    if view.why:
        lines.append(pen.words(_why(pen, view)))
    if view.resumed:
        lines.append(pen.words(pen.say("approval.resumed")))
    if view.state in {"made", "already"} and not view.change.undo:
        lines.append(pen.words(pen.say("approval.arrived" if view.arrived else "approval.on_its_way")))
    return lines


def _why(pen: Pen, view: ApprovalView) -> str:
    known = word(pen.locale, "change_why", view.why)
    return f"{known} {pen.short(view.detail)}" if view.detail else known


def _details(pen: Pen, view: ApprovalView) -> list[Block]:
    lines = [
        pen.labelled(pen.say("approval.who"), view.who),
        pen.labelled(pen.say("triage.account"), view.change.upn),
        pen.labelled(pen.say("approval.proposed"), _by(pen, view.proposed_by, view)),
    ]
    if view.decided_by:
        label = "approval.declined" if view.state == "declined" else "approval.approved"
        lines.append(pen.labelled(pen.say(label), view.decided_by))
    if view.ended is not None:
        lines.append(pen.labelled(pen.say("approval.ended"), when.at(view.ended, view.time_zone, pen.locale)))
    if view.until is not None:
        label = "approval.until" if view.state == "waiting" else "approval.undo_until"
        lines.append(pen.labelled(pen.say(label), when.at_with_zone(view.until, view.time_zone, pen.locale)))
    return lines


def _by(pen: Pen, name: str, view: ApprovalView) -> str:
    return f"{name}, {when.at(view.since, view.time_zone, pen.locale)}"


def _by_hand(pen: Pen, view: ApprovalView) -> list[Block]:
    if not view.commands:
        return []
    return [pen.words(pen.say("approval.by_hand"), subtle=True), *commands(pen, view.commands)]

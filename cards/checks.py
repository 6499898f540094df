"""The automatic checks while they run and after: one line each, its state in a word."""

from __future__ import annotations

from typing import Final

from bot.domain.views import CheckRow, CheckState, ChecksView, Unchecked
from cards.elements import Block, Colour, Column, ColumnSet, RichTextBlock, TextRun
from cards.layout import Page, Pen
from cards.measures import pace
from cards.texts import word

# Colour and sign repeat what the word says; Teams' green and yellow are too pale to be read as text.
_LOOK: Final[dict[CheckState, tuple[str, Colour]]] = {
    CheckState.waiting: ("\u2026", "default"),
    CheckState.ok: ("\u2713", "default"),
    CheckState.bad: ("\u2717", "attention"),
    CheckState.unsure: ("?", "default"),
    CheckState.not_checked: ("\u2013", "default"),
}


def checks(pen: Pen, view: ChecksView) -> Page:
    """Every check with a sign and a word for its state, so that colour alone says nothing."""
    body: list[Block] = [pen.title(pen.say("checks.running" if view.running else "checks.finished"))]
    if view.running:
        body.append(pen.words(pen.say("checks.patience"), subtle=True))
    body += pen.folded([check_row(pen, row) for row in view.rows], share=2)
    body += [pen.words(_missing(pen, gap, view.time_zone), subtle=True) for gap in view.missing]
    return Page(body, _summary(pen, view))


def check_row(pen: Pen, row: CheckRow) -> Block:
    """One check: what, its state as sign and word, and what is wrong with it."""
    sign, colour = _LOOK[row.state]
    what = [TextRun(text=pen.short(_title(pen, row)) or "\u2013")]
    slow = row.pace is not None and row.state is CheckState.ok
    detail = row.detail or (pace(pen, row.pace) if row.pace else "")
    if detail:
        what.append(TextRun(text=f"\u2002{pen.short(detail)}", subtle=True, size="small"))
    state = TextRun(
        text=pen.say("state.slow" if slow else f"state.{row.state}"), weight="bolder", color=colour
    )
    cells = [
        Column(
            items=[RichTextBlock(inlines=[TextRun(text=sign, weight="bolder", color=colour)])], width="16px"
        ),
        Column(items=[RichTextBlock(inlines=what)], width="stretch"),
        Column(items=[RichTextBlock(inlines=[state])], width="auto"),
    ]
    return ColumnSet(columns=cells, spacing="small")


def _title(pen: Pen, row: CheckRow) -> str:
    """The employee's word for a check, where there is one; the playbook's own is an engineer's."""
    said = word(pen.locale, "check", row.id)
    return row.title if said == row.id else said


def _missing(pen: Pen, gap: Unchecked, zone: str) -> str:
    return pen.say("checks.missing", why=pen.reason(gap, zone))


def _summary(pen: Pen, view: ChecksView) -> str:
    states = [row.state for row in view.rows]
    done = sum(state is not CheckState.waiting for state in states)
    if view.running:
        return pen.say("checks.summary_running", done=done, total=len(states))
    good, bad = states.count(CheckState.ok), states.count(CheckState.bad)
    counts = {"good": good, "trouble": bad, "doubtful": len(states) - good - bad}
    said = ", ".join(pen.say(f"checks.{name}", count=count) for name, count in counts.items() if count)
    return pen.say("checks.summary_finished", counts=said)

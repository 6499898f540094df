"""The helpdesk's card: what is urgent first, then what to do, then why."""

from __future__ import annotations

from bot.domain.verb import Verb
from bot.domain.views import TriageView, Tried
from cards import agent, when
from cards.approval import offer
from cards.commands import commands
from cards.elements import Block, RichTextBlock, TextRun
from cards.layout import Button, Origin, Page, Pen, box, group, row
from cards.measures import measure, socket
from cards.texts import word


def triage(pen: Pen, view: TriageView) -> Page:
    """Everything that the ledger says now, most urgent first; buttons under what they act on."""
    title = pen.say("triage.title", case=pen.short(view.case), who=pen.short(view.who))
    body = [
        pen.title(title),
        *_danger(pen, view),
        group(_standing(pen, view)),
        *_to_do(pen, view),
        *agent.tools(pen, view),
        *(offer(pen, view.case, view.v, view.fix) if view.fix and not view.closed else []),
        group(_who_and_where(pen, view)),
        *_causes(pen, view),
        *_evidence(pen, view),
        *agent.remarks(pen, view),
        *_history(pen, view),
        *pen.section(pen.say("triage.afterwards"), [pen.item(line) for line in view.afterwards]),
        *_guide(pen, view),
    ]
    return Page(body, _summary(pen, view))


def _danger(pen: Pen, view: TriageView) -> list[Block]:
    if not view.emergency or view.closed:
        return []
    told = pen.say("triage.told" if view.told else "triage.not_told")
    return [box("attention", [pen.words(pen.say("triage.emergency"), bold=True), pen.words(told)])]


def _standing(pen: Pen, view: TriageView) -> list[Block]:
    stage = word(pen.locale, "stage", view.stage)
    owner = view.owner or pen.say("triage.nobody")
    return [
        pen.labelled(pen.say("triage.stage"), stage),
        pen.labelled(pen.say("triage.owner"), owner),
        *agent.clock(pen, view),
    ]


def _proving(pen: Pen, view: TriageView) -> str:
    if view.silent is None:
        return pen.say("triage.verifying")
    return pen.say("triage.silent", when=when.at(view.silent, view.time_zone, pen.locale))


def _to_do(pen: Pen, view: TriageView) -> list[Block]:
    if view.closed:
        return []
    origin = Origin(case=view.case, v=view.v, nonce=view.nonce or view.mark, step=view.step)
    shown = [pen.button(verb) for verb in dict.fromkeys(view.buttons)]
    if view.mark:
        waits = box("emphasis", [pen.words(_proving(pen, view))])
        return [waits, *row(origin, [*_conclusions(pen), *shown])]
    buttons = row(origin, shown)
    if not view.asked:
        return buttons
    who = pen.say(f"who.{view.who_acts}") if view.who_acts else ""
    heading = pen.say("triage.to_do", who=who) if who else pen.say("triage.to_do_now")
    lines = [pen.item(line, mark=f"{n}.") for n, line in enumerate(view.asked_body, 1)]
    asked = [
        pen.heading(heading),
        pen.words(view.asked, bold=True),
        *pen.caution(view.caution),
        *pen.folded(lines),
    ]
    return [box("emphasis", [*asked, *commands(pen, view.commands)]), *buttons]


def _conclusions(pen: Pen) -> list[Button]:
    """What an agent may say in place of an employee who does not answer."""
    verbs = {Verb.resolve: "triage.conclude_fixed", Verb.not_fixed: "triage.conclude_not_fixed"}
    return [Button(verb=verb, title=pen.say(title)) for verb, title in verbs.items()]


def _guide(pen: Pen, view: TriageView) -> list[Block]:
    """The reference pages, filled for this case; at the end, because nobody must read them."""
    if not view.guide:
        return []
    return row(
        Origin(case=view.case, v=view.v), [Button(verb=Verb.topics, title=pen.say("topics.open_guide"))]
    )


def _who_and_where(pen: Pen, view: TriageView) -> list[Block]:
    since = when.at_with_zone(view.since, view.time_zone, pen.locale)
    return [
        pen.labelled(pen.say("triage.where"), view.where),
        pen.labelled(pen.say("triage.phone"), view.phone),
        *([pen.labelled(pen.say("triage.socket"), socket(pen, view.socket))] if view.socket else []),
        pen.labelled(pen.say("triage.account"), view.upn),
        pen.labelled(pen.say("triage.since"), since),
        *([pen.labelled(pen.say("triage.earlier"), view.earlier)] if view.earlier else []),
        *([pen.words(pen.say("triage.unasked"), subtle=True)] if view.unasked else []),
    ]


def _causes(pen: Pen, view: TriageView) -> list[Block]:
    heading = pen.say("triage.causes")
    if not view.causes:
        return [pen.heading(heading), pen.words(pen.say("triage.no_cause"), subtle=True)]
    return pen.section(heading, [_cause(pen, cause.title, cause.percent) for cause in view.causes])


def _cause(pen: Pen, title: str, percent: int) -> Block:
    share = TextRun(text=f"{pen.say('certainty.share', percent=percent)}\u2002", weight="bolder")
    return RichTextBlock(inlines=[share, TextRun(text=pen.short(title) or "\u2013")], spacing="small")


def _evidence(pen: Pen, view: TriageView) -> list[Block]:
    zone = view.time_zone
    clashes = [pen.item(words) for words in view.contradictions]
    return [
        *pen.section(pen.say("triage.evidence_for"), pen.evidence(view.evidence_for, zone, cites=True)),
        *pen.section(pen.say("triage.against"), pen.evidence(view.against, zone, cites=True)),
        *pen.section(pen.say("triage.contradictions"), clashes),
        *pen.section(pen.say("triage.measures"), [measure(pen, one, zone) for one in view.measures]),
    ]


def _history(pen: Pen, view: TriageView) -> list[Block]:
    unknown = [pen.item(", ".join(gap.titles), pen.reason(gap, view.time_zone)) for gap in view.not_checked]
    tried = [_tried(pen, item, view.time_zone) for item in view.tried]
    running = [pen.item(word(pen.locale, "job", name)) for name in view.running]
    return [
        *pen.section(pen.say("triage.running"), running),
        *pen.section(pen.say("triage.tried"), tried),
        *pen.section(pen.say("triage.not_checked"), unknown),
    ]


def _tried(pen: Pen, item: Tried, zone: str) -> Block:
    outcome = word(pen.locale, "outcome", item.outcome)
    moment = when.at(item.at, zone, pen.locale)
    return pen.item(item.text, pen.say("triage.tried_origin", outcome=outcome, when=moment, n=item.n))


def _summary(pen: Pen, view: TriageView) -> str:
    top = view.causes[0].title if view.causes else pen.say("triage.no_cause")
    what = view.asked if view.asked and not view.closed else top
    return pen.say("triage.summary", case=view.case, who=view.who, where=view.where, what=what)

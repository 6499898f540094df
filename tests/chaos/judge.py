"""What must be true of a case once it has ended, however often its bot was killed meanwhile.

What the bot meant to send is read from its append-only file, what arrived from the simulated Teams:
every message exactly once and in order, every card as the ledger wants it to look now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.diagnosis.playbook import load
from bot.domain.case import Case, JobEnded, Judged, Offered, Probed, Stepped
from bot.domain.conversation import Message
from bot.domain.events import Show, Tell
from bot.domain.site import parse_sites
from bot.jobs.delivery import mark_of
from bot.jobs.drawing import Cards
from bot.simulator.cardreader import buttons, elements
from bot.simulator.faults import verdict_of
from bot.simulator.ledger import UNDETERMINED
from bot.simulator.rooms import BOT, Card, Post
from bot.simulator.stage import Stage
from bot.state.outbox import Item
from dialogs.draft import Rules
from tests.chaos.aof import Record
from tests.chaos.state import Snapshot, is_repeat

STAY: Final = frozenset({"verdict", "bundle"})
"""Cards that are not brought up to date, or carry a link that is signed anew each time."""
NEAR: Final = timedelta(seconds=5)
"""How long before its death a busy bot may have had a message taken by Teams without reading the answer."""
Line = tuple[str, str]
"""A message as both sides name it: `text` or `card`, and its words or slot."""


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was being sent when the bot was killed at `at`."""

    item: Item
    at: datetime

    @property
    def line(self) -> Line:
        """The message, as both sides name it."""
        return _line(self.item)


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A case that was played: what is stored at its end, all that was meant, and what nobody can know."""

    fault: str
    stage: Stage
    end: Snapshot
    record: Record
    unknowable: tuple[Doubt, ...] = ()
    fixes: bool = False

    def drawing(self) -> Cards:
        """What draws cards as the bot does."""
        return Cards(_rules(self.stage.network.sites_toml(), fixes=self.fixes))


def problems(evidence: Evidence) -> list[str]:
    """Everything that is not as it was promised."""
    case = evidence.end.case
    if case is None:
        return ["there is no case"]
    return [
        *_story(evidence, case),
        *_once(case),
        *_messages(evidence),
        *_looks(evidence, case),
        *_live_buttons(evidence, case),
    ]


def _story(evidence: Evidence, case: Case) -> Iterator[str]:
    judged = verdict(case)
    if judged != verdict_of(evidence.fault):
        yield f"the verdict is {judged}"
    if not evidence.end.ended:
        yield f"the case has not ended: {case.stage}, {len(evidence.end.waiting)} items wait"
    if len(evidence.end.cases) != 1:
        yield f"{len(evidence.end.cases)} cases"
    if [entry.n for entry in case.ledger] != list(range(1, case.version + 1)):
        yield "the ledger is not numbered 1 to n"


def verdict(case: Case) -> str:
    """What the case was concluded to be."""
    last = case.last(Judged)
    return last.verdict if last else UNDETERMINED


def _once(case: Case) -> Iterator[str]:
    """No answer, result or end of a job was taken twice."""
    taken = [
        *(f"answer {entry.nonce}" for entry in case.all(Stepped) if entry.nonce),
        *(f"result {entry.job} {entry.index}" for entry in case.all(Probed)),
        *(f"end of {entry.job}" for entry in case.all(JobEnded)),
    ]
    for what, times in Counter(taken).items():
        if times > 1:
            yield f"{what} was noted {times} times"
    for job in case.running():
        yield f"{job.what} job {job.job} never ended"


def _messages(evidence: Evidence) -> Iterator[str]:
    """Compares, queue by queue, what was meant with what stands in the rooms."""
    doubt = Counter(doubt.line for doubt in evidence.unknowable)
    meant = [(_side(item), _line(item)) for item in _sends(evidence.record.items)]
    seen = _seen(evidence)
    for side in sorted({side for side, _ in (*meant, *seen)}):
        yield from _compare(
            side, [b for a, b in meant if a == side], [b for a, b in seen if a == side], doubt
        )


def _compare(side: str, meant: list[Line], seen: list[Line], doubt: Counter[Line]) -> Iterator[str]:
    lost, more = Counter(meant) - Counter(seen), Counter(seen) - Counter(meant)
    for line in (lost - doubt).elements():
        yield f"lost for the {side}: {line}"
    for line in (more - doubt).elements():
        yield f"too often for the {side}: {line}"
    certain = [line for line in meant if line not in doubt and line not in lost]
    order = [line for line in seen if line not in doubt and line not in more]
    if certain != order and not (lost or more):
        yield f"out of order for the {side}: {order} instead of {certain}"


def is_message(item: Item) -> bool:
    """True for what adds a message; an update may be repeated."""
    return isinstance(item.effect, Show | Tell)


def _sends(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if is_message(item) and not is_repeat(item)]


def _side(item: Item) -> str:
    return "helpdesk" if item.queue.startswith("helpdesk:") else "employee"


def _line(item: Item) -> Line:
    if isinstance(item.effect, Tell):
        said = Cards(_rules("")).sentence(item.effect.text, item.effect.values, "fr").text
        return "text", " ".join([said, *(person.name for person in item.effect.mentions)])
    return "card", item.effect.slot if isinstance(item.effect, Show) else ""


def _seen(evidence: Evidence) -> list[tuple[str, Line]]:
    slots = {**_unplaced(evidence), **_placed(evidence)}
    lines = [(side, post, slots.get(post.id, "of no known place")) for side, post in posts(evidence.stage)]
    return [(side, ("card", slot) if post.card else ("text", post.text)) for side, post, slot in lines]


def _placed(evidence: Evidence) -> dict[str, str]:
    """Where the bot knows its cards to stand: activity → slot."""
    return {activity: slot for _, slot, activity in evidence.record.placed}


def _unplaced(evidence: Evidence) -> dict[str, str]:
    """Cards that stand where the bot does not know: they must have come when it was killed at sending them."""
    placed, found = _placed(evidence), dict[str, str]()
    cards = [post for _, post in posts(evidence.stage) if post.card is not None and post.id not in placed]
    for doubt in evidence.unknowable:
        near = [post for post in cards if abs(post.at - doubt.at) < NEAR and post.id not in found]
        if near and doubt.line[0] == "card":
            found[min(near, key=lambda post: abs(post.at - doubt.at)).id] = doubt.line[1]
    return found


def fates(evidence: Evidence) -> list[str]:
    """What became of each message of which the bot could not know whether it had been sent."""
    stands = Counter(line for _, line in _seen(evidence))
    lines = [doubt.line for doubt in evidence.unknowable]
    return [f"in doubt: {' '.join(line)}: it stands {stands[line]} times" for line in lines]


def posts(stage: Stage) -> list[tuple[str, Post]]:
    """All that the bot wrote, oldest first, and on which side."""
    found = [
        ("employee" if room.kind == "personal" else "helpdesk", post)
        for room in stage.channel.rooms.rooms.values()
        for post in room.posts.values()
        if post.author == BOT
    ]
    return sorted(found, key=lambda side_and_post: int(side_and_post[1].id))


def _looks(evidence: Evidence, case: Case) -> Iterator[str]:
    """Every card shows what the ledger says now."""
    drawing = evidence.drawing()
    for slot, placed in evidence.end.placements.items():
        wanted = drawing.card(case, slot, placed.locale)
        post = evidence.stage.channel.rooms.find(placed.activity)
        if wanted is None or post is None or slot.partition(":")[0] in STAY:
            continue
        if mark_of(Message(card=post.card)) != mark_of(wanted):
            words = f"{_words(post.card, wanted.card)} instead of {_words(wanted.card, post.card)}"
            yield f"the card {slot} is not as it should be after {post.edits} updates: {words}"


def _words(card: Card | None, other: Card | None) -> list[str]:
    """What the one card says and the other does not."""
    said = [[str(node.get("text") or node.get("title") or "") for node in elements(c)] for c in (card, other)]
    return list((Counter(said[0]) - Counter(said[1])).elements())


def _live_buttons(evidence: Evidence, case: Case) -> Iterator[str]:
    """No card still asks what was answered, unless nobody knows where it stands."""
    answered = {entry.nonce: entry.step for entry in case.all(Stepped) if entry.nonce}
    unplaced = _unplaced(evidence)
    for _, post in posts(evidence.stage):
        nonces = {button.says("nonce") for button in buttons(post.card or {})}
        if post.id not in unplaced:
            yield from (f"a button of {answered[nonce]} is still live" for nonce in nonces & answered.keys())


def _rules(sites: str, *, fixes: bool = False) -> Rules:
    return Rules(playbook=load(), sites=parse_sites(sites) if sites else {}, helpdesk=True, fixes=fixes)


def told(evidence: Evidence) -> Counter[Line]:
    """What was said to anybody, named so that two runs of one fault can be compared."""
    case = evidence.end.case
    return Counter((side, _named(line, case)) for side, line in _seen(evidence))


def lost_jobs(case: Case | None) -> list[str]:
    """Jobs that ended without their results: after that a case rightly says and asks other things."""
    ended = case.all(JobEnded) if case else ()
    return [
        f"{entry.job} ended {entry.how}: what was said is not compared"
        for entry in ended
        if entry.how != "done"
    ]


def _named(line: Line, case: Case | None) -> str:
    """A sentence by its words, a card by its kind and the step that it offers."""
    what, name = line
    kind, _, number = name.partition(":")
    if what == "text" or case is None or not number.isdigit():
        return name
    entry = case.ledger[int(number) - 1]
    return f"{kind}:{entry.step}" if isinstance(entry, Offered) else kind

"""Every Redis key and its time to live: the one place where they are written.

A key is a function of ids, never formatted elsewhere, so that two parts cannot disagree about one,
and a test can ask of any key in Redis whether it is meant to stay.
"""

from __future__ import annotations

from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Final

PREFIX: Final = "decroche:"


class Ttl:
    """How long each kind of key lives after its last use."""

    case: Final = timedelta(days=400)
    """Cases, their cards and their people: a year's repeat offender is still recognised."""
    playbook: Final = timedelta(days=800)
    """A version of the playbook outlives every case that was opened with it."""
    commit: Final = timedelta(minutes=1)
    """A commit repeated after a broken connection is recognised as done."""
    seen: Final = timedelta(days=1)
    """An activity that Teams delivers again changes nothing."""
    record: Final = timedelta(days=400)
    """What a conversation remembers besides its case."""
    outbox: Final = timedelta(days=7)
    """What cannot be delivered for a week is old news."""
    aside: Final = timedelta(days=30)
    """What Teams refused for good is kept for an operator to look at."""
    put: Final = timedelta(days=1)
    """An item put twice is delivered once."""
    lease: Final = timedelta(seconds=5)
    """A queue whose consumer died is free again."""
    conversation: Final = timedelta(seconds=5)
    """A conversation whose turn died is free again."""
    roster: Final = timedelta(minutes=15)
    """Who is helpdesk may change; what is older counts for nothing."""
    audit: Final = timedelta(days=400)
    """Who looked whom up, as long as the cases that it was for."""
    change: Final = timedelta(days=7)
    """That a change was begun, as long as the order to make it may lie in the outbox."""
    asked: Final = timedelta(minutes=10)
    """An agent's question that a measurement answers; it takes seconds."""
    probe_job: Final = timedelta(minutes=2)
    """A probe job is remembered this long after its deadline, for reports that come late."""
    probe_queue: Final = timedelta(days=1)
    """A site that was asked nothing for a day starts with an empty queue."""
    runner_seen: Final = timedelta(days=7)
    """When a site's runner was last heard, for the person who looks why it is silent."""
    runner_state: Final = timedelta(minutes=15)
    """What a runner said of its own health; it says so again every few minutes."""
    baseline: Final = timedelta(days=90)
    """What is usual at a site; a target that was not measured for so long has no usual any more."""
    endpoints: Final = timedelta(days=90)
    """Microsoft's list as last fetched; later the pinned copy is no worse."""


PERMANENT: Final[dict[str, str]] = {
    "decroche:case:counter": "case numbers are never given twice",
    "decroche:cases:open": "index; a case leaves it when it closes or expires",
    "decroche:outbox:due": "index; a queue leaves it when it is empty",
    "decroche:runner:tokens:*": "a site may be silent for years; its token ends when it is replaced or revoked",
}
"""Patterns of keys without a time to live, and why each may stay."""


def is_permanent(name: str) -> bool:
    """True when a key is meant to stay without a time to live."""
    return any(fnmatchcase(name, pattern) for pattern in PERMANENT)


def key(*parts: str) -> str:
    """Joins ids to a key; different ids never give the same key, whatever characters they hold."""
    return PREFIX + ":".join(part.replace("%", "%25").replace(":", "%3A") for part in parts)


def case_counter() -> str:
    """String: how many case ids were given."""
    return key("case", "counter")


def case_ledger(case_id: str) -> str:
    """List: the ledger of a case, one JSON line an entry."""
    return key("case", case_id, "ledger")


def case_placements(case_id: str) -> str:
    """Hash: slot → where its card stands."""
    return key("case", case_id, "placements")


def open_cases() -> str:
    """Sorted set: ids of open cases by time of their last commit."""
    return key("cases", "open")


def person_case(person_key: str) -> str:
    """String: the id of a person's open case."""
    return key("person", person_key, "case")


def person_cases(person_key: str) -> str:
    """Sorted set: ids of all cases of a person, by the time at which they were opened."""
    return key("person", person_key, "cases")


def playbook(version: str) -> str:
    """String: a version of the playbook, as a process that started with it wrote it."""
    return key("playbook", version)


def commit(token: str) -> str:
    """String: exists once the commit of that token is done."""
    return key("commit", token)


def seen(conversation_id: str, activity_id: str) -> str:
    """String: what an activity was answered."""
    return key("seen", conversation_id, activity_id)


def slot_of(conversation_id: str, activity_id: str) -> str:
    """String: which case and slot a sent card belongs to."""
    return key("slot", conversation_id, activity_id)


def record(name: str) -> str:
    """Hash: `etag` and `data` of a JSON record."""
    return key("record", name)


def roster(person_key: str) -> str:
    """String: what was last found out about one person's rights."""
    return key("roster", person_key)


def agents() -> str:
    """Hash: person → an agent or approver, as the last list names them; the empty field says when that was."""
    return key("agents", "list")


def agents_turn() -> str:
    """Lock: which process draws up the list of agents in this period."""
    return key("agents", "turn")


def agents_place() -> str:
    """String: a conversation of the tenant, by which a channel can be asked for its members."""
    return key("agents", "place")


def audit() -> str:
    """Stream: who looked whom up."""
    return key("audit")


def change_begun(change: str) -> str:
    """String: when the write of an approved change was begun."""
    return key("change", change)


def asked(job_id: str) -> str:
    """Hash: an agent's question that a probe job answers (`question`), and its results so far by index."""
    return key("asked", job_id)


def outbox_due() -> str:
    """Sorted set: queues that hold something, by the time at which to try."""
    return key("outbox", "due")


def outbox_queue(queue: str) -> str:
    """List: the items of a queue, oldest first."""
    return key("outbox", "queue", queue)


def outbox_head(queue: str) -> str:
    """Hash: how far the delivery of a queue's first item is."""
    return key("outbox", "head", queue)


def outbox_put(item_id: str) -> str:
    """String: exists once an item of that id was put."""
    return key("outbox", "put", item_id)


def outbox_lease(queue: str) -> str:
    """Lock: who delivers a queue."""
    return key("outbox", "lease", queue)


def outbox_aside() -> str:
    """List: messages that Teams refused for good, oldest first."""
    return key("outbox", "aside")


def silence(conversation_id: str) -> str:
    """Set: queues of the outbox that wait until the conversation takes messages again."""
    return key("silence", conversation_id)


def rate(name: str) -> str:
    """List: when the latest calls of a kind started, newest first."""
    return key("rate", name)


def conversation_lock(conversation_id: str) -> str:
    """Lock: whose turn it is in a conversation."""
    return key("lock", conversation_id)


def probe_job(job_id: str) -> str:
    """Hash: a probe job (`job`), its place in the queue (`entry`), who took it and when (`taken`), when it ended (`done`)."""
    return key("probe", "job", job_id)


def probe_queue(site_id: str) -> str:
    """Stream: ids of the probe jobs for a site's runners."""
    return key("probe", "queue", site_id)


def runner_seen(site_id: str) -> str:
    """String: when a runner of the site was last heard."""
    return key("runner", "seen", site_id)


def runner_state(site_id: str) -> str:
    """Hash: runner → what it last said of its own health."""
    return key("runner", "state", site_id)


def runner_tokens(site_id: str) -> str:
    """Hash: fingerprint → a token of the site's runners, hashed."""
    return key("runner", "tokens", site_id)


def baseline(site_id: str, probe: str) -> str:
    """List: milliseconds of the last good results of a probe, newest first."""
    return key("baseline", site_id, probe)


def endpoints() -> str:
    """Hash: Microsoft's address ranges as last fetched (`list`), and the ETag (`etag`) to ask with."""
    return key("endpoints")

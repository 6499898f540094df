"""The few changes that the bot may make in the directory, each taken back as exactly as it was made."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

from bot.domain.diagnosis import Outcome
from bot.domain.entry import Entry
from bot.domain.people import Person

FixKind = Literal["assign_licence", "join_group", "enable_account"]
"""A licence given directly, a licence given through the group that has it, an account enabled."""

ChangeEnd = Literal["made", "already", "failed", "unknown"]
"""`already`: it was so, nothing was added. `unknown`: nobody can say, somebody must look."""

ChangeState = Literal[
    "waiting", "declined", "expired", "not_needed", "closed", "changing", "made", "already", "failed", "unknown",
    "undone",
]  # fmt: skip
"""How a proposed change stands: proposed, or why it came to nothing, or how it was carried out."""

LapsedWhy = Literal["expired", "not_needed", "closed", "undo"]

STEPS: Final[dict[FixKind, str]] = {
    "assign_licence": "act.assign_licence",
    "join_group": "act.assign_licence",
    "enable_account": "act.enable_account",
}
"""The act of the playbook that each carries out."""


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change of one person (`user`: the directory's object id), or with `undo` its opposite.

    `facts` are those that showed the need: the change has arrived when they are well.
    """

    id: str
    fix: FixKind
    user: str
    upn: str = ""
    sku: str = ""
    sku_name: str = ""
    group: str = ""
    group_name: str = ""
    facts: tuple[str, ...] = ()
    undo: bool = False


class FixOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A change that the evidence calls for, and that an agent may propose; `mark` is good for one proposal.

    `free`: seats of its product that were left when the directory was last asked.
    """

    change: Change
    mark: str
    free: int | None = None


class Proposed(Entry, frozen=True, kw_only=True, tag="proposed"):
    """An agent proposed a change; it waits for the approval of somebody else until `expires` (UTC).

    `undoes` is the id of the change that it takes back; `step` the act of the playbook that it carries out.
    """

    change: Change
    step: str
    person: Person
    nonce: str
    expires: datetime
    undoes: str = ""


class Approved(Entry, frozen=True, kw_only=True, tag="approved"):
    """The second key: somebody who may approve, and who did not propose the change."""

    change: str
    person: Person


class Declined(Entry, frozen=True, kw_only=True, tag="declined"):
    """Somebody took a proposed change back, or refused it."""

    change: str
    person: Person


class Lapsed(Entry, frozen=True, kw_only=True, tag="lapsed"):
    """Nobody approved in time, or it is not needed any more; or (`undo`) the time to take a change back is over."""

    change: str
    why: LapsedWhy


class Changed(Entry, frozen=True, kw_only=True, tag="changed"):
    """How an approved change ended; `added`: this change, and nobody else, made the difference.

    A `resumed` one was found done after an interruption. `why` is a text id when it was not made, `detail` what it names.
    """

    change: str
    step: str
    how: ChangeEnd
    added: bool = False
    undo: bool = False
    resumed: bool = False
    why: str = ""
    detail: str = ""

    @property
    def outcome(self) -> Outcome:
        """What the engine hears of one that stands: a repair."""
        return "fixed"

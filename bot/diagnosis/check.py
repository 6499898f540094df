"""Does a playbook hold together? What `decroche playbook check` reports.

Reading a playbook finds malformed files; this finds ids that lead nowhere, numbers that are none, texts that are missing
or that nobody will read, and steps that nobody can do.
"""

from __future__ import annotations

import msgspec

from bot.diagnosis.check_ids import evidence, ids
from bot.diagnosis.check_numbers import numbers
from bot.diagnosis.check_reach import reach
from bot.diagnosis.check_texts import texts
from bot.diagnosis.playbook import Playbook


class Problem(msgspec.Struct, frozen=True):
    """What is wrong, in which file, under which key."""

    file: str
    key: str
    reason: str


def check(playbook: Playbook) -> list[Problem]:
    """Every problem of the playbook; empty when it can be used."""
    found = (
        *ids(playbook),
        *evidence(playbook),
        *numbers(playbook),
        *reach(playbook),
        *texts(playbook),
    )
    problems = (Problem(_file(playbook, key), key, reason) for key, reason in found)
    return list(dict.fromkeys(problems))


def _file(playbook: Playbook, key: str) -> str:
    """Where a key stands: the file of its table, or for a limit that is not set, where the limits are."""
    return playbook.files.get(key) or playbook.files.get(key.partition(".")[0], "")

"""Playbooks with something planted: the built-in one and an extra file, without touching a disk."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from bot.diagnosis.check import Problem, check
from bot.diagnosis.playbook import BUILT_IN, Playbook, assemble, load
from bot.diagnosis.spec import File
from bot.errors import PlaybookInvalid

EXTRA: Final = "more.toml"

FACT: Final = """
[[fact]]
id = "phone.lamp"
title = { fr = "Voyant du téléphone", en = "Lamp of the phone" }
values.red = { fr = "Le voyant est rouge", en = "The lamp is red" }
values.off = { fr = "Le voyant est éteint", en = "The lamp is off" }
default = { red = 0.1, off = 0.9 }
likely = { "phone.lamp" = { red = 0.9 } }
source = "the test"
numbers = "assumption: a test"
"""
QUESTION: Final = """
[[step]]
id = "ask.lamp"
who = "user"
minutes = 0.5
input = "choice"
title = { fr = "De quelle couleur est le voyant ?", en = "What colour is the lamp?" }
body = { fr = ["Regardez le coin du téléphone."], en = ["Look at the corner of the phone."] }
why = { fr = "Le voyant montre une panne.", en = "The lamp shows a fault." }
reveals = ["phone.lamp"]
choices.red = { fr = "Rouge", en = "Red" }
choices.off = { fr = "Éteint", en = "Off" }
source = "the test"
numbers = "assumption: a test"
"""
ACT: Final = """
[[step]]
id = "act.lamp"
who = "agent"
minutes = 5
title = { fr = "Changer le voyant", en = "Change the lamp" }
body = { fr = ["Dévissez le voyant."], en = ["Unscrew the lamp."] }
why = { fr = "Il est cassé.", en = "It is broken." }
needs = { "phone.lamp" = ["red"] }
source = "the test"
numbers = "assumption: a test"
"""
CAUSE: Final = """
[[cause]]
id = "phone.lamp"
prior = 0.05
title = { fr = "Voyant cassé", en = "Broken lamp" }
explanation = { fr = "Le voyant du téléphone est cassé.", en = "The lamp of the phone is broken." }
cures = [{ step = "act.lamp", p = 0.9 }, { step = "escalate.helpdesk" }]
source = "the test"
numbers = "assumption: a test"
"""
SOUND: Final = FACT + QUESTION + ACT + CAUSE


@cache
def built_in() -> Mapping[str, File]:
    """The files of the built-in playbook."""
    return {name: msgspec.convert(data, File) for name, data in built_in_data().items()}


@cache
def built_in_data() -> dict[str, dict[str, Any]]:
    """The same as plain data."""
    return {path.name: tomllib.loads(path.read_text("utf-8")) for path in sorted(BUILT_IN.glob("*.toml"))}


def extended(addition: str) -> Playbook:
    """The built-in playbook with one extra file, which may replace what it has."""
    return assemble([built_in(), {EXTRA: msgspec.convert(tomllib.loads(addition), File)}], "test")


def garbled(name: str, data: dict[str, Any]) -> Playbook:
    """The built-in playbook with one of its files replaced. Raises `PlaybookInvalid`, as reading files does."""
    try:
        file = msgspec.convert(data, File)
    except msgspec.ValidationError as exc:
        raise PlaybookInvalid(f"{name}: {exc}") from exc
    return assemble([{**built_in(), name: file}], "test")


def faults(addition: str) -> list[Problem]:
    """What `check` finds in an extra file, beyond what it finds without it."""
    before = check(load())
    return [problem for problem in check(extended(addition)) if problem not in before]


def names(addition: str, key: str, reason: str) -> bool:
    """True when the check names this fault, with file and key, for this addition."""
    found = [(p.file, p.key) for p in faults(addition) if reason in p.reason]
    return (EXTRA, key) in found


def own_playbook(folder: Path, verdict: float) -> Path:
    """A playbook that differs from the built-in one by a limit."""
    folder.mkdir(exist_ok=True)
    (folder / "ours.toml").write_text(f'extends = "builtin"\n[limits]\nverdict = {verdict}\n', "utf-8")
    return folder

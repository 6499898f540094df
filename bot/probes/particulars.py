"""Particulars that probes come across: which port the phone hangs on, which phone it is.

No rule reasons about them, but people read them and commands are filled with them, and they come from devices that
anybody may have named: so only known keys, short and printable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.probe import ProbeResult, ProbeSpec

MOST: Final = 80
_TOPICS: Final[Mapping[str, frozenset[str]]] = {
    "phone": frozenset({"maker", "model", "serial", "firmware"}),
    "switch": frozenset({"name", "port", "port_alias", "vlan_untagged", "vlan_voice", "poe", "poe_w"}),
}


def particulars_of(
    results: Mapping[int, ProbeResult], specs: Sequence[ProbeSpec]
) -> dict[str, dict[str, str]]:
    """By topic (`phone`, `switch`), from the one switch on which the phone hangs; empty while none has told.

    Results of an index that is no switch's are ignored. The phone's MAC address is not among them: it is what the
    switch was asked by.
    """
    asked = (index for index, spec in enumerate(specs) if spec.prober == "snmp")
    found = (results[index] for index in asked if index in results)
    told = next((r.details["known"] for r in found if r.ok is not None and "known" in r.details), None)
    if not isinstance(told, Mapping):
        return {}
    topics = {topic: _some(told.get(topic), keys) for topic, keys in _TOPICS.items()}
    return {topic: data for topic, data in topics.items() if data}


def _some(data: object, keys: frozenset[str]) -> dict[str, str]:
    if not isinstance(data, Mapping):
        return {}
    words = {key: _plain(data.get(key)) for key in sorted(keys)}
    return {key: word for key, word in words.items() if word}


def _plain(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(sign if sign.isprintable() else " " for sign in value[:MOST]).strip()

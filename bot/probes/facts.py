"""From probe results to facts: the only place where a failure name becomes knowledge about a site.

A fact comes only from a complete group of results. What was not measured (the name did not resolve,
the runner could not) is never « ok »; a group of which nothing was measured is `unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from bot.domain.fact import UNKNOWN, VOCABULARY, Fact, Source, Value
from bot.domain.probe import Failure, ProbeResult, ProbeSpec, Where
from bot.probes.options import is_address

Results = Mapping[int, ProbeResult]
Group = Sequence[ProbeResult]

_TLS: Final = {
    Failure.tls_intercepted: "intercepted",
    Failure.tls_expired: "expired",
    Failure.tls_untrusted: "untrusted",
    Failure.tls_name_mismatch: "untrusted",
    Failure.tls_not_yet_valid: "fail",
    Failure.tls_handshake_failed: "fail",
}
_TLS_WORST_FIRST: Final = ("intercepted", "expired", "untrusted", "fail")
_LIES: Final = frozenset({Failure.dns_hijacked, Failure.dns_filtered})
_CLOCK_DOUBT_S: Final = 1.0
_LONGEST: Final = 80
_VERSION: Final = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,6}){3}(?![\w.])", re.ASCII)
_SWITCH: Final = "switch"
_OF_SWITCH: Final = ("switch.port", "switch.poe", "switch.lldp", "switch.vlan")


def _measured(group: Group) -> list[ProbeResult]:
    return [result for result in group if result.at is not Where.runner]


def _every_host(group: Group) -> str:
    """All of these hosts are needed: one that fails is a failure."""
    measured = _measured(group)
    if not measured:
        return UNKNOWN
    if any(result.ok is False for result in measured):
        return "fail"
    return "ok" if all(result.ok for result in group) else "inconclusive"


def _any_host(group: Group) -> str:
    """One of these hosts is enough."""
    measured = _measured(group)
    if not measured:
        return UNKNOWN
    if any(result.ok for result in measured):
        return "ok"
    return "fail" if all(result.ok is False for result in group) else "inconclusive"


def _cut_in_handshake(result: ProbeResult) -> bool:
    return result.ok is False and result.details.get("phase") == "handshake" and result.failure not in _TLS


def _tls(group: Group) -> str:
    said = {_TLS[result.failure] for result in group if result.failure in _TLS}
    if any(_cut_in_handshake(result) for result in group):
        said.add("fail")
    if said:
        return next(value for value in _TLS_WORST_FIRST if value in said)
    return "ok" if group and all(result.ok for result in group) else UNKNOWN


def _any_clock(group: Group) -> str:
    """A server that gives the time answers, even one that another contradicts: whether it is right is `ntp.offset_s`."""
    return _any_host([_answering(result) for result in group])


def _answering(result: ProbeResult) -> ProbeResult:
    contradicted = result.failure is Failure.ntp_disagreement
    return msgspec.structs.replace(result, ok=True) if contradicted else result


_RULES: Final[dict[str, Callable[[Group], str]]] = {
    "dns": _every_host,
    "tcp443": _every_host,
    "tls": _tls,
    "udp3478": _any_host,
    "ntp": _any_clock,
    "http80": _any_host,
}


def _of_switch(group: Group) -> dict[str, Value]:
    """What the one switch says on which the phone hangs; the others of the site do not know it (ok None).

    These facts come along where they can be had: what no switch could give is left out, not `unknown`.
    """
    told = next((r.details for r in group if r.ok is not None and r.details.get("facts")), {})
    said = told.get("facts")
    known = {fact: said.get(fact) for fact in _OF_SWITCH} if isinstance(said, Mapping) else {}
    found: dict[str, Value] = {
        fact: value
        for fact, value in known.items()
        if isinstance(value, str) and value != UNKNOWN and VOCABULARY[fact].accepts(value)
    }
    return found | _firmware(told.get("known"))


def _firmware(known: object) -> dict[str, Value]:
    """The version that the phone itself announces (LLDP-MED inventory), when its words hold exactly one."""
    phone = known.get("phone") if isinstance(known, Mapping) else None
    words = phone.get("firmware") if isinstance(phone, Mapping) else None
    versions = _VERSION.findall(words[:_LONGEST]) if isinstance(words, str) else []
    return {"phone.firmware": versions[0]} if len(versions) == 1 else {}


def _number(details: Mapping[str, Any], name: str) -> float | None:
    value = details.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _settled(result: ProbeResult) -> bool:
    """True when a time server's reading can be believed, or the one that contradicts it is known to be right or wrong."""
    if result.ok or result.failure is not Failure.ntp_disagreement:
        return bool(result.ok)
    apart, true = _number(result.details, "disagreement_s"), _number(result.details, "runner_clock_s")
    own = _number(result.details, "offset_s")
    if apart is None or true is None or own is None:
        return False
    return min(abs(own - true), abs(own - apart - true)) <= _CLOCK_DOUBT_S


def _offset(group: Group) -> Value:
    """The most certain server's offset from true time, in seconds.

    `offset_s` is against the runner's clock; `runner_clock_s` (true time minus the runner's, as the bot's
    clock has it) corrects a runner that is itself wrong. Where a second server contradicts the first, the
    bot's clock must side with one of them: three clocks have a majority, two have not.
    """
    readings = [
        (_number(result.details, "error_s") or 0.0, offset, _number(result.details, "runner_clock_s") or 0.0)
        for result in group
        if _settled(result) and (offset := _number(result.details, "offset_s")) is not None
    ]
    if not readings:
        return UNKNOWN
    _, offset, clock = min(readings)
    return round(offset - clock if abs(clock) > _CLOCK_DOUBT_S else offset, 3)


def _proxy(groups: Mapping[str, Group], values: Mapping[str, Value]) -> Value:
    if any(result.failure is Failure.proxy_required for group in groups.values() for result in group):
        return "required"
    return "none" if values.get("tcp443") == "ok" and values.get("tls") == "ok" else UNKNOWN


def _beyond_doubt(results: Results, specs: Sequence[ProbeSpec]) -> Results:
    """Where the resolver lies, a port that fails at an address nobody vouches for proves nothing."""
    if not any(result.failure in _LIES for result in results.values()):
        return results
    return {
        index: msgspec.structs.replace(result, ok=None, failure=Failure.dns_hijacked, at=Where.resolver)
        if result.ok is False and _in_doubt(specs[index])
        else result
        for index, result in results.items()
        if 0 <= index < len(specs)
    }


def _in_doubt(spec: ProbeSpec) -> bool:
    return spec.prober != "dns" and not spec.options.get("ranges") and not is_address(spec.host)


def _fact_of(spec: ProbeSpec) -> str:
    return str(spec.options.get("fact", ""))


def _complete(results: Results, specs: Sequence[ProbeSpec], ended: bool) -> dict[str, Group]:
    groups: dict[str, list[int]] = {}
    for index, spec in enumerate(specs):
        groups.setdefault(_fact_of(spec), []).append(index)
    return {
        fact: [results[i] for i in indexes if i in results]
        if fact == _SWITCH or set(indexes) <= results.keys()
        else []
        for fact, indexes in groups.items()
        if (fact in _RULES or fact == _SWITCH) and (ended or set(indexes) <= results.keys())
    }


def _values(groups: Mapping[str, Group]) -> dict[str, Value]:
    values: dict[str, Value] = {
        fact: rule(group) for fact, group in groups.items() if (rule := _RULES.get(fact)) is not None
    }
    values |= _of_switch(groups[_SWITCH]) if _SWITCH in groups else {}
    cut = any(_cut_in_handshake(result) for result in groups.get("tls", ()))
    if cut and values.get("tcp443") in {"ok", "inconclusive"}:
        values["tcp443"] = "fail"  # let in, then dropped at the first packet: blocked by name
    if "ntp" in groups:
        values["ntp.offset_s"] = _offset(groups["ntp"])
    if {"tcp443", "tls", "http80"} <= groups.keys():
        values["proxy"] = _proxy(groups, values)
    return values


def facts_of(
    results: Results, specs: Sequence[ProbeSpec], at: datetime, by: str, *, ended: bool = False
) -> tuple[Fact, ...]:
    """The facts that these results establish, in a fixed order.

    `results` are all of a job so far, by index into `specs`; `ended` says that no more will come, and then
    every incomplete group is `unknown`. Results of an index that no spec has are ignored. All wait for the dns
    group, whose lies put the others in doubt; tcp443 waits for the tls group as well, because a firewall may cut
    a connection only when it sees a name.
    """
    groups = _complete(_beyond_doubt(results, specs), specs, ended)
    asked = {_fact_of(spec) for spec in specs}
    if "dns" in asked and "dns" not in groups:
        return ()
    if "tls" in asked and "tls" not in groups:
        groups.pop("tcp443", None)
    values = _values(groups)
    return tuple(
        Fact(id=fact, value=value, at=at, source=Source.measured, by=by) for fact, value in values.items()
    )

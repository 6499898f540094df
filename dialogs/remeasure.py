"""What a proof measures anew: what was bad or in doubt, and the switch after somebody worked on it; nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.domain.case import Case, Noted, Probed
from bot.domain.fact import UNKNOWN, Fact, Source
from dialogs.draft import Rules

# What a site that is well shows. As long as one of `DECIDES` is measured as anything else, nothing is mended.
DECIDES: Final[Mapping[str, str]] = {
    "dns": "ok",
    "tcp443": "ok",
    "tls": "ok",
    "udp3478": "ok",
    "ntp": "ok",
    "ntp.offset_s": "ok",
    "switch.port": "up",
    "switch.vlan": "voice",
}
# Phones work without these too.
TELLS: Final[Mapping[str, str]] = {"http80": "ok", "proxy": "none", "switch.poe": "delivering"}
HEALTHY: Final = {**DECIDES, **TELLS}
UNSURE: Final = frozenset({UNKNOWN, "inconclusive"})
ON_THE_SWITCH: Final = frozenset(
    {
        "act.swap_cable_or_port",
        "act.external_power",
        "act.fix_vlan_dhcp",
        "act.clear_port_security",
        "act.free_poe_budget",
    }
)
PORT: Final = "switch.port"


def facts(case: Case, rules: Rules, repair: str = "") -> tuple[str, ...]:
    """The facts to measure anew after `repair` (a step); none means all of them.

    Of calls that sounded bad, no fact tells: the whole plan of the symptom does.
    """
    if _sounded_bad(case):
        return ()
    newest = _newest(case, rules)
    found = [fact for fact, good in HEALTHY.items() if newest.get(fact, good) != good]
    if PORT not in found and after_switch(case, rules, repair):
        found.append(PORT)
    return tuple(found)


def wanted(case: Case, rules: Rules, repair: str) -> bool:
    """True when a proof begins with a measurement: something was bad, or somebody worked on the switch."""
    return bad(case, rules) or _sounded_bad(case) or after_switch(case, rules, repair)


def bad(case: Case, rules: Rules, since: int = 0) -> bool:
    """True when the newest measurement of something that decides, after entry `since`, is bad."""
    newest = _newest(case, rules, since)
    return any(newest.get(fact, good) not in {good, *UNSURE} for fact, good in DECIDES.items())


def after_switch(case: Case, rules: Rules, repair: str) -> bool:
    """True when a repair changed something that one of the site's switches can tell of this phone."""
    site = rules.site(case)
    known = site is not None and site.switches and case.known("phone").get("mac")
    return repair in ON_THE_SWITCH and bool(known)


def _newest(case: Case, rules: Rules, since: int = 0) -> dict[str, str]:
    """The measured facts by id; a number by the name of its size."""
    book = rules.book(case)
    return {
        entry.fact: entry.value
        if isinstance(entry.value, str)
        else book.bucket(Fact(id=entry.fact, value=entry.value)) or UNKNOWN
        for entry in case.round()
        if isinstance(entry, Noted) and entry.source is Source.measured and entry.n > since
    }


def _sounded_bad(case: Case) -> bool:
    newest = {
        (entry.result.host, entry.result.port): entry.result.ok
        for entry in case.round()
        if isinstance(entry, Probed) and entry.result.prober == "quality"
    }
    return any(ok is False for ok in newest.values())

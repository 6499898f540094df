"""What earlier cases knew of a person's phones and site, so that a new report begins with it filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.case import Case, Known
from bot.domain.site import Site
from bot.domain.views import Choice
from dialogs.draft import Draft, Rules
from dialogs.labels import Labels

TOPIC: Final = "phone:"
MOST: Final = 5
OTHER: Final = "other"
KEPT: Final = ("label", "mac", "serial", "model")


def remember(draft: Draft, past: Sequence[Case]) -> None:
    """Notes the phones of earlier cases, newest first, and the site of the newest, each citing its case."""
    seen: list[dict[str, str]] = []
    for case in past:
        phone = _phone(case, draft.rules)
        if phone and len(seen) < MOST and not any(_same(phone, other) for other in seen):
            seen.append(phone)
            draft.know(f"{TOPIC}{case.id}", phone, f"case:{case.id}")
    newest = next((case for case in past if case.site in draft.rules.sites), None)
    if newest is not None and draft.case.site is None:
        draft.know("site", particulars(draft.rules.sites[newest.site or ""]), f"case:{newest.id}")


def _phone(case: Case, rules: Rules) -> dict[str, str]:
    """A phone that a person would recognise; a case that never learnt which one tells nothing."""
    known = case.known("phone")
    phone = {name: known[name] for name in KEPT if known.get(name)}
    if not phone.keys() & {"label", "mac", "serial"}:
        return {}
    return phone | ({"site": case.site} if case.site and case.site in rules.sites else {})


def _same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    if one.get("mac") and other.get("mac"):
        return one["mac"].upper() == other["mac"].upper()
    return (one.get("label"), one.get("site")) == (other.get("label"), other.get("site"))


def phones(case: Case) -> dict[str, dict[str, str]]:
    """The phones that earlier cases knew, by the id of the case, newest first."""
    topics = dict.fromkeys(entry.topic for entry in case.all(Known) if entry.topic.startswith(TOPIC))
    return {topic.removeprefix(TOPIC): case.known(topic) for topic in topics}


def choices(case: Case, rules: Rules) -> tuple[Choice, ...]:
    """One's phones in words, to choose among."""
    return tuple(Choice(value=name, title=_title(phone, rules)) for name, phone in phones(case).items())


def _title(phone: Mapping[str, str], rules: Rules) -> str:
    site = rules.sites.get(phone.get("site", ""))
    named = phone.get("label") or phone.get("mac") or phone.get("serial", "")
    return " · ".join(filter(None, (named, site.name if site else "", phone.get("model", ""))))


def likely(case: Case) -> str:
    """The earlier case whose phone it probably is: the one whose labels were just named, else the newest; `other` if neither."""
    now, mine = case.known("phone"), phones(case)
    if now.keys() & {"label", "mac", "serial"}:
        return next((name for name, phone in mine.items() if _named(now, phone)), OTHER)
    return next(iter(mine), OTHER)


def _named(now: Mapping[str, str], phone: Mapping[str, str]) -> bool:
    pairs = ((now.get(name, ""), phone.get(name, "")) for name in ("mac", "serial", "label"))
    return any(one and one.upper() == other.upper() for one, other in pairs)


def assume(draft: Draft) -> None:
    """Takes the likeliest phone as it is, for somebody who wants a person at once and is asked nothing."""
    chosen = likely(draft.case)
    phone = phones(draft.case).get(chosen, {})
    draft.know("phone", {name: phone.get(name, "") for name in KEPT}, f"case:{chosen}")


def take(draft: Draft, chosen: str, site: str) -> str:
    """Takes the phone that was chosen, and gives the site: that of the phone, unless another one than before was chosen."""
    phone = phones(draft.case).get(chosen, {})
    theirs = phone.get("site", "")
    draft.know("phone", {name: phone.get(name, "") for name in KEPT}, "user")
    return theirs if theirs and (not site or site == draft.case.site) else site


def name_it(draft: Draft, labels: Labels) -> None:
    """Notes what a message says of the phone and of where it stands."""
    draft.know("phone", labels.phone, "user")
    if labels.site and labels.site != draft.case.site:
        draft.know("site", particulars(draft.rules.sites[labels.site]), "user")


def particulars(site: Site) -> dict[str, str]:
    """What a ticket says of a site, kept in the ledger as it was on the day."""
    lists = {
        "voice_subnets": site.voice_subnets,
        "resolvers": site.resolvers,
        "ntp_servers": site.ntp_servers,
    }
    return {
        "id": site.id,
        "name": site.name,
        "time_zone": site.time_zone,
        **{name: ", ".join(values) for name, values in lists.items()},
    }

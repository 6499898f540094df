"""A new report: what was said is kept, the safety notice goes out first, checks begin at once."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.case import Case, Opened, Said, Symptom, Told
from bot.domain.diagnosis import Recognition
from bot.domain.events import Heard, Show, Tapped, Tell
from bot.domain.fact import Source
from bot.domain.people import Person
from bot.domain.verb import Verb
from dialogs import answers, earlier, guide, labels, phones, topics
from dialogs.commands import command
from dialogs.draft import Advance, Draft, Rules

SURE_ENOUGH: Final = 0.75
NOT_A_PHONE: Final = "not_a_phone_problem"

# With these the phone may well not reach the emergency services.
UNSAFE: Final = frozenset(
    {"no_internet_banner", "cannot_call", "no_dial_tone", "no_power", "random_reboot", "signed_out"}
)


_MAC: Final = re.compile(r"\b(?:[0-9a-f]{2}[:-]?){5}[0-9a-f]{2}\b", re.IGNORECASE)


def hear(event: Heard, rules: Rules, new_id: str) -> Advance:
    """A message from somebody who has no open case."""
    asked = command(event.text)
    if asked is Verb.help:
        return _show("help")
    if asked is Verb.topics:
        return _show("topics")
    if asked in {Verb.status, Verb.cancel}:
        return Advance(case=None, effects=(Tell(to="employee", text="say.no_open_case"), _welcome()))
    understood = answers.understand(rules, None, event)
    question = topics.asked(None, event.text, understood, rules)
    if question is not None:
        return _show(question)
    if understood.symptom == NOT_A_PHONE and understood.confidence >= SURE_ENOUGH:
        return Advance(
            case=None,
            effects=(Tell(to="employee", text="say.not_a_phone"), Show(to="employee", slot="welcome:person")),
        )
    named = labels.read(event.text, rules.sites)
    if asked is Verb.person or understood.symptom or understood.facts or named:
        return _open(event, event.text, understood, rules, new_id, person_wanted=asked is Verb.person)
    return _show("welcome")


def tap(event: Tapped, rules: Rules, new_id: str) -> Advance:
    """A button of the welcome card, or of a card whose case is over."""
    if event.verb == Verb.help:
        return _show("help")
    question = topics.tapped(None, event, rules)
    if question is not None:
        return _show(question)
    if event.verb not in {Verb.start, Verb.person, Verb.restart}:
        return Advance(case=None, effects=(Tell(to="employee", text="say.no_open_case"), _welcome()))
    symptom: str | None = event.values.get("symptom", "")
    if symptom not in rules.playbook.symptoms or symptom == NOT_A_PHONE:
        symptom = None
    understood = Recognition(symptom=symptom, confidence=1.0, locale=event.locale)
    return _open(event, "", understood, rules, new_id, person_wanted=event.verb == Verb.person)


def open_blank(event: Heard, rules: Rules, new_id: str) -> Advance:
    """A case of which nobody has said yet what it is about."""
    understood = Recognition(symptom=None, confidence=0.0, locale=event.locale)
    return _open(event, event.text, understood, rules, new_id)


def once_more(event: Heard | Tapped, before: Case, rules: Rules, new_id: str) -> Advance:
    """A new case for what an older one, closed too long ago to go on, was about; it cites that one."""
    text = event.text if isinstance(event, Heard) else ""
    understood = Recognition(symptom=before.symptom, confidence=1.0, locale=before.locale)
    return _open(event, text, understood, rules, new_id, before=before)


def _show(slot: str) -> Advance:
    return Advance(case=None, effects=(Show(to="employee", slot=slot),))


def _welcome() -> Show:
    return Show(to="employee", slot="welcome")


def _open(
    event: Heard | Tapped,
    text: str,
    understood: Recognition,
    rules: Rules,
    new_id: str,
    *,
    person_wanted: bool = False,
    before: Case | None = None,
) -> Advance:
    symptom = understood.symptom if understood.confidence >= SURE_ENOUGH else None
    opened = Opened(
        n=1,
        at=event.at,
        by="user",
        person=event.person,
        conversation=event.conversation,
        locale=event.language or understood.locale,
        playbook=rules.playbook.version,
        symptom=symptom,
    )
    draft = Draft(Case(id=new_id, ledger=(opened,)), event.at, rules)
    if text:
        draft.add(Said(n=draft.n, at=event.at, by="user", text=text))
    for fact in understood.facts:
        draft.note(fact.id, fact.value, Source.told, "user")
    _known_before(draft, event, text, before)
    warn(draft)
    _account(draft, event.person, event.tenant)
    if person_wanted:
        earlier.assume(draft)
        guide.hand_over(draft, "escalate.helpdesk", "asked")
    else:
        ask_intake(draft)
    return draft.result()


def _known_before(draft: Draft, event: Heard | Tapped, text: str, before: Case | None) -> None:
    """The phones and site that earlier cases or the message name; what the message says counts first."""
    earlier.name_it(draft, labels.read(text, draft.rules.sites))
    past = [case for case in event.past if before is None or case.id != before.id]
    earlier.remember(draft, [*([before] if before else []), *past])
    if before is not None:
        draft.know("earlier", {"case": before.id}, "bot")
        draft.tell("say.opened_again", values={"case": draft.case.id, "earlier": before.id})


def _account(draft: Draft, person: Person, tenant: str) -> None:
    known = {"display_name": person.name, "object_id": person.aad or "", "upn": person.upn or ""}
    draft.know("account", {**known, "tenant": tenant}, "teams")
    guide.start_lookup(draft)


def warn(draft: Draft) -> None:
    """Tells the person that the phone cannot call for help, once, before anything else."""
    told = any(entry.what == "safety" for entry in draft.case.all(Told))
    unsafe = draft.case.symptom is None or draft.case.symptom in UNSAFE
    if unsafe and not told:
        draft.do(Show(to="employee", slot="safety", urgency="vital"))
        draft.add(Told(n=draft.n, at=draft.at, by="bot", what="safety"))


def ask_intake(draft: Draft) -> None:
    """Asks what the screen says and which phone it is, with all that is known filled in."""
    offered = draft.offer("intake", "employee")
    draft.do(Show(to="employee", slot=f"intake:{offered.n}"))


def guessed(case: Case, rules: Rules) -> str | None:
    """What the words of the report may mean, though too unsure to be taken for it: preselected on the form."""
    opened = case.opened
    said = next((entry for entry in case.all(Said) if entry.role == "employee"), None)
    if said is None:
        return None
    heard = Heard(at=said.at, person=opened.person, conversation="", text=said.text, locale=opened.locale)
    symptom = answers.understand(rules, case, heard).symptom
    return None if symptom == NOT_A_PHONE else symptom


def take_intake(draft: Draft, event: Tapped) -> None:
    """Takes the answers of the intake card; what was left empty stays as it was known."""
    sites = draft.rules.sites
    symptom = event.values.get("symptom", "")
    if symptom in draft.rules.playbook.symptoms and symptom != draft.case.symptom:
        draft.add(Symptom(n=draft.n, at=draft.at, by="user", symptom=symptom))
    site, label = event.values.get("site", ""), event.values.get("phone", "")[:80].strip()
    if not label:
        site = earlier.take(draft, event.values.get("earlier", ""), site)
    site = next(iter(sites)) if len(sites) == 1 else site
    if site in sites:
        draft.know("site", earlier.particulars(sites[site]), "user")
    mac = _MAC.search(label)
    model = phones.said(draft.rules.playbook, draft.case, label)
    draft.know("phone", {"label": label, "mac": mac[0] if mac else "", "model": model}, "user")
    draft.step("intake", "answered", "user", event.nonce)
    warn(draft)

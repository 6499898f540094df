"""The triage card's sample view, which has something to say in every part."""

from __future__ import annotations

import msgspec

from bot.domain.diagnosis import Locale
from bot.domain.verb import Verb
from bot.domain.views import Ranked, TriageView, Tried, Unchecked, View
from tests.support.view_parts import CASE, COMMANDS, NINE, NONCE, PARIS, against, either, evidence, later


def unchecked(locale: Locale) -> tuple[Unchecked, ...]:
    """What could not be checked, by reason."""
    return (
        Unchecked(titles=(either(locale, "Licence Teams", "Teams licence"),), why="no_permission"),
        Unchecked(
            titles=(
                either(locale, "Connexion chiffrée", "Encrypted connection"),
                either(locale, "Passage de la voix", "Way out for voice"),
            ),
            why="no_runner_since",
            since=NINE,
        ),
    )


def tried(locale: Locale) -> tuple[Tried, ...]:
    """What did not help."""
    return (
        Tried(
            text=either(locale, "Autre prise murale", "Another wall socket"),
            outcome="not_fixed",
            at=later(12),
            n=20,
        ),
        Tried(
            text=either(locale, "Redémarrage du téléphone", "Restart of the phone"),
            outcome="not_fixed",
            at=later(16),
            n=23,
        ),
    )


def asked_body(locale: Locale) -> tuple[str, ...]:
    """How to do what is asked."""
    return (
        either(
            locale,
            "Vérifier que le service tourne sur 10.20.0.53.",
            "Check that the service runs on 10.20.0.53.",
        ),
        either(
            locale,
            "Depuis le VLAN voix, résoudre teams.microsoft.com.",
            "From the voice VLAN, resolve teams.microsoft.com.",
        ),
    )


def triage(locale: Locale) -> TriageView:
    """A case that waits for the network team."""
    return TriageView(
        locale=locale,
        case=CASE,
        v=24,
        nonce=NONCE,
        who="Jeanne Martin",
        upn="jeanne_martin@contoso.example",
        where="Lyon Part-Dieu",
        phone="CCX 500, 7.1.3.0991, poste 4127",
        since=NINE,
        time_zone=PARIS,
        stage="helpdesk",
        emergency=True,
        told=True,
        causes=(
            Ranked(either(locale, "Serveur de noms du site", "The site's name server"), 87),
            Ranked(either(locale, "Pare-feu, port 443", "Firewall, port 443"), 8),
            Ranked(either(locale, "Horloge du téléphone", "The phone's clock"), 3),
        ),
        evidence_for=evidence(locale),
        against=against(locale),
        contradictions=(
            either(
                locale,
                "Heure du téléphone : bonne (nº 12), puis fausse (nº 19)",
                "The phone's clock: right (no. 12), then wrong (no. 19)",
            ),
        ),
        not_checked=unchecked(locale),
        tried=tried(locale),
        running=("probes",),
        step="act.fix_dns",
        asked=either(
            locale,
            "Remettre en route le serveur de noms 10.20.0.53",
            "Restart the name server 10.20.0.53",
        ),
        asked_body=asked_body(locale),
        owner="Paul Nguyen",
        who_acts="network",
        buttons=(Verb.claim, Verb.resolve, Verb.not_fixed, Verb.escalate),
    )


def triage_commands(locale: Locale) -> TriageView:
    """The network team's step with a caution and what to type; the person was never asked where the phone is."""
    return msgspec.structs.replace(
        triage(locale),
        caution=either(locale, "Seulement sur cette prise.", "Only on this port."),
        commands=COMMANDS,
        unasked=True,
        guide=True,
    )


def triage_proving(locale: Locale) -> TriageView:
    """The employee is proving a repair."""
    return msgspec.structs.replace(
        triage(locale),
        nonce="",
        mark="m4rk",
        step="",
        asked="",
        asked_body=(),
        stage="verifying",
        buttons=(Verb.claim,),
    )


def triage_closed(locale: Locale) -> TriageView:
    """A case that is mended, with what the helpdesk may still look at."""
    return msgspec.structs.replace(
        triage(locale),
        nonce="",
        step="",
        asked="",
        asked_body=(),
        stage="fixed",
        closed=True,
        buttons=(),
        guide=True,
        afterwards=(
            either(locale, "Ouvrir la qualité des appels", "Open the call analytics"),
            either(locale, "Chercher l'appel d'essai.", "Find the test call."),
        ),
    )


def triages(locale: Locale) -> dict[str, View]:
    """The triage card as a case goes on."""
    return {
        "triage": triage(locale),
        "triage-commands": triage_commands(locale),
        "triage-proving": triage_proving(locale),
        "triage-closed": triage_closed(locale),
    }

"""What sample views are made of: people's choices, facts and checks, in each language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.diagnosis import Locale
from bot.domain.fact import Source
from bot.domain.views import CheckRow, CheckState, Choice, CommandLine, Evidence

NINE = datetime(2026, 11, 22, 8, 14, tzinfo=UTC)
PARIS = "Europe/Paris"
CASE, NONCE = "D-1042", "n7Qe2kXb"


def either(locale: Locale, french: str, english: str) -> str:
    """The words in the language asked for."""
    return french if locale == "fr" else english


def later(minutes: int) -> datetime:
    """So many minutes after the case was opened."""
    return NINE + timedelta(minutes=minutes)


def symptoms(locale: Locale) -> tuple[Choice, ...]:
    """What the playbook might offer."""
    return (
        Choice(
            "no_internet_banner",
            either(
                locale,
                "L’écran affiche « No internet »",
                "The screen says “No internet”",
            ),
        ),
        Choice("cannot_call", either(locale, "Les appels ne partent pas", "Calls do not go out")),
        Choice("no_power", either(locale, "L'écran reste noir", "The screen stays dark")),
        Choice("signed_out", either(locale, "Le téléphone demande de se connecter", "It asks to sign in")),
    )


SITES = (Choice("lyon", "Lyon Part-Dieu"), Choice("nantes", "Nantes"), Choice("lille", "Lille Europe"))


def evidence(locale: Locale) -> tuple[Evidence, ...]:
    """Facts of three sources."""
    return (
        Evidence(
            text=either(
                locale,
                "Le serveur de noms du site ne répond pas (3 essais sur 3)",
                "The site's name server does not answer (3 tries out of 3)",
            ),
            source=Source.measured,
            at=later(2),
            n=11,
        ),
        Evidence(
            text=either(
                locale,
                "L'adresse du téléphone est correcte : 10.20.30.41",
                "The phone's address is right: 10.20.30.41",
            ),
            source=Source.photo,
            at=later(6),
            n=17,
        ),
        Evidence(
            text=either(
                locale,
                "D'autres téléphones du bureau sont touchés",
                "Other phones in the office are affected",
            ),
            source=Source.told,
            at=later(7),
            n=19,
        ),
    )


def against(locale: Locale) -> tuple[Evidence, ...]:
    """One fact that does not fit."""
    words = either(locale, "Un ordinateur du même bureau navigue", "A computer in the same office browses")
    return (Evidence(text=words, source=Source.told, at=later(8), n=21),)


def rows(locale: Locale) -> tuple[CheckRow, ...]:
    """One check in each state."""
    return (
        CheckRow(
            id="tcp443",
            title=either(locale, "Accès à Internet", "Internet access"),
            state=CheckState.ok,
            detail="42 ms",
        ),
        CheckRow(
            id="dns",
            title=either(locale, "Annuaire des noms de sites", "Name service"),
            state=CheckState.bad,
            detail=either(locale, "pas de réponse en 3 essais", "no answer in 3 tries"),
        ),
        CheckRow(
            id="udp3478", title=either(locale, "Chemin de la voix", "Voice path"), state=CheckState.unsure
        ),
        CheckRow(
            id="account",
            title=either(locale, "Votre compte Microsoft 365", "Your Microsoft 365 account"),
            state=CheckState.waiting,
        ),
        CheckRow(
            id="switch",
            title=either(locale, "Prise réseau", "Network socket"),
            state=CheckState.not_checked,
            detail=either(locale, "cet équipement n'est pas joignable", "this device cannot be reached"),
        ),
    )


COMMANDS = (
    CommandLine(
        on="cisco_ios",
        text="show power inline Gi1/0/12",
        shows="Oper : on, off, faulty, power-deny",
    ),
    CommandLine(on="cisco_ios", text="clear port-security sticky interface Gi1/0/12", changes=True),
    CommandLine(on="graph_powershell", text='Get-MgUser -UserId "camille@contoso.fr" | Format-List Id'),
)

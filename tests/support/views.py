"""One realistic view of each kind, in each language."""

from __future__ import annotations

import msgspec

from bot.domain.desk_views import DeskView
from bot.domain.diagnosis import Locale
from bot.domain.fact import Source
from bot.domain.people import Role
from bot.domain.verb import Verb
from bot.domain.views import (
    BundleView,
    CheckState,
    ChecksView,
    Choice,
    ClosingView,
    Evidence,
    HelpView,
    IntakeView,
    SafetyView,
    StatusView,
    StepView,
    TopicsView,
    TopicView,
    Unchecked,
    VerdictView,
    View,
    WelcomeView,
)
from tests.support.approval_views import approvals
from tests.support.desk_samples import desks, tools
from tests.support.form_views import details, forms, many_answers
from tests.support.own_views import owns
from tests.support.shared_views import extension
from tests.support.triage_views import triages
from tests.support.view_parts import (
    CASE,
    COMMANDS,
    NINE,
    NONCE,
    PARIS,
    SITES,
    against,
    either,
    evidence,
    later,
    rows,
    symptoms,
)


def ask(locale: Locale, answered: str | None = None) -> StepView:
    """A question with few answers."""
    return StepView(
        locale=locale,
        case=CASE,
        v=14,
        nonce=NONCE,
        step="ask.scope",
        kind="ask",
        title=either(
            locale,
            "D'autres téléphones près de vous affichent-ils le même message ?",
            "Do other phones near you show the same message?",
        ),
        body=(
            either(
                locale, "Regardez seulement l'écran des voisins.", "Just look at your neighbours' screens."
            ),
        ),
        why=either(
            locale,
            "Si plusieurs sont touchés, la panne vient du réseau et pas de votre téléphone.",
            "If several are affected, the fault is in the network and not in your phone.",
        ),
        minutes=1,
        choices=(
            Choice("one", either(locale, "Non, seulement le mien", "No, only mine")),
            Choice("several", either(locale, "Oui, plusieurs", "Yes, several")),
            Choice("site", either(locale, "Oui, tout l'étage", "Yes, the whole floor")),
            Choice("unknown", either(locale, "Je ne sais pas", "I don't know")),
        ),
        input="choice",
        buttons=(Verb.person,),
        answered=answered,
    )


def ask_time(locale: Locale) -> StepView:
    """A question answered by a time."""
    return StepView(
        locale=locale,
        case=CASE,
        v=15,
        nonce=NONCE,
        step="ask.phone_time",
        kind="ask",
        title=either(
            locale,
            "Quelle heure le téléphone affiche-t-il ?",
            "What time does the phone show?",
        ),
        input="time",
        buttons=(Verb.cannot, Verb.person),
    )


def act(locale: Locale) -> StepView:
    """Something to do, in several moves."""
    return StepView(
        locale=locale,
        case=CASE,
        v=16,
        nonce=NONCE,
        step="act.swap_cable_or_port",
        kind="act",
        title=either(
            locale, "Branchez le téléphone sur une autre prise", "Plug the phone into another socket"
        ),
        body=(
            either(
                locale,
                "Débranchez le câble marqué LAN derrière le téléphone.",
                "Unplug the cable marked LAN at the back of the phone.",
            ),
            either(
                locale,
                "Branchez-le sur une prise murale où un autre téléphone marche.",
                "Plug it into a wall socket where another phone works.",
            ),
            either(
                locale,
                "Attendez deux minutes que l'écran d'accueil revienne.",
                "Wait two minutes for the home screen to come back.",
            ),
        ),
        why=either(
            locale,
            "Votre prise a changé la semaine dernière.",
            "Your socket was changed last week.",
        ),
        minutes=5,
        buttons=(Verb.fixed, Verb.not_fixed, Verb.cannot, Verb.person),
    )


def verdict(locale: Locale) -> VerdictView:
    """A cause with evidence on both sides."""
    return VerdictView(
        locale=locale,
        case=CASE,
        v=22,
        nonce=NONCE,
        title=either(
            locale,
            "Le serveur de noms de votre site ne répond plus",
            "Your site's name server no longer answers",
        ),
        explanation=either(
            locale,
            "Sans lui, le téléphone ne trouve plus les serveurs de Teams. Votre téléphone n'y est pour rien.",
            "Without it the phone cannot find the Teams servers. Your phone is not at fault.",
        ),
        percent=87,
        evidence_for=evidence(locale),
        against=against(locale),
        contradictions=(
            either(
                locale,
                "L'heure du téléphone : « bonne » à 09:16, « fausse » à 09:21",
                "The phone's clock: “right” at 09:16, “wrong” at 09:21",
            ),
        ),
        next=either(
            locale,
            "L'équipe réseau remet le serveur en route. Je vous écris dès que c'est fait.",
            "The network team restarts the server. I'll write as soon as it is done.",
        ),
        who_acts="network",
        buttons=(Verb.status, Verb.person),
        time_zone=PARIS,
    )


def status(locale: Locale) -> StatusView:
    """A case under way."""
    return StatusView(
        locale=locale,
        case=CASE,
        v=24,
        nonce=NONCE,
        stage="helpdesk",
        since=NINE,
        time_zone=PARIS,
        done=(
            either(locale, "Vérifications du réseau et du compte", "Checks of network and account"),
            either(locale, "Essai sur une autre prise", "Try on another socket"),
        ),
        running=(either(locale, "Remise en route du serveur de noms", "Restart of the name server"),),
        next=either(
            locale,
            "Je revérifie le réseau, puis je vous demande un appel d'essai.",
            "I check the network again, then ask you for a test call.",
        ),
        who_acts="bot",
        owner="Paul Nguyen",
        buttons=(Verb.status, Verb.person, Verb.cancel),
    )


def closing(locale: Locale) -> ClosingView:
    """A repair with its proof."""
    cause = either(locale, "Le serveur de noms du site était arrêté", "The site's name server was stopped")
    works = either(locale, "Le serveur de noms répond en 12 ms", "The name server answers in 12 ms")
    call = either(locale, "Passez un appel d'essai", "Make a test call")
    return ClosingView(
        locale=locale,
        case=CASE,
        v=31,
        nonce=NONCE,
        how="fixed",
        cause=cause,
        proof=(
            Evidence(text=works, source=Source.measured, at=later(40), n=28),
            Evidence(text=call, source=Source.act, at=later(44), n=30, outcome="fixed"),
        ),
        time_zone=PARIS,
        buttons=(Verb.reopen,),
    )


def bundle(locale: Locale) -> BundleView:
    """A finished ticket that lacks one thing."""
    return BundleView(
        locale=locale,
        case=CASE,
        v=33,
        nonce=NONCE,
        name="D-1042-microsoft.zip",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        missing=(
            either(locale, "Journal exporté du téléphone (.tar)", "Log exported from the phone (.tar)"),
        ),
        summary=either(
            locale,
            "CCX 500 : « No internet. Emergency calls aren't supported », un seul appareil touché.",
            "CCX 500: « No internet. Emergency calls aren't supported », one device affected.",
        ),
        url="https://decroche.contoso.example/files/D-1042-microsoft.zip?s=1",
    )


def checks(locale: Locale, *, running: bool) -> ChecksView:
    """The checks while they run, and after."""
    settled = tuple(row for row in rows(locale) if running or row.state is not CheckState.waiting)
    gap = Unchecked(titles=("LLDP",), why="no_runner_since", since=NINE)
    return ChecksView(
        locale=locale,
        case=CASE,
        v=9,
        nonce=NONCE,
        rows=settled,
        running=running,
        missing=() if running else (gap,),
        time_zone=PARIS,
    )


def intake(locale: Locale, *, answered: bool) -> IntakeView:
    """The first questions; the site is known already."""
    return IntakeView(
        locale=locale,
        case=CASE,
        v=3,
        nonce=NONCE,
        symptoms=symptoms(locale),
        symptom="no_internet_banner",
        sites=SITES,
        site="lyon",
        phone="4127" if answered else "",
        answered=answered,
    )


def topics(locale: Locale, audience: Role, count: int) -> TopicsView:
    """A list of questions; more than a few are folded."""
    words = either(locale, "Faut-il réinitialiser le téléphone ?", "Must the phone always be reset?")
    choices = tuple(Choice(f"faq.q{n}", f"{words} ({n})") for n in range(count))
    return TopicsView(locale=locale, case=CASE, v=14, audience=audience, topics=choices)


def topic(locale: Locale, audience: Role) -> TopicView:
    """An answer; the helpdesk's has commands."""
    return TopicView(
        locale=locale,
        case=CASE,
        v=14,
        audience=audience,
        title=either(locale, "Faut-il toujours réinitialiser ?", "Must it always be reset?"),
        answer=(
            either(locale, "Non, et rarement en premier.", "No, and rarely first."),
            either(locale, "On regarde d'abord le réseau.", "The network is looked at first."),
        ),
        steps=(either(locale, "Redémarrez le téléphone", "Restart the phone"),),
        commands=COMMANDS if audience == "helpdesk" else (),
    )


def caution(locale: Locale) -> StepView:
    """Something to do that wants care."""
    words = either(locale, "Enregistrez d'abord votre travail.", "Save your work first.")
    return msgspec.structs.replace(act(locale), caution=words)


def samples(locale: Locale) -> dict[str, View | DeskView]:
    """Every card worth looking at, by the name of its golden file."""
    return {
        "welcome": WelcomeView(locale=locale, symptoms=symptoms(locale)),
        "help": HelpView(locale=locale),
        "help-case": HelpView(locale=locale, case=CASE),
        "safety": SafetyView(locale=locale, case=CASE, v=2, nonce=NONCE, numbers=("112", "15", "17", "18")),
        "intake": intake(locale, answered=False),
        "intake-answered": intake(locale, answered=True),
        "checks-running": checks(locale, running=True),
        "checks-finished": checks(locale, running=False),
        "step-ask": ask(locale),
        "step-ask-answered": ask(locale, either(locale, "Oui, plusieurs", "Yes, several")),
        "step-ask-many": many_answers(locale),
        "step-ask-time": ask_time(locale),
        **forms(locale),
        "step-act": act(locale),
        "verdict": verdict(locale),
        "details": details(locale, answered=False),
        "details-answered": details(locale, answered=True),
        **triages(locale),
        **approvals(locale),
        **owns(locale),
        **extension(locale),
        **desks(locale),
        "triage-tools": tools(locale),
        "status": status(locale),
        "closing": closing(locale),
        "bundle": bundle(locale),
        "welcome-person": WelcomeView(locale=locale, symptoms=symptoms(locale), person=True),
        "help-topics": HelpView(locale=locale, case=CASE, topics=True),
        "step-caution": caution(locale),
        "topics": topics(locale, "employee", 5),
        "topics-guide": topics(locale, "helpdesk", 12),
        "topic": topic(locale, "employee"),
        "topic-guide": topic(locale, "helpdesk"),
    }

"""The simulated tenant's directory: people, licences, groups, sign-ins, health; to be broken and mended.

Plain mutable state without HTTP; `bot.simulator.bodies` shows it as Microsoft Graph would.
"""

from __future__ import annotations

import tomllib
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Final

import msgspec

DOMAIN: Final = "bellecour.example"
TEAMS_SKU: Final = "Microsoft_Teams_EEA_New"
PHONE_SKU: Final = "MCOEV"
USUAL_SKUS: Final = ("Microsoft_365_E3_(no_Teams)", TEAMS_SKU, PHONE_SKU)
LICENCE_GROUP: Final = "5b0a2f6e-3d7c-4c58-8a3e-2f0d6f1c9e11"
SUITE_GROUP: Final = "a9f1c7d2-0b64-4e0f-9d55-6c1e7b8a3f42"
HELPDESK_GROUP: Final = "0c9d1a52-77a4-4a1b-9a55-3f9f6f2f8d20"
APPROVER_GROUP: Final = "d3a1e0f7-64c2-4f57-8d8a-91b0c1e7a9b3"
BROKER: Final = "Microsoft Authentication Broker"


class Sku(msgspec.Struct, frozen=True):
    """A product that can be assigned: its id, and its service plans by name."""

    id: str
    plans: tuple[str, ...]


class Catalogue(msgspec.Struct, frozen=True):
    """Every product that this tenant has bought, and the ids of service plans."""

    plans: dict[str, str]
    sku: dict[str, Sku]


@cache
def catalogue() -> Catalogue:
    """The products of `skus.toml`."""
    text = resources.files(__package__).joinpath("skus.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Catalogue)


@dataclass
class Licence:
    """A product assigned to a person, directly or by a group; `plans` maps a plan to its provisioning."""

    sku: str
    group: str | None = None
    state: str = "Active"
    error: str = "None"
    plans: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plans = dict.fromkeys(catalogue().sku[self.sku].plans, "Success") | self.plans

    @property
    def given(self) -> bool:
        """False for one that a group could not give, of which the person has nothing."""
        return self.state != "Error"


@dataclass
class SignIn:
    """One line of the sign-in log; `policy` is the Conditional Access policy that refused it."""

    at: datetime
    error: int = 0
    reason: str = ""
    app: str = BROKER
    resource: str = "Microsoft Teams Services"
    interactive: bool = False
    policy: str = ""
    system: str = "Android 12"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class User:
    """A person, with everything that Graph tells of them; `number_type` is one of Graph's own.

    `groups` are those that name the person; a `synced` person is changed on the premises only, an `admin`
    by administrators only.
    """

    id: str
    upn: str
    name: str
    office: str = "Lyon Part-Dieu"
    enabled: bool = True
    usage_location: str | None = "FR"
    language: str = "fr-FR"
    licences: list[Licence] = field(default_factory=list)
    suspended_plans: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    sign_ins: list[SignIn] = field(default_factory=list)
    voice_enabled: bool | None = True
    number: str | None = None
    number_type: str = "directRouting"
    policies: dict[str, str] = field(default_factory=dict)
    synced: bool = False
    admin: bool = False

    def licence(self, sku: str) -> Licence:
        """The person's licence of that product; raises `KeyError` when there is none."""
        for licence in self.licences:
            if licence.sku == sku:
                return licence
        raise KeyError(sku)

    def has_plan(self, plan: str) -> bool:
        """True when some licence gives a usable service plan of that name."""
        usable = plan not in self.suspended_plans
        return usable and any(
            licence.given and licence.plans.get(plan) == "Success" for licence in self.licences
        )


@dataclass
class Issue:
    """A service incident or advisory."""

    title: str
    id: str = "TM1234567"
    service: str = "Microsoft Teams"
    status: str = "serviceDegradation"
    classification: str = "incident"
    resolved: bool = False
    since: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=1))


@dataclass
class Directory:
    """The whole tenant; `health` maps a Microsoft service to its status, `stock` a product to its seats.

    `group_licences` maps a group to the products that its members get, `parents` one to the group that it is
    in; `synced_groups` are changed on the premises only, `dynamic_groups` by their rule. Without `premium` there is no sign-in log.
    """

    tenant: str
    users: list[User] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    health: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    group_licences: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    synced_groups: set[str] = field(default_factory=set)
    dynamic_groups: set[str] = field(default_factory=set)
    premium: bool = True

    def find(self, who: str) -> User:
        """The person of that user principal name or object id; raises `KeyError`."""
        wanted = who.casefold()
        for user in self.users:
            if wanted in (user.id.casefold(), user.upn.casefold()):
                return user
        raise KeyError(who)

    def disable(self, who: str) -> None:
        """Blocks sign-in, and logs the refusal that follows."""
        self.find(who).enabled = False
        self.log(who, 50057, "The user account is disabled.")

    def enable(self, who: str) -> None:
        """Lets the person sign in again."""
        self.find(who).enabled = True
        self.log(who)

    def assign(self, who: str, sku: str, group: str | None = None) -> Licence:
        """Gives a product to a person; one that they have is replaced."""
        self.remove_licence(who, sku)
        licence = Licence(sku, group)
        self.find(who).licences.append(licence)
        return licence

    def remove_licence(self, who: str, sku: str) -> None:
        """Takes a product away, if they have it; one that comes from a group, by leaving that group."""
        user = self.find(who)
        for licence in [licence for licence in user.licences if licence.sku == sku]:
            if licence.group is not None:
                self.leave(licence.group, who)
        user.licences = [licence for licence in user.licences if licence.sku != sku]

    def join(self, group: str, who: str) -> list[Licence]:
        """Puts a person into a group; gives the licences that come with it, as far as there are seats."""
        user = self.find(who)
        user.groups.add(group)
        held = {licence.sku for licence in user.licences}
        given = [
            self._from_group(group, sku) for sku in self.group_licences.get(group, ()) if sku not in held
        ]
        user.licences += given
        return given

    def _from_group(self, group: str, sku: str) -> Licence:
        short = self.free(sku) <= 0
        return Licence(sku, group, state="Error", error="CountViolation") if short else Licence(sku, group)

    def leave(self, group: str, who: str) -> None:
        """Takes a person out of a group, and away what they had from it."""
        user = self.find(who)
        user.groups.discard(group)
        user.licences = [licence for licence in user.licences if licence.group != group]

    def members(self, group: str) -> list[User]:
        """The people in a group, directly or by way of groups in it."""
        return [user for user in self.users if group in self.groups_of(user)]

    def groups_of(self, user: User) -> set[str]:
        """Every group that a person is in, directly or by way of others."""
        found, waiting = set[str](), list(user.groups)
        while waiting:
            group = waiting.pop()
            if group not in found:
                found.add(group)
                waiting += [self.parents[group]] if group in self.parents else []
        return found

    def provision(self, who: str, plan: str, status: str) -> None:
        """Sets the provisioning status of a service plan in every licence that has it."""
        for licence in self.find(who).licences:
            if plan in licence.plans:
                licence.plans[plan] = status

    def log(self, who: str, error: int = 0, reason: str = "", *, policy: str = "") -> SignIn:
        """Writes a sign-in of the person's phone into the log, as of now."""
        line = SignIn(datetime.now(UTC), error, reason or ("" if error == 0 else "Other."), policy=policy)
        self.find(who).sign_ins.insert(0, line)
        return line

    def declare(self, status: str, title: str = "Some users cannot sign in to Teams devices") -> None:
        """Reports an incident of Microsoft Teams with that status."""
        self.health["Microsoft Teams"] = status
        self.issues = [Issue(title, status=status)]

    def all_clear(self) -> None:
        """Ends every incident."""
        self.health = dict.fromkeys(self.health, "serviceOperational")
        for issue in self.issues:
            issue.resolved, issue.status = True, "serviceRestored"

    def consumed(self, sku: str) -> int:
        """How many seats of a product are in use."""
        return sum(licence.sku == sku and licence.given for user in self.users for licence in user.licences)

    def free(self, sku: str) -> int:
        """How many seats of a product are left."""
        return self.stock.get(sku, 0) - self.consumed(sku)


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _person(name: str, number: int, *, groups: Iterable[str] = (), office: str = "Lyon Part-Dieu") -> User:
    first, last = _plain(name).split()
    now = datetime.now(UTC)
    return User(
        id=str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{first}.{last}.{DOMAIN}")),
        upn=f"{first}.{last}@{DOMAIN}",
        name=name,
        office=office,
        licences=[
            Licence(USUAL_SKUS[0], SUITE_GROUP),
            Licence(TEAMS_SKU, LICENCE_GROUP),
            Licence(PHONE_SKU),
        ],
        groups={SUITE_GROUP, LICENCE_GROUP, *groups},
        sign_ins=[
            SignIn(now - timedelta(hours=2)),
            SignIn(now - timedelta(hours=9), app="Microsoft Teams", interactive=True, system="Windows 11"),
        ],
        number=f"+33478{number:06d}",
        policies={"TeamsCallingPolicy": "Global", "TeamsIPPhonePolicy": "Global"},
    )


def make_directory(tenant: str) -> Directory:
    """A healthy French tenant: an employee, a colleague and two people of the helpdesk."""
    return Directory(
        tenant,
        users=[
            _person("Camille Fournier", 420_017),
            _person("Anaïs Perrin", 420_018, office="Paris Bercy"),
            _person("Sacha Lemoine", 420_190, groups=(HELPDESK_GROUP,)),
            _person("Inès Moreau", 420_191, groups=(HELPDESK_GROUP, APPROVER_GROUP)),
        ],
        groups={
            SUITE_GROUP: "Licences Microsoft 365",
            LICENCE_GROUP: "Licences Teams",
            HELPDESK_GROUP: "Assistance informatique",
            APPROVER_GROUP: "Approbateurs",
        },
        stock={
            **dict.fromkeys(USUAL_SKUS, 25),
            "SPE_E5": 5,
            "PHONESYSTEM_VIRTUALUSER": 2,
            "FLOW_FREE": 10_000,
        },
        health={"Exchange Online": "serviceOperational", "Microsoft Teams": "serviceOperational"},
        group_licences={SUITE_GROUP: USUAL_SKUS[:1], LICENCE_GROUP: (TEAMS_SKU,)},
    )

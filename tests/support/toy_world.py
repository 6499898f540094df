"""A small playbook in which everything is certain, so that every figure of a simulation is known beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from bot.diagnosis.playbook import Playbook, load
from bot.diagnosis.simulate.guide import Item, Order
from bot.diagnosis.simulate.settings import Settings, load_settings
from bot.diagnosis.simulate.tables import ANY, Act, Fault, Remedy, Source, Table, World

BANNER: Final = "no_internet_banner"
DNS, ACCOUNT, LICENCE = "network.dns", "account.disabled", "licence.missing"
SURE: Final = 1e-6

TOY: Final = """
[limits]
other_prior = 1e-6
by_chance = 1e-6
escalation_minutes = 100
agent_factor = 1.0
check_order = ["verify.test_call"]

[words]
unknown = { fr = "x", en = "x" }
inconclusive = { fr = "x", en = "x" }

[[symptom]]
id = "no_internet_banner"
title = { fr = "x", en = "x" }

[[cause]]
id = "network.dns"
prior = 0.5
title = { fr = "x", en = "x" }
explanation = { fr = "x", en = "x" }
cures = [{ step = "act.fix_dns", p = 1.0 }, { step = "escalate.helpdesk" }]

[[cause]]
id = "account.disabled"
prior = 0.5
title = { fr = "x", en = "x" }
explanation = { fr = "x", en = "x" }
cures = [{ step = "act.enable_account", p = 1.0 }, { step = "escalate.helpdesk" }]

[[fact]]
id = "dns"
title = { fr = "x", en = "x" }
values.ok = { fr = "x", en = "x" }
values.fail = { fr = "x", en = "x" }
default = { ok = 0.9995, fail = 0.0005 }
likely = { "network.dns" = { fail = 0.9995 } }

[[fact]]
id = "scope"
title = { fr = "x", en = "x" }
values.one = { fr = "x", en = "x" }
values.site = { fr = "x", en = "x" }
default = { one = 0.9995, site = 0.0005 }
likely = { "network.dns" = { site = 0.9995 } }

STEPS
"""


def _step(step_id: str, who: str, minutes: float, more: str = "") -> str:
    words = 'title = { fr = "x", en = "x" }'
    return f'[[step]]\nid = "{step_id}"\nwho = "{who}"\nminutes = {minutes}\n{words}\n{more}\n'


STEPS: Final = (
    _step("probe.network", "bot", 0, 'reveals = ["dns"]'),
    _step(
        "ask.scope",
        "user",
        1,
        'reveals = ["scope"]\ninput = "choice"\n'
        'choices.one = { fr = "x", en = "x" }\nchoices.site = { fr = "x", en = "x" }',
    ),
    _step("act.fix_dns", "network", 20),
    _step("act.enable_account", "admin", 10),
    _step("verify.test_call", "user", 2),
    _step("escalate.helpdesk", "agent", 15),
    _step("escalate.microsoft", "microsoft", 30),
)

ORDER: Final = Order(
    item=(
        Item(title="ask", steps=("ask.scope",)),
        Item(title="account", steps=("act.enable_account",)),
        Item(title="dns", steps=("act.fix_dns",)),
        Item(title="ticket", steps=("escalate.microsoft",)),
    )
)
"""Two steps when the account is disabled, three when DNS is broken."""


def toy(folder: Path) -> Playbook:
    """The toy as a playbook, read from files as any other."""
    (folder / "toy.toml").write_text(TOY.replace("STEPS", "\n".join(STEPS)), "utf-8")
    return load(folder)


def certain() -> Settings:
    """Settings under which everything can be had and done."""
    return msgspec.structs.replace(load_settings(), own_unknown=0.0, own_cannot=0.0)


def table(**chances: float) -> Table:
    """One fact's values."""
    return {ANY: tuple(chances.items())}


def fault(cause: str, **facts: Table) -> Fault:
    """A fault under the banner; of a fact's id the dots are written as two underscores."""
    named = {name.replace("__", "."): values for name, values in facts.items()}
    return Fault(cause=cause, weight=1.0, symptoms={BANNER: 1.0}, facts=named)


def small_world(*, cannot: float = 0.0, unknown: float = 0.0, wrong: float = 0.0) -> World:
    """Two faults that a fact betrays, and an act for each."""
    return World(
        faults=(fault(DNS, dns=table(fail=1.0)), fault(LICENCE, licence__teams=table(missing=1.0))),
        background={
            "dns": table(ok=1.0, fail=0.0),
            "licence.teams": table(ok=1.0, missing=0.0),
            "phone.time": table(ok=0.5, wrong=0.5),
            "clock_offset_s": {"ok": ((0, 1.0),), "wrong": ((900, 1.0),)},
            "other_account": table(works=0.0, fails=1.0),
        },
        sources={
            fact: Source(minutes=3, unknown=unknown, wrong=wrong)
            for fact in ("dns", "licence.teams", "phone.time", "other_account")
        },
        acts={
            "act.fix_dns": Act(minutes=40, cannot=cannot),
            "act.assign_licence": Act(minutes=15, cannot=cannot),
        },
        remedies={
            DNS: (Remedy(act="act.fix_dns", p=1.0),),
            LICENCE: (Remedy(act="act.assign_licence", p=1.0),),
        },
    )

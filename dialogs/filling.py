"""The playbook's texts and commands as one case needs them: its account, its phone, its site, its menus.

What goes into a command comes from people and directories too, so only harmless characters do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from bot.diagnosis.fill import Filler
from bot.diagnosis.playbook import Playbook
from bot.diagnosis.spec import Command, Lines, StepSpec, Text
from bot.diagnosis.words import Words
from bot.domain.case import Case
from bot.domain.diagnosis import Locale
from bot.domain.fact import UNKNOWN
from bot.domain.site import Site
from bot.domain.views import Choice, CommandLine
from dialogs.draft import Rules

# No space, no quote but the apostrophe of some addresses, nothing that ends or joins commands.
_HARMLESS: Final = re.compile(r"\w[\w.@:/+'-]*", re.ASCII)


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """A playbook in one language, filled for one case."""

    book: Playbook
    locale: Locale
    filler: Filler = Filler()

    def text(self, text: Text | None) -> str:
        """A sentence; empty when there is none."""
        return self.filler.fill(text.to(self.locale), self.locale) if text else ""

    def lines(self, lines: Lines) -> tuple[str, ...]:
        """Several lines."""
        return tuple(self.filler.fill(line, self.locale) for line in lines.to(self.locale))

    def title(self, any_id: str) -> str:
        """The title of a step, cause, fact or symptom; an id that the playbook does not know as it is."""
        return self.filler.fill(Words(self.book).title(self.locale, any_id), self.locale)

    def choices(self, step: StepSpec) -> tuple[Choice, ...]:
        """The answers that one may choose from."""
        return tuple(Choice(value=v, title=self.text(title)) for v, title in step.choices.items())

    def commands(self, commands: Iterable[Command]) -> tuple[CommandLine, ...]:
        """Lines to type; what is not known, or could mean something to a shell, is a word in capitals."""
        values = {name: value for name, value in self.filler.values.items() if _HARMLESS.fullmatch(value)}
        filler = msgspec.structs.replace(self.filler, values=values)
        return tuple(
            CommandLine(
                on=command.on,
                text=filler.fill(command.text, self.locale),
                shows=self.text(command.shows),
                changes=command.changes,
            )
            for command in commands
        )


def filled(case: Case | None, rules: Rules, locale: Locale) -> Filled:
    """The playbook that judges the case, filled with all that is known of it (without a case: of the usual phone)."""
    model = rules.model(case)
    values = {"model": model.name} if model else {}
    firmware = ""
    if case is not None:
        firmware = _firmware(case)
        known = {name: value for name, value in _of_case(case).items() if value}
        values |= {**_of_site(rules.site(case)), **known, "firmware": firmware}
    filler = Filler(model=model, firmware=firmware, values=values)
    return Filled(book=rules.book(case), locale=locale, filler=filler)


def _firmware(case: Case) -> str:
    told = [str(f.value) for f in case.facts() if f.id == "phone.firmware" and f.value != UNKNOWN]
    return told[-1] if told else ""


def _of_case(case: Case) -> Mapping[str, str]:
    phone, switch = case.known("phone"), case.known("switch")
    return {
        "case": case.id,
        "upn": case.known("account").get("upn", ""),
        "mac": phone.get("mac", ""),
        "phone_ip": phone.get("ip", ""),
        "switch": switch.get("name", ""),
        "port": switch.get("port", ""),
        "voice_vlan": switch.get("vlan", ""),
    }


def _of_site(site: Site | None) -> Mapping[str, str]:
    """What the site's description says; of several switches or subnets nobody knows which."""
    if site is None:
        return {}
    of_one = {"voice_subnet": site.voice_subnets, "resolver": site.resolvers[:1], "switch": site.switches}
    certain = {name: values[0] for name, values in of_one.items() if len(values) == 1}
    return {"site": site.name, "gateway": site.gateway or "", **certain}

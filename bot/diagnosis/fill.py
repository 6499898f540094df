"""Placeholders in the playbook's texts and commands, replaced by what is known of the case and its phone.

`{upn}`, `{mac}` and the like are the case's; `{power}` and `{reset}` the phone model's; `{menu:network}`
is where an entry stands in the menus of that model and firmware. What is not known is shown as a
word in capitals, so that nobody copies a command with a hole in it unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from bot.diagnosis.playbook import version_key
from bot.diagnosis.spec import MenuPath, ModelSpec, Text
from bot.domain.diagnosis import Locale

PLACEHOLDER: Final = re.compile(r"\{(?P<menu>menu:)?(?P<name>[a-z_]+)\}")
VARIES: Final = Text(fr=" (le chemin peut varier selon la version)", en=" (the path may vary by version)")

# What a case can fill in; a text with any other name in braces is a fault that `check` finds.
OF_THE_CASE: Final[dict[str, Text]] = {
    "case": Text(fr="DOSSIER", en="CASE"),
    "upn": Text(fr="COMPTE", en="ACCOUNT"),
    "mac": Text(fr="ADRESSE_MAC", en="MAC_ADDRESS"),
    "port": Text(fr="PORT", en="PORT"),
    "switch": Text(fr="COMMUTATEUR", en="SWITCH"),
    "voice_vlan": Text(fr="VLAN_VOIX", en="VOICE_VLAN"),
    "phone_ip": Text(fr="IP_DU_TELEPHONE", en="PHONE_IP"),
    "firmware": Text(fr="VERSION", en="VERSION"),
    "model": Text(fr="le téléphone", en="the phone"),
    "site": Text(fr="le site", en="the site"),
    "voice_subnet": Text(fr="RESEAU_VOIX", en="VOICE_SUBNET"),
    "gateway": Text(fr="PASSERELLE", en="GATEWAY"),
    "resolver": Text(fr="DNS_DU_SITE", en="SITE_DNS"),
}


class Filler(msgspec.Struct, frozen=True, kw_only=True):
    """What texts are filled with: the phone's model, its firmware if known, and the case's own values."""

    model: ModelSpec | None = None
    firmware: str = ""
    values: Mapping[str, str] = {}

    def fill(self, text: str, locale: Locale) -> str:
        """The text with every placeholder replaced."""
        return PLACEHOLDER.sub(lambda found: self._one(found, locale), text)

    def _one(self, found: re.Match[str], locale: Locale) -> str:
        name = found["name"]
        if found["menu"]:
            return self._menu(name, locale)
        of_model = self.model.texts.get(name) if self.model else None
        if of_model:
            return of_model.to(locale)
        if self.values.get(name):
            return self.values[name]
        unknown = OF_THE_CASE.get(name)
        return unknown.to(locale) if unknown else found[0]

    def _menu(self, name: str, locale: Locale) -> str:
        paths = [path for path in self.model.menu if path.id == name] if self.model else []
        path = next((path for path in paths if self._fits(path)), paths[-1] if paths else None)
        if path is None:
            return name
        return path.path.to(locale) + ("" if path.confirmed else VARIES.to(locale))

    def _fits(self, path: MenuPath) -> bool:
        """True when the firmware lies in the path's range; an unknown firmware fits only an open range."""
        mine = version_key(self.firmware)
        if not mine:
            return not path.since and not path.below
        after = not path.since or version_key(path.since) <= mine
        return after and (not path.below or mine < version_key(path.below))

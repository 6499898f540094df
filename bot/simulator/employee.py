"""The employee in front of the phone: reports the problem, answers honestly, tries what they are asked."""

from __future__ import annotations

from typing import Final

from bot.domain.diagnosis import Locale
from bot.simulator.cardreader import Field
from bot.simulator.persona import Move, Offer, Persona
from bot.simulator.texts import text

PHONE: Final = "64:16:7F:3A:5C:D1"
SITE: Final = "lyon"
IMPOSSIBLE: Final = frozenset({"act.external_power", "act.try_other_account"})
"""No spare power supply and nobody else's account at hand."""


class Employee(Persona):
    """Somebody who does what a person at a desk can do, and says so when they cannot."""

    async def report(self, locale: Locale) -> None:
        """Installs the app and says what the phone shows."""
        await self.client.install()
        await self.client.say(text(locale, f"hello_{self.world.symptom}"))

    def decide(self, offer: Offer) -> Move | None:
        """Fills in the first form, answers questions, carries out acts, checks the phone."""
        start = offer.button("start")
        if start is not None and offer.fields:
            return Move(button=start, key=offer.key(verb="start"), inputs=self._intake(offer.fields))
        if offer.step == "details":
            return self._details(offer)
        kind = offer.step.partition(".")[0]
        if kind == "ask":
            return self.answer(offer) or self._unable(offer)
        if kind in {"act", "verify"}:
            return self._carry_out(offer)
        return None

    def knows(self, step: str) -> str | None:
        """What can be seen from the desk: neither the switch nor the directory."""
        return self.world.seen_at_desk(step)

    def _details(self, offer: Offer) -> Move | None:
        """Fills in what a person can read off the phone, or remembers."""
        phone = self.world.phone
        known = {"mac": phone.mac, "serial": phone.serial, "first_failure": phone.first_failure}
        send = offer.button("answer")
        if send is None:
            return None
        facts = {field.id: self.knows(f"ask.{field.id.replace('.', '_')}") for field in offer.fields}
        inputs = {name: known.get(name) or answer or "" for name, answer in facts.items()}
        return Move(button=send, key=offer.key(), inputs=inputs)

    def _carry_out(self, offer: Offer) -> Move | None:
        if offer.key() in self._dealt_with:
            return None
        if offer.step in IMPOSSIBLE:
            return self._unable(offer)
        works = self.world.act(offer.step)
        button = offer.button("fixed" if works else "not_fixed")
        return self._unable(offer) if button is None else Move(button=button, key=offer.key())

    def _unable(self, offer: Offer) -> Move | None:
        button = offer.button("cannot", "person")
        return None if button is None else Move(button=button, key=offer.key())

    def _intake(self, fields: tuple[Field, ...]) -> dict[str, str]:
        """What the employee writes into the first form, leaving out what it does not ask for."""
        known = {"symptom": self.world.symptom, "site": SITE, "phone": PHONE}
        return {field.id: known.get(field.id, field.value) for field in fields}

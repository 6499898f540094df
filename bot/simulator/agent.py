"""A helpdesk agent in the triage channel: claims the case, does what the card asks for, says how it went."""

from __future__ import annotations

from typing import Final

from bot.simulator.persona import Move, Offer, Persona

_ESCALATIONS: Final = frozenset({"escalate.microsoft", "escalate.helpdesk"})


class Agent(Persona):
    """Somebody who may act on the network, the directory and the tenant."""

    def decide(self, offer: Offer) -> Move | None:
        """Claims once, then carries out the step of the card; escalates when that is what is asked."""
        claim, claimed = offer.button("claim"), offer.key(verb="claim")
        if claim is not None and claimed not in self._dealt_with:
            return Move(button=claim, key=claimed)
        if not offer.step or offer.key() in self._dealt_with:
            return None
        if offer.step in _ESCALATIONS:
            escalate = offer.button("escalate")
            return None if escalate is None else Move(button=escalate, key=offer.key())
        if offer.step.startswith("ask."):
            return self.answer(offer) or self._unable(offer)
        return self._carry_out(offer)

    def _carry_out(self, offer: Offer) -> Move | None:
        if offer.button("resolve", "fixed") is None:
            return None
        verbs = ("resolve", "fixed") if self.world.act(offer.step) else ("not_fixed",)
        button = offer.button(*verbs)
        return None if button is None else Move(button=button, key=offer.key())

    def _unable(self, offer: Offer) -> Move | None:
        """Says of a question that one cannot tell."""
        button = offer.button("cannot")
        return None if button is None else Move(button=button, key=offer.key())

"""A case whose evidence calls for a change, and the two agents who make it."""

from __future__ import annotations

from typing import Final, Self

from bot.domain.change import ChangeEnd, Proposed
from bot.domain.diagnosis import Locale
from bot.domain.events import ChangeMade, LookedUp, MakeChange, Tapped, Wake, Woke
from bot.domain.fact import Value
from bot.domain.people import Person
from bot.domain.views import ApprovalView, TriageView
from tests.support.dialogue import ACCOUNT_FINE, NOOR, SAMIR, Dialogue
from tests.support.values import as_facts, dotted

SKU: Final = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
GROUP: Final = "5b0a2f6e-3d7c-4c58-8a3e-2f0d6f1c9e11"
SEAT: Final = {"seat_sku": SKU, "seat_name": "MCOEV", "seats_free": "3"}
THROUGH_GROUP: Final = SEAT | {"seat_group": GROUP, "seat_group_name": "Licences Teams"}
INES: Final = Person(id="29:1ines", name="Inès", aad="aad-ines")


class Office(Dialogue):
    """A dialogue in which the bot may make changes; Samir proposes, Noor approves."""

    def __init__(self, locale: Locale = "fr", *, fixes: bool = True) -> None:
        super().__init__(locale=locale)
        self._looks = 0
        self.rules = type(self.rules)(playbook=self.rules.playbook, sites=self.rules.sites, fixes=fixes)

    def directory(self, account: dict[str, str] | None = None, **different: Value) -> Self:
        """The directory answers the look-up that runs."""
        known = {"upn": "camille@contoso.fr", "object_id": "aad-camille", **(account or {})}
        facts = as_facts(ACCOUNT_FINE | dotted(different, ACCOUNT_FINE))
        return self.happens(LookedUp(at=self.now, job=self.job("lookup"), facts=facts, account=known))

    def unlicensed(self, account: dict[str, str] | None = None) -> Self:
        """The directory shows that the Teams licence is missing, and where a seat is."""
        self.reported().directory(SEAT if account is None else account, licence_teams="missing")
        return self.probes()

    def disabled(self, account: dict[str, str] | None = None) -> Self:
        """The directory shows that the account is disabled."""
        self.reported().directory(account, account_enabled="no", account_signin="failed")
        return self.probes()

    def click(
        self, verb: str, who: Person, nonce: str, *, approver: bool = False, allowed: bool = True
    ) -> Self:
        """Somebody uses a button of a card about a change."""
        return self.happens(
            Tapped(
                at=self.now,
                person=who,
                conversation="19:desk",
                verb=verb,
                locale=self.locale,
                nonce=nonce,
                role="helpdesk",
                allowed=allowed,
                approver=approver,
            )
        )

    def happens_again_well(self) -> Self:
        """The person starts over, and the directory shows that all is well now."""
        self >> "recommencer"
        return self.directory()

    def propose(self, who: Person = SAMIR) -> Self:
        """An agent proposes what the triage card offers."""
        fix = self.triage.fix
        assert fix is not None, "nothing is offered"
        return self.click("propose", who, fix.mark)

    def approve(self, who: Person = NOOR, *, approver: bool = True) -> Self:
        """Somebody gives the second key to the newest proposal."""
        return self.click("approve", who, self.newest.nonce, approver=approver)

    def made(self, how: ChangeEnd = "made", why: str = "", detail: str = "") -> Self:
        """The job says how the newest change ended."""
        change = self.newest.change.id
        added = how == "made"
        return self.happens(
            ChangeMade(at=self.now, change=change, how=how, added=added, why=why, detail=detail)
        )

    def wakes(self, kind: str) -> Self:
        """The time that the case named with such a key, just now, has come."""
        due = next(e for e in self.effects if isinstance(e, Wake) and e.key.startswith(f"{kind}:"))
        self.now = max(self.now, due.due)
        return self.happens(Woke(at=self.now, key=due.key))

    def wakes_next(self) -> Self:
        """The next look at whether the change has arrived."""
        self._looks += 1
        self.later(hours=1)
        return self.happens(Woke(at=self.now, key=f"arrival:{self.newest.n}:{self._looks}"))

    @property
    def newest(self) -> Proposed:
        proposed = self.case.last(Proposed)
        assert proposed is not None, "nothing was proposed"
        return proposed

    @property
    def triage(self) -> TriageView:
        view = self.view("triage")
        assert isinstance(view, TriageView)
        return view

    def card(self, n: int | None = None) -> ApprovalView:
        """The card of the newest proposal, or of that in entry `n`."""
        view = self.view(f"approval:{n or self.newest.n}")
        assert isinstance(view, ApprovalView)
        return view

    @property
    def orders(self) -> list[str]:
        """The changes that were just ordered to be made."""
        return [effect.change for effect in self.effects if isinstance(effect, MakeChange)]

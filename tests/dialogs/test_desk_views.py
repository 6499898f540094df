"""A site and a person as an agent sees them without a case."""

from __future__ import annotations

from bot.domain.events import LookedUp, ProbesReported
from bot.domain.fact import Fact, Source
from bot.domain.probe import Failure, ProbeResult
from bot.domain.views import CheckState
from dialogs.desk_views import person_view, site_view
from tests.support.cases import START
from tests.support.dialogue import ACCOUNT_FINE, LYON, NETWORK_FINE, Dialogue
from tests.support.values import as_facts

RULES = Dialogue().rules


def measured(**different: str) -> ProbesReported:
    values = NETWORK_FINE | different
    failed = ProbeResult(prober="dns", host="x", port=None, ok=False, failure=Failure.dns_timeout)
    return ProbesReported(
        at=START, job="P-1", runner="lyon-1", results={0: failed}, facts=as_facts(values), done=True
    )


def test_site_shows_each_measurement() -> None:
    view = site_view(LYON, measured(dns="fail"), START, RULES, "fr")
    states = {row.id: row.state for row in view.rows}
    assert states["dns"] is CheckState.bad
    assert states["tcp443"] is CheckState.ok
    assert not any(name.startswith(("account", "licence")) for name in states)
    assert (view.site, view.runner, view.lost, view.missing) == ("Lyon", "lyon-1", False, ())


def test_unknown_measurement_is_not_fine() -> None:
    view = site_view(LYON, measured(dns="unknown"), START, RULES, "fr")
    assert "dns" not in {row.id for row in view.rows}
    assert [gap.why for gap in view.missing] == ["inconclusive"]


def test_lost_measurement_shows_nothing() -> None:
    view = site_view(LYON, None, START, RULES, "en")
    assert (view.rows, view.missing, view.lost, view.at) == ((), (), True, START)


def looked_up(**values: object) -> LookedUp:
    return LookedUp(at=START, job="any", **values)  # type: ignore[arg-type]  # names of fields


def test_person_shows_what_is_known_and_what_not() -> None:
    facts = as_facts({**ACCOUNT_FINE, "licence.teams": "missing", "voice.enabled": "unknown"})
    account = {"display_name": "Camille", "upn": "camille@contoso.fr", "office": "Lyon"}
    found = looked_up(facts=facts, account=account, not_checked={"voice.enabled": "no_permission"})
    view = person_view(found, "camille@contoso.fr", START, RULES, "fr")
    assert view is not None
    assert (view.name, view.upn, view.particulars) == ("Camille", "camille@contoso.fr", ("Lyon",))
    assert len(view.facts) == len(facts) - 1
    assert {line.source for line in view.facts} == {Source.looked_up}
    assert [gap.why for gap in view.missing] == ["no_permission"]


def test_person_that_nobody_knows_has_no_view() -> None:
    nobody = looked_up(not_checked={"account.enabled": "no_such_person", "licence.teams": "no_such_person"})
    assert person_view(nobody, "x@y.fr", START, RULES, "fr") is None
    unread = looked_up(
        facts=(Fact(id="account.enabled", value="unknown"),), not_checked={"account.enabled": "failed"}
    )
    assert person_view(unread, "x@y.fr", START, RULES, "fr") is not None

"""What jobs bring back: once, whatever is repeated, late, lost or not asked for."""

from __future__ import annotations

import pytest

from bot.domain.case import Case, JobEnd, JobEnded, Known, NotChecked, Noted, Probed, Stage
from bot.domain.events import BundleWritten, LookedUp, ProbesReported
from bot.domain.fact import Fact
from bot.domain.probe import Failure, ProbeResult
from bot.domain.views import CheckState, ChecksView
from tests.support.dialogue import Dialogue

FOUND = ProbeResult(prober="dns", host="teams.microsoft.com", port=53, ok=True, ms=4.2)
NOT_FOUND = ProbeResult(prober="dns", host="login.live.com", port=53, ok=False, failure=Failure.dns_timeout)


def states(talk: Dialogue) -> dict[str, CheckState]:
    view = talk.view("checks")
    assert isinstance(view, ChecksView)
    return {row.id: row.state for row in view.rows}


def not_checked(case: Case) -> dict[str, str]:
    return {entry.fact: entry.why for entry in case.all(NotChecked)}


def test_results_come_in_as_they_are_measured() -> None:
    talk = Dialogue().reported()
    talk.some_probes(FOUND).expect("refresh checks")
    talk.some_probes(FOUND, NOT_FOUND).expect("refresh checks")
    assert [entry.index for entry in talk.case.all(Probed)] == [0, 1]


def test_one_good_result_is_no_verdict() -> None:
    talk = Dialogue().reported().some_probes(FOUND)
    assert states(talk)["dns"] is CheckState.waiting


def test_repeated_partial_results_add_nothing() -> None:
    talk = Dialogue().reported().some_probes(FOUND)
    version = talk.case.version
    assert talk.again().case.version == version


def test_repeated_report_does_nothing() -> None:
    talk = Dialogue().reported().looked_up().probes(dns="fail")
    version = talk.case.version
    talk.again().expect()
    assert talk.case.version == version


def test_repeated_answer_of_directory_does_nothing() -> None:
    talk = Dialogue().reported().looked_up()
    version = talk.case.version
    talk.again().expect()
    assert talk.case.version == version


@pytest.mark.parametrize(("how", "detail"), [("offline", "runner_offline"), ("expired", "")])
def test_lost_probes_are_not_checked(how: JobEnd, detail: str) -> None:
    talk = Dialogue().reported().looked_up().lost("probes", how, detail)
    talk << "tell say.runner_offline" << "refresh checks"
    assert talk.asked.startswith("ask.")
    assert not_checked(talk.case)["dns"] == (detail or how)
    assert {states(talk)[fact] for fact in ("dns", "tls", "ntp")} == {CheckState.not_checked}


def test_lost_directory_is_not_checked() -> None:
    talk = Dialogue().reported().probes().lost("lookup", "failed", "graph_down")
    assert not_checked(talk.case)["licence.teams"] == "graph_down"
    assert states(talk)["licence.teams"] is CheckState.not_checked
    assert talk.asked


def test_late_results_of_lost_job_are_ignored() -> None:
    talk = Dialogue().reported().looked_up()
    job = talk.job("probes")
    talk.lost("probes")
    version = talk.case.version
    facts = (Fact(id="dns", value="fail"),)
    talk.happens(ProbesReported(at=talk.now, job=job, runner="lyon", results={}, facts=facts, done=True))
    assert talk.case.version == version


def test_results_from_before_restart_are_ignored() -> None:
    talk = Dialogue().reported()
    job = talk.job("probes")
    talk >> "recommencer"
    version = talk.case.version
    talk.happens(ProbesReported(at=talk.now, job=job, runner="lyon", results={0: FOUND}, done=True))
    assert talk.case.version == version


def test_results_for_closed_case_are_ignored() -> None:
    talk = Dialogue().reported()
    job = talk.job("probes")
    talk >> "annuler"
    talk.happens(ProbesReported(at=talk.now, job=job, runner="lyon", results={0: FOUND}, done=True))
    talk.expect()
    assert talk.stage is Stage.withdrawn


def test_job_of_another_kind_is_not_ended() -> None:
    talk = Dialogue().reported()
    job, version = talk.job("lookup"), talk.case.version
    talk.happens(ProbesReported(at=talk.now, job=job, runner="lyon", results={}, done=True)).expect()
    talk.happens(BundleWritten(at=talk.now, job=job, name="x", sha256="y")).expect()
    talk.happens(LookedUp(at=talk.now, job=talk.job("probes"))).expect()
    assert talk.case.version == version


def test_silent_measurement_is_named_not_checked() -> None:
    talk = Dialogue().reported().looked_up().probes(tls="unknown")
    assert not_checked(talk.case)["tls"] == "inconclusive"
    assert states(talk)["tls"] is CheckState.not_checked


def test_directory_says_what_it_could_not() -> None:
    talk = Dialogue().reported().probes()
    reasons = {"account.signin": "no_permission"}
    talk.happens(LookedUp(at=talk.now, job=talk.job("lookup"), not_checked=reasons))
    assert not_checked(talk.case)["account.signin"] == "no_permission"


def test_particulars_of_account_are_kept() -> None:
    talk = Dialogue().reported().looked_up()
    assert talk.case.known("account")["upn"] == "camille@contoso.fr"


def test_facts_name_their_job() -> None:
    talk = Dialogue().reported()
    job = talk.job("probes")
    talk.looked_up().probes()
    assert {entry.about for entry in talk.case.all(Noted) if entry.fact == "dns"} == {job}
    assert job in {entry.job for entry in talk.case.all(JobEnded)}


def test_old_measurement_is_not_shown_after_restart() -> None:
    talk = Dialogue().checked()
    talk >> "recommencer"
    talk.tap("start", site="lyon").lost("probes").looked_up()
    assert states(talk)["dns"] is CheckState.not_checked


SEEN = {
    "phone": {"maker": "Poly", "model": "CCX500", "serial": "64167F3A5CD1"},
    "switch": {"name": "sw-lyon-2", "port": "Gi1/0/12"},
}


def seen(talk: Dialogue, known: dict[str, dict[str, str]]) -> Dialogue:
    job = talk.job("probes")
    return talk.happens(ProbesReported(at=talk.now, job=job, runner="lyon", results={0: FOUND}, known=known))


def test_switch_tells_where_the_phone_hangs() -> None:
    talk = seen(Dialogue().reported(), SEEN)
    assert talk.case.known("switch") == SEEN["switch"]
    assert talk.case.known("phone")["serial"] == "64167F3A5CD1"
    assert talk.case.known("phone")["model"] == "Poly CCX 500"
    assert {e.by for e in talk.case.all(Known) if e.topic == "switch"} == {"runner:lyon"}


def test_known_particulars_are_noted_once() -> None:
    talk = seen(seen(Dialogue().reported(), SEEN), SEEN)
    assert [e.topic for e in talk.case.all(Known)].count("switch") == 1


def test_unheard_of_model_changes_nothing() -> None:
    talk = Dialogue().reported()
    before = talk.case.known("phone")
    assert seen(talk, {"phone": {"model": "Banana 3"}}).case.known("phone") == before


def test_runner_and_time_are_kept() -> None:
    talk = Dialogue().reported()
    job, taken = talk.job("probes"), talk.now
    for done in (False, True):
        event = ProbesReported(
            at=talk.now, job=job, runner="lyon-1", results={0: FOUND}, done=done, taken=taken
        )
        talk.happens(event)
    history = [entry.data for entry in talk.case.all(Known) if entry.topic == "runner"]
    assert history == [{"name": "lyon-1", "job": job, "taken": "2026-11-23T13:00:20+00:00"}]


def test_account_is_told_before_the_sign_ins() -> None:
    talk = Dialogue().reported()
    job = talk.job("lookup")
    first = (Fact(id="account.enabled", value="yes"), Fact(id="licence.teams", value="ok"))
    talk.happens(LookedUp(at=talk.now, job=job, facts=first, account={"upn": "a@b.fr"}, done=False))
    talk.expect("refresh checks")
    assert states(talk)["account.enabled"] is CheckState.ok
    assert states(talk)["account.signin"] is CheckState.waiting
    assert talk.job("lookup") == job
    last = (Fact(id="account.signin", value="ok"),)
    talk.happens(LookedUp(at=talk.now, job=job, facts=last, account={"upn": "a@b.fr"}))
    assert states(talk)["account.signin"] is CheckState.ok
    assert states(talk)["account.enabled"] is CheckState.ok


def test_particulars_told_no_more_are_gone() -> None:
    talk = Dialogue().reported()
    refused = {"signin_error": "53003", "upn": "a@b.fr"}
    talk.happens(LookedUp(at=talk.now, job=talk.job("lookup"), account=refused, done=False))
    assert talk.case.known("account")["signin_error"] == "53003"
    talk.happens(LookedUp(at=talk.now, job=talk.job("lookup"), account={"upn": "a@b.fr"}))
    assert talk.case.known("account")["signin_error"] == ""
    assert talk.case.known("account")["upn"] == "a@b.fr"


def test_told_check_brings_its_card_up_to_date() -> None:
    talk = Dialogue().reported().looked_up().lost("probes")
    assert states(talk)["dns"] is CheckState.not_checked
    talk >> "le DNS ne répond pas"
    assert "refresh checks" in talk.did
    assert states(talk)["dns"] is CheckState.bad

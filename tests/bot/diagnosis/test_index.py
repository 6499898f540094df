"""What is gathered from a playbook once."""

from __future__ import annotations

from bot.diagnosis.index import indexed
from bot.diagnosis.playbook import load


def test_question_knows_its_forms() -> None:
    forms = indexed(load()).forms
    assert set(forms["ask.phone_time"]) == {"ask.phone", "ask.screen"}
    assert forms["ask.screen"] == ()


def test_act_knows_what_it_cures() -> None:
    causes = list(load().causes)
    cured = {causes[place] for place, _ in indexed(load()).cures["act.open_firewall"]}
    assert cured == {"network.egress_tcp443", "network.egress_udp"}


def test_fact_knows_who_tells_it() -> None:
    tells = indexed(load()).tells
    assert tells["other_port"].id == "act.swap_cable_or_port"
    assert tells["phone.ip"].id == "ask.phone_ip"


def test_bot_measures_what_probes_bring() -> None:
    measured = indexed(load()).measured
    assert {"dns", "switch.port", "licence.teams"} <= measured
    assert "scope" not in measured


def test_index_is_made_once() -> None:
    assert indexed(load()) is indexed(load())

"""A phone's switch port over real SNMP: every fault of the simulated switch, both makes, v2c and v3."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import msgspec
import pytest

from bot.domain.probe import ProbeResult, ProbeSpec
from bot.runner.probe import run_probe
from bot.runner.probers import with_keys
from bot.runner.switch import session
from bot.runner.switch.credentials import Credentials, parse_keys
from bot.simulator.plug import PHONE_MAC, SwitchFault
from bot.simulator.snmp import SnmpFault
from bot.simulator.switch import Make
from tests.support.netservers import HOST, free_port
from tests.support.probing import probe, verdict
from tests.support.switches import V3, served, v3_user
from tests.support.waiting import wait_until

READS = {0xA0, 0xA1, 0xA5}
WELL = {"switch.port": "up", "switch.poe": "delivering", "switch.lldp": "seen", "switch.vlan": "voice"}
DARK = {**WELL, "switch.port": "down", "switch.poe": "searching", "switch.lldp": "absent"}


@pytest.fixture(autouse=True)
def _engine_made() -> None:
    """So that short deadlines are not spent on making it."""
    session.prepare(Credentials(community="public"))


@pytest.mark.parametrize("make", ["standard", "cisco"])
async def test_a_healthy_port_is_ok(make: Make) -> None:
    async with served(make) as at:
        result = await at.probe()
    assert verdict(result) == (True, None, None)
    assert result.details["facts"] == WELL
    assert result.details["known"]["phone"] == {
        "mac": PHONE_MAC,
        "model": "CCX500",
        "maker": "Poly",
        "serial": "64167F0A1B2C",
        "firmware": "7.0.3.0258",
    }
    assert msgspec.json.decode(msgspec.json.encode(result), type=ProbeResult) == result


@pytest.mark.parametrize("make", ["standard", "cisco"])
@pytest.mark.parametrize(
    ("fault", "failure", "facts"),
    [
        ("down", "switch_port_down", DARK),
        (
            "admin_down",
            "switch_port_admin_down",
            {**DARK, "switch.port": "admin_down", "switch.poe": "disabled"},
        ),
        ("poe_denied", "switch_poe_denied", {**DARK, "switch.poe": "denied"}),
        ("poe_fault", "switch_poe_fault", {**DARK, "switch.poe": "fault"}),
        ("poe_disabled", "switch_poe_disabled", {**DARK, "switch.poe": "disabled"}),
        ("wrong_vlan", "switch_vlan_other", {**WELL, "switch.vlan": "other"}),
        ("lldp_absent", None, {**WELL, "switch.lldp": "absent"}),
        ("aged", None, WELL),
    ],
)
async def test_a_fault_is_named(
    make: Make, fault: SwitchFault, failure: str | None, facts: dict[str, str]
) -> None:
    async with served(make, fault) as at:
        result = await at.probe(if_index=at.switch.if_index)
    assert verdict(result) == (failure is None, failure, "target" if failure else None)
    assert result.details["facts"] == facts
    assert set(at.agent.asked) <= READS


async def test_a_shut_port_says_why() -> None:
    async with served("cisco", "err_disabled") as at:
        result = await at.probe()
    assert verdict(result) == (False, "switch_port_err_disabled", "target")
    assert result.details["facts"]["switch.port"] == "err_disabled"
    assert result.details["place"]["by"] == "security"
    assert result.details["err_disabled"] == [{"cause": "port_security", "recovers_in_s": 240}]
    assert result.details["security"]["last_mac"] == PHONE_MAC
    assert any("port_security" in line for line in result.details["log"])


async def test_a_denied_port_shows_the_budget() -> None:
    async with served("standard", "poe_denied") as at:
        power = (await at.probe(if_index=at.switch.if_index)).details["power"]
    assert power["budget"] == {"power_w": 370, "used_w": 362, "status": "on"}
    assert power["counters"] == {"denied": 4}


@pytest.mark.parametrize("make", ["standard", "cisco"])
@pytest.mark.parametrize("fault", ["mac_unknown", "beyond"])
async def test_a_phone_elsewhere_proves_nothing(make: Make, fault: SwitchFault) -> None:
    async with served(make, fault) as at:
        result = await at.probe()
    assert verdict(result) == (None, "switch_mac_not_found", "target")
    assert result.details.get("beyond") == ("sw-lyon-core" if fault == "beyond" else None)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("silent", (False, "snmp_no_reply", "path")),
        ("garbage", (False, "snmp_bad_reply", "target")),
        ("slow", (None, "deadline_exceeded", "target")),
    ],
)
async def test_a_bad_agent_is_named(fault: SnmpFault, said: tuple[Any, ...]) -> None:
    async with served() as at:
        at.fault = fault
        result = await at.probe(timeout_s=1.0)
    assert verdict(result) == said
    assert (result.ms or 0) < 1300


async def test_a_closed_port_refuses() -> None:
    result = await probe("snmp", free_port(), community="public", if_index=1)
    assert verdict(result) == (False, "connection_refused", "target")


async def test_v3_reads_the_same() -> None:
    async with served("cisco", user=v3_user()) as at:
        result = await at.probe_v3()
    assert (result.ok, result.details["facts"]) == (True, WELL)


@pytest.mark.parametrize("wrong", [{"auth_password": "not-this-one"}, {"priv_password": "not-this-one"}])
async def test_a_wrong_password_is_named(wrong: dict[str, str]) -> None:
    async with served(user=v3_user()) as at:
        result = await at.probe_v3(**wrong)
    assert verdict(result) == (False, "snmp_auth", "target")


async def test_errors_have_a_rate() -> None:
    async with served() as at:
        running = asyncio.create_task(at.probe(again_s=0.6))
        await wait_until(lambda: len(at.agent.asked) > 12, "the first look is over")
        at.switch.errors = 12
        result = await running
    rates = result.details["interface"]["rates"]
    assert (rates["fcs_errors"] > 5, rates["late_collisions"]) == (True, 0.0)


async def test_keys_of_the_site_are_used() -> None:
    keys = parse_keys('[[switch]]\nhost = "*"\ncommunity = "public"')
    async with served() as at:
        spec = ProbeSpec(prober="snmp", host=HOST, port=at.service.port, options={"mac": PHONE_MAC})
        result = await run_probe(spec, probers=with_keys(keys))
        without = await run_probe(spec)
    assert result.ok
    assert verdict(without) == (None, "snmp_no_credentials", "runner")


async def test_no_secret_is_told() -> None:
    async with served(user=v3_user()) as at:
        results = [await at.probe(), await at.probe_v3(), await at.probe_v3(auth_password="not-this-one")]
    told = msgspec.json.encode(results).decode()
    assert not any(
        secret in told for secret in ("public", V3["auth_password"], V3["priv_password"], "not-this-one")
    )


async def test_options_that_clash_are_refused() -> None:
    result = await probe("snmp", 161, community="public", user="decroche")
    assert verdict(result) == (None, "unsupported", "runner")


def test_no_switch_costs_no_library() -> None:
    code = "import sys, bot.runner.probers; sys.exit(any(name.startswith('pysnmp') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0

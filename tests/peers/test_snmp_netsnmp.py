"""SNMP against net-snmp, both ways: its agent is read by our prober, our simulated agent by its client."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.domain.probe import ProbeResult
from tests.support.house import ROOT
from tests.support.netservers import HOST, free_port
from tests.support.probing import probe, verdict
from tests.support.switches import AUTH, PRIV, served, v3_user
from tests.support.waiting import wait_until

SNMPD = shutil.which("snmpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
WALK = shutil.which("snmpbulkwalk")
pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(
        SNMPD is None or WALK is None, reason="net-snmp's snmpd and snmpbulkwalk are not installed"
    ),
]

PHONE = "00:04:f2:ab:cd:ef"
OCTETS = "00 04 F2 AB CD EF"
INDEX = "0.4.242.171.205.239"
LEVELS = [
    ("SHA", "AES", "sha", "aes"),
    ("SHA-256", "AES", "sha256", "aes"),
    ("SHA-512", "AES-256-C", "sha512", "aes256"),
]


def _tables(if_index: int, name: str) -> dict[str, list[str]]:
    """A bridge, power and LLDP of one port, written as the MIBs number them; 12 is its bridge port."""
    q_bridge, power, lldp = "1.3.6.1.2.1.17.7.1", "1.3.6.1.2.1.105.1", "1.0.8802.1.1.2.1"
    remote, med = f"{lldp}.4.1.1", f"{lldp}.5.4795.1.3"
    return {
        "1.3.6.1.2.1.17.1.4.1.2.12": ["integer", str(if_index)],
        f"{q_bridge}.2.2.1.2.10.2.0.0.0.0.1": ["integer", "24"],
        f"{q_bridge}.2.2.1.2.30.{INDEX}": ["integer", "12"],
        f"{q_bridge}.4.2.1.3.0.30": ["gauge", "30"],
        f"{q_bridge}.4.2.1.4.0.30": ["octet", "FF FF FF"],
        f"{q_bridge}.4.5.1.1.12": ["gauge", "10"],
        f"{power}.1.1.3.1.12": ["integer", "1"],
        f"{power}.1.1.6.1.12": ["integer", "3"],
        f"{power}.1.1.10.1.12": ["integer", "1"],
        f"{power}.1.1.12.1.12": ["counter", "0"],
        f"{power}.3.1.1.2.1": ["gauge", "370"],
        f"{power}.3.1.1.3.1": ["integer", "1"],
        f"{power}.3.1.1.4.1": ["gauge", "120"],
        f"{lldp}.3.7.1.3.5": ["string", name],
        f"{remote}.5.0.5.1": ["octet", "01 0A 14 1E 07"],
        f"{remote}.7.0.5.1": ["octet", OCTETS],
        f"{remote}.12.0.5.1": ["octet", "24"],
        f"{med}.2.1.2.0.5.1.1": ["integer", "30"],
        f"{med}.2.1.5.0.5.1.1": ["integer", "2"],
        f"{med}.3.1.4.0.5.1": ["string", "64167F0A1B2C"],
        f"{med}.3.1.6.0.5.1": ["string", "CCX500"],
    }


def _config(folder: Path, port: int) -> Path:
    script = ROOT / "tests/support/mibpass.py"
    lines = [f"agentAddress udp:{HOST}:{port}", "sysName sw-peer", f"rocommunity public {HOST}"]
    for number, (auth, priv, *_) in enumerate(LEVELS):
        lines += [f"createUser decroche{number} {auth} {AUTH} {priv} {PRIV}", f"rouser decroche{number} priv"]
    interfaces = {name: index for index, name in socket.if_nameindex()}
    (folder / "tables.json").write_text(json.dumps(_tables(interfaces["lo"], "lo")))
    for table in ("1.3.6.1.2.1.17", "1.3.6.1.2.1.105", "1.0.8802.1.1.2.1"):
        lines.append(f"pass_persist .{table} {sys.executable} {script} {folder / 'tables.json'}")
    (folder / "snmpd.conf").write_text("\n".join(lines) + "\n")
    return folder / "snmpd.conf"


@asynccontextmanager
async def _snmpd(folder: Path) -> AsyncIterator[int]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        SNMPD or "", "-f", "-Ln", "-C", "-c", str(_config(folder, port)), "-I", "-smux", "-p", str(folder / "pid"),
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""},
    )  # fmt: skip

    async def answers() -> bool:
        return (await probe("snmp", port, community="public", if_index=1, timeout_s=0.5)).failure is None

    try:
        await wait_until(answers, "snmpd answers", timeout_s=15)
        yield port
    finally:
        process.terminate()
        await process.wait()


def _well(result: ProbeResult) -> None:
    assert verdict(result) == (True, None, None), result
    assert result.details["place"] == {
        "if_index": result.details["interface"]["if_index"], "by": "fdb", "bridge_port": 12, "vlans": [30],
    }  # fmt: skip
    assert result.details["facts"] == {
        "switch.port": "up",
        "switch.lldp": "seen",
        "switch.vlan": "voice",
        **_POE,
    }
    assert result.details["known"]["phone"] == {"mac": PHONE, "model": "CCX500", "serial": "64167F0A1B2C"}
    assert result.details["switch"]["name"] == "sw-peer"


_POE = {"switch.poe": "delivering"}
PORT: dict[str, Any] = {"mac": PHONE, "poe_port": "1.12", "voice_vlans": [30], "timeout_s": 10.0}


async def test_net_snmp_is_read(tmp_path: Path) -> None:
    async with _snmpd(tmp_path) as port:
        _well(await probe("snmp", port, community="public", **PORT))
        for number, (_, _, auth, priv) in enumerate(LEVELS):
            keys = {"user": f"decroche{number}", "auth_password": AUTH, "priv_password": PRIV}
            told = {**keys, "auth_protocol": auth, "priv_protocol": priv}
            _well(await probe("snmp", port, **told, **PORT))
            wrong = await probe("snmp", port, **{**told, "auth_password": "not-this-one"}, **PORT)
            assert verdict(wrong) == (False, "snmp_auth", "target")
        silent = await probe("snmp", port, community="private", **{**PORT, "timeout_s": 1.0})
        assert verdict(silent) == (False, "snmp_no_reply", "path")


async def _walked(port: int, *how: str) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        WALK or "", *how, "-On", "-t", "2", f"{HOST}:{port}", ".1", stdout=-1, stderr=-1, env={"MIBS": ""}
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err
    return out.decode().splitlines()


async def test_net_snmp_reads_the_simulator() -> None:
    async with served("cisco", user=v3_user()) as at:
        expected = len(at.switch.view() or {})
        lines = await _walked(at.service.port, "-v2c", "-c", "public")
        keys = ["-u", "decroche", "-l", "authPriv", "-a", "SHA", "-A", AUTH, "-x", "AES", "-X", PRIV]
        assert len(await _walked(at.service.port, "-v3", *keys)) == len(lines)
        inside = await _walked(at.service.port, "-v2c", "-c", "public@30")
    found = [line for line in lines if " = " in line and "No more" not in line]
    assert len(found) == expected
    assert any(INDEX in line for line in inside)

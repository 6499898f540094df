"""Port security and err-disable."""

from __future__ import annotations

import pytest

from bot.runner.switch import oids
from bot.runner.switch.oids import Oid
from bot.runner.switch.security import ErrDisabled, Security, read_err_disabled, read_security
from bot.runner.switch.values import Value
from tests.support.mibs import Mib

FEATURE: dict[Oid, Value] = {(*oids.ERR_DISABLE, 1, 1, 1, 0): 300}


async def test_a_violation_is_read() -> None:
    mib = Mib(
        {
            (*oids.SECURITY_ENABLED, 7): 1,
            (*oids.SECURITY_STATUS, 7): 3,
            (*oids.SECURITY_ACTION, 7): 1,
            (*oids.SECURITY_MOST, 7): 2,
            (*oids.SECURITY_CURRENT, 7): 2,
            (*oids.SECURITY_VIOLATIONS, 7): 1,
            (*oids.SECURITY_LAST_MAC, 7): bytes.fromhex("0004f2abcdef"),
            (*oids.SECURITY_LAST_VLAN, 7): 10,
        }
    )
    assert await read_security(mib, 7) == Security(
        enabled=True,
        status="shutdown",
        action="shutdown",
        most=2,
        current=2,
        violations=1,
        last_mac="00:04:f2:ab:cd:ef",
        last_vlan=10,
    )
    assert await read_security(mib, 8) is None


@pytest.mark.parametrize(("code", "cause"), [(9, "port_security"), (15, "inline_power"), (77, "cause_77")])
async def test_a_cause_has_a_name(code: int, cause: str) -> None:
    mib = Mib({**FEATURE, (*oids.ERR_DISABLE_CAUSE, 7, 0): code, (*oids.ERR_DISABLE_RECOVERY, 7, 0): 240})
    assert await read_err_disabled(mib, 7) == (ErrDisabled(cause=cause, recovers_in_s=240),)


async def test_another_port_is_not_ours() -> None:
    assert await read_err_disabled(Mib({**FEATURE, (*oids.ERR_DISABLE_CAUSE, 8, 0): 9}), 7) == ()


async def test_without_the_table_nothing_is_known() -> None:
    assert await read_err_disabled(Mib({}), 7) is None
    assert await read_err_disabled(Mib({(1, 3, 6, 1, 4, 1, 9, 10): 1}), 7) is None

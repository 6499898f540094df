"""Processes are started with their own settings, waited for, and stopped by their id."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bot.simulator.processes import ProcessFailed, environment, free_port, run, start, wait_ready
from tests.support.standin import standin


def test_environment_carries_only_given_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECROCHE_APP_SECRET", "real")
    given = environment({"DECROCHE_APP_ID": "simulated"})
    assert (given["DECROCHE_APP_ID"], "DECROCHE_APP_SECRET" in given) == ("simulated", False)


def test_free_port_can_be_bound() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))


async def test_ended_process_is_named_with_its_log(tmp_path: Path) -> None:
    process = await start("bot", ["no-such-command"], {}, tmp_path)
    try:
        with pytest.raises(ProcessFailed) as failed:
            await wait_ready(process, f"http://127.0.0.1:{free_port()}/readyz", within=10)
        assert "bot" in str(failed.value)
        assert str(tmp_path / "bot.log") in failed.value.advice
    finally:
        await process.stop()


async def test_ready_server_ends_the_wait(tmp_path: Path) -> None:
    process = await start("bot", ["--help"], {}, tmp_path)
    try:
        async with standin() as server:
            await wait_ready(process, f"{server.url}/readyz", within=5)
    finally:
        await process.stop()
    assert not process.running


async def test_output_of_a_command_is_returned(tmp_path: Path) -> None:
    status, printed = await run(["--help"], {}, tmp_path)
    assert (status, b"demo" in printed) == (0, True)

"""The world alone runs until it is stopped, and writes settings that a bot accepts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.bootstrap import open_graph
from bot.errors import ConfigurationError
from bot.graph.lookup import look_up
from bot.settings import load_settings
from bot.simulator.processes import free_port
from bot.simulator.simulator import run_world, write_env
from tests.support.standin import call
from tests.support.waiting import wait_until


def test_env_file_is_private_and_literal(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "world.env"
    write_env(file, {"DECROCHE_TRUSTED_HOSTS": '["127.0.0.1:8080"]', "DECROCHE_APP_SECRET": "a$b"})
    assert file.stat().st_mode & 0o077 == 0
    assert dotenv_values(file) == {
        "DECROCHE_TRUSTED_HOSTS": '["127.0.0.1:8080"]',
        "DECROCHE_APP_SECRET": "a$b",
    }


async def test_world_runs_until_it_is_stopped(tmp_path: Path) -> None:
    file, stop = tmp_path / "world.env", asyncio.Event()
    server = f"http://127.0.0.1:{free_port()}"
    world = asyncio.create_task(run_world("network.dns", file, server, stop=stop))
    await wait_until(file.exists, "the settings are written")
    settings = load_settings(file)
    status, keys = await call("GET", settings.openid_metadata_url)
    assert (status, keys["issuer"]) == (200, "https://api.botframework.com")
    assert settings.public_url == server
    stop.set()
    await world
    assert not settings.data_dir.parent.exists()


async def test_unknown_fault_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        await run_world("network.nothing", tmp_path / "world.env", stop=asyncio.Event())
    assert not (tmp_path / "world.env").exists()


async def test_world_is_mended_on_demand(tmp_path: Path) -> None:
    file, stop, mend = tmp_path / "world.env", asyncio.Event(), asyncio.Event()
    world = asyncio.create_task(
        run_world("account.disabled", file, f"http://127.0.0.1:{free_port()}", stop=stop, mend=mend)
    )
    await wait_until(file.exists, "the settings are written")
    settings = load_settings(file)
    async with open_graph(settings) as graph:
        assert graph is not None
        who = "camille.fournier@bellecour.example"
        assert (await look_up(graph, who)).facts[0].value == "no"
        mend.set()
        assert (await look_up(graph, who)).facts[0].value == "yes"
    stop.set()
    await world

"""Everything that a bot meets, started together: site, login, Graph, Teams, and the people in it.

The settings made here are those that an operator would write, so the bot under test runs exactly
as in production, with other addresses.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import jwt

from bot.domain.diagnosis import Locale
from bot.settings import PREFIX
from bot.simulator.account import Account
from bot.simulator.agent import Agent
from bot.simulator.channel import HELPDESK, TeamsChannel
from bot.simulator.client import TeamsClient
from bot.simulator.directory import APPROVER_GROUP, HELPDESK_GROUP, User, make_directory
from bot.simulator.employee import Employee
from bot.simulator.faults import find_fault
from bot.simulator.graph import Graph
from bot.simulator.login import Login
from bot.simulator.network import SITE_ID, SiteNetwork
from bot.simulator.pki import Pki
from bot.simulator.plug import plug_of
from bot.simulator.processes import Process, free_port, start, wait_ready
from bot.simulator.rooms import Member
from bot.simulator.world import World

CONNECTOR: Final = "https://api.botframework.com"


class Stage:
    """A tenant with one site, one employee and a helpdesk; `directory` takes every file of it."""

    def __init__(self, fault: str, locale: Locale, directory: Path) -> None:
        self.path, self.locale = directory, locale
        self.tenant, self.app_id = str(uuid.uuid4()), str(uuid.uuid4())
        self.secret, self.runner_token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.pki = Pki(directory / "pki")
        self.network = SiteNetwork(self.pki)
        self.login = Login(self.pki, self.tenant, {self.app_id: self.secret})
        self.directory = make_directory(self.tenant)
        self.graph = Graph(self.directory, self.login)
        self.channel = TeamsChannel(self.tenant, self.app_id, self._is_connector_token)
        employee, _, *helpdesk = (as_member(user) for user in self.directory.users)
        self.employee, self.helpdesk = employee, tuple(helpdesk)
        self.world = World(find_fault(fault), self.network, Account(self.directory, employee.upn))
        self.network.switch.look = lambda: plug_of(self.world.port, self.world.phone)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Every server listens, and the fault has happened."""
        async with AsyncExitStack() as stack:
            for server in (self.network, self.login, self.graph, self.channel):
                await server.start()
                stack.push_async_callback(server.close)
            (self.path / "sites.toml").write_text(self.network.sites_toml(), encoding="utf-8")
            self._switches.touch(mode=0o600)
            self._switches.write_text(self.network.switches_toml(), encoding="utf-8")
            self.channel.helpdesk(*self.helpdesk)
            self.world.break_()
            yield

    def settings(self, public_url: str, *, channel: bool = True) -> dict[str, str]:
        """The `DECROCHE_*` settings of a bot at `public_url`; without `channel`, no app id."""
        common = {
            "DATA_DIR": str(self.path / "data"),
            "SITES": str(self.path / "sites.toml"),
            "CA_FILE": str(self.pki.ca_file),
            "AUTHORITY": self.login.url,
            "TENANT_ID": self.tenant,
            "GRAPH_URL": self.graph.url,
            "RUNNER_TOKEN": self.runner_token,
            "ENDPOINTS_URL": "off",
            "PUBLIC_URL": public_url,
            "HELPDESK_LOCALE": self.locale,
        }
        teams = self._teams_settings() if channel else self._graph_settings()
        return {PREFIX + name: value for name, value in {**common, **teams}.items()}

    @property
    def _switches(self) -> Path:
        return self.path / "switches.toml"

    def runner_settings(self) -> dict[str, str]:
        """What the box at the site gets: its token, the CA and the keys of its switches, nothing of the tenant."""
        return {
            f"{PREFIX}RUNNER_TOKEN": self.runner_token,
            f"{PREFIX}CA_FILE": str(self.pki.ca_file),
            f"{PREFIX}SWITCHES": str(self._switches),
            f"{PREFIX}DATA_DIR": str(self.path / "runner"),
        }

    def employee_at(self, bot_url: str, delay: float = 0.0) -> Employee:
        """The employee, talking to the bot at `bot_url`."""
        return Employee(self.client(self.employee, bot_url), self.world, delay)

    def agent_at(self, bot_url: str, delay: float = 0.0) -> Agent:
        """The helpdesk agent on duty."""
        return Agent(self.client(self.helpdesk[0], bot_url), self.world, delay)

    def client(self, member: Member, bot_url: str) -> TeamsClient:
        """A member's Teams: the helpdesk sits in its channel, everybody else in a personal chat."""
        locale = "fr-FR" if self.locale == "fr" else "en-GB"
        rooms = self.channel.rooms
        room = rooms.rooms[HELPDESK] if member in self.helpdesk else None
        room = room or rooms.open(f"a:{member.aad}", "personal", member)
        return TeamsClient(self.channel, member, room, bot_url, locale=locale)

    def _teams_settings(self) -> dict[str, str]:
        return {
            "APP_ID": self.app_id,
            "APP_SECRET": self.secret,
            "OPENID_METADATA_URL": self.channel.openid_url,
            "TRUSTED_HOSTS": json.dumps([self.channel.host]),
            "HELPDESK_CHANNEL": HELPDESK,
            "HELPDESK_GROUP": HELPDESK_GROUP,
            "APPROVER_GROUP": APPROVER_GROUP,
        }

    def _graph_settings(self) -> dict[str, str]:
        return {"GRAPH_CLIENT_ID": self.app_id, "GRAPH_CLIENT_SECRET": self.secret}

    def _is_connector_token(self, token: str) -> bool:
        try:
            return self.login.check(token, CONNECTOR).get("appid") == self.app_id
        except jwt.InvalidTokenError:
            return False


def as_member(user: User) -> Member:
    """A person of the directory as Teams shows them."""
    return Member(id=f"29:{user.id}", aad=user.id, name=user.name, upn=user.upn)


@asynccontextmanager
async def bot_running(stage: Stage) -> AsyncIterator[str]:
    """A bot and its site runner as processes of their own; gives the bot's address once it is ready."""
    url = f"http://127.0.0.1:{free_port()}"
    port = url.rpartition(":")[2]
    async with AsyncExitStack() as stack:
        serve = await start("serve", ["serve", "--port", port], stage.settings(url), stage.path)
        stack.push_async_callback(serve.stop)
        if stage.world.fault.runner:
            await stack.enter_async_context(runner_running(stage, url))
        await wait_ready(serve, f"{url}/readyz")
        yield url


@asynccontextmanager
async def runner_running(stage: Stage, server: str) -> AsyncIterator[Process]:
    """The site's runner, for the bot at `server`."""
    arguments = ["runner", "--site", SITE_ID, "--server", server]
    runner = await start("runner", arguments, stage.runner_settings(), stage.path)
    try:
        yield runner
    finally:
        await runner.stop()

"""What people do besides answering: a change with two keys, a file, orders in the thread; each cut in two by a kill."""

from __future__ import annotations

import asyncio
import signal
from typing import Final

from aiohttp import web

from bot.domain.case import Attached, Case, Claimed, Prioritised, Said
from bot.domain.change import Approved, Changed
from bot.simulator.agent import Agent
from bot.simulator.client import TeamsClient
from bot.simulator.graph import Graph
from bot.simulator.listening import Listener
from bot.simulator.persona import Move, Offer
from bot.simulator.rooms import Happening, Member
from bot.simulator.writes import What, Writes
from tests.chaos.play import CASE_S, Play, Result, Setup, opened, people
from tests.chaos.system import tell
from tests.support.sentfiles import PNG
from tests.support.waiting import becomes

DOWNLOAD: Final = "application/vnd.microsoft.teams.file.download.info"
ORDER_S: Final = 0.15
ORDERS: Final = ("je prends", "assigner Inès Moreau", "priorité urgente", "demander : depuis quand ?")


class Proposer(Agent):
    """An agent who lets the bot make the change, looks again once it is made, and does nothing else."""

    def decide(self, offer: Offer) -> Move | None:
        """Claims, proposes, then has all looked up again as soon as the directory shows the change."""
        made = self.world.account.can_call()
        for verb in ("claim", "propose", *(("check",) if made else ())):
            button, key = offer.button(verb), offer.key(verb=verb)
            if button is not None and key not in self._dealt_with:
                return Move(button=button, key=key)
        return None


class Approver(Agent):
    """The second key."""

    def decide(self, offer: Offer) -> Move | None:
        """Approves what somebody proposed, once."""
        button, key = offer.button("approve"), offer.key(verb="approve")
        return Move(button=button, key=key) if button and key not in self._dealt_with else None


class Stopping(Writes):
    """The directory's book, which stops the bot dead when it has written its first line and not answered yet."""

    def __init__(self, play: Play) -> None:
        super().__init__()
        self._play = play
        self.written = asyncio.Event()

    def note(self, by: str, what: What, who: str, detail: str = "", *, changed: bool = True) -> None:
        """Writes the line."""
        super().note(by, what, who, detail, changed=changed)
        if not self.written.is_set():
            tell(self._play.bot.process.pid, signal.SIGSTOP)
            self.written.set()


async def change_with_two_keys() -> Result:
    """The bot dies at the approval, and again when the directory has taken the change: approved once, made once."""
    result = Result(fault="licence.missing")
    setup = Setup(settings={"DECROCHE_FIXES": "true"})
    async with opened(result.fault, result, setup) as play:
        book = Stopping(play)
        play.stage.graph.writes = book
        approved = _tapped_by(play, play.stage.helpdesk[1].name)
        first, second = play.stage.helpdesk[:2]
        agents = [
            Proposer(_client(play, first), play.stage.world),
            Approver(_client(play, second), play.stage.world),
        ]
        async with people(play, agents=agents):
            await asyncio.wait([asyncio.create_task(approved.wait())], timeout=CASE_S)
            await play.strike("bot and Redis")
            await asyncio.wait([asyncio.create_task(book.written.wait())], timeout=CASE_S)
            await play.strike("bot")
            await play.until_ended()
        result.problems += _changed_once((await play.watch.look()).case, play.stage.graph)
    return result


async def file_given() -> Result:
    """The bot dies while it fetches a file, and when that lies with the case: it is kept once, and thanked for once."""
    result = Result(fault="network.dns/silent")
    files = FileHost()
    await files.start()
    try:
        async with opened(result.fault, result, Setup(hosts=(files.host,))) as play, people(play):
            await play.watch.until_probing()
            sending = asyncio.create_task(_send_file(play, files))
            await asyncio.wait([asyncio.create_task(files.asked.wait())], timeout=CASE_S)
            await play.strike("bot and Redis")
            files.struck.set()
            await sending
            await becomes(lambda: bool(_kept(play)), CASE_S)
            await play.strike("bot")
            await play.until_ended()
            if [one.name for one in _kept(play)] != ["photo.png"]:
                result.problems.append(f"kept: {[one.name for one in _kept(play)]}")
    finally:
        await files.close()
    return result


class FileHost:
    """Somebody's cloud with one picture; `asked` is set at the first request, which is answered once the scenario sets `struck`."""

    def __init__(self) -> None:
        self.asked, self.struck = asyncio.Event(), asyncio.Event()
        app = web.Application()
        app.router.add_get("/photo.png", self._give)
        self._listener = Listener(app)

    async def start(self) -> None:
        """Listens."""
        await self._listener.start()

    async def close(self) -> None:
        """Listens no more."""
        await self._listener.close()

    @property
    def url(self) -> str:
        """Where the picture lies."""
        return f"{self._listener.url}/photo.png"

    @property
    def host(self) -> str:
        """As the bot's list of trusted hosts names it."""
        return self._listener.url.removeprefix("http://")

    async def _give(self, _request: web.Request) -> web.Response:
        first = not self.asked.is_set()
        self.asked.set()
        if first:
            await self.struck.wait()
        return web.Response(body=PNG)


async def _send_file(play: Play, files: FileHost) -> None:
    client = play.stage.client(play.stage.employee, play.bot.front)
    content = {"downloadUrl": files.url, "uniqueId": "1", "fileType": "png"}
    attached = {"contentType": DOWNLOAD, "name": "photo.png", "contentUrl": files.url, "content": content}
    await client.deliver({**client.envelope("message"), "text": "", "attachments": [attached]})


def _kept(play: Play) -> list[Attached]:
    case = play.watch.now.case
    return list(case.all(Attached)) if case else []


async def ordered_in_thread() -> Result:
    """Each order that an agent types in the case's thread meets a bot that dies: it is carried out once."""
    result = Result(fault="network.dns")
    async with opened(result.fault, result) as play, people(play, agents=()):
        await becomes(lambda: "triage" in play.watch.now.placements, CASE_S)
        thread = play.stage.channel.rooms.rooms[play.watch.now.placements["triage"].conversation.id]
        sacha = play.stage.helpdesk[0]
        client = TeamsClient(play.stage.channel, sacha, thread, play.bot.front)
        for order in ORDERS:
            saying = asyncio.create_task(client.say(order))
            await play.watch.passes(ORDER_S)
            await play.strike("bot")
            await saying
        agent = asyncio.create_task(play.stage.agent_at(play.bot.front).live())
        await play.until_ended()
        agent.cancel()
        case = play.watch.now.case
        result.problems += _ordered(case) if case else []
    return result


def _ordered(case: Case) -> list[str]:
    owners = [claimed.agent.name for claimed in case.all(Claimed)]
    asked = [said.text for said in case.all(Said) if said.role == "helpdesk"]
    ranked = [entry.priority for entry in case.all(Prioritised)]
    found = (owners[:2], asked, ranked)
    wanted = (["Sacha Lemoine", "Inès Moreau"], ["depuis quand ?"], ["urgent"])
    return [] if found == wanted else [f"ordered: {found}"]


def _changed_once(case: Case | None, graph: Graph) -> list[str]:
    if case is None:
        return ["there is no case"]
    found = (
        len(list(case.all(Approved))),
        [(entry.how, entry.added) for entry in case.all(Changed)],
        [write.what for write in graph.writes.made if write.changed],
    )
    wanted = (1, [("made", True)], ["join"])
    return [] if found == wanted else [f"approved, changed, written: {found}"]


def _tapped_by(play: Play, name: str) -> asyncio.Event:
    """Set as soon as somebody of that name has used a button."""
    tapped = asyncio.Event()

    def look(happening: Happening) -> None:
        if happening.kind == "tapped" and happening.who == name:
            tapped.set()

    play.stage.channel.rooms.observers.append(look)
    return tapped


def _client(play: Play, member: Member) -> TeamsClient:
    return play.stage.client(member, play.bot.front)

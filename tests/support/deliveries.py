"""What lies in the outbox before a delivery is tried."""

from __future__ import annotations

from msgspec.structs import replace

from bot.domain.case import Case
from bot.domain.events import AnyEffect, Tell
from bot.state.outbox import Item
from tests.support.rig import BANNER, CHAT, Rig, said


async def put(rig: Rig, *effects: AnyEffect, case: str = "", queue: str = CHAT.id) -> None:
    """Puts effects into a queue, in this order."""
    await rig.outbox.put(
        [
            Item(id=f"{queue}:{i}", queue=queue, case=case, effect=effect, conversation=CHAT)
            for i, effect in enumerate(effects)
        ]
    )


def tell(text: str, **changes: object) -> Tell:
    """A sentence to the employee."""
    return replace(Tell(to="employee", text=text), **changes)


async def asked(rig: Rig) -> tuple[Case, str]:
    """A case whose intake card is queued, all before it delivered; its slot."""
    await rig.desk.receive(said(BANNER))
    case = await rig.case()
    offered = case.offer()
    assert offered is not None
    return case, f"intake:{offered.n}"

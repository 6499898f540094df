"""A time that the case asked for comes; whether it is still wanted, each handler says for itself."""

from __future__ import annotations

from bot.domain.events import Woke
from tests.support.dialogue import Dialogue


def test_unknown_time_changes_nothing() -> None:
    talk = Dialogue()
    talk >> "mon téléphone affiche No internet"
    before = talk.case
    talk.happens(Woke(at=talk.now, key="nobody_knows:3"))
    assert talk.case == before
    assert talk.effects == ()

from __future__ import annotations

from bot.domain.case import Denied
from tests.support.dialogue import Dialogue


def test_denial_says_who_and_what() -> None:
    talk = (
        Dialogue()
        .checked(dns="fail")
        .outsider("claim")
        .outsider("claim")
        .outsider("resolve")
        .outsider("claim")
    )
    assert [entry.verb for entry in talk.case.all(Denied)] == ["claim", "resolve", "claim"]
    assert {entry.person.name for entry in talk.case.all(Denied)} == {"Alex"}

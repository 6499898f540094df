"""What `decroche licence` prints for people: each fact with its reason, what was not checked, and the particulars."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.graph.lookup import Lookup


def lines(found: Lookup) -> Iterator[str]:
    """The facts as an agent reads them, in English; an unknown one stands with why it is not."""
    from dialogs.reasons import why

    for fact in found.facts:
        if fact.id in found.not_checked:
            yield f"{fact.id:24} not checked: {found.not_checked[fact.id]}"
            continue
        reason = why(found.account, fact.id, fact.value, "helpdesk", "en")
        yield f"{fact.id:24} {fact.value!s:16} {reason}".rstrip()
    yield ""
    for name, value in sorted(found.account.items()):
        yield f"{name:24} {value}"

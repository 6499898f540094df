"""What a bot sends is read as Teams reads it, refusals included."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulator.activities import TeamsError, read_activity
from tests.support.standin import card, with_card


def test_text_and_card_are_read() -> None:
    text, cards = read_activity(with_card(card("Hello"), text="Bonjour"))
    assert (text, [c["version"] for c in cards]) == ("Bonjour", ["1.5"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "message"},
        {"type": "message", "text": "  "},
        {"type": "message", "text": 3},
        {"type": "event", "text": "hello"},
        {"type": "message", "attachments": "no list"},
        {"type": "message", "attachments": [{"contentType": "image/png", "content": {}}]},
        with_card({"type": "AdaptiveCard", "body": []}),
        with_card({"type": "Other", "version": "1.5"}),
    ],
)
def test_malformed_activity_is_a_400(body: dict[str, Any]) -> None:
    with pytest.raises(TeamsError) as refused:
        read_activity(body)
    assert refused.value.status == 400


def test_refusal_has_the_shape_of_teams() -> None:
    response = TeamsError(429, "Throttled", "Too many requests.", retry_after=2).response()
    assert (response.status, response.headers["Retry-After"]) == (429, "2")
    assert response.text == '{"error": {"code": "Throttled", "message": "Too many requests."}}'

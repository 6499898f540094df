"""What only Teams knows of a card, by the list in `cards/teams_only.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any, cast

import msgspec

from tests.support.house import ROOT


class Only(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    what: str
    on: str
    property: str = ""
    instead: str
    warnings: tuple[str, ...] = ()


@cache
def teams_only() -> list[Only]:
    """The list."""
    text = (ROOT / "cards/teams_only.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, list[Only]])["only"]


def published(card: dict[str, Any]) -> dict[str, Any]:
    """The card without what only Teams knows: what is left must be valid by the published schema."""
    return cast("dict[str, Any]", _stripped(card))


def _stripped(node: object) -> object:
    if isinstance(node, list):
        whole = {only.on for only in teams_only() if not only.property}
        return [
            _stripped(item) for item in node if not (isinstance(item, dict) and item.get("type") in whole)
        ]
    if not isinstance(node, dict):
        return node
    unknown = {only.property for only in teams_only() if only.on == node.get("type")}
    return {key: _stripped(value) for key, value in node.items() if key not in unknown}

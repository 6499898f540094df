"""Reading JSON whose shape cannot be trusted: absent, null or unexpected values become empty ones."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]


def text(body: Body, key: str) -> str:
    """The value as text; empty when it is absent, null or no scalar."""
    value = body.get(key)
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value)


def table(body: Body, key: str) -> Body:
    """The nested object; empty when there is none."""
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def rows(body: Body, key: str = "value") -> list[Body]:
    """The objects of a list; anything else in it is passed over."""
    value = body.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def lists(body: Body, key: str = "value") -> bool:
    """True when there is a list of objects, be it empty; anything else says nothing, not even « none »."""
    value = body.get(key)
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def words(body: Body, key: str) -> list[str]:
    """The strings of a list."""
    value = body.get(key)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def yes_no(body: Body, key: str) -> str | None:
    """`yes` or `no` for a boolean; None for anything else."""
    value = body.get(key)
    return ("yes" if value else "no") if isinstance(value, bool) else None

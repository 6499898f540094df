"""Cards of whatever views hypothesis thinks of."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.domain.desk_views import DeskView
from bot.domain.own_views import Picture
from bot.domain.views import View
from cards.render import MAX_BYTES, size
from tests.support.drawn import draw

KINDS: tuple[type[View | DeskView], ...] = (*get_args(View), *get_args(DeskView))
"""Every kind of view there is."""

_ID = st.text(string.ascii_letters + string.digits + "._-", min_size=1, max_size=40)
_WORDS = st.one_of(st.text(st.characters(), max_size=60), st.text(max_size=20).map(lambda t: t * 200))
_IDS = frozenset({"case", "nonce", "step", "value", "symptom", "site", "id"})


def _of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type: any words, aware times, and as many items as a case could ever have."""
    if kind is str:
        return _WORDS
    if kind is datetime:
        return st.datetimes(timezones=st.just(UTC))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind)
    if get_origin(kind) is tuple:
        return st.lists(_of(get_args(kind)[0]), max_size=30).map(tuple)
    if get_origin(kind) in {Union, UnionType}:
        return st.one_of(*map(_of, get_args(kind)))
    return st.from_type(kind)


def _struct(kind: type[Any]) -> st.SearchStrategy[Any]:
    if kind is Picture:  # ours, by name: its words are in the tables
        return st.builds(Picture, name=st.sampled_from(["banner", "ports"]), url=st.just("https://bot/a.png"))
    fields = {field.name: field.type for field in msgspec.structs.fields(kind)}
    return st.builds(kind, **{name: _named(name, kind) for name, kind in fields.items()})


def _named(name: str, kind: Any) -> st.SearchStrategy[Any]:
    if name not in _IDS or kind not in (str, str | None):
        return _of(kind)
    return _ID if kind is str else st.none() | _ID


@cache
def any_cards(kind: type[View | DeskView]) -> list[dict[str, Any]]:
    """The cards of whatever views of that kind hypothesis thinks of."""
    drawn: list[dict[str, Any]] = []

    # A view is so large that shrinking one takes minutes.
    @settings(
        max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @given(_struct(kind))
    def collect(view: View) -> None:
        drawn.append(draw(view))
        assert size(drawn[-1]) < MAX_BYTES

    collect()
    return drawn

"""Which service plans and products decide what a desk phone may do: a table of ids, because names change."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

Kind = Literal["shared_device", "room"]


class PlanIds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Service plans by what they allow, and products that are meant for devices: name → id."""

    teams: dict[str, str]
    teams_phone: dict[str, str]
    virtual_user: dict[str, str]
    calling_plan: dict[str, str]
    shared_device: dict[str, str]
    room: dict[str, str]


@cache
def plan_ids() -> PlanIds:
    """The table of `plans.toml`."""
    text = resources.files(__package__).joinpath("plans.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), PlanIds)


@cache
def device_products() -> dict[str, Kind]:
    """Products that no person's account should hold, by id, with what they are for."""
    ids = plan_ids()
    shared: dict[str, Kind] = dict.fromkeys(ids.shared_device.values(), "shared_device")
    return shared | dict.fromkeys(ids.room.values(), "room")

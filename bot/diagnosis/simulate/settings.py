"""What the simulation assumes and demands (`simulate.toml`): data, so that anybody can object to it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from bot.errors import ConfigurationError


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fact that has one of these values, unless one of the acts that answer to it was tried."""

    fact: str
    values: tuple[str, ...]
    unless: tuple[str, ...] = ()


class Guard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a step may be proposed: `after` others, with one of `needs`, with none of `against`, perhaps `once`."""

    step: str
    after: tuple[str, ...] = ()
    needs: tuple[Finding, ...] = ()
    against: tuple[Finding, ...] = ()
    once: bool = False

    def broken(self, known: Mapping[str, Any], tried: Iterable[str]) -> bool:
        """True when proposing the step now, with these facts and after these steps, breaks the rule."""
        before = set(tried)

        def stands(finding: Finding) -> bool:
            return known.get(finding.fact) in finding.values and not before.intersection(finding.unless)

        return (
            (self.once and self.step in before)
            or (bool(self.after) and not before.intersection(self.after))
            or (bool(self.needs) and not any(map(stands, self.needs)))
            or any(map(stands, self.against))
        )


class Targets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a figure of that name may be at most, or must be at least."""

    most: dict[str, float]
    least: dict[str, float]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of `simulate.toml`; its comments say what each key means."""

    bound: int
    remedy_p: float
    cases_per_world: int
    optimum_causes: tuple[int, ...]
    optimum_steps: int
    own_unknown: float
    own_cannot: float
    odds_shift: float
    unknown_share: float
    wrong_answer_share: float
    symptoms: dict[str, float]
    targets: Targets
    reset: Guard
    licence: Guard


@cache
def load_settings() -> Settings:
    """The settings that came with the product."""
    text = resources.files(__package__).joinpath("simulate.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Settings)


def with_targets(settings: Settings, changes: Iterable[str]) -> Settings:
    """The settings with targets changed by `name=value`. Raises `ConfigurationError`."""
    most, least = dict(settings.targets.most), dict(settings.targets.least)
    for change in changes:
        name, _, value = change.partition("=")
        table = next((table for table in (most, least) if name in table), None)
        if table is None:
            raise ConfigurationError(
                f"no target is called {name!r}", f"There are {', '.join((*most, *least))}."
            )
        try:
            table[name] = float(value)
        except ValueError as exc:
            raise ConfigurationError(f"{change!r} has no number", "Write it as name=0.5.") from exc
    return msgspec.structs.replace(settings, targets=Targets(most=most, least=least))

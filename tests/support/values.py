"""Facts as a transcript writes them."""

from __future__ import annotations

from bot.domain.fact import Fact, Value


def dotted(values: dict[str, Value], known: dict[str, Value]) -> dict[str, Value]:
    """`licence_teams` is `licence.teams`: a keyword has no dot."""
    names = {name.replace(".", "_"): name for name in known}
    return {names[name]: value for name, value in values.items()}


def as_facts(values: dict[str, Value]) -> tuple[Fact, ...]:
    return tuple(Fact(id=name, value=value) for name, value in values.items())

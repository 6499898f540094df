"""JSON Schemas of the shapes that strangers read or write, made from the types themselves.

`python -m tests.support.schemas` writes docs/contracts anew; a test compares them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from bot.domain.case import Case
from bot.domain.diagnosis import Diagnosis, Recognition
from bot.domain.fact import Fact
from bot.domain.probe import ProbeResult, ProbeSpec
from bot.domain.site import Site
from bot.escalation.ticket import Ticket
from bot.probes.options import Options, SnmpOptions
from tests.support.house import ROOT

FOLDER: Final = ROOT / "docs/contracts"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

SHAPES: Final[dict[str, Any]] = {
    "case": Case,
    "diagnosis": Diagnosis,
    "fact": Fact,
    "probe-options": Options,
    "probe-options-snmp": SnmpOptions,
    "probe-results": tuple[ProbeResult, ...],
    "probe-targets": tuple[ProbeSpec, ...],
    "recognition": Recognition,
    "site": Site,
    "ticket": Ticket,
}


def path(name: str) -> Path:
    """Where the schema of a shape is kept."""
    return FOLDER / f"{name}.schema.json"


def schema(name: str) -> bytes:
    """The schema of a shape, as kept."""
    made = {"$schema": DIALECT, "title": name, **msgspec.json.schema(SHAPES[name])}
    return msgspec.json.format(msgspec.json.encode(made, order="deterministic"), indent=2) + b"\n"


def main() -> None:
    """Writes every schema."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in SHAPES:
        path(name).write_bytes(schema(name))


if __name__ == "__main__":
    main()

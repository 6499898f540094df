"""docs/contracts: what strangers read or write is described by schemas that follow the types."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.case import encode_case
from bot.escalation.render import as_json
from bot.escalation.template import fill
from tests.support import schemas
from tests.support.jsonschemas import errors
from tests.support.tickets import LYON, TENANT, IdTitles, full_case

PROBED = {"prober": "dns", "host": "x", "port": 53, "ok": False, "failure": "dns_timeout", "at": "resolver"}
EXAMPLES: dict[str, Any] = {
    "case": json.loads(encode_case(full_case())),
    "diagnosis": {"verdict": "undetermined", "causes": [{"id": "time.clock", "p": 0.1, "for": ["ntp"]}]},
    "fact": {"id": "dns", "value": "ok", "at": "2026-03-10T08:14:00Z", "source": "measured"},
    "probe-options": {"timeout_s": 2, "resolver": "10.0.0.53:53"},
    "probe-options-snmp": {"community": "public", "mac": "00:04:f2:ab:cd:ef", "voice_vlans": [30]},
    "probe-results": [PROBED],
    "probe-targets": [{"prober": "dns", "host": "x", "options": {"resolver": "10.0.0.53"}}],
    "recognition": {"symptom": None, "confidence": 0.2},
    "site": {"id": "lyon", "name": "Lyon"},
    "ticket": json.loads(as_json(fill(full_case(), IdTitles(), LYON, TENANT))),
}
WRONG: dict[str, Any] = {
    "case": {"id": "D-1", "ledger": [{"kind": "rumour", "n": 1, "at": "2026-03-10T08:14:00Z", "by": "user"}]},
    "diagnosis": {"verdict": "undetermined"},
    "fact": {"id": "dns", "value": ["ok"]},
    "probe-options": {"timeout_s": 3600},
    "probe-options-snmp": {"mac": "the grey one"},
    "probe-results": [{**PROBED, "failure": "bad_luck"}],
    "probe-targets": [{"prober": "dns"}],
    "recognition": {"symptom": None, "confidence": "high"},
    "site": {"id": "lyon", "name": "Lyon", "colour": "red"},
    "ticket": {"case": "D-1"},
}


def committed(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(schemas.path(name).read_bytes())
    return schema


@pytest.mark.parametrize("name", schemas.SHAPES)
def test_committed_schema_follows_the_type(name: str) -> None:
    assert schemas.path(name).read_bytes() == schemas.schema(name), "run python -m tests.support.schemas"


def test_no_schema_is_left_over() -> None:
    assert set(schemas.FOLDER.iterdir()) == {schemas.path(name) for name in schemas.SHAPES}


@pytest.mark.parametrize("name", schemas.SHAPES)
def test_schema_takes_a_real_example(name: str) -> None:
    assert errors(committed(name), EXAMPLES[name]) == []


@pytest.mark.parametrize("name", schemas.SHAPES)
def test_schema_refuses_a_wrong_one(name: str) -> None:
    assert errors(committed(name), WRONG[name])

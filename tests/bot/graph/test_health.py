from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.graph.health import FACT, health_findings, incident_title
from tests.support.reference import reference


def row(status: object, service: str = "Microsoft Teams") -> dict[str, Any]:
    return {"service": service, "status": status, "id": "microsoftteams"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("serviceOperational", "ok"),
        ("ServiceOperational", "ok"),
        ("serviceRestored", "ok"),
        ("falsePositive", "ok"),
        ("serviceDegradation", "degraded"),
        ("investigating", "degraded"),
        ("extendedRecovery", "degraded"),
        ("serviceInterruption", "outage"),
        ("unknownFutureValue", None),
        (None, None),
    ],
)
def test_status_has_its_meaning(status: object, expected: str | None) -> None:
    found = health_findings([row("serviceInterruption", "Exchange Online"), row(status)])
    assert found.values.get(FACT) == expected
    assert (FACT in found.not_checked) == (expected is None)


def test_list_without_teams_is_not_checked() -> None:
    assert FACT in health_findings([row("serviceOperational", "Exchange Online")]).not_checked
    assert FACT in health_findings([]).not_checked


def test_every_published_status_is_known() -> None:
    root = ET.parse(reference("graph-v1.0-types.csdl.xml")).getroot()
    names = [m.attrib["Name"] for m in root.iterfind(".//EnumType[@Name='serviceHealthStatus']/Member")]
    unknown = [name for name in names if FACT not in health_findings([row(name)]).values]
    assert unknown == ["unknownFutureValue"]


def test_newest_open_incident_is_named() -> None:
    issues: list[dict[str, Any]] = [
        {"id": "TM1", "title": "old", "service": "Microsoft Teams", "startDateTime": "2026-11-01"},
        {"id": "TM2", "title": "new", "service": "Microsoft Teams", "startDateTime": "2026-11-02"},
        {
            "id": "TM3",
            "title": "over",
            "service": "Microsoft Teams",
            "startDateTime": "2026-11-03",
            "isResolved": True,
        },
        {"id": "EX4", "title": "mail", "service": "Exchange Online", "startDateTime": "2026-11-04"},
    ]
    assert incident_title(issues) == "TM2: new"
    assert incident_title(issues[2:]) == ""


_ANY = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.none(), max_size=2)
_ROW = st.dictionaries(
    st.sampled_from(["service", "id", "status", "isResolved", "title", "startDateTime"]),
    _ANY | st.sampled_from(["Microsoft Teams", "unknownFutureValue", "serviceInterruption"]),
)


@given(st.lists(_ROW, max_size=4))
def test_no_health_list_can_crash_it(rows: list[dict[str, object]]) -> None:
    found = health_findings(rows)
    assert (FACT in found.values) != (FACT in found.not_checked)
    assert isinstance(incident_title(rows), str)

"""Reference material that lies beside a checkout on some machines: schemas and tables to check against.

It is no part of the project. Where it is missing, the tests that want it are skipped and say so.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

_ANY = re.compile(".*", re.DOTALL)
_WRITTEN = {
    "Edm.Guid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE),
    "Edm.DateTimeOffset": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,12})?(Z|[+-]\d\d:\d\d)"),
}
_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def reference(name: str) -> Path:
    """The reference file of that name; skips the test where there is none."""
    path = _DATA / name
    if not path.is_file():
        pytest.skip(f"needs the reference file {name}, which is not beside this checkout")
    return path


def at_hand(name: str) -> Path | None:
    """The reference file of that name, or nothing where there is none."""
    path = _DATA / name
    return path if path.is_file() else None


@cache
def _metadata() -> tuple[dict[str, ET.Element], dict[str, set[str]]]:
    root = ET.parse(reference("graph-v1.0-types.csdl.xml")).getroot()
    types: dict[str, ET.Element] = {}
    enums: dict[str, set[str]] = {}
    for schema in root.iter("Schema"):
        for element in schema:
            if element.tag == "EnumType":
                enums[element.attrib["Name"]] = {member.attrib["Name"] for member in element}
            else:
                types.setdefault(element.attrib["Name"], element)
    return types, enums


def graph_problems(type_name: str, body: dict[str, object]) -> list[str]:
    """What Microsoft Graph's published metadata (v1.0) does not allow in a body of that type."""
    types, enums = _metadata()
    known: dict[str, ET.Element] = {}
    name: str | None = type_name
    while name is not None:
        element = types[name]
        known |= {child.attrib["Name"]: child for child in element if child.tag.endswith("Property")}
        base = element.attrib.get("BaseType")
        name = base.rpartition(".")[2] if base else None
    problems = [f"{type_name}.{key} does not exist" for key in body if key not in known]
    for key, value in body.items():
        if key in known:
            problems += _value_problems(f"{type_name}.{key}", known[key], value, enums)
    return problems


def _value_problems(where: str, element: ET.Element, value: object, enums: dict[str, set[str]]) -> list[str]:
    kind = element.attrib["Type"]
    if value is None:
        return [f"{where} may not be null"] if element.get("Nullable") == "false" else []
    if kind.startswith("Collection("):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        item = kind.removeprefix("Collection(").removesuffix(")")
        return [problem for entry in value for problem in _one(where, item, entry, enums)]
    return _one(where, kind, value, enums)


def _one(where: str, kind: str, value: object, enums: dict[str, set[str]]) -> list[str]:
    plain = {"Edm.Boolean": bool, "Edm.Int32": int, "Edm.Int64": int}
    name = kind.rpartition(".")[2]
    if kind.startswith("Edm."):
        wanted = plain.get(kind, str)
        good = type(value) is wanted and _WRITTEN.get(kind, _ANY).fullmatch(str(value)) is not None
        return [] if good else [f"{where} is no {kind}"]
    if name in enums:
        return [] if value in enums[name] else [f"{where} has no member {value!r}"]
    if isinstance(value, dict) and name in _metadata()[0]:
        return graph_problems(name, value)
    return []

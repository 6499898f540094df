from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence.sniff import HEAD, named, sniff
from tests.support.sentfiles import BAD, GOOD, GZ, JPEG, LOG, PNG


@pytest.mark.parametrize("name", GOOD)
def test_useful_types_are_known(name: str) -> None:
    data, kind = GOOD[name]
    found = sniff(data[:HEAD])
    assert found is not None
    assert found.kind == kind
    assert named(name, found)


@pytest.mark.parametrize("name", BAD)
def test_other_types_are_not_taken(name: str) -> None:
    assert sniff(BAD[name][:HEAD]) is None


@pytest.mark.parametrize(
    ("name", "data", "fits"),
    [
        ("photo.png", JPEG, False),
        ("logs.tar", GZ, False),
        ("app.log", PNG, False),
        ("photo.png", LOG, False),
        ("photo.PNG", PNG, True),
        ("photo", PNG, True),
        ("report.2026-11-22", LOG, True),
        ("report.docx", GOOD["logs.zip"][0], True),
        ("", PNG, True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_false_names_are_noticed(name: str, data: bytes, fits: bool) -> None:
    found = sniff(data)
    assert found is not None
    assert named(name, found) is fits


@given(st.binary(max_size=600), st.text(max_size=20))
def test_any_bytes_have_one_answer(data: bytes, name: str) -> None:
    found = sniff(data)
    assert found == sniff(data)
    if found is not None:
        named(name, found)
    if b"\x00" in data and found is not None and found.kind == "text":
        assert data[:2] in {b"\xff\xfe", b"\xfe\xff"}

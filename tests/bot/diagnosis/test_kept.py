from __future__ import annotations

import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.engine import diagnose
from bot.diagnosis.kept import pack, unpack
from bot.diagnosis.playbook import load
from bot.domain.fact import Fact
from tests.support.playbooks import SOUND, extended


@pytest.mark.parametrize("addition", ["", SOUND])
def test_kept_playbook_comes_back_whole(addition: str) -> None:
    book = extended(addition)
    again = unpack(pack(book))
    assert again is not None
    assert msgspec.structs.asdict(again) == msgspec.structs.asdict(book)


def test_kept_playbook_judges_the_same() -> None:
    again = unpack(pack(load()))
    assert again is not None
    facts = [Fact(id="dns", value="fail"), Fact(id="scope", value="site")]
    assert diagnose(again, "no_internet_banner", facts) == diagnose(load(), "no_internet_banner", facts)


def test_playbook_of_another_release_is_none() -> None:
    data = msgspec.to_builtins(load())
    unlike = {**data, "causes": {"x": {**data["causes"]["time.clock"], "colour": "red"}}}
    assert unpack(zlib.compress(msgspec.json.encode(unlike))) is None


@given(st.binary(max_size=100) | st.binary(max_size=100).map(zlib.compress))
def test_any_other_bytes_are_none(data: bytes) -> None:
    assert unpack(data) is None

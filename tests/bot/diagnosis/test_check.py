"""`check` accepts the built-in playbook and names what is wrong in others."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.check import check
from bot.diagnosis.engine import diagnose
from bot.diagnosis.playbook import BUILT_IN, load
from bot.domain.fact import Fact
from bot.errors import PlaybookInvalid
from tests.support.playbooks import SOUND, built_in_data, faults, garbled

STEP = """
[[step]]
id = "act.more"
who = "user"
minutes = 1
title = { fr = "Encore", en = "More" }
why = { fr = "Parce que", en = "Because" }
"""
FACT = """
[[fact]]
id = "more"
title = { fr = "Encore", en = "More" }
values.yes = { fr = "Oui", en = "Yes" }
values.no = { fr = "Non", en = "No" }
default = { yes = 0.5, no = 0.5 }
"""
CAUSE = """
[[cause]]
id = "more"
prior = 0.1
title = { fr = "Encore", en = "More" }
explanation = { fr = "Encore plus", en = "Even more" }
"""


def problems(tmp_path: Path, addition: str) -> list[tuple[str, str, str]]:
    copy = Path(shutil.copytree(BUILT_IN, tmp_path / "playbooks"))
    (copy / "more.toml").write_text(addition)
    return [(p.file, p.key, p.reason) for p in check(load(copy))]


def test_built_in_playbook_has_no_problem() -> None:
    assert check(load()) == []


@pytest.mark.parametrize(
    ("addition", "key", "reason"),
    [
        (STEP + 'twin = "no.such"', "step:act.more", "no.such"),
        (STEP + 'requires = ["act.none"]', "step:act.more", "act.none"),
        (STEP + 'again_after = ["act.more"]', "step:act.more", "for ever"),
        (STEP + 'risk = "high"', "step:act.more", "high risk"),
        (STEP + 'symptoms = ["sneeze"]', "step:act.more", "sneeze"),
        (STEP + 'needs = { dns = ["perhaps"] }', "step:act.more", "perhaps"),
        (STEP + 'body.fr = ["Une ligne"]', "step:act.more", "lines"),
        (STEP.replace("minutes = 1", "minutes = 0"), "step:act.more", "minutes"),
        (STEP.replace('fr = "Encore"', 'fr = " "'), "step:act.more", "title.fr"),
        (STEP.replace("act.more", "dance.more"), "step:dance.more", "kind"),
        (STEP.replace("act.more", "ask.more"), "step:ask.more", "asks nothing"),
        (STEP + 'input = "choice"', "step:act.more", "choices"),
        (FACT, "fact:more", "revealed by no step"),
        (FACT.replace("no = 0.5 }", "no = 0.6 }"), "fact:more", "add up"),
        (FACT + '[fact.likely]\n"no.cause" = { yes = 0.9 }', "fact:more", "no.cause"),
        (FACT + '[fact.likely]\n"time.clock" = { yes = 1.9 }', "fact:more", "no row"),
        (FACT.replace('values.no = { fr = "Non", en = "No" }', ""), "fact:more", "no, which"),
        (CAUSE + "cures = []", "cause:more", "hand the case on"),
        (CAUSE + 'cures = [{ step = "act.none" }]', "cause:more", "act.none"),
        (CAUSE.replace("0.1", "0") + 'cures = [{ step = "escalate.helpdesk" }]', "cause:more", "prior"),
    ],
)
def test_problem_is_named_with_its_place(tmp_path: Path, addition: str, key: str, reason: str) -> None:
    found = [p for p in problems(tmp_path, addition) if reason in p[2]]
    assert found
    assert found[0][:2] == ("more.toml", key)


def test_wrong_limit_is_a_problem(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(BUILT_IN, tmp_path / "playbooks"))
    limits = copy / "limits.toml"
    limits.write_text(limits.read_text().replace("verdict = 0.8", "verdict = 1.8"))
    assert [p.reason for p in check(load(copy))] == ["verdict must lie between 0.5 and 1"]


def test_problem_of_a_limit_has_its_file(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('extends = "builtin"\n[limits]\nverdict = 1.8\n')
    found = [(p.file, p.key) for p in check(load(tmp_path)) if "verdict" in p.reason]
    assert found == [(f"{tmp_path.name}/ours.toml", "limits.verdict")]


def test_no_problem_is_named_twice() -> None:
    found = faults(SOUND.replace("the test", "") + "[limits]\nverdict = 1.8")
    assert len(found) == len(set(found)) > 1


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every key and list place in TOML data."""
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in places:
        yield (*path, key)
        yield from leaves(inner, (*path, key))


PLACES = [(name, path) for name, data in built_in_data().items() for path in leaves(data)]
GARBLED = st.sampled_from(
    ["", "no.such.id", "{moon}", -1, 0, 1e308, math.nan, math.inf, True, [], ["odd"], {}, {"odd": 1}]
) | st.text(max_size=8)


@settings(max_examples=40)
@given(st.sampled_from(PLACES), st.none() | GARBLED)
def test_garbled_playbook_is_refused_or_judged(place: tuple[str, tuple[str | int, ...]], value: Any) -> None:
    """One key lost (None) or one value replaced: never another exception, and what passes can be used."""
    name, path = place
    data = deepcopy(built_in_data()[name])
    holder: Any = data
    for key in path[:-1]:
        holder = holder[key]
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    try:
        book = garbled(name, data)
    except PlaybookInvalid as exc:
        refused = str(exc)
    else:
        refused = name
        assert check(book) or diagnose(book, "no_internet_banner", [Fact(id="dns", value="fail")]).causes
    assert name in refused


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_judged(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "more.toml").write_bytes(b'extends = "builtin"\n' + data)
        try:
            refused = str(check(load(Path(folder))) and "more.toml")
        except PlaybookInvalid as exc:
            refused = str(exc)
        assert refused == "[]" or "more.toml" in refused

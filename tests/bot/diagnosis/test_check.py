"""`check` accepts the built-in playbook and names what is wrong in others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.diagnosis.check import check
from bot.diagnosis.playbook import BUILT_IN, load

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
        (FACT, "fact:more", "vocabulary"),
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

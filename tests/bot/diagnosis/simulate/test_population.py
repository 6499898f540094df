from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.diagnosis.playbook import load
from bot.diagnosis.simulate.population import Population, read_population
from bot.diagnosis.simulate.tables import ANY, Remedy
from bot.errors import ConfigurationError
from tests.support.house import ROOT

GOLDEN = ROOT / "tests" / "golden" / "population.toml"

SMALL = """
[population]
phones = 1
sites = 1
odds_shift = 3.0
unknown_share = 0.1
wrong_answer_share = 0.05
[background.words]
dns = { ok = 0.9, fail = 0.1 }
"account.signin" = { ok = 0.8, expired = 0.1, blocked_ca = 0.1 }
[background.texts]
"phone.firmware" = [{ value = "9.0.0.1", p = 0.4 }, { value = "8.0.0.1", p = 0.6 }]
[sources]
dns = { by = "runner", minutes = 0.2, unknown = 0.2, wrong = 0.01 }
[causes."account.signin_blocked"]
weight = 10
symptoms = { signed_out = 1.0 }
[causes."account.signin_blocked".words]
"account.signin" = { ok = 0.2, expired = 0.8, blocked_ca = 0.0 }
[[causes."account.signin_blocked".variants]]
share = 0.25
symptoms = { no_internet_banner = 1.0 }
[causes."account.signin_blocked".variants.words]
"account.signin" = { ok = 0.0, expired = 0.0, blocked_ca = 1.0 }
[[causes."account.signin_blocked".variants]]
share = 0.75
[acts."act.sign_in_again"]
minutes = 6
cannot = 0.05
[acts."act.sign_in_again".cures]
"account.signin_blocked" = 0.3
[acts."act.restart_phone"]
minutes = 5
cannot = 0.0
[acts."act.restart_phone".cures]
"account.signin_blocked" = 0.03
[refined."account.signin_blocked"."account.signin"]
expired = { "act.sign_in_again" = 0.95 }
blocked_ca = { "act.fix_signin_policy" = 0.9 }
"""


def read(folder: Path, text: str = SMALL) -> Population:
    path = folder / "faults.toml"
    path.write_text(text, "utf-8")
    return read_population(path, load())


def test_golden_population_can_be_read() -> None:
    world = read_population(GOLDEN, load()).world()
    assert {fault.cause for fault in world.faults} == set(load().causes)


def test_variant_overrides_its_cause(tmp_path: Path) -> None:
    first, second = read(tmp_path).world().faults
    assert (first.weight, second.weight) == (2.5, 7.5)
    assert (first.symptoms, second.symptoms) == ({"no_internet_banner": 1.0}, {"signed_out": 1.0})
    assert dict(first.facts["account.signin"][ANY])["blocked_ca"] == 1.0
    assert dict(second.facts["account.signin"][ANY])["expired"] == 0.8


def test_true_value_refines_a_cure(tmp_path: Path) -> None:
    remedies = read(tmp_path).world().remedies["account.signin_blocked"]
    assert remedies == (
        Remedy(act="act.sign_in_again", p=0.3, when={"account.signin": ("ok",)}),
        Remedy(act="act.restart_phone", p=0.03),
        Remedy(act="act.sign_in_again", p=0.95, when={"account.signin": ("expired",)}),
        Remedy(act="act.fix_signin_policy", p=0.9, when={"account.signin": ("blocked_ca",)}),
    )


def test_texts_are_kept_as_written(tmp_path: Path) -> None:
    assert read(tmp_path).world().background["phone.firmware"] == {ANY: (("9.0.0.1", 0.4), ("8.0.0.1", 0.6))}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("dns = { ok = 0.9, fail", "dns = { ok = 0.5, fail", "background.dns: adds up to 0.600"),
        ("dns = { ok = 0.9, fail", "dnss = { ok = 0.9, fail", "background.dnss: does not exist"),
        ("fail = 0.1 }", "down = 0.1 }", "background.dns.down: is no value"),
        ("signed_out = 1.0", "signed_off = 1.0", "symptoms.signed_off: does not exist"),
        ("share = 0.75", "share = 0.5", "account.signin_blocked.variants: adds up to 0.750"),
        (
            'cures]\n"account.signin_blocked" = 0.3',
            'cures]\n"nothing" = 0.3',
            "cures.nothing: does not exist",
        ),
        ("unknown = 0.2", "unknown = 2", "sources.dns: is no probability"),
        ("cannot = 0.05", "cannot = -1", "acts.act.sign_in_again: is no probability"),
        ("weight = 10", "wieght = 10", "wieght"),
        ("phones = 1", "phones = ", "Invalid value"),
        ('_blocked"."account.signin"]', '_blocked"."voice.enabled"]', "voice.enabled: does not exist"),
    ],
)
def test_bad_file_is_refused_by_key(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in SMALL
    with pytest.raises(ConfigurationError, match=re.escape("faults.toml: ")) as caught:
        read(tmp_path, SMALL.replace(old, new, 1))
    assert reason in str(caught.value)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.toml"):
        read_population(tmp_path / "none.toml", load())

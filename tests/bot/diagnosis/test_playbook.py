"""Reading playbooks: what is built in, what is refused, how values are understood."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.playbook import BUILT_IN, load, restricted, version_key
from bot.domain.fact import VOCABULARY, Fact, Value
from bot.errors import PlaybookInvalid
from tests.support.playbooks import CAUSE, extended

ACTS = [
    "swap_cable_or_port",
    "external_power",
    "restart_phone",
    "fix_clock",
    "sign_in_again",
    "fix_vlan_dhcp",
    "clear_port_security",
    "free_poe_budget",
    "fix_dns",
    "open_firewall",
    "exempt_proxy",
    "exempt_tls_inspection",
    "update_firmware",
    "enable_account",
    "fix_signin_policy",
    "clean_device_objects",
    "assign_licence",
    "configure_voice",
    "fix_teams_policy",
    "factory_reset",
    "replace_phone",
    "wait_service",
    "wait_propagation",
    "fix_site",
    "try_other_account",
]
ASKS = [
    "scope",
    "moved_recently",
    "changed_recently",
    "phone_power",
    "phone_ip",
    "phone_time",
    "phone_firmware",
    "phone_signed_in",
    "phone_static_config",
    "ping_gateway",
    "ping_external",
    "other_device_same_account",
]
CAUSES = [
    "network.cable_or_port",
    "network.vlan_dhcp",
    "network.port_security",
    "network.dns",
    "network.egress_tcp443",
    "network.egress_udp",
    "network.proxy",
    "network.tls_inspection",
    "power.poe",
    "time.clock",
    "firmware.obsolete",
    "account.disabled",
    "account.signin_blocked",
    "licence.missing",
    "voice.not_configured",
    "policy.teams",
    "profile.corrupt",
    "phone.hang",
    "hardware.fault",
    "service.outage",
    "site.outage",
]
SYMPTOMS = [
    "no_internet_banner",
    "cannot_call",
    "no_dial_tone",
    "no_power",
    "random_reboot",
    "signed_out",
    "one_way_audio",
    "bad_audio",
    "wrong_time",
    "update_failed",
    "other_phone_problem",
    "not_a_phone_problem",
]


def copy_of_built_in(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUILT_IN, tmp_path / "playbooks"))


def test_built_in_has_the_whole_vocabulary() -> None:
    book = load()
    assert set(book.facts) == set(VOCABULARY)
    assert set(book.causes) == set(CAUSES)
    assert list(book.symptoms) == SYMPTOMS
    assert {f"act.{act}" for act in ACTS} | {f"ask.{ask}" for ask in ASKS} <= set(book.steps)
    assert {"probe.network", "lookup.account", "escalate.helpdesk", "escalate.microsoft"} <= set(book.steps)


def test_built_in_is_read_once() -> None:
    assert load() is load()


def test_same_files_give_same_version(tmp_path: Path) -> None:
    copy = copy_of_built_in(tmp_path)
    assert load(copy).version == load().version
    with (copy / "limits.toml").open("a") as file:
        file.write("\n# another word\n")
    assert load(copy).version != load().version


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[limits]\nverdikt = 0.9\n", "verdikt"),
        ("[limits]\nverdict = 'high'\n", "verdict"),
        ("[limits\n", "x.toml"),
        ("[[symptom]]\nid = 'a'\ntitle = { fr = 'a' }\n", "title"),
        ("[[symptom]]\nid = 'no_power'\ntitle = { fr = 'a', en = 'a' }\n", "twice"),
    ],
)
def test_malformed_file_is_named(tmp_path: Path, content: str, reason: str) -> None:
    copy = copy_of_built_in(tmp_path)
    (copy / "x.toml").write_text(content)
    with pytest.raises(PlaybookInvalid, match=reason) as refused:
        load(copy)
    assert "x.toml" in str(refused.value)


def test_empty_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlaybookInvalid):
        load(tmp_path)


@pytest.mark.parametrize(
    ("fact", "value", "word"),
    [
        ("clock_offset_s", -420, "wrong"),
        ("clock_offset_s", 300, "ok"),
        ("clock_offset_s", 301, "wrong"),
        ("clock_offset_s", 10**400, "wrong"),
        ("clock_offset_s", math.inf, "wrong"),
        ("clock_offset_s", math.nan, None),
        ("clock_offset_s", "late", None),
        ("phone.firmware", "7.1.3.0991", "obsolete"),
        ("phone.firmware", "8.1.6.1006", "old"),
        ("phone.firmware", "9.0.0.10315", "current"),
        ("phone.firmware", "new", None),
        ("dns", "fail", "fail"),
        ("dns", "inconclusive", None),
        ("dns", "perhaps", None),
        ("nothing.known", "yes", None),
    ],
)
def test_value_is_put_in_its_bucket(fact: str, value: Value, word: str | None) -> None:
    assert load().bucket(Fact(id=fact, value=value)) == word


def test_versions_compare_as_numbers() -> None:
    assert version_key("7.1.3.0991") < version_key("7.1.4.0200") < version_key("9.0.0.10460")
    assert version_key("8.1.3A.0991B rev 2") == (8, 1, 3, 991)


@given(st.text(max_size=20))
def test_any_text_is_a_version_or_none(text: str) -> None:
    assert len(version_key(text)) in {0, 4}


def test_step_suits_only_its_symptoms() -> None:
    step = load().steps["ask.phone_time"]
    assert step.suits("no_internet_banner")
    assert not step.suits("no_power")


def test_nobody_is_sent_for_an_adapter() -> None:
    texts = [
        line for step in load().steps.values() for lines in step.body.fr + step.body.en for line in [lines]
    ]
    assert not [text for text in texts if "5 V" in text or "3 A" in text]


EXTENDS = 'extends = "builtin"\n'


def extra(folder: Path, **files: str) -> Path:
    """A directory of extra files."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(EXTENDS + text, "utf-8")
    return folder


def test_extra_file_adds_and_replaces(tmp_path: Path) -> None:
    short = "[[symptom]]\nid = '{}'\ntitle = {{ fr = 'a', en = 'b' }}\n"
    book = load(extra(tmp_path, ours=short.format("hums") + short.format("no_power")))
    assert list(book.symptoms) == [*SYMPTOMS, "hums"]
    assert book.symptoms["no_power"].title.en == "b"
    assert book.files["symptom:hums"] == f"{tmp_path.name}/ours.toml"
    assert book.version != load().version


def test_extra_limit_leaves_the_others(tmp_path: Path) -> None:
    book = load(extra(tmp_path, ours="[limits]\nverdict = 0.9\n"))
    assert (book.limits.verdict, book.limits.check_order) == (0.9, load().limits.check_order)
    assert book.files["limits.verdict"] == f"{tmp_path.name}/ours.toml"
    assert book.files["limits"]


def test_own_files_may_not_repeat_an_id(tmp_path: Path) -> None:
    symptom = "[[symptom]]\nid = 'hums'\ntitle = { fr = 'a', en = 'b' }\n"
    with pytest.raises(PlaybookInvalid, match=r"two\.toml: symptom hums is defined twice"):
        load(extra(tmp_path, one=symptom, two=symptom))


def test_evidence_adds_a_row(tmp_path: Path) -> None:
    row = "[[evidence]]\nfact = 'dns'\ncause = 'time.clock'\nrow = { fail = 0.5 }\n"
    book = load(extra(tmp_path, ours=row))
    assert book.rows["dns"]["fail"][list(book.causes).index("time.clock")] == 0.5
    assert book.facts["dns"].likely["network.dns"] == load().facts["dns"].likely["network.dns"]
    with pytest.raises(PlaybookInvalid, match=r"ours\.toml: evidence names odd"):
        load(extra(tmp_path, ours=row.replace("'dns'", "'odd'")))


def test_cause_brings_its_own_factors() -> None:
    book = extended(CAUSE + "under = { no_power = 7.0, cannot_call = 3.0 }")
    assert book.symptoms["no_power"].priors["phone.lamp"] == 7
    assert "phone.lamp" not in book.symptoms["wrong_time"].priors
    assert "phone.lamp" not in load().symptoms["no_power"].priors


def test_symptom_knows_better_than_the_cause() -> None:
    symptom = "[[symptom]]\nid = 'hums'\ntitle = { fr = 'a', en = 'b' }\npriors = { 'phone.lamp' = 2.0 }\n"
    assert extended(symptom + CAUSE + "under = { hums = 7.0 }").symptoms["hums"].priors["phone.lamp"] == 2


def test_restriction_keeps_what_is_possible() -> None:
    book = extended(CAUSE + 'sites = ["lyon"]')
    assert "phone.lamp" in restricted(book, "", "lyon").causes
    there = restricted(book, "", "nice")
    assert "phone.lamp" not in there.causes
    assert all(len(row) == len(there.hypotheses) for rows in there.rows.values() for row in rows.values())
    assert all(len(row) == len(there.hypotheses) for row in there.mends.values())


def test_model_has_its_own_limits() -> None:
    limits = 'buckets."phone.firmware" = ["100.0.0.0", "200.0.0.0"]'
    book = extended(f'[[model]]\nid = "toy"\nname = "Toy"\n{limits}\n')
    version = Fact(id="phone.firmware", value="150.0.0.0")
    assert restricted(book, "toy", "").bucket(version) == "old"
    assert restricted(book, "unheard of", "").bucket(version) == "current"


def test_unreadable_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PlaybookInvalid):
        load(tmp_path / "file")
    with pytest.raises(PlaybookInvalid):
        load(tmp_path / "nowhere")

"""The helpdesk's guide, item by item: what of the playbook covers it, and what had to be corrected in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec
import pytest

from bot.diagnosis.fill import OF_THE_CASE, PLACEHOLDER, VARIES, Filler
from bot.diagnosis.playbook import load
from bot.diagnosis.spec import Command, Lines, StepSpec, Text, TopicSpec

BOOK = load()
MODEL = next(iter(BOOK.models.values()))
SPECS: dict[str, StepSpec | TopicSpec] = {**BOOK.steps, **BOOK.topics}
TOPICS = list(BOOK.topics.values())
FIRMWARES = ("", "7.1.3.0991", "8.1.3.1301", "9.0.0.10460")

# An item of the guide, in our words → what covers it, and words of which each must hold one, and which all must be held.
GUIDE: dict[str, tuple[str, str]] = {
    "meaning: secure session fails": ("faq.message ref.understanding", "connecté|certificats"),
    "meaning: one device hints at a local cause": ("faq.one_device ask.scope", "câble|local"),
    "summary: isolate cable, port, VLAN": ("ref.summary act.swap_cable_or_port", "VLAN|câble"),
    "summary: addressing and resolution": (
        "ref.summary ask.phone_ip act.fix_dns",
        "passerelle|DNS|Adresse IP",
    ),
    "summary: clock": ("ref.summary act.fix_clock", "NTP|heure automatique"),
    "summary: another account": ("ref.summary act.try_other_account", "compte"),
    "summary: update": ("ref.summary act.update_firmware", "{target_firmware}"),
    "summary: reset, then Microsoft": ("ref.summary act.factory_reset escalate.microsoft", "ticket|efface"),
    "table: support by admin or reseller": ("ref.microsoft escalate.microsoft", "revendeur|reseller"),
    "table: network basics": ("probe.network ref.ports ask.switch_vlan", "VLAN|443|123|3478"),
    "table: clock and certificates": ("ref.time probe.network", "certificat|UDP 123|ntp"),
    "table: update and reset, clean profile": (
        "act.update_firmware act.factory_reset",
        "un seul profil|Par étapes",
    ),
    "table: account and licence": (
        "lookup.account act.try_other_account",
        "TEAMS1|MCOEV|licence|un problème de compte",
    ),
    "table: built-in diagnostics and logs": ("ref.diagnostics ref.logs", "{menu:ping}|{menu:log_export}"),
    "cause: no address or no gateway": ("ref.understanding ask.ping_gateway", "adresse|passerelle"),
    "cause: names do not resolve": ("act.fix_dns", "login.microsoftonline.com|teams.microsoft.com"),
    "cause: firewall or proxy": ("act.open_firewall act.exempt_proxy", "TCP 443|proxy"),
    "cause: wrong clock": ("ask.phone_time act.fix_clock", "heure"),
    "cause: missing root certificates": ("ref.root_certificate ref.old_firmware", "racine"),
    "network: voice VLAN, LLDP-MED": ("ask.switch_vlan ask.switch_lldp", "{voice_vlan}|show lldp neighbors"),
    "network: port security, MAB, 802.1X": (
        "act.clear_port_security ask.switch_port",
        "802.1X|MAB|clear port",
    ),
    "network: open the port for a trial": ("act.clear_port_security", "temps de l’essai|no switchport port"),
    "network: PoE budget": ("ask.switch_poe act.free_poe_budget ref.power", "show power inline|13 W"),
    "network: separate supply": ("act.external_power", "{power}"),
    "addressing: read it on the phone": ("ask.phone_ip ref.diagnostics", "{menu:network}"),
    "addressing: ping gateway, then outside": (
        "ask.ping_gateway ask.ping_external",
        "microsoft.com|{menu:ping}",
    ),
    "addressing: lease gives good DNS": ("ask.dhcp_lease ref.dhcp", "{resolver}"),
    "port: TCP 443": ("ref.ports act.open_firewall", "TCP 443"),
    "port: UDP 3478 to 3481": ("ref.ports act.open_firewall", "3478 à 3481"),
    "port: DNS 53": ("ref.ports act.open_firewall", "DNS 53|TCP 53"),
    "port: UDP 123": ("ref.ports act.open_firewall", "UDP 123"),
    "port: TCP 80": ("ref.ports act.open_firewall", "TCP 80|443 et 80"),
    "proxy: exempt the phones": ("act.exempt_proxy ref.proxy", "accès direct"),
    "time: set it on the phone": ("act.fix_clock ref.time", "{menu:time}|fuseau"),
    "time: allow NTP": ("act.fix_time_server", "time.windows.com|UDP 123|w32tm"),
    "time: make it last by DHCP": ("act.fix_time_server ref.time", "DHCP 42"),
    "certificates: update, else import": ("act.update_firmware ref.root_certificate", "importer|DigiCert"),
    "update: from the admin centre": ("act.update_firmware ref.update_path", "Appareils Teams"),
    "update: by provisioning": ("act.update_firmware ref.update_path", "provisioning"),
    "update: good practice": ("ref.update_path", "filtrage|veille|espace libre"),
    "reset: on the phone": ("act.factory_reset ref.reset", "{menu:reset}"),
    "reset: by its web page": ("ref.reset", "{reset}|page web"),
    "reset: let it finish": ("act.factory_reset", "Attendre la fin|courant"),
    "account: licence": ("act.assign_licence ref.accounts", "MCOEV|Get-MgUserLicenseDetail"),
    "account: state": ("act.enable_account lookup.account", "AccountEnabled"),
    "account: sign-in and its rules": ("act.fix_signin_policy", "MFA|Get-MgAuditLogSignIn"),
    "account: Teams policies": ("act.fix_teams_policy", "TeamsIPPhonePolicy"),
    "account: wait for propagation": ("act.wait_propagation", "heures"),
    "commands: connect with few rights": ("lookup.account", "Connect-MgGraph|User.Read.All"),
    "commands: read the account": ("lookup.account", "Get-MgUser -UserId"),
    "commands: list licences": (
        "lookup.account act.assign_licence",
        "Get-MgUserLicenseDetail|Get-MgSubscribedSku",
    ),
    "logs: level, reproduce, export": ("ref.logs", "reproduire|{menu:logging}|fuseau"),
    "logs: short packet capture": ("ref.logs", "30 à 60 secondes|monitor capture"),
    "tree: no address": ("ref.tree act.fix_vlan_dhcp act.swap_cable_or_port", "169.254|bail|câble|conflit"),
    "tree: gateway answers, outside does not": (
        "ref.tree act.open_firewall act.exempt_proxy act.fix_dns",
        "extérieur|TCP 443|accès direct|DNS public",
    ),
    "tree: random restarts": (
        "ref.tree act.free_poe_budget act.external_power",
        "redémarrages|budget|{power}",
    ),
    "tree: network fine, error stays": ("ref.tree act.fix_clock act.fix_time_server", "certificats|DHCP 42"),
    "tree: one user affected": ("ref.tree act.assign_licence act.enable_account", "licence"),
    "tree: still broken after update": ("ref.tree act.factory_reset", "profil"),
    "scenario: moved desk": ("ref.move ask.moved_recently", "{mac}|{voice_vlan}|changé de place"),
    "scenario: firmware 7.1.3.0991": ("ref.old_firmware", "7.1.3.0991|{update_path}"),
    "scenario: imposed proxy": ("ref.proxy act.exempt_proxy", "{voice_subnet}|authentification"),
    "scenario: filtering DNS, TLS inspection": ("ref.dns_tls act.exempt_tls_inspection", "openssl|DigiCert"),
    "procedure 1: photo and address": ("ref.procedure faq.photo", "photo|Photo"),
    "procedure 2: known good socket and cable": (
        "ref.procedure act.swap_cable_or_port",
        "Cat 5e|autre câble",
    ),
    "procedure 3: addressing and pings": ("ref.procedure ask.ping_gateway ask.ping_external", "ping"),
    "procedure 4: clock": ("ref.procedure act.fix_clock", "5 minutes|{menu:time}"),
    "procedure 5: another account": ("ref.procedure act.try_other_account", "compte"),
    "procedure 6: update and restart": (
        "ref.procedure act.update_firmware act.restart_phone",
        "redémarrage|Mettre à jour",
    ),
    "procedure 7: reset": ("ref.procedure act.factory_reset", "Remise à zéro|réglages d’usine"),
    "procedure 8: logs and ticket": ("ref.procedure ref.logs escalate.microsoft", "Journaux|journaux"),
    "check: switch": ("ref.switch", "show power inline|show lldp|show port-security|err-disabled|show cdp"),
    "check: DHCP": ("ref.dhcp", "conflict|binding|42"),
    "check: firewall": ("ref.firewall", "443|3478|inspection TLS|proxy|Test-NetConnection"),
    "check: DNS": ("ref.dns", "Resolve-DnsName|graph.microsoft.com|millisecondes"),
    "provisioning: one central service": ("ref.provisioning", "Une seule source"),
    "provisioning: no contradictory profiles": ("ref.provisioning act.exempt_proxy", "contredi|forcé"),
    "provisioning: whom to call": ("ref.who", "réseau|Sécurité|Microsoft 365"),
    "after: call to an outside number": (
        "ref.after_repair verify.test_call verify.audio",
        "extérieur|des deux côtés",
    ),
    "after: call quality": ("ref.after_repair verify.call_quality", "gigue"),
    "after: restart once": ("ref.after_repair verify.restart", "redémarrage"),
    "question: why one device": ("faq.one_device", "câble"),
    "question: ignore UDP 3478-3481": ("faq.udp_ports", "Non"),
    "question: always reset": ("faq.reset_needed", "Non"),
    "ticket: short description": ("ref.microsoft", "Description"),
    "ticket: what was tried": ("ref.microsoft", "câble|NTP|autre compte"),
    "ticket: what to attach": ("ref.microsoft escalate.microsoft", "journaux|photos|fuseau|corrélation"),
}

NOT = re.compile(r"\b(no|not|never|cannot|aucun|ne|pas|jamais)\b|n[’']", re.IGNORECASE)
CHANGES = re.compile(
    r"^(Set|Update|Remove|Grant|New)-|^(clear|no|option|lldp run|power inline|monitor capture|switchport)\b"
)


def strings(value: object) -> Iterator[str]:
    """Every string in a table of the playbook."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in (*value, *value.values()):
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def everything() -> list[str]:
    """All words of the playbook: causes, facts, steps, symptoms, models, topics."""
    tables = (BOOK.causes, BOOK.facts, BOOK.steps, BOOK.symptoms, BOOK.models, BOOK.topics)
    return [
        text for table in tables for spec in table.values() for text in strings(msgspec.to_builtins(spec))
    ]


def sentences() -> list[str]:
    """The same without what people ask, one sentence each."""
    asked = {phrase for topic in TOPICS for phrase in (*topic.phrases.fr, *topic.phrases.en)}
    return [s for text in everything() if text not in asked for s in re.split(r"(?<=[.;:!?])\s", text)]


def shown(spec: StepSpec | TopicSpec) -> Iterable[Text]:
    """What a person reads of a step or topic, in both languages."""
    lines = spec.body if isinstance(spec, StepSpec) else spec.answer
    yield spec.title
    yield from (Text(fr=fr, en=en) for fr, en in zip(lines.fr, lines.en, strict=True))
    yield from (command.shows for command in spec.commands if command.shows)
    if isinstance(spec, StepSpec):
        yield from (text for text in (spec.why, spec.caution, *spec.choices.values()) if text)


def commands() -> list[Command]:
    """Every command line of the playbook."""
    return [command for spec in SPECS.values() for command in spec.commands]


@pytest.mark.parametrize("item", GUIDE)
def test_item_of_the_guide_is_covered(item: str) -> None:
    ids, words = (cell.split(mark) for cell, mark in zip(GUIDE[item], (None, "|"), strict=True))
    said = {i: "\n".join(strings(msgspec.to_builtins(SPECS[i]))) for i in ids}
    assert not [i for i, text in said.items() if not any(word in text for word in words)]
    assert not [word for word in words if not any(word in text for text in said.values())]


@pytest.mark.parametrize("i", SPECS)
def test_spec_has_words_and_sources(i: str) -> None:
    spec = SPECS[i]
    assert all(text.fr.strip() and text.en.strip() for text in shown(spec))
    assert spec.source
    assert isinstance(spec, TopicSpec) or spec.numbers


@pytest.mark.parametrize("i", SPECS)
def test_placeholders_are_known_everywhere(i: str) -> None:
    spec = SPECS[i]
    menus = {path.id for path in MODEL.menu}
    for text in (*(t.to(to) for t in shown(spec) for to in ("fr", "en")), *(c.text for c in spec.commands)):
        for found in PLACEHOLDER.finditer(text):
            assert found["name"] in (menus if found["menu"] else {*OF_THE_CASE, *MODEL.texts})


@pytest.mark.parametrize("firmware", FIRMWARES)
def test_filled_texts_have_no_holes(firmware: str) -> None:
    filler = Filler(model=MODEL, firmware=firmware, values=dict.fromkeys(OF_THE_CASE, "x"))
    for spec in SPECS.values():
        for text in shown(spec):
            assert not PLACEHOLDER.search(filler.fill(text.fr, "fr") + filler.fill(text.en, "en"))


def test_placeholders_agree_between_the_languages() -> None:
    for spec in SPECS.values():
        for text in shown(spec):
            assert sorted(PLACEHOLDER.findall(text.fr)) == sorted(PLACEHOLDER.findall(text.en)), text.en


def test_default_model_is_ccx_500() -> None:
    assert MODEL.id == "ccx500"
    assert not [path.id for path in MODEL.menu if not path.source]


def test_model_agrees_with_the_fact() -> None:
    buckets = BOOK.facts["phone.firmware"].buckets
    assert buckets
    assert MODEL.buckets["phone.firmware"] == buckets.limits


def test_only_administrator_path_is_confirmed() -> None:
    assert {path.id for path in MODEL.menu if path.confirmed} == {"admin"}


@pytest.mark.parametrize("firmware", FIRMWARES)
def test_unconfirmed_menu_paths_say_so(firmware: str) -> None:
    filler = Filler(model=MODEL, firmware=firmware)
    for path in MODEL.menu:
        said = filler.fill(f"{{menu:{path.id}}}", "fr")
        assert said.endswith(VARIES.fr) is not path.confirmed


def test_no_path_is_wired_into_texts() -> None:
    wired = re.compile(r"Paramètres (>|›|puis)|Settings (>|›|then)|chemin varie|path varies")
    assert not [text.fr for spec in SPECS.values() for text in shown(spec) if wired.search(text.fr + text.en)]


def test_commands_that_change_say_so() -> None:
    assert not [c.text for c in commands() if bool(CHANGES.search(c.text)) is not c.changes]


def test_account_is_quoted_in_commands() -> None:
    named = [c.text for c in commands() if "{upn}" in c.text]
    assert named
    assert not [text for text in named if text.replace('"{upn}"', "").count("{upn}")]


def test_commands_say_what_to_read() -> None:
    assert {c.on for c in commands()} == {
        "cisco_ios", "windows_powershell", "graph_powershell", "teams_powershell", "shell",
    }  # fmt: skip
    assert not [c.text for c in commands() if c.shows is None]


def test_employee_is_given_no_command() -> None:
    assert not [step.id for step in BOOK.steps.values() if step.who == "user" and step.commands]
    assert not [topic.id for topic in TOPICS if "employee" in topic.audience and topic.commands]


def test_answers_fit_on_a_phone() -> None:
    for topic in TOPICS:
        assert len(topic.answer.fr) <= 6
        assert max(map(len, (*topic.answer.fr, *topic.answer.en))) <= 200


def test_questions_have_enough_phrases() -> None:
    for topic in TOPICS:
        assert 6 <= len(topic.phrases.fr) <= 12
        assert 6 <= len(topic.phrases.en) <= 12


def test_no_phrase_asks_two_things() -> None:
    owner: dict[str, str] = {}
    for topic in TOPICS:
        for phrase in {p.casefold() for p in (*topic.phrases.fr, *topic.phrases.en)}:
            assert owner.setdefault(phrase, topic.id) == topic.id, phrase


def test_topics_point_to_real_steps() -> None:
    assert not [step for topic in TOPICS for step in topic.steps if step not in BOOK.steps]


def test_french_spaces_do_not_break() -> None:
    lines = [line for spec in SPECS.values() for text in shown(spec) for line in (text.fr,)]
    assert not [line for line in lines if re.search(r" [:;?!»](\s|$)|« ", line)]


def test_nothing_names_a_private_place() -> None:
    private = re.compile(r"/work|shared/|\[SFB|\[web|/tmp|/home")
    assert not [text for text in everything() if private.search(text)]


def test_no_five_volt_adapter_anywhere() -> None:
    assert not [text for text in everything() if re.search(r"\b5\s*V\b|\b3\s*A\b", text)]
    adapters = [s for s in sentences() if re.search(r"adapt(er|ateur)\b", s)]
    assert adapters
    assert not [
        s for s in adapters if not re.search(r"no other|aucun autre|not taken over", s, re.IGNORECASE)
    ]


def test_call_quality_has_its_thresholds() -> None:
    body = " ".join(BOOK.steps["verify.call_quality"].body.en)
    assert re.search(r"loss below 1 %.*jitter below 30 ms.*round trip below 100 ms", body)


def test_no_phone_signs_in_to_proxies() -> None:
    said = [s for s in sentences() if "proxy" in s.lower() and re.search(r"authenti|identif|sign in", s)]
    assert said
    assert not [s for s in said if not NOT.search(s)]


def test_no_branch_is_called_lts() -> None:
    assert not [text for text in everything() if re.search(r"\bLTS\b|\b8\.x\b", text)]


def test_update_warns_of_its_traps() -> None:
    update = BOOK.steps["act.update_firmware"]
    assert update.caution
    assert "AOSP" in update.caution.fr
    assert "AOSP" in update.caution.en
    assert any("{update_path}" in line for line in update.body.fr)
    assert "8.1.3.1301" in MODEL.texts["update_path"].fr


def test_phones_need_no_global_administrator() -> None:
    named = [s for s in sentences() if re.search(r"Global Admin|administrateur général", s)]
    assert named
    assert not [s for s in named if not NOT.search(s)]


@pytest.mark.parametrize(
    "act",
    ["factory_reset", "update_firmware", "clear_port_security", "exempt_tls_inspection", "assign_licence"],
)
def test_risky_act_begins_with_caution(act: str) -> None:
    assert BOOK.steps[f"act.{act}"].caution


def test_guide_covers_every_reference_page() -> None:
    cited = {i for ids, _ in GUIDE.values() for i in ids.split()}
    assert {topic.id for topic in TOPICS if topic.id.startswith("ref.")} <= cited


def test_lines_agree_between_the_languages() -> None:
    def lines(spec: StepSpec | TopicSpec) -> Lines:
        return spec.body if isinstance(spec, StepSpec) else spec.answer

    assert not [i for i, spec in SPECS.items() if len(lines(spec).fr) != len(lines(spec).en)]

from __future__ import annotations

import msgspec
import pytest

from bot.diagnosis.fill import PLACEHOLDER
from bot.diagnosis.spec import Command, Lines, Text
from bot.domain.diagnosis import LOCALES
from bot.domain.site import Site
from bot.domain.views import StepView, TriageView
from dialogs.draft import Rules
from dialogs.filling import filled
from tests.support.cases import CaseBuilder
from tests.support.dialogue import LYON, Dialogue

SITE = Site(id="lyon", name="Lyon", gateway="10.20.0.1", resolvers=("10.20.0.53",), switches=("sw-1", "sw-2"))


def rules(site: Site = SITE) -> Rules:
    return Rules(playbook=Dialogue().rules.playbook, sites={"lyon": site})


def case_of(upn: str = "camille@contoso.fr") -> CaseBuilder:
    return CaseBuilder().opened().known("account", upn=upn).known("site", id="lyon")


def typed(text: str, builder: CaseBuilder) -> str:
    (line,) = filled(builder.case, rules(), "en").commands((Command(on="shell", text=text),))
    return line.text


def test_text_names_the_place() -> None:
    in_words = filled(case_of().case, rules(), "fr")
    assert in_words.text(Text(fr="{site} : {gateway}, {resolver}", en="")) == "Lyon : 10.20.0.1, 10.20.0.53"
    assert in_words.lines(Lines(fr=("{case}",))) == ("D-1042",)
    assert in_words.text(None) == ""


def test_command_names_account_and_port() -> None:
    builder = case_of().known("switch", port="Gi1/0/12", name="sw-9")
    assert typed("{upn} {port} {switch}", builder) == "camille@contoso.fr Gi1/0/12 sw-9"


def test_nobody_knows_which_switch() -> None:
    assert typed("{switch}", case_of()) == "SWITCH"


@pytest.mark.parametrize("upn", ['x"; Remove-MgUser', "a$(reboot)", "a b", "-Force", "a`b", "é@x.fr", "a|b"])
def test_hostile_value_stays_out_of_commands(upn: str) -> None:
    assert typed('Get-MgUser "{upn}"', case_of(upn)) == 'Get-MgUser "ACCOUNT"'


def test_apostrophe_of_a_name_is_kept() -> None:
    assert typed('"{upn}"', case_of("o'brien@x.ie")) == '"o\'brien@x.ie"'


def test_firmware_chooses_the_menu() -> None:
    in_words = filled(case_of().fact("phone.firmware", "7.1.3.0991").case, rules(), "en")
    assert in_words.text(Text(fr="", en="{firmware}")) == "7.1.3.0991"


def test_usual_phone_without_case() -> None:
    assert filled(None, rules(), "en").text(Text(fr="", en="{model}")) == "Poly CCX 500"


@pytest.mark.parametrize("locale", LOCALES)
def test_no_step_keeps_a_hole(locale: str) -> None:
    talk = Dialogue(LYON).checked()
    for step in talk.rules.playbook.steps.values():
        in_words = filled(talk.case, talk.rules, "fr" if locale == "fr" else "en")
        texts = (in_words.text(step.title), in_words.text(step.why), *in_words.lines(step.body))
        lines = in_words.commands(step.commands)
        assert not PLACEHOLDER.search("\n".join((*texts, *(line.text + line.shows for line in lines))))


def test_commands_are_for_the_helpdesk() -> None:
    talk = Dialogue().checked(dns="fail")
    view = talk.view("triage")
    assert isinstance(view, TriageView)
    assert {line.on for line in view.commands} >= {"windows_powershell"}


def test_caution_is_for_whoever_acts() -> None:
    talk = Dialogue().checked().puts("act.restart_phone")
    waiting = talk.case.offer()
    assert waiting is not None
    view = talk.view(f"step:{waiting.n}")
    assert isinstance(view, StepView)
    assert view.caution
    assert view.commands == ()


def test_cause_of_another_site_is_not_judged() -> None:
    book = rules().playbook
    elsewhere = msgspec.structs.replace(book.causes["network.dns"], sites=("porto",))
    own = msgspec.structs.replace(book, causes={**book.causes, "network.dns": elsewhere})
    here = Rules(playbook=own, sites={"lyon": SITE})
    assert "network.dns" not in here.book(case_of().case).causes

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.playbook import load
from bot.domain.case import Attached, Case, NotAttached, Said
from bot.domain.events import AnyEffect, AnyEvent, FetchFile, FileCame, FileFailed, Heard, Show, Tell
from bot.domain.file import FileKind, SentFile
from bot.domain.people import Person
from bot.domain.site import Site
from bot.errors import FileTrouble
from cards.texts import ids
from dialogs.advance import advance
from dialogs.draft import Advance, Rules
from dialogs.filed import size_in_words

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
ANNE = Person(id="29:anne", name="Anne Martin", aad="aad-anne")
SAMIR = Person(id="29:samir", name="Samir Benali", aad="aad-samir")
RULES = Rules(playbook=load(), sites={"lyon": Site(id="lyon", name="Lyon")})
LOG = SentFile(id="f1", name="log.tar", url="https://x/1")
BANNER = "Mon téléphone affiche « No internet »"


def heard(text: str = "", *files: SentFile, **changes: object) -> Heard:
    usual: dict[str, object] = {"person": ANNE, "locale": "fr", "files": files}
    return Heard(at=NOW, conversation="a:anne", text=text, **{**usual, **changes})  # type: ignore[arg-type] # a test's shorthand


def came(**changes: object) -> FileCame:
    usual: dict[str, object] = {"name": "log.tar", "what": "archive", "by": "user"}
    return FileCame(at=NOW, file="f1", sha256="ab" * 32, size=2_300_000, sent=NOW, **{**usual, **changes})  # type: ignore[arg-type] # a test's shorthand


def play(*events: AnyEvent, case: Case | None = None) -> tuple[Case, list[AnyEffect]]:
    """The case after all that, and what had to be done at the last of it."""
    after = Advance(case=case)
    for event in events:
        after = advance(after.case, event, RULES, "D-1001")
    assert after.case is not None
    return after.case, list(after.effects)


def told(effects: list[AnyEffect]) -> list[str]:
    return [f"{effect.to} {effect.text}" for effect in effects if isinstance(effect, Tell)]


def test_file_without_case_opens_one() -> None:
    case, effects = play(heard("", LOG))
    assert case.id == "D-1001"
    assert [e.slot.partition(":")[0] for e in effects if isinstance(e, Show)] == ["safety", "intake"]
    fetch = [e for e in effects if isinstance(e, FetchFile)]
    assert fetch == [FetchFile(job="file-f1", file=LOG, by="user", sent=NOW)]
    assert case.symptom is None


@pytest.mark.parametrize("text", [BANNER, "bonjour", "Quel est le sens de la vie ?", "aide"])
def test_words_with_a_file_are_heard(text: str) -> None:
    case, effects = play(heard(text, LOG))
    assert [entry.text for entry in case.all(Said)] == [text]
    assert sum(isinstance(effect, FetchFile) for effect in effects) == 1


def test_file_alone_disturbs_no_question() -> None:
    before, _ = play(heard(BANNER))
    case, effects = play(heard("", LOG), case=before)
    assert case == before
    assert [type(effect) for effect in effects] == [FetchFile]


def test_every_file_of_a_message_is_fetched() -> None:
    other = SentFile(id="f2", name="", url="https://x/2", inline=True)
    _, effects = play(heard(BANNER), heard("voici", LOG, other))
    assert [effect.file.id for effect in effects if isinstance(effect, FetchFile)] == ["f1", "f2"]


def test_kept_file_is_acknowledged_by_name() -> None:
    case, effects = play(heard(BANNER), came())
    attached = case.last(Attached)
    assert attached is not None
    assert (attached.name, attached.size, attached.what, attached.by) == (
        "log.tar",
        2_300_000,
        "archive",
        "user",
    )
    assert (attached.file, attached.sent) == ("f1", NOW)
    assert effects == [
        Tell(to="employee", text="say.file_received", values={"name": "log.tar", "size": "2,3\u00a0Mo"})
    ]


def test_same_news_count_once() -> None:
    once, _ = play(heard(BANNER), came())
    assert play(came(), case=once) == (once, [])
    lost = FileFailed(at=NOW, file="f1", name="log.tar", why="too_big", by="user")
    assert play(lost, case=once) == (once, [])


@pytest.mark.parametrize("what", ["image", "archive", "capture", "text"])
def test_false_name_is_said(what: FileKind) -> None:
    _, effects = play(heard(BANNER), came(what=what, named=False))
    assert told(effects) == [f"employee say.file_is_{what}"]
    assert f"say.file_is_{what}" in ids()


@pytest.mark.parametrize("why", ["too_big", "wrong_type", "empty", "expired", "untrusted", "not_fetched"])
@pytest.mark.parametrize("name", ["log.tar", ""])
def test_lost_file_is_said(why: FileTrouble, name: str) -> None:
    case, effects = play(heard(BANNER), FileFailed(at=NOW, file="f1", name=name, why=why, by="user"))
    entry = case.last(NotAttached)
    assert entry is not None
    assert (entry.name, entry.why) == (name, why)
    (said,) = [effect for effect in effects if isinstance(effect, Tell)]
    assert said.text in ids()
    assert said.values == ({"name": name} if name else {})


def test_helpdesk_hears_of_files() -> None:
    _, effects = play(heard(BANNER), heard("je veux parler à quelqu’un"), came())
    assert told(effects) == ["employee say.file_received", "helpdesk say.employee_sent_file"]


def test_agents_file_is_acknowledged_in_the_thread() -> None:
    case, _ = play(heard(BANNER), heard("je veux parler à quelqu’un"))
    case, effects = play(heard("", LOG, person=SAMIR, role="helpdesk"), case=case)
    (fetch,) = [effect for effect in effects if isinstance(effect, FetchFile)]
    assert fetch.by == "agent:Samir Benali"
    case, effects = play(came(by=fetch.by), case=case)
    assert told(effects) == ["helpdesk say.file_received"]
    assert case.ledger[-1].by == "agent:Samir Benali"


def test_file_still_finds_a_closed_case() -> None:
    case, _ = play(heard(BANNER), heard("annuler"))
    assert case.closed
    case, effects = play(came(), case=case)
    assert case.last(Attached) is not None
    assert told(effects) == ["employee say.file_received"]


def test_file_after_the_end_opens_a_case() -> None:
    closed, _ = play(heard(BANNER), heard("annuler"))
    after = advance(closed, heard("", LOG), RULES, "D-1002")
    assert after.case is not None
    assert after.case.id == "D-1002"
    assert any(isinstance(effect, FetchFile) for effect in after.effects)


@pytest.mark.parametrize(
    ("size", "fr", "en"),
    [
        (0, "0 octets", "0 bytes"),
        (999, "999 octets", "999 bytes"),
        (1000, "1 Ko", "1 KB"),
        (2345, "2,3 Ko", "2.3 KB"),
        (999_600, "1 Mo", "1 MB"),
        (2_300_000, "2,3 Mo", "2.3 MB"),
        (104_857_600, "105 Mo", "105 MB"),
        (3_000_000_000, "3 Go", "3 GB"),
    ],
)
def test_sizes_are_read_by_people(size: int, fr: str, en: str) -> None:
    assert size_in_words(size, "fr") == fr.replace(" ", "\u00a0")
    assert size_in_words(size, "en") == en.replace(" ", "\u00a0")


@given(st.integers(0, 10**12))
def test_sizes_have_few_digits(size: int) -> None:
    number = size_in_words(size, "en").partition("\u00a0")[0]
    assert len(number.replace(".", "")) <= 4 or size > 10**12 - 1
    assert float(number) < 1001

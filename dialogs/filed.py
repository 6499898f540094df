"""Files that people send: kept with their case, acknowledged by name, and never lost in silence."""

from __future__ import annotations

from typing import Final

from bot.domain.case import Attached, Case, NotAttached
from bot.domain.diagnosis import Locale
from bot.domain.events import AnyEvent, FetchFile, FileCame, FileFailed, Heard
from bot.domain.file import FileKind
from bot.domain.people import Role
from dialogs import reopening, report
from dialogs.draft import Advance, Draft, Rules, author

_UNITS: Final[dict[Locale, tuple[str, ...]]] = {
    "fr": ("octets", "Ko", "Mo", "Go"),
    "en": ("bytes", "KB", "MB", "GB"),
}
_IS: Final[dict[FileKind, str]] = {
    "image": "say.file_is_image",
    "archive": "say.file_is_archive",
    "capture": "say.file_is_capture",
    "text": "say.file_is_text",
}


def size_in_words(size: int, locale: Locale) -> str:
    """A size as people read it: « 2,3 Mo », "2.3 MB" (units of 1,000)."""
    value, unit = float(size), 0
    while value >= 999.5 and unit < len(_UNITS[locale]) - 1:  # what would be shown as 1000
        value, unit = value / 1000, unit + 1
    number = f"{value:.1f}" if unit and value < 99.95 else f"{value:.0f}"
    number = number.removesuffix(".0")
    return f"{number.replace('.', ',') if locale == 'fr' else number}\u00a0{_UNITS[locale][unit]}"


def begin(event: Heard, rules: Rules, new_id: str) -> Advance:
    """A file from somebody without an open case: unless their words open one, a case is opened to keep it."""
    after = Advance(case=None)
    if event.text:
        after = reopening.hear(event, rules, new_id) or report.hear(event, rules, new_id)
    if after.case is None or after.case.closed:
        after = report.open_blank(event, rules, new_id)
    return Advance(case=after.case, effects=(*after.effects, *_fetched(event)))


def heard(draft: Draft, event: AnyEvent) -> bool:
    """Takes what became of a file; True when nothing more is to be heard, as with a file alone."""
    match event:
        case FileCame():
            _came(draft, event)
        case FileFailed():
            _failed(draft, event)
        case Heard(text="", files=files):
            return bool(files)
        case _:
            return False
    return True


def sent(draft: Draft, event: AnyEvent) -> None:
    """Has the files of a message fetched."""
    if isinstance(event, Heard):
        draft.do(*_fetched(event))


def _fetched(event: Heard) -> tuple[FetchFile, ...]:
    by = "user" if event.role == "employee" else author(event.person)
    return tuple(FetchFile(job=f"file-{file.id}", file=file, by=by, sent=event.at) for file in event.files)


def _came(draft: Draft, event: FileCame) -> None:
    """A file lies with the case; who sent it hears so, and the helpdesk too if it has the case."""
    if _known(draft.case, event.file):
        return
    draft.add(
        Attached(
            n=draft.n,
            at=event.at,
            by=event.by,
            name=event.name,
            sha256=event.sha256,
            size=event.size,
            what=event.what,
            file=event.file,
            sent=event.sent,
        )
    )
    to = _sender(event.by)
    values = {"name": event.name, "size": size_in_words(event.size, draft.case.locale)}
    draft.tell("say.file_received" if event.named else _IS[event.what], to=to, values=values)
    if to == "employee" and draft.case.at_helpdesk:
        who = draft.case.opened.person
        told = {"name": who.name or who.key, "file": event.name, "size": values["size"]}
        draft.tell("say.employee_sent_file", to="helpdesk", values=told, urgency="vital")


def _failed(draft: Draft, event: FileFailed) -> None:
    """A file could not be kept: who sent it hears why, and what to do."""
    if _known(draft.case, event.file):
        return
    draft.add(
        NotAttached(n=draft.n, at=event.at, by=event.by, name=event.name, why=event.why, file=event.file)
    )
    name = {"name": event.name} if event.name else {}
    stem = "file" if event.name else "image"
    draft.tell(f"say.{stem}_{event.why}", to=_sender(event.by), values=name)


def _known(case: Case, file: str) -> bool:
    return any(isinstance(entry, Attached | NotAttached) and entry.file == file for entry in case.ledger)


def _sender(by: str) -> Role:
    return "employee" if by == "user" else "helpdesk"

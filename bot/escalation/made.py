"""Values that are put together from several entries: description, severity, times, tenant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.domain.case import Told
from bot.escalation.book import Book, clean
from bot.escalation.ticket import Cited


def description(book: Book) -> Cited:
    """The short description: which phone, what it says, how many are concerned."""
    says, symptom, scope = book.words.says, book.symptom(), book.noted("scope")
    model = book.find(("known:phone.model",))
    text = says["description"].format(
        model=model.value if model else says["phone"],
        symptom=book.titles.symptom(symptom[0]) if symptom else says["symptom_unknown"],
        scope=says.get(f"scope_{scope.value}" if scope else "scope_one", says["scope_one"]),
    )
    entries = {book.case.opened.n, *(model.entries if model else ())}
    entries |= {symptom[1]} if symptom else set()
    entries |= {scope.n} if scope else set()
    return Cited(clean(text), tuple(sorted(entries)))


def _symptom(book: Book) -> Cited | None:
    found = book.symptom()
    return Cited(book.titles.symptom(found[0]), (found[1],)) if found else None


def _emergency(book: Book) -> Cited | None:
    found = book.symptom()
    says = book.words.says["emergency_yes" if book.emergency() else "emergency_no"]
    return Cited(says, (found[1],)) if found else None


def _warned(book: Book) -> Cited | None:
    told = next((e for e in book.case.all(Told) if e.what in book.form.emergency.told), None)
    return Cited(book.when(told.at), (told.n,)) if told else None


def _severity(book: Book) -> Cited | None:
    symptom, scope = book.symptom(), book.noted("scope")
    if symptom is None:
        return None
    levels = book.form.severity.emergency if book.emergency() else book.form.severity.other
    letter = levels.get(str(scope.value) if scope else "one", levels["one"])
    return Cited(book.words.severities[letter], (symptom[1], *((scope.n,) if scope else ())))


def _reported(book: Book) -> Cited:
    opened = book.case.opened
    return Cited(book.when(opened.at), (opened.n,))


def _tenant(book: Book) -> Cited | None:
    return Cited(book.tenant, (book.case.opened.n,)) if book.tenant else None


def _domain(book: Book) -> Cited | None:
    upn = book.find(("known:account.upn", "opened:upn"))
    domain = upn.value.rpartition("@")[2] if upn and "@" in upn.value else ""
    return Cited(domain, upn.entries) if upn and domain else None


_MAKERS: Final[dict[str, Callable[[Book], Cited | None]]] = {
    "symptom": _symptom,
    "emergency": _emergency,
    "warned": _warned,
    "severity": _severity,
    "reported": _reported,
    "tenant": _tenant,
    "domain": _domain,
}


def make(book: Book, name: str) -> Cited | None:
    """The value of that name; None when the ledger has not got what it takes. Raises `KeyError` on no such name."""
    made = _MAKERS[name](book)
    value = clean(made.value) if made else ""
    return Cited(value, made.entries) if made and value else None

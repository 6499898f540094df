"""The bot in Microsoft's own test client: what people see in a browser, from the first word to the closed case.

The pictures lie in `out/e2e`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from cards.texts import text, word
from tests.support.client import CARD, Client
from tests.support.playground import Playground, playground

pytestmark = pytest.mark.e2e

fr, en = partial(text, "fr"), partial(text, "en")


@contextmanager
def _at(fault: str, browser: Browser, folder: Path, seen: Path) -> Iterator[tuple[Playground, Client]]:
    with playground(fault, folder) as running:
        page = browser.new_page(viewport={"width": 1400, "height": 1300})
        try:
            yield running, Client(page, running.url, seen)
        finally:
            page.close()


def _shown(words: str) -> str:
    """Words as a card shows them: French typography has its own apostrophe."""
    return words.replace("'", "’")


def _report(client: Client) -> None:
    """One message, one form: the safety notice comes first, and the form keeps what was filled in."""
    client.say("Bonjour, mon téléphone affiche No internet")
    form = client.card(fr("intake.phone"))
    assert "112" in client.cards()[-2]
    client.fill(form, _shown(fr("intake.phone")), "7042, bureau 3-12")
    client.picture("1-report")
    client.tap(fr("intake.send"), form)
    expect(client.page.locator(CARD).get_by_role("button", name=fr("intake.send"))).to_have_count(0)


def _checks(client: Client) -> None:
    """One card fills in its place; then the verdict with what shows it, and the hand-over."""
    client.card(fr("checks.finished"))
    checks = client.page.locator(CARD).filter(has_text=fr("check.dns"))
    expect(checks).to_have_count(1)
    assert word("fr", "state", "bad") in checks.inner_text()
    client.card(_shown("Le DNS du site ne trouve pas les services Microsoft")).scroll_into_view_if_needed()
    client.picture("2-verdict")


def _helpdesk(client: Client, running: Playground) -> None:
    """The triage card changes where it stands: claimed, then being proved."""
    client.open("General")
    triage = client.page.locator(CARD).filter(has_text="D-1001").last
    expect(triage).to_contain_text(_shown(fr("triage.nobody")))
    client.picture("3-triage")
    client.tap(fr("button.claim"), triage)
    expect(triage).not_to_contain_text(_shown(fr("triage.nobody")))
    expect(triage.get_by_role("button", name=fr("button.claim"), exact=True)).to_have_count(0)
    running.mend()
    client.tap(_shown(fr("button.resolve")), triage)
    expect(triage).to_contain_text(word("fr", "stage", "verifying"))
    client.picture("4-proving")


def _prove(client: Client) -> None:
    """A call, sound both ways, a restart: each answered on its card, which keeps the answer."""
    client.open("Personal Chat")
    for _ in range(3):
        waiting = client.page.locator(CARD).filter(
            has=client.page.get_by_role("button", name=_shown(fr("button.fixed")), exact=True)
        )
        expect(waiting).to_have_count(1)
        heading = waiting.get_by_role("heading").first.inner_text()
        client.tap(_shown(fr("button.fixed")), waiting)
        expect(client.page.locator(CARD).filter(has_text=heading).filter(has_text="✓").first).to_be_visible()


def test_whole_case_in_french(browser: Browser, tmp_path: Path, seen: Path) -> None:
    with _at("network.dns", browser, tmp_path, seen) as (running, client):
        expect(client.page.locator(CARD)).to_have_count(1)
        _report(client)
        _checks(client)
        _helpdesk(client, running)
        _prove(client)
        client.card(_shown(fr("closing.fixed"))).scroll_into_view_if_needed()
        client.picture("5-closed")
        client.open("General")
        triage = client.page.locator(CARD).filter(has_text="D-1001").last
        expect(triage).to_contain_text(word("fr", "stage", "fixed"))
        expect(triage.get_by_role("button", name=_shown(fr("button.resolve")), exact=True)).to_have_count(0)


def test_form_in_english_is_checked(browser: Browser, tmp_path: Path, seen: Path) -> None:
    """What cannot be an address is asked again, on a card that says so; what was right is kept."""
    with _at("time.clock", browser, tmp_path, seen) as (_, client):
        client.say("Hello, my desk phone says no internet")
        client.tap(en("intake.send"), client.card(en("intake.phone")))
        form = client.form(en("button.answer"))
        form.get_by_role("textbox").first.fill("soon")
        client.tap(en("button.answer"), form)
        again = client.form(en("form.wrong"))
        client.picture("6-form-again")
        again.get_by_role("textbox").first.fill("10.20.30.41")
        client.tap(en("button.answer"), again)
        expect(client.page.locator(CARD).filter(has_text=en("form.wrong"))).to_have_count(0)
        client.card("10.20.30.41")


def _search(client: Client, words: Sequence[str]) -> Locator:
    """What the message extension finds; the first search only asks whether the person may search."""
    page = client.page
    page.get_by_role("button", name="Trigger Message Extension App").last.click()
    page.get_by_role("menuitem", name="Search Command").click()
    page.get_by_text("Specify Command ID or Parameter").click()
    page.get_by_placeholder("Command ID").fill("cases")
    page.get_by_placeholder("Parameter name").fill("text")
    field = page.get_by_placeholder("Enter a search term")
    found = page.get_by_role("heading", level=1).filter(has_text="D-1001").first
    for term in words:
        field.fill(term)
        field.press("Enter")
        with suppress(AssertionError):
            expect(found).to_be_visible(timeout=3_000)
            break
    return found


def test_message_extension_finds_a_case(browser: Browser, tmp_path: Path, seen: Path) -> None:
    with _at("network.dns", browser, tmp_path, seen) as (_, client):
        client.say("Bonjour, mon téléphone affiche No internet")
        client.tap(fr("intake.send"), client.card(fr("intake.phone")))
        client.card(fr("checks.finished"))
        client.open("General")
        found = _search(client, ("Fournier", "D-1001", "Camille"))
        expect(found).to_be_visible()
        client.picture("7-search")
        found.click()
        expect(client.page.locator(CARD).filter(has_text="D-1001 ·")).to_have_count(2)
        client.picture("8-dropped")

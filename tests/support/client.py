"""A person at the Playground: reads cards, fills them in, taps buttons; knows titles and words, no pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page, expect

CARD: Final = ".ac-adaptiveCard"
WITHIN_MS: Final = 20_000


class Client:
    """One browser page at the Playground."""

    def __init__(self, page: Page, url: str, pictures: Path) -> None:
        self.page, self.pictures = page, pictures
        page.set_default_timeout(WITHIN_MS)
        page.goto(url)
        expect(page.get_by_role("treeitem").first).to_be_visible()

    def open(self, chat: str) -> None:
        """Opens one of the chats at the left."""
        self.page.get_by_role("treeitem").filter(has_text=chat).first.click()

    def say(self, words: str) -> None:
        """Sends a message in the chat that is open."""
        self.page.get_by_role("textbox").last.click()
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")

    def cards(self) -> list[str]:
        """The words of every card that stands in the chat, oldest first."""
        return self.page.locator(CARD).all_inner_texts()

    def card(self, words: str) -> Locator:
        """The newest card with these words; waits for it."""
        found = self.page.locator(CARD).filter(has_text=words).last
        expect(found).to_be_visible(timeout=WITHIN_MS)
        return found

    def form(self, words: str) -> Locator:
        """The newest card with these words and something to fill in; waits for it."""
        inputs = self.page.get_by_role("textbox").or_(self.page.get_by_role("combobox"))
        found = self.page.locator(CARD).filter(has=inputs).filter(has_text=words).last
        expect(found).to_be_visible(timeout=WITHIN_MS)
        return found

    def tap(self, title: str, card: Locator | None = None) -> None:
        """Taps the newest button of that title, of a card or of the whole chat."""
        within = card if card is not None else self.page.locator(CARD)
        within.get_by_role("button", name=title, exact=True).last.click()

    def fill(self, card: Locator, label: str, words: str) -> None:
        """Types into an input, as a person who reads its label."""
        card.get_by_label(label).first.fill(words)

    def picture(self, name: str) -> None:
        """Keeps what is seen now."""
        self.page.screenshot(path=self.pictures / f"{name}.png")

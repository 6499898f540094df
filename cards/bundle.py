"""The finished ticket for Microsoft, for the helpdesk."""

from __future__ import annotations

from bot.domain.views import BundleView
from cards.elements import ActionSet, Block, OpenUrl, RichTextBlock, TextRun
from cards.layout import Page, Pen


def bundle(pen: Pen, view: BundleView) -> Page:
    """Where the file is, what it still lacks, and how to tell that it is the right one."""
    body: list[Block] = [pen.title(pen.say("bundle.title", case=view.case))]
    if view.summary:
        body.append(pen.words(view.summary))
    body += pen.section(pen.say("bundle.missing"), [pen.item(words) for words in view.missing])
    if not view.missing:
        body.append(pen.words(pen.say("bundle.complete")))
    body += [pen.words(pen.say("bundle.open_ticket")), pen.labelled(pen.say("bundle.name"), view.name)]
    body.append(_checksum(pen, view.sha256))
    return Page([*body, *_download(pen, view)], pen.say("bundle.summary_line", case=view.case))


def _checksum(pen: Pen, sha256: str) -> Block:
    runs = [
        TextRun(text=f"{pen.say('bundle.checksum')}\u2002", subtle=True, size="small"),
        TextRun(text=_in_groups(pen.short(sha256)) or "\u2013", font="monospace", size="small"),
    ]
    return RichTextBlock(inlines=runs, spacing="small")


def _in_groups(digits: str) -> str:
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))


def _download(pen: Pen, view: BundleView) -> list[Block]:
    """A button, or where else the file is: a name alone would help nobody."""
    if view.url is None or not view.url.startswith(("https://", "http://")):
        return [pen.words(pen.say("bundle.where", case=view.case), subtle=True)]
    return [ActionSet(actions=[OpenUrl(title=pen.say("button.download"), url=view.url)])]

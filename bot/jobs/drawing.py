"""Draws what the pure parts decide: a slot of a case becomes a card, a text id becomes a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from bot.domain.case import Case
from bot.domain.conversation import Message
from bot.domain.diagnosis import Locale
from bot.domain.views import BundleView, DetailsView, StepView
from cards.render import render, sentence
from dialogs.draft import Rules
from dialogs.views import view_of


class Cards:
    """`Drawing` with the product's own cards and texts; `link` says where a ticket can be fetched, `picture` where a drawing."""

    def __init__(
        self,
        rules: Rules,
        link: Callable[[str], str | None] = lambda _name: None,
        picture: Callable[[str], str] = lambda _name: "",
    ) -> None:
        self._rules = rules
        self._link = link
        self._picture = picture

    def card(
        self,
        case: Case | None,
        slot: str,
        locale: Locale,
        past: Sequence[Case] = (),
        *,
        small: bool = False,
    ) -> Message | None:
        """The card of a slot as it is now, or None when there is nothing to show."""
        view = view_of(case, slot, self._rules, locale, past)
        if isinstance(view, BundleView):
            view = msgspec.structs.replace(view, url=self._link(view.name))
        if isinstance(view, StepView | DetailsView) and view.picture is not None:
            shown = msgspec.structs.replace(view.picture, url=self._picture(view.picture.name))
            view = msgspec.structs.replace(view, picture=shown)
        return render(view, small=small) if view is not None else None

    def sentence(self, text: str, values: Mapping[str, str], locale: Locale) -> Message:
        """One of the bot's own sentences, in the reader's language."""
        return sentence(locale, text, dict(values))

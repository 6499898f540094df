"""What every view has, whoever reads it."""

from __future__ import annotations

import msgspec

from bot.domain.diagnosis import Locale


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Something to show, in a language."""

    locale: Locale


class ShownOfCase(Shown, frozen=True, kw_only=True):
    """Something of a case; `v` and `nonce` travel in the data of every button."""

    case: str
    v: int = 0
    nonce: str = ""

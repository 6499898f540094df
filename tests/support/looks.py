"""The looks in which cards are drawn, and the page that Microsoft's renderer draws them on."""

from __future__ import annotations

import base64
import json
from typing import Any, Final

import msgspec
from playwright.sync_api import Browser, Page, Route

from tests.support import clienttools
from tests.support.house import ROOT
from tests.support.reference import at_hand

_STYLES: Final = ("default", "emphasis", "accent", "good", "attention", "warning")
_INKS: Final = ("default", "dark", "light", "accent", "good", "warning", "attention")


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Width in pixels, colours (paper, around it, ink, lines), and which of Teams' themes it is nearest to."""

    name: str
    width: int
    paper: str
    around: str
    ink: str
    line: str
    theme: str = ""


_LIGHT: Final = Look(
    name="light", width=640, paper="#ffffff", around="#f5f5f5", ink="#242424", line="#d1d1d1", theme="light"
)
_DARK: Final = Look(
    name="dark", width=640, paper="#2d2c2c", around="#1f1f1f", ink="#ffffff", line="#666666", theme="dark"
)
LOOKS: Final = (
    _LIGHT,
    _DARK,
    Look(name="contrast", width=640, paper="#000000", around="#000000", ink="#ffffff", line="#ffffff"),
    msgspec.structs.replace(_LIGHT, name="narrow", width=360),
    msgspec.structs.replace(_DARK, name="narrow-dark", width=360),
)


def host_config(look: Look) -> dict[str, Any]:
    """Teams' own look where its file is at hand, else one ink on one paper."""
    path = at_hand(f"teams-host-config-{look.theme}.json") if look.theme else None
    if path is not None:
        text = path.read_text(encoding="utf-8").replace("'Segoe UI', Tahoma", "'Open Sans'")
        config: dict[str, Any] = json.loads(text)
        return config
    inks = {ink: {"default": look.ink, "subtle": look.ink} for ink in _INKS}
    style = {"backgroundColor": look.paper, "foregroundColors": inks, "borderColor": look.line}
    plain = {"backgroundColor": look.paper, "foregroundColors": inks}
    return {
        "fontFamily": "Open Sans",
        "containerStyles": {name: style if name != "default" else plain for name in _STYLES},
        "actions": {"maxActions": 6, "actionAlignment": "left"},
    }


def _face(weight: int) -> str:
    file = clienttools.MODULES / f"@fontsource/open-sans/files/open-sans-latin-{weight}-normal.woff2"
    data = base64.b64encode(file.read_bytes()).decode()
    source = f"url(data:font/woff2;base64,{data})"
    return f'@font-face{{font-family:"Open Sans";font-weight:{weight};src:{source}}}'


def _our_picture(route: Route) -> None:
    """Serves what the bot would serve."""
    route.fulfill(path=ROOT / "cards/pictures" / route.request.url.rpartition("/")[2])


def open_page(browser: Browser, look: Look) -> Page:
    """A page on which `window.draw(card, hostConfig)` draws."""
    page = browser.new_page(viewport={"width": look.width, "height": 400})
    page.route("**/pictures/*.png", _our_picture)
    colours = f"--paper:{look.paper};--around:{look.around};--ink:{look.ink};--line:{look.line}"
    sheet = (clienttools.PINNED / "draw.css").read_text(encoding="utf-8")
    page.set_content(f"<style>:root{{{colours}}}{_face(400)}{_face(600)}{sheet}</style><div id=card></div>")
    for script in ("markdown-it/dist/markdown-it.min.js", "adaptivecards/dist/adaptivecards.min.js"):
        page.add_script_tag(content=clienttools.module(script))
    page.add_script_tag(content=(clienttools.PINNED / "draw.js").read_text(encoding="utf-8"))
    return page

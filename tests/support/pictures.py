"""Draws the pictures that show where to look on the phone: `python -m tests.support.pictures` writes them anew.

They are our own drawings, of no maker: schematic, without words of any language but those that stand on the phone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

FOLDER: Final = Path(__file__).parents[2] / "cards" / "pictures"
SIZE: Final = (720, 400)
_SCALE: Final = 3

Point = tuple[float, float]
Box = tuple[float, float, float, float]

PAPER, BODY, EDGE, DARK = "#ffffff", "#3b4250", "#262b35", "#11151c"
GLASS, TEXT, SOFT, LINE = "#1d2430", "#ffffff", "#aab4c3", "#5b6678"
MARK, WARN, CABLE, LABEL, METAL = "#c4314b", "#b3261e", "#1f6fd1", "#f4f5f7", "#d9dde3"


class Drawing:
    """A sheet in points of the finished picture, drawn three times as large so that its edges are smooth."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (SIZE[0] * _SCALE, SIZE[1] * _SCALE), PAPER)
        self._pen = ImageDraw.Draw(self._image)

    def save(self, path: Path) -> None:
        small = self._image.resize(SIZE, Image.Resampling.LANCZOS)
        small.quantize(colors=96).save(path, optimize=True)

    def box(
        self,
        area: Box,
        fill: str | None = None,
        line: str | None = None,
        *,
        width: float = 2,
        round_: float = 0,
    ) -> None:
        scaled = [value * _SCALE for value in area]
        self._pen.rounded_rectangle(scaled, round_ * _SCALE, fill, line, round(width * _SCALE))

    def dot(
        self, at: Point, radius: float, fill: str | None = None, line: str | None = None, width: float = 2
    ) -> None:
        (x, y), r = at, radius
        scaled = [value * _SCALE for value in (x - r, y - r, x + r, y + r)]
        self._pen.ellipse(scaled, fill, line, round(width * _SCALE))

    def path(self, *points: Point, colour: str = LINE, width: float = 3) -> None:
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self._pen.line(scaled, colour, round(width * _SCALE), joint="curve")
        for x, y in points:
            self.dot((x, y), width / 2, colour)

    def shape(self, *points: Point, fill: str) -> None:
        self._pen.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill)

    def words(self, at: Point, words: str, size: float = 18, colour: str = TEXT, anchor: str = "lm") -> None:
        font = ImageFont.load_default(size * _SCALE)
        self._pen.text((at[0] * _SCALE, at[1] * _SCALE), words, colour, font, anchor)

    def number(self, at: Point, number: int) -> None:
        """A numbered mark in a circle."""
        self.dot(at, 17, MARK, PAPER, 3)
        self.words(at, str(number), 21, TEXT, "mm")

    def arrow(self, start: Point, end: Point) -> None:
        """A thick arrow that ends at a point, level or upright."""
        (x, y), (ex, ey) = start, end
        level = abs(ex - x) > abs(ey - y)
        sign = (1 if ex > x else -1) if level else (1 if ey > y else -1)
        self.path(start, (ex - 16 * sign, ey) if level else (ex, ey - 16 * sign), colour=MARK, width=7)
        if level:
            self.shape((ex, ey), (ex - 22 * sign, ey - 15), (ex - 22 * sign, ey + 15), fill=MARK)
        else:
            self.shape((ex, ey), (ex - 15, ey - 22 * sign), (ex + 15, ey - 22 * sign), fill=MARK)


def _phone(to: Drawing) -> Box:
    """The front of a desk phone with its handset; gives the area of its screen."""
    to.box((70, 30, 650, 372), BODY, EDGE, width=3, round_=26)
    to.box((88, 48, 180, 354), EDGE, DARK, width=2, round_=30)
    for top in (58, 262):
        to.box((100, top, 168, top + 82), BODY, DARK, width=2, round_=24)
    to.box((118, 128, 150, 274), BODY, DARK, width=2, round_=12)
    for n in range(5):
        to.dot((320 + n * 46, 346), 5, SOFT if n != 2 else METAL)
    screen = (204, 52, 630, 326)
    to.box(screen, GLASS, DARK, width=3, round_=8)
    return screen


def banner() -> Drawing:
    """The screen: the banner at the top, and the time."""
    to = Drawing()
    _phone(to)
    to.words((222, 76), "14:07", 22)
    to.box((206, 96, 628, 140), WARN)
    to.shape((230, 107), (218, 129), (242, 129), fill=TEXT)
    to.words((230, 121), "!", 15, WARN, "mm")
    to.words((252, 118), "No internet. Emergency calls aren't supported", 16.5)
    for n in range(3):
        to.dot((246, 178 + n * 48), 15, LINE)
        to.box((274, 168 + n * 48, 470 - n * 30, 176 + n * 48), LINE, round_=4)
        to.box((274, 184 + n * 48, 410 - n * 20, 190 + n * 48), "#3c4658", round_=3)
    to.arrow((690, 118), (634, 118))
    to.number((696, 118), 1)
    to.box((212, 58, 284, 92), None, MARK, width=4, round_=8)
    to.number((306, 75), 2)
    return to


def menu() -> Drawing:
    """The screen: the menu at the top left is open, its entry Settings is marked."""
    to = Drawing()
    _phone(to)
    for n in range(3):
        to.path((224, 68 + n * 8), (246, 68 + n * 8), colour=TEXT, width=3)
    to.box((213, 58, 257, 94), None, MARK, width=4, round_=8)
    to.number((280, 76), 1)
    to.box((206, 104, 430, 324), "#2a3342")
    for n, name in enumerate(("", "", "Settings", "")):
        y = 132 + n * 48
        to.dot((232, y), 12, SOFT if name else LINE)
        if name:
            to.words((258, y), name, 21)
        else:
            to.box((258, y - 5, 360, y + 5), LINE, round_=5)
    to.box((212, 206, 424, 250), None, MARK, width=4, round_=8)
    to.arrow((500, 228), (432, 228))
    to.number((516, 228), 2)
    return to


def _socket(to: Drawing, left: float, top: float) -> None:
    """A network socket seen from behind."""
    to.box((left, top, left + 84, top + 70), METAL, DARK, width=2, round_=5)
    to.box((left + 12, top + 12, left + 72, top + 58), DARK, round_=3)
    to.box((left + 30, top + 50, left + 54, top + 60), DARK)
    for n in range(6):
        to.path((left + 22 + n * 8, top + 15), (left + 22 + n * 8, top + 27), colour="#d8b24a", width=2.4)


def _network(to: Drawing, x: float, y: float) -> None:
    """The sign of a network: one box above two."""
    to.path((x, y - 8), (x, y + 4), colour=TEXT, width=3)
    to.path((x - 18, y + 12), (x - 18, y + 4), (x + 18, y + 4), (x + 18, y + 12), colour=TEXT, width=3)
    for bx, by in ((x, y - 14), (x - 18, y + 18), (x + 18, y + 18)):
        to.box((bx - 9, by - 7, bx + 9, by + 7), TEXT, round_=2)


def _computer(to: Drawing, x: float, y: float) -> None:
    to.box((x - 21, y - 18, x + 21, y + 10), None, TEXT, width=3, round_=3)
    to.path((x, y + 11), (x, y + 18), colour=TEXT, width=3)
    to.path((x - 12, y + 20), (x + 12, y + 20), colour=TEXT, width=3)


def ports() -> Drawing:
    """The back: two network sockets; the cable from the wall goes where the sign of a network is."""
    to = Drawing()
    to.box((60, 26, 660, 230), BODY, EDGE, width=3, round_=24)
    to.box((96, 60, 624, 216), EDGE, DARK, width=2, round_=12)
    _network(to, 262, 84)
    _socket(to, 220, 128)
    _computer(to, 434, 86)
    _socket(to, 392, 128)
    for x in (148, 560):
        to.box((x - 17, 146, x + 17, 180), METAL, DARK, width=2, round_=4)
        to.box((x - 10, 153, x + 10, 173), DARK, round_=2)
    to.box((236, 206, 288, 262), "#e9edf3", LINE, width=2, round_=5)
    to.path((262, 264), (262, 318), (262, 352), (60, 352), colour=CABLE, width=13)
    to.box((24, 316, 74, 388), LABEL, LINE, width=3, round_=6)
    to.box((38, 336, 60, 368), DARK, round_=3)
    to.box((208, 118, 316, 270), None, MARK, width=5, round_=12)
    to.number((334, 250), 1)
    to.number((98, 318), 2)
    return to


def label() -> Drawing:
    """The label at the back: MAC address and serial number."""
    to = Drawing()
    to.box((60, 26, 660, 376), BODY, EDGE, width=3, round_=24)
    to.box((150, 66, 570, 336), LABEL, LINE, width=2, round_=8)
    to.box((172, 86, 300, 102), METAL, round_=4)
    to.box((172, 112, 250, 122), METAL, round_=4)
    to.words((176, 164), "MAC", 22, DARK)
    to.words((246, 164), "64:16:7F:00:00:00", 22, DARK)
    _bars(to, 246, 182)
    to.words((176, 252), "S/N", 22, DARK)
    to.words((246, 252), "64167F000000", 22, DARK)
    _bars(to, 246, 270)
    to.box((164, 140, 500, 214), None, MARK, width=4, round_=8)
    to.box((164, 228, 500, 302), None, MARK, width=4, round_=8)
    to.number((524, 177), 1)
    to.number((524, 265), 2)
    return to


def _bars(to: Drawing, left: float, top: float) -> None:
    """A bar code of no number."""
    x = left
    for n in range(44):
        wide = 1.5 + (n * 7 % 5) * 0.7
        to.box((x, top, x + wide, top + 20), DARK)
        x += wide + 1.4 + (n * 3 % 4) * 0.6


PICTURES: Final[dict[str, Callable[[], Drawing]]] = {
    "banner": banner,
    "menu": menu,
    "ports": ports,
    "label": label,
}


def main() -> None:
    """Writes all of them."""
    FOLDER.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        draw().save(FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()

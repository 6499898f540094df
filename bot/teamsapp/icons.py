"""The app's two icons, drawn from one outline: a handset that is off the hook, and its sound.

Shapes are signed distances (negative inside), so that edges are smooth at any size and no picture has to be kept.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Final

COLOUR: Final = (15, 108, 92)
ACCENT: Final = "#0F6C5C"
WHITE: Final = (255, 255, 255)

_COLOUR_SIZE: Final = 192
_OUTLINE_SIZE: Final = 32
_SYMBOL: Final = 0.55  # of the coloured square, as Teams wants it: the rest is margin

Point = tuple[float, float]
Pixel = tuple[int, int, int, int]


@cache
def colour_icon() -> bytes:
    """192 by 192, white on the app's colour (PNG)."""

    def pixel(cover: float) -> Pixel:
        red, green, blue = (round(b + (w - b) * cover) for b, w in zip(COLOUR, WHITE, strict=True))
        return red, green, blue, 255

    return _drawn(_COLOUR_SIZE, _SYMBOL, pixel)


@cache
def outline_icon() -> bytes:
    """32 by 32, white on nothing (PNG)."""
    return _drawn(_OUTLINE_SIZE, 0.92, lambda cover: (*WHITE, round(255 * cover)))


def _drawn(size: int, share: float, pixel: Callable[[float], Pixel]) -> bytes:
    scale = 2 / (size * share)
    rows = []
    for y in range(size):
        line = bytearray([0])
        for x in range(size):
            point = ((x + 0.5 - size / 2) * scale, (y + 0.5 - size / 2) * scale)
            cover = min(1.0, max(0.0, 0.5 - _distance(point) / scale))
            line += bytes(pixel(cover))
        rows.append(bytes(line))
    return _png(size, b"".join(rows))


def _distance(point: Point) -> float:
    """How far a point is from the symbol, in a square from -1 to 1, y downwards."""
    handle = _arc(point, (0.72, -0.72), 1.22, 0.15, 2.356, 0.62)
    ends = min(_box(point, (-0.56, -0.60), 0.7854), _box(point, (0.60, 0.56), 0.7854))
    waves = min(_arc(point, (0.0, 0.0), radius, 0.085, -0.785, 0.6) for radius in (0.42, 0.78))
    return min(handle, ends, waves)


def _arc(point: Point, centre: Point, radius: float, half: float, towards: float, spread: float) -> float:
    """A thick arc with round ends; `towards` is its middle, `spread` half its angle (radians)."""
    x, y = point[0] - centre[0], point[1] - centre[1]
    angle = math.remainder(math.atan2(y, x) - towards, math.tau)
    if abs(angle) <= spread:
        return abs(math.hypot(x, y) - radius) - half
    end = towards + math.copysign(spread, angle)
    return math.hypot(x - radius * math.cos(end), y - radius * math.sin(end)) - half


def _box(point: Point, centre: Point, turn: float) -> float:
    """A rounded box, turned by `turn` (radians): an end of the handset."""
    x, y = point[0] - centre[0], point[1] - centre[1]
    along, across = (
        abs(x * math.cos(turn) - y * math.sin(turn)) - 0.21,
        abs(x * math.sin(turn) + y * math.cos(turn)) - 0.14,
    )
    outside = math.hypot(max(along, 0.0), max(across, 0.0))
    return outside + min(max(along, across), 0.0) - 0.09


def _png(size: int, rows: bytes) -> bytes:
    """An image of RGBA rows, each after its filter byte (PNG, third edition)."""
    header = struct.pack(">2I5B", size, size, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )

import struct
import zlib

import pytest

from bot.teamsapp.icons import ACCENT, COLOUR, colour_icon, outline_icon


def pixels(png: bytes) -> tuple[int, list[tuple[int, ...]]]:
    """Size, and every pixel as red, green, blue, alpha."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, kind = struct.unpack(">2I2B", png[16:26])
    assert (width, depth, kind) == (height, 8, 6)
    start = png.index(b"IDAT") + 4
    length = int.from_bytes(png[start - 8 : start - 4], "big")
    rows = zlib.decompress(png[start : start + length])
    step = 1 + 4 * width
    lines = [rows[n * step + 1 : (n + 1) * step] for n in range(height)]
    return width, [tuple(line[n : n + 4]) for line in lines for n in range(0, len(line), 4)]


def test_colour_icon_is_large_and_opaque() -> None:
    size, found = pixels(colour_icon())
    assert size == 192
    assert {pixel[3] for pixel in found} == {255}
    assert found[0][:3] == COLOUR
    assert (255, 255, 255, 255) in found


def test_outline_icon_is_white_on_nothing() -> None:
    size, found = pixels(outline_icon())
    assert size == 32
    assert {pixel[:3] for pixel in found} == {(255, 255, 255)}
    solid = sum(pixel[3] == 255 for pixel in found)
    assert 100 < solid < 600
    assert found[0][3] == 0


def test_accent_is_the_icons_colour() -> None:
    assert "#" + bytes(COLOUR).hex().upper() == ACCENT


@pytest.mark.parametrize("icon", [colour_icon, outline_icon])
def test_chunks_carry_right_checksums(icon: object) -> None:
    assert callable(icon)
    png, place = icon(), 8
    while place < len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        body = png[place + 4 : place + 8 + length]
        assert png[place + 8 + length : place + 12 + length] == zlib.crc32(body).to_bytes(4, "big")
        place += 12 + length

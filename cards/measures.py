"""Measurements in words: how slow, how much was lost, and where the phone hangs."""

from __future__ import annotations

from bot.domain.pace import Pace
from bot.domain.views import Figure, Measure, Socket
from cards import when
from cards.elements import Block
from cards.layout import Pen
from cards.texts import word


def pace(pen: Pen, slow: Pace) -> str:
    """`60 ms, usually 4 ms`; against the published limit where nobody knows what is usual."""
    ms = _number(pen, slow.ms)
    if slow.usual_ms is not None:
        return pen.say("measure.usual", ms=ms, usual=_number(pen, slow.usual_ms))
    return pen.say("measure.slow", ms=ms, limit=_number(pen, slow.limit_ms or 0))


def measure(pen: Pen, one: Measure, zone: str) -> Block:
    """A line of evidence: what was measured, the figures with their limits, who measured and when."""
    said = [_figure(pen, figure) for figure in one.figures]
    said += [pace(pen, one.pace)] if one.pace else []
    said += [pen.say("measure.over")] if one.prober == "quality" and one.ok is False and said else []
    title = pen.say(
        "measure.title",
        what=word(pen.locale, "prober", one.prober),
        host=one.host,
        said=", ".join(said) or pen.say("measure.silent"),
    )
    source = pen.say("evidence.measured_by", runner=one.by)
    origin = pen.say("evidence.cited", source=source, when=when.at(one.at, zone, pen.locale), n=one.n)
    return pen.item(title, origin)


def socket(pen: Pen, where: Socket) -> str:
    """Switch and port, then VLANs and power as far as the switch told of them."""
    vlans = {"socket.untagged": where.untagged, "socket.voice": where.voice}
    parts = [where.name, *(pen.say(name, vlan=vlan) for name, vlan in vlans.items() if vlan)]
    if where.poe:
        state = word(pen.locale, "poe", where.poe)
        watts = where.watts.replace(".", ",") if pen.locale == "fr" else where.watts
        name = "socket.watts" if watts else "socket.poe"
        parts.append(pen.say(name, state=state, **({"watts": watts} if watts else {})))
    return " · ".join(parts)


def _figure(pen: Pen, figure: Figure) -> str:
    value, limit = _number(pen, figure.value), figure.limit
    if limit is None:
        return pen.say(f"measure.{figure.name}", value=value)
    return pen.say(f"measure.{figure.name}_limit", value=value, limit=_number(pen, limit))


def _number(pen: Pen, value: float) -> str:
    """`60`, `4.2` or `4,2`: below ten, the first decimal counts."""
    text = f"{value:.0f}" if abs(value) >= 9.95 else f"{value:.1f}".removesuffix(".0")
    return text.replace(".", ",") if pen.locale == "fr" else text

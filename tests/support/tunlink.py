"""Two network namespaces joined by a bad cable: a user-space link that delays, loses and drops packets.

`tc netem` would do, where the kernel has it; a pair of TUN devices does everywhere, and drops by protocol too.
"""

from __future__ import annotations

import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from tests.support.daemons import program

NEAR, FAR = "10.77.0.1", "10.77.0.2"
UDP, TCP, ICMP = 17, 6, 1
_TUNSETIFF: Final = 0x400454CA
_TUN_WITHOUT_HEADER: Final = 0x1001
_numbers = itertools.count()


@dataclass
class Cable:
    """How bad the cable is, each way; may be changed while it carries packets."""

    delay_s: float = 0.0
    jitter_s: float = 0.0
    loss: float = 0.0
    drops: Callable[[bytes], bool] = field(default=lambda packet: False)

    def late(self, dice: random.Random, packet: bytes) -> float | None:
        """Seconds by which a packet is late; None when it never comes."""
        if self.drops(packet) or dice.random() < self.loss:
            return None
        return self.delay_s + dice.random() * self.jitter_s


def of_protocol(number: int) -> Callable[[bytes], bool]:
    """Drops every IPv4 packet of a protocol."""
    return lambda packet: len(packet) > 9 and packet[9] == number


def _tun(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", name.encode(), _TUN_WITHOUT_HEADER))
    return device


class _Carrier(threading.Thread):
    """Carries packets between two devices until told to stop."""

    def __init__(self, ends: tuple[int, int], cable: Cable) -> None:
        super().__init__(daemon=True)
        self._other = {ends[0]: ends[1], ends[1]: ends[0]}
        self._cable, self._dice = cable, random.Random(7)
        self._waiting: list[tuple[float, int, int, bytes]] = []
        self._order = itertools.count()
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            due = self._waiting[0][0] - time.monotonic() if self._waiting else 0.1
            readable, _, _ = select.select(list(self._other), [], [], min(max(due, 0), 0.1))
            for device in readable:
                self._take(device)
            while self._waiting and self._waiting[0][0] <= time.monotonic():
                _, _, device, packet = heapq.heappop(self._waiting)
                os.write(device, packet)

    def _take(self, device: int) -> None:
        packet = os.read(device, 65536)
        late = self._cable.late(self._dice, packet)
        if late is not None:
            entry = (time.monotonic() + late, next(self._order), self._other[device], packet)
            heapq.heappush(self._waiting, entry)


def _ip(*words: str) -> None:
    subprocess.run([program("ip", "iproute2"), *words], check=True, capture_output=True, timeout=10)


def _set_up(namespace: str, device: str, address: str) -> None:
    _ip("link", "set", device, "netns", namespace)
    _ip("-n", namespace, "address", "add", f"{address}/24", "dev", device)
    for name in ("lo", device):
        _ip("-n", namespace, "link", "set", name, "up")


@dataclass(frozen=True)
class Link:
    """The two sides, as command prefixes, and the cable between them."""

    near: tuple[str, ...]
    far: tuple[str, ...]
    cable: Cable


@contextmanager
def tun_link() -> Iterator[Link]:
    """A pair of namespaces, 10.77.0.1 near and 10.77.0.2 far, gone afterwards; skips where they cannot be had."""
    if os.geteuid() != 0 or not Path("/dev/net/tun").exists():
        pytest.skip("network namespaces need root and /dev/net/tun")
    tag = f"{os.getpid()}{next(_numbers)}"
    names = (f"dcr{tag}a", f"dcr{tag}b")
    ip = program("ip", "iproute2")
    made, ends = [], []
    try:
        for name, address in zip(names, (NEAR, FAR), strict=True):
            _ip("netns", "add", name)
            made.append(name)
            ends.append(_tun(name))
            _set_up(name, name, address)
        carrier = _Carrier((ends[0], ends[1]), cable := Cable())
        carrier.start()
        yield Link((ip, "netns", "exec", names[0]), (ip, "netns", "exec", names[1]), cable)
        carrier.stop.set()
        carrier.join(5)
    finally:
        for name in made:
            _ip("netns", "delete", name)
        for device in ends:
            os.close(device)

"""blackbox_exporter, asked the same questions: what it says, and how long it took."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from tests.support.daemons import daemon, listens, program
from tests.support.netservers import free_port

_SUCCESS: Final = re.compile(r"^probe_success ([01])$", re.MULTILINE)
_DURATION: Final = re.compile(r"^probe_duration_seconds ([0-9.e+-]+)$", re.MULTILINE)


class Question(msgspec.Struct, frozen=True):
    """A target, and the module's settings for it."""

    target: str
    module: dict[str, Any]


class Said(msgspec.Struct, frozen=True):
    """One answer of the exporter."""

    ok: bool
    ms: float


def question(prober: str, target: str, **settings: Any) -> Question:
    """A question over IPv4 within a second."""
    own = {"preferred_ip_protocol": "ip4", "ip_protocol_fallback": False, **settings}
    return Question(target, {"prober": prober, "timeout": "1s", prober: own})


class Blackbox:
    """A running exporter; see `blackbox`."""

    def __init__(self, port: int, questions: Sequence[Question], inside: Sequence[str]) -> None:
        self._port, self._questions, self._inside = port, questions, inside

    def ask(self, times: int = 1) -> list[list[Said]]:
        """The answers to each question, `times` each, one after the other."""
        asked = [
            f"http://127.0.0.1:{self._port}/probe?"
            + urlencode({"module": f"m{number}", "target": one.target})
            for number, one in enumerate(self._questions)
            for _ in range(times)
        ]
        command = [*self._inside, program("curl", "curl"), "-sf", *asked]
        text = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()
        said = [
            Said(success == "1", float(duration) * 1000)
            for success, duration in zip(_SUCCESS.findall(text), _DURATION.findall(text), strict=True)
        ]
        return [said[start : start + times] for start in range(0, len(said), times)]


@contextmanager
def blackbox(folder: Path, questions: Sequence[Question], inside: Sequence[str] = ()) -> Iterator[Blackbox]:
    """Runs the exporter with one module for each question; in the namespace that `inside` enters."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    modules = {f"m{number}": one.module for number, one in enumerate(questions)}
    (folder / "blackbox.yml").write_text(json.dumps({"modules": modules}), "utf-8")  # JSON is YAML
    name = program("prometheus-blackbox-exporter", "prometheus-blackbox-exporter")
    options = ["--config.file", str(folder / "blackbox.yml"), "--web.listen-address", f"127.0.0.1:{port}"]
    with daemon([*inside, name, *options], folder, lambda: listens(port, "tcp", inside)):
        yield Blackbox(port, questions, inside)

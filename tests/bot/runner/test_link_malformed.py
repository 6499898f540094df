"""What the bot says to a runner, malformed in ten thousand ways."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from bot.domain.probe import ProbeJob, ProbeSpec
from bot.domain.site import Lab, Site
from bot.probes.wire import Hello, SiteView
from bot.runner.link import Unreachable, _decode
from tests.support.mutation import inputs, malformed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SITE = Site(
    id="lyon", name="Lyon", resolvers=("10.0.0.53",), gateway="10.0.0.1", lab=Lab(ports={"443": 8443})
)
SPEC = ProbeSpec(prober="tls", host="teams.microsoft.com", port=443, options={"ranges": ["52.112.0.0/14"]})
JOB = ProbeJob(id="j1", case="D-1", site="lyon", plan="network", probes=(SPEC,), issued=NOW, deadline=NOW)


@pytest.mark.fuzz
@pytest.mark.parametrize(
    ("kind", "value"), [(Hello, Hello(site=SiteView.of(SITE), time=NOW)), (ProbeJob, JOB)]
)
def test_no_malformed_message_breaks_the_reader(kind: type[Any], value: Any) -> None:
    read = 0
    for data in malformed((msgspec.json.encode(value),)):
        try:
            read += isinstance(_decode(data, kind), kind)
        except Unreachable:
            continue
    assert read > inputs() / 1000


def test_deep_nesting_breaks_nothing() -> None:
    deep = b'{"id":"j","probes":[{"prober":"a","host":"b","options":{"x":' + b"[" * 100_000
    with pytest.raises(Unreachable):
        _decode(deep, ProbeJob)

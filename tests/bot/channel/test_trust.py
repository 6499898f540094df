from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel.trust import TrustedHosts

EXTRA = TrustedHosts(["bot.example", "ports.example:8443", "127.0.0.1:5000", "LOCALHOST", "[::1]:7000"])


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/fr/",
        "https://SMBA.trafficmanager.net:443/fr/",
        "https://smba.infra.gcc.teams.microsoft.com/teams",
        "https://webchat.botframework.com/",
        "https://bot.example/",
        "https://bot.example:9000/",
        "https://ports.example:8443/x",
        "http://127.0.0.1:5000/_connector",
        "http://localhost:1234",
        "http://[::1]:7000/",
    ],
)
def test_trusted_hosts_are_allowed(url: str) -> None:
    assert EXTRA.allows(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "smba.trafficmanager.net",
        "http://smba.trafficmanager.net/",
        "https://smba.trafficmanager.net:8443/",
        "https://evil.trafficmanager.net/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evil.example#smba.trafficmanager.net",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://user:pw@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net/?x=1",
        "https://evilbotframework.com/",
        "https://botframework.com.evil.example/",
        "https://sub.bot.example/",
        "http://bot.example/",
        "https://ports.example/",
        "http://127.0.0.1:5001/",
        "http://127.0.0.1.evil.example:5000/",
        "ftp://localhost/",
        "https://[::1",
        "https://smba.trafficmanager.net:99999/",
    ],
)
def test_other_hosts_are_refused(url: str) -> None:
    assert not EXTRA.allows(url)


def test_development_trusts_this_machine() -> None:
    assert TrustedHosts(loopback=True).allows("http://localhost:56150/_connector")
    assert not TrustedHosts(loopback=True).allows("http://10.0.0.1:56150/")
    assert not TrustedHosts().allows("http://localhost:56150/_connector")


@given(st.text(max_size=40))
def test_no_text_breaks_the_check(text: str) -> None:
    assert TrustedHosts().allows(f"https://{text}") in {True, False}
    assert not TrustedHosts().allows(text)


@pytest.mark.parametrize(
    "url",
    [
        "https://contoso-my.sharepoint.com/personal/x/_layouts/15/download.aspx?UniqueId=1&tempauth=abc",
        "https://contoso.sharepoint.com:443/up?guid=1",
        "https://smba.trafficmanager.net/fr/v3/attachments/1/views/original?x=1",
        "http://127.0.0.1:5000/file?x=1",
    ],
)
def test_files_lie_with_trusted_clouds(url: str) -> None:
    assert EXTRA.allows_file(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://contoso.sharepoint.com/x",
        "https://contoso.sharepoint.com:8443/x",
        "https://sharepoint.com.evil.example/x",
        "https://contoso.sharepoint.com@evil.example/x",
        "https://user:pass@contoso.sharepoint.com/x",
        "https://evilsharepoint.com/x",
        "http://169.254.169.254/latest/meta-data?x=1",
        "https://[::1/x",
        "",
    ],
)
def test_files_lie_nowhere_else(url: str) -> None:
    assert not EXTRA.allows_file(url)


def test_clouds_never_get_a_reply() -> None:
    assert not EXTRA.allows("https://contoso.sharepoint.com/")

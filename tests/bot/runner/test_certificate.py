"""Certificates in plain terms, and what a refusal means."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.probe import Failure
from bot.runner.certificate import Certificate, judged_at, read_certificate, why_refused
from tests.support.certificates import DAY, NOW, Authority
from tests.support.mutation import malformed


def _leaf(tmp_path: Path, *names: str, organisation: str = "Bellecour Inspection") -> Certificate:
    certificate, _ = Authority(tmp_path, organisation).issue(*names)
    return read_certificate(certificate.public_bytes(serialization.Encoding.DER))


def test_a_certificate_is_read(tmp_path: Path) -> None:
    leaf = _leaf(tmp_path, "teams.microsoft.com", "*.teams.microsoft.com")
    assert leaf.names == ("teams.microsoft.com", "*.teams.microsoft.com")
    assert leaf.issuer_organisation == "Bellecour Inspection"
    assert not leaf.self_signed
    assert leaf.details(NOW)["days_left"] == 29


@pytest.mark.parametrize(
    ("asked", "covered"),
    [
        ("teams.microsoft.com", True),
        ("TEAMS.microsoft.com.", True),
        ("api.teams.microsoft.com", True),
        ("a.api.teams.microsoft.com", False),
        ("microsoft.com", False),
    ],
)
def test_names_are_matched(tmp_path: Path, asked: str, covered: bool) -> None:
    leaf = _leaf(tmp_path, "teams.microsoft.com", "*.teams.microsoft.com")
    assert leaf.covers(asked) is covered


UNKNOWN_ROOT = 20
MICROSOFT = ("Microsoft Corporation",)


@pytest.mark.parametrize(
    ("code", "name", "organisation", "issuers", "failure"),
    [
        (9, "a.example", "X", (), Failure.tls_not_yet_valid),
        (10, "a.example", "X", MICROSOFT, Failure.tls_expired),
        (62, "b.example", "X", MICROSOFT, Failure.tls_name_mismatch),
        (64, "10.0.0.1", "X", MICROSOFT, Failure.tls_name_mismatch),
        (UNKNOWN_ROOT, "a.example", "X", MICROSOFT, Failure.tls_intercepted),
        (UNKNOWN_ROOT, "a.example", "X", (), Failure.tls_untrusted),
        (UNKNOWN_ROOT, "b.example", "X", MICROSOFT, Failure.tls_untrusted),
        (UNKNOWN_ROOT, "a.example", "Microsoft Corporation", MICROSOFT, Failure.tls_untrusted),
    ],
)
def test_each_refusal_has_its_name(
    tmp_path: Path, code: int, name: str, organisation: str, issuers: tuple[str, ...], failure: Failure
) -> None:
    leaf = _leaf(tmp_path, "a.example", organisation=organisation)
    assert why_refused(code, leaf, name, issuers) is failure


def test_an_unseen_certificate_is_untrusted() -> None:
    assert why_refused(UNKNOWN_ROOT, None, "a.example", MICROSOFT) is Failure.tls_untrusted


@given(st.binary(max_size=200))
def test_no_bytes_are_a_certificate(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own
        read_certificate(data)


@pytest.mark.fuzz
def test_no_malformed_certificate_breaks_the_reader(tmp_path: Path) -> None:
    certificate, _ = Authority(tmp_path, "Bellecour").issue("teams.microsoft.com", "*.teams.microsoft.com")
    for data in malformed((certificate.public_bytes(serialization.Encoding.DER),)):
        with contextlib.suppress(ValueError):
            leaf = read_certificate(data)
            assert leaf.details(NOW)["names"] == list(leaf.names[:20])
            leaf.covers("teams.microsoft.com")


def _valid(after: int, before: int) -> Certificate:
    return Certificate(
        subject="", issuer="", issuer_organisation="", names=(), sha256="", self_signed=False,
        not_before=NOW + after * DAY, not_after=NOW + before * DAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("chain", "judged"),
    [
        ([(-1, 1), (-9, 9)], "ok"),
        ([(-1, 1), (-9, -1)], "expired"),
        ([(1, 2), (-9, 9)], "not_yet_valid"),
        ([(-1, 1), (1, 9)], "not_yet_valid"),
        ([], "ok"),
    ],
)
def test_a_clock_judges_every_link(chain: list[tuple[int, int]], judged: str) -> None:
    assert judged_at([_valid(*dates) for dates in chain], NOW) == judged

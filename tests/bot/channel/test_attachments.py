from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel.activities import as_sdk, parse_activity
from bot.channel.attachments import DOWNLOAD, NAME, clean_name, consent_of, files_of
from bot.channel.limits import limits
from bot.domain.file import SentFile
from tests.support.activities import message

URL = "https://smba.trafficmanager.net/fr/"
CLOUD = "https://contoso-my.sharepoint.com/personal/x/_layouts/15/download.aspx?UniqueId=1&tempauth=abc"
HTML = {"contentType": "text/html", "content": "<div>le journal</div>"}
FILE = {
    "contentType": DOWNLOAD,
    "contentUrl": "https://contoso-my.sharepoint.com/personal/x/Documents/log.tar",
    "name": "log.tar",
    "content": {"downloadUrl": CLOUD, "uniqueId": "1", "fileType": "tar"},
}
IMAGE = {"contentType": "image/*", "contentUrl": f"{URL}v3/attachments/1/views/original"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def files(*attachments: Any, **changes: Any) -> tuple[SentFile, ...]:
    body = message(URL, attachments=list(attachments), **changes)
    return files_of(as_sdk(parse_activity(json.dumps(body).encode())))


def test_file_comes_with_its_name() -> None:
    (found,) = files(FILE, HTML)
    assert (found.name, found.url, found.inline) == ("log.tar", CLOUD, False)


def test_image_lies_with_the_connector() -> None:
    (found,) = files(HTML, IMAGE)
    assert (found.name, found.url, found.inline) == ("", IMAGE["contentUrl"], True)


def test_every_file_has_its_own_id() -> None:
    ids = {
        file.id for file in (*files(FILE, FILE), *files(FILE, id="2"), *files(FILE, conversation={"id": "b"}))
    }
    assert len(ids) == 4
    assert files(FILE)[0].id == files(FILE)[0].id


def test_of_many_files_the_first_count() -> None:
    assert len(files(*[FILE] * 30)) == limits().files.at_once


@pytest.mark.parametrize(
    "attachment",
    [
        HTML,
        {},
        {"contentType": DOWNLOAD},
        {"contentType": DOWNLOAD, "content": {"downloadUrl": 5}},
        {"contentType": DOWNLOAD, "content": [CLOUD]},
        {"contentType": "image/png"},
        {"contentType": 7, "contentUrl": CLOUD},
        {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard"}},
        {"contentType": "messageReference", "content": "{}"},
    ],
    ids=str,
)
def test_other_attachments_are_no_files(attachment: dict[str, Any]) -> None:
    assert files(attachment) == ()


@given(st.dictionaries(st.sampled_from(["contentType", "contentUrl", "content", "name"]), JSON))
def test_strange_attachments_do_no_harm(attachment: dict[str, Any]) -> None:
    for kind in (attachment.get("contentType"), DOWNLOAD, "image/png"):
        files({**attachment, "contentType": kind})


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("log.tar", "log.tar"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\log.tar", "log.tar"),
        ("a\x00b\n.log", "ab.log"),
        (" . ", ""),
        ("été à Lyon.png", "été à Lyon.png"),
    ],
)
def test_names_are_only_names(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.text(max_size=300), st.text(max_size=100))
def test_long_names_keep_their_ending(stem: str, ending: str) -> None:
    clean = clean_name(f"{stem}.{ending}")
    assert len(clean) <= NAME
    assert clean.isprintable()
    assert "/" not in clean
    assert clean_name("x" * 300 + ".pcapng").endswith(".pcapng")


def test_consent_carries_where_to_upload() -> None:
    consent = consent_of(
        {
            "type": "fileUpload",
            "action": "accept",
            "context": {"case": "D-1001", "n": 5},
            "uploadInfo": {"uploadUrl": "https://x/up", "uniqueId": "1", "name": "D-1001-9.zip"},
        }
    )
    assert consent is not None
    assert (consent.verb, consent.context) == ("file_accept", {"case": "D-1001"})
    assert consent.upload == {"uploadUrl": "https://x/up", "uniqueId": "1", "name": "D-1001-9.zip"}
    declined = consent_of({"type": "fileUpload", "action": "decline", "context": None})
    assert declined is not None
    assert (declined.verb, declined.context, declined.upload) == ("file_decline", {}, {})


@given(JSON)
def test_strange_consent_is_none(value: Any) -> None:
    assert consent_of(value) is None

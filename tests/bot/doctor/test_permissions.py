"""The table of permissions says the same as the documents, the script, the code and the fake."""

from __future__ import annotations

import re

import pytest

from bot.doctor.permissions import Permission, permissions
from bot.graph.fixes import PERMISSIONS
from bot.simulator.login import READ_PERMISSIONS, WRITE_PERMISSIONS
from tests.support.house import ROOT

NAME = re.compile(r"\b[A-Z]\w+\.(?:Read|ReadWrite|EnableDisableAccount)\.\w+\b")
READ = {one.name for one in permissions() if not one.write}
WRITE = {one.name for one in permissions() if one.write}


def text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def test_document_lists_every_permission() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| (read|write) \|", text("docs/graph.md"), re.MULTILINE)
    assert {name for name, kind in rows if kind == "read"} == READ
    assert {name for name, kind in rows if kind == "write"} == WRITE


def test_script_grants_what_is_listed() -> None:
    lists = re.findall(r"^\$(Read|Write) = @\((.*?)^\)", text("deploy/consent.ps1"), re.MULTILINE | re.DOTALL)
    granted = {name: set(NAME.findall(body)) for name, body in lists}
    assert granted == {"Read": READ, "Write": WRITE}


def test_code_names_no_other_permission() -> None:
    named = {
        name
        for path in sorted((ROOT / "bot/graph").rglob("*.py"))
        for name in NAME.findall(path.read_text("utf-8"))
        if name.endswith((".All", "ConditionalAccess"))
    }
    assert named
    assert named <= READ | WRITE


def test_fixes_write_with_what_is_listed() -> None:
    assert set(PERMISSIONS.values()) == WRITE


def test_simulated_tenant_grants_them_all() -> None:
    assert READ == READ_PERMISSIONS
    assert WRITE == WRITE_PERMISSIONS


@pytest.mark.parametrize("permission", permissions(), ids=lambda one: str(one.name))
def test_trial_of_a_permission_changes_nothing(permission: Permission) -> None:
    if permission.write:
        assert "/00000000-0000-0000-0000-000000000000" in permission.path
    else:
        assert (permission.method, permission.body) == ("GET", None)

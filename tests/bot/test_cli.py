from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from typer.testing import CliRunner

from bot.cli import main
from bot.domain.case import Case, Stage, encode_case, encode_entry
from bot.state.cases import CaseStore, Turn
from bot.state.connection import connect
from tests.support.cases import CaseBuilder
from tests.support.environment import forget_settings
from tests.support.netservers import HOST
from tests.support.tenant import CAMILLE, Tenant, running_tenant


class Ran(msgspec.Struct, frozen=True):
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Decroche = Callable[..., Ran]


@pytest.fixture
def decroche(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Decroche:
    """Runs the command line in an empty directory, without anybody's settings."""
    forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DECROCHE_DATA_DIR", str(tmp_path / "data"))

    def run(*args: str, stdin: bytes = b"") -> Ran:
        with CliRunner().isolation(input=stdin) as (out, err, _):
            with pytest.raises(SystemExit) as ended:
                main(args)
            sys.stdout.flush()
            sys.stderr.flush()
            return Ran(int(ended.value.code or 0), out.getvalue().decode(), err.getvalue().decode())

    return run


COMMANDS = [
    "serve", "runner", "probe", "recognise", "diagnose", "playbook", "licence", "case", "escalate",
    "demo", "simulator", "audit",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(decroche: Decroche, command: str) -> None:
    ran = decroche(command, "--help")
    assert ran.code == 0
    assert "Usage" in ran.out


def test_help_lists_every_command(decroche: Decroche) -> None:
    ran = decroche("--help")
    assert ran.code == 0
    assert all(command in ran.out for command in COMMANDS)


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("nonsense",),
        ("diagnose",),
        ("diagnose", "nowhere.json"),
        ("recognise", "bonjour", "--locale", "de"),
        ("probe", "--targets", "nowhere.json"),
        ("probe", "--plan", "nonsense"),
        ("demo", "--fault", "nonsense"),
        ("serve",),
        ("runner", "--site", "lyon", "--server", "http://127.0.0.1:1"),
        ("licence", CAMILLE),
    ],
)
def test_wrong_use_is_code_two(decroche: Decroche, args: tuple[str, ...]) -> None:
    ran = decroche(*args)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert ran.out == "" or not args


def test_unknown_setting_is_code_two(decroche: Decroche, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECROCHE_REDIS", "secret value")
    ran = decroche("case", "D-1001")
    assert ran.code == 2
    assert "unknown setting DECROCHE_REDIS" in ran.err
    assert "docs/settings.md" in ran.err
    assert "secret value" not in ran.err


def test_env_file_is_read_where_started(decroche: Decroche, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DECROCHE_LOG_LEVEL=LOUD\n", "utf-8")
    ran = decroche("case", "D-1001")
    assert ran.code == 2
    assert "DECROCHE_LOG_LEVEL" in ran.err


@pytest.mark.parametrize("text", ["Mon téléphone affiche « No internet »", "My phone shows No internet"])
def test_text_is_recognised_as_json(decroche: Decroche, text: str) -> None:
    ran = decroche("recognise", text, "--json")
    assert ran.code == 0
    assert set(ran.json) == {"symptom", "confidence", "facts", "locale"}
    assert ran.json["symptom"] == "no_internet_banner"


def test_text_is_recognised_for_people(decroche: Decroche) -> None:
    ran = decroche("recognise", "Il affiche No internet, son adresse est 169.254.3.4")
    assert ran.out.startswith("no_internet_banner")


QUESTION = {"symptom": "no_internet_banner", "facts": [{"id": "dns", "value": "fail"}]}


def test_question_comes_from_file_or_stdin(decroche: Decroche, tmp_path: Path) -> None:
    data = json.dumps(QUESTION).encode()
    (tmp_path / "question.json").write_bytes(data)
    from_file = decroche("diagnose", "question.json", "--json")
    from_stdin = decroche("diagnose", "-", "--json", stdin=data)
    assert from_file.json == from_stdin.json
    assert from_file.json["verdict"] == "network.dns"
    assert set(from_file.json) >= {"verdict", "causes", "next", "contradictions"}
    assert decroche("diagnose", "question.json").out.startswith("network.dns  next: act.fix_dns")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"facts": 3}', b"\xff"])
def test_bad_question_is_code_two(decroche: Decroche, data: bytes) -> None:
    ran = decroche("diagnose", "-", stdin=data)
    assert (ran.code, ran.out) == (2, "")


def test_playbook_holds(decroche: Decroche) -> None:
    ran = decroche("playbook", "check")
    assert (ran.code, ran.out) == (0, "ok\n")


def test_broken_playbook_says_no(decroche: Decroche, tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "causes.toml").write_text("[[cause]]\nid = 'x'\n", "utf-8")
    ran = decroche("playbook", "check", "book")
    assert ran.code == 1
    assert "causes.toml" in ran.err


def test_playbook_is_explained(decroche: Decroche) -> None:
    listed = decroche("playbook", "explain", "--json").json
    assert "network.dns" in {row["id"] for row in listed["causes"]}
    assert "act.fix_dns" in {row["id"] for row in listed["steps"]}
    assert "network.dns" in decroche("playbook", "explain").out


def test_simulation_is_measured(decroche: Decroche) -> None:
    few = ("--cases", "20", "--problems", "2", "--condition", "nominal")
    ran = decroche("playbook", "simulate", *few, "--json")
    assert ran.code == (1 if ran.json["missed"] else 0)
    assert [one["cases"] for one in ran.json["conditions"]] == [20]
    told = decroche("playbook", "simulate", *few, "--target", "fixed=1.01", "--transcripts", "1")
    assert told.code == 1
    assert "at least 1.01" in told.out


def test_bad_population_is_refused(decroche: Decroche, tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text("[population]\nphnes = 3\n", "utf-8")
    ran = decroche("playbook", "simulate", "--population", "faults.toml")
    assert ran.code == 2
    assert "faults.toml" in ran.err
    assert "phnes" in ran.err


OWN = """
extends = "builtin"
[limits]
verdict = 0.9999
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A playbook that never comes to a verdict."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "ours.toml").write_text(OWN, "utf-8")
    return tmp_path / "own"


def test_own_playbook_by_option_or_setting(
    decroche: Decroche, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = json.dumps(QUESTION).encode()
    assert decroche("diagnose", "-", "--json", stdin=data).json["verdict"] == "network.dns"
    by_option = decroche("diagnose", "-", "--json", "--playbook", str(own), stdin=data)
    monkeypatch.setenv("DECROCHE_PLAYBOOK", str(own))
    by_setting = decroche("diagnose", "-", "--json", stdin=data)
    assert by_option.json == by_setting.json
    assert by_option.json["verdict"] == "undetermined"


def test_check_names_file_key_reason(decroche: Decroche, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own / "ours.toml").write_text(OWN.replace("0.9999", "1.9"), "utf-8")
    monkeypatch.setenv("DECROCHE_PLAYBOOK", str(own))
    for ran in (decroche("playbook", "check"), decroche("playbook", "check", str(own))):
        assert ran.code == 1
        assert ran.err == "own/ours.toml: limits.verdict: verdict must lie between 0.5 and 1\n"


@pytest.mark.parametrize(
    "args", [("check", "nowhere"), ("explain", "--playbook", "nowhere"), ("explain", "odd")]
)
def test_missing_directory_or_id_is_code_two(decroche: Decroche, args: tuple[str, ...]) -> None:
    ran = decroche("playbook", *args)
    assert (ran.code, ran.out) == (2, "")


def test_one_id_is_explained_whole(decroche: Decroche) -> None:
    listed = decroche("playbook", "explain", "network.dns", "--json").json
    assert list(listed) == ["causes"]
    assert listed["causes"][0]["shown_by"]["dns=fail"] > 2
    assert "dns=fail" in decroche("playbook", "explain", "network.dns").out


def test_closed_port_is_a_result(decroche: Decroche, tmp_path: Path) -> None:
    (tmp_path / "targets.json").write_text(json.dumps([{"prober": "tcp", "host": HOST, "port": 9}]), "utf-8")
    told = decroche("probe", "--targets", "targets.json", "--json")
    assert told.code == 1
    assert [(r["prober"], r["ok"], r["failure"]) for r in told.json] == [("tcp", False, "connection_refused")]
    ran = decroche("probe", "--targets", "targets.json")
    assert ran.code == 1
    assert "FAIL" in ran.out


@pytest.mark.parametrize("content", ["{}", "[{}]", '[{"prober": "tcp", "host": "x", "port": 0}]'])
def test_bad_targets_are_code_two(decroche: Decroche, tmp_path: Path, content: str) -> None:
    (tmp_path / "targets.json").write_text(content, "utf-8")
    ran = decroche("probe", "--targets", "targets.json", "--json")
    assert (ran.code, ran.out) == (2, "")


def stored_case() -> Case:
    return (
        CaseBuilder("D-1042").opened().said("No internet").known("site", id="lyon").measured("dns", "fail")
        .judged("network.dns", 0.93, 4).moved(Stage.helpdesk).case
    )  # fmt: skip


@pytest.fixture
def case(redis_server: str, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case in the Redis that the settings name."""

    async def store() -> None:
        async with connect(redis_server) as client:
            await client.flushdb()
            await CaseStore(client).commit(Turn(case=stored_case()))

    asyncio.run(store())
    return stored_case()


def test_case_is_printed_as_its_json(
    decroche: Decroche, case: Case, redis_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECROCHE_REDIS_URL", redis_server)
    ran = decroche("case", case.id, "--json")
    assert ran.code == 0
    assert ran.out.encode() == encode_case(case) + b"\n"


def test_case_is_printed_for_people(
    decroche: Decroche, case: Case, redis_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECROCHE_REDIS_URL", redis_server)
    lines = decroche("case", case.id).out.splitlines()
    assert [line.split()[0] for line in lines] == [f"#{n}" for n in range(1, case.version + 1)]
    assert "text=No internet" in lines[1]


@pytest.mark.parametrize("command", ["case", "escalate"])
def test_unknown_case_says_no(
    decroche: Decroche, command: str, case: Case, redis_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECROCHE_REDIS_URL", redis_server)
    ran = decroche(command, "D-7")
    assert ran.code == 1
    assert "there is no case D-7" in ran.err


def test_redis_that_is_away_says_no(decroche: Decroche, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECROCHE_REDIS_URL", "redis://127.0.0.1:1")
    ran = decroche("case", "D-1001")
    assert ran.code == 1
    assert "DECROCHE_REDIS_URL" in ran.err


def test_ticket_is_written_from_a_file(decroche: Decroche, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_bytes(encode_case(stored_case()))
    ran = decroche("escalate", "case.json", "--out", "tickets", "--locale", "en")
    assert ran.code == 0
    written = tmp_path / ran.out.strip()
    assert written.parent == tmp_path / "tickets"
    assert ZipFile(written).testzip() is None
    assert "missing:" in ran.err


def test_ticket_is_written_from_the_store(
    decroche: Decroche, case: Case, redis_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DECROCHE_REDIS_URL", redis_server)
    ran = decroche("escalate", case.id, "--out", ".")
    assert ran.code == 0
    assert (tmp_path / ran.out.strip()).is_file()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"id": "D-1", "ledger": []}',
        b'{"id": "D-1", "ledger": [' + encode_entry(stored_case().ledger[1]) + b"]}",
        b"\xff\xfe",
    ],
)
def test_file_that_is_no_case_is_code_two(decroche: Decroche, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "case.json").write_bytes(content)
    ran = decroche("escalate", "case.json")
    assert ran.code == 2
    assert "case.json is no case" in ran.err


async def with_tenant(directory: Path, use: Callable[[Tenant], None]) -> None:
    """Runs something that blocks beside a running tenant."""
    async with running_tenant(directory) as tenant:
        await asyncio.to_thread(use, tenant)


@pytest.mark.parametrize(("who", "code"), [(CAMILLE, 0), ("nobody@bellecour.example", 1)])
async def test_licence_shows_what_graph_knows(
    decroche: Decroche, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str, code: int
) -> None:
    def look_up(tenant: Tenant) -> None:
        for name, value in tenant.settings().model_dump(exclude_unset=True).items():
            plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
            monkeypatch.setenv(f"DECROCHE_{name.upper()}", str(plain))
        ran = decroche("licence", who, "--json")
        assert ran.code == code
        assert set(ran.json) == {"facts", "account", "not_checked"}
        assert bool(ran.json["account"]) is (code == 0)
        ran = decroche("licence", who)
        assert ran.code == code
        assert ("knows nobody called" in ran.err) is (code == 1)
        assert ("usage_location" in ran.out) is (code == 0)

    (tmp_path / "tenant").mkdir()
    await with_tenant(tmp_path / "tenant", look_up)

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigurationError
from bot.settings import PREFIX, Settings, load_settings, on_loopback
from tests.support.appcertificate import certificate, private, rsa_key
from tests.support.certificates import Authority

SECRET = "hunter2-very-secret"


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment, without any setting that the developer's shell has."""
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    return monkeypatch


def setting(patch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        patch.setenv(PREFIX + name.upper(), value)
    return load_settings(None)


def refusal(patch: pytest.MonkeyPatch, **values: str) -> str:
    with pytest.raises(ConfigurationError) as refused:
        setting(patch, **values)
    assert "docs/settings.md" in refused.value.advice
    return str(refused.value)


def test_nothing_set_is_enough(env: pytest.MonkeyPatch) -> None:
    settings = load_settings(None)
    assert settings.redis_url is None
    assert settings.authority == "https://login.microsoftonline.com"
    assert settings.graph_url == "https://graph.microsoft.com"
    assert settings.data_dir.is_absolute()


def test_environment_is_read(env: pytest.MonkeyPatch) -> None:
    settings = setting(
        env, app_id="app", trusted_hosts='["smba.example"]', sites="sites.toml", log_level="DEBUG"
    )
    assert settings.app_id == "app"
    assert settings.trusted_hosts == ("smba.example",)
    assert settings.sites == Path("sites.toml")
    assert settings.log_level == "DEBUG"


def test_lower_case_names_count(env: pytest.MonkeyPatch) -> None:
    env.setenv("decroche_app_id", "app")
    assert load_settings(None).app_id == "app"


def test_empty_value_is_not_set(env: pytest.MonkeyPatch) -> None:
    settings = setting(env, app_id="", ca_file="", trusted_hosts="")
    assert (settings.app_id, settings.ca_file, settings.trusted_hosts) == (None, None, ())


@pytest.mark.parametrize("name", ["APP_IDD", "REDIS", "APP_ID__NAME", "TRUSTED_HOST", ""])
def test_unknown_name_is_refused(env: pytest.MonkeyPatch, name: str) -> None:
    env.setenv(PREFIX + name, SECRET)
    with pytest.raises(ConfigurationError, match=f"unknown setting {PREFIX}{name}$") as refused:
        load_settings(None)
    assert SECRET not in str(refused.value)


def test_every_unknown_name_is_named(env: pytest.MonkeyPatch) -> None:
    assert refusal(env, two="2", one="1") == "unknown setting DECROCHE_ONE, DECROCHE_TWO"


@pytest.mark.parametrize(
    "name",
    [
        "SERVICE_HOST",
        "SERVICE_PORT",
        "SERVICE_PORT_HTTP",
        "PORT",
        "PORT_3978_TCP",
        "PORT_3978_TCP_PROTO",
        "PORT_3978_TCP_PORT",
        "PORT_3978_TCP_ADDR",
    ],
)
def test_kubernetes_may_name_its_service(env: pytest.MonkeyPatch, name: str) -> None:
    env.setenv(PREFIX + name, "tcp://10.0.0.1:3978")
    assert load_settings(None).redis_url is None


@pytest.mark.parametrize("name", ["PORTS", "SERVICE", "PORT_HTTP", "SERVICE_HOSTNAME"])
def test_names_like_those_of_kubernetes_are_refused(env: pytest.MonkeyPatch, name: str) -> None:
    assert PREFIX + name in refusal(env, **{name: "x"})


SECRETS = {
    "app_secret": SECRET,
    "graph_client_secret": SECRET,
    "runner_token": SECRET,
    "redis_url": f"redis://:{SECRET}@redis/0",
}


@pytest.mark.parametrize("name", SECRETS)
def test_secret_never_shows(env: pytest.MonkeyPatch, name: str) -> None:
    settings = setting(env, **{name: SECRETS[name]})
    assert getattr(settings, name)
    assert SECRET not in f"{settings!r} {settings}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authority", f"http://{SECRET}.example"),
        ("graph_url", f"http://{SECRET}.example"),
        ("openid_metadata_url", f"ftp://{SECRET}"),
        ("public_url", SECRET),
        ("helpdesk_locale", SECRET),
        ("log_level", SECRET),
        ("trusted_hosts", SECRET),
        ("trusted_hosts", f'{{"a": "{SECRET}"}}'),
        ("ca_file", f"/nowhere/{SECRET}.pem"),
    ],
)
def test_wrong_value_is_named_not_shown(env: pytest.MonkeyPatch, name: str, value: str) -> None:
    said = refusal(env, **{name: value})
    assert said.startswith(PREFIX + name.upper())
    assert SECRET not in said


def test_every_wrong_setting_is_named(env: pytest.MonkeyPatch) -> None:
    said = refusal(env, log_level="LOUD", graph_url="x")
    assert "DECROCHE_LOG_LEVEL" in said
    assert "DECROCHE_GRAPH_URL" in said


def test_error_chain_keeps_no_value(env: pytest.MonkeyPatch) -> None:
    env.setenv("DECROCHE_LOG_LEVEL", SECRET)
    with pytest.raises(ConfigurationError) as refused:
        load_settings(None)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@pytest.mark.parametrize("name", ["graph_url", "openid_metadata_url", "public_url"])
@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:1", "[::1]:9"])
def test_http_is_accepted_on_loopback(env: pytest.MonkeyPatch, name: str, host: str) -> None:
    assert getattr(setting(env, **{name: f"http://{host}/"}), name) == f"http://{host}"


@pytest.mark.parametrize("name", ["graph_url", "openid_metadata_url", "public_url"])
@pytest.mark.parametrize("host", ["example.org", "localhost.example.org", "127.0.0.1@example.org"])
def test_http_is_refused_elsewhere(env: pytest.MonkeyPatch, name: str, host: str) -> None:
    assert "loopback only" in refusal(env, **{name: f"http://{host}/"})


def test_login_needs_https_even_here(env: pytest.MonkeyPatch) -> None:
    assert "https" in refusal(env, authority="http://127.0.0.1:8080")


def test_slash_at_the_end_goes(env: pytest.MonkeyPatch) -> None:
    assert setting(env, authority="https://login.example/").authority == "https://login.example"


def test_further_authority_is_accepted(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pem = Authority(tmp_path, "Contoso").file
    assert setting(env, ca_file=str(pem)).ca_file == pem


def test_file_without_certificates_is_refused(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    pem.write_text("no certificate", "utf-8")
    assert "DECROCHE_CA_FILE" in refusal(env, ca_file=str(pem))


def test_playbook_must_be_a_readable_directory(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert setting(env, playbook=str(tmp_path)).playbook == tmp_path
    for wrong in (tmp_path / "nowhere", Path(__file__)):
        assert "DECROCHE_PLAYBOOK" in refusal(env, playbook=str(wrong))


def test_tilde_is_the_home_directory(env: pytest.MonkeyPatch) -> None:
    assert setting(env, data_dir="~/state").data_dir == Path.home() / "state"


def test_env_file_is_read(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('# ours\nDECROCHE_APP_ID="from file"\nOTHER_TOOL=1\n', "utf-8")
    assert load_settings(file).app_id == "from file"


def test_environment_wins_over_file(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DECROCHE_APP_ID=from file\nDECROCHE_TENANT_ID=tenant\n", "utf-8")
    env.setenv("DECROCHE_APP_ID", "from environment")
    settings = load_settings(file)
    assert (settings.app_id, settings.tenant_id) == ("from environment", "tenant")


def test_unknown_name_in_file_is_refused(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DECROCHE_APPID=x\n", "utf-8")
    with pytest.raises(ConfigurationError, match="unknown setting DECROCHE_APPID"):
        load_settings(file)


def test_missing_file_is_no_fault(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load_settings(tmp_path / "nowhere").app_id is None


def test_unreadable_file_is_a_sentence(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"DECROCHE_APP_ID=\xff\xfe\n")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings(file)


def test_settings_do_not_change(env: pytest.MonkeyPatch) -> None:
    settings = load_settings(None)
    with pytest.raises(ValueError, match="frozen"):
        settings.app_id = "other"  # type: ignore[misc]  # what is tested


@given(st.text(max_size=40))
def test_any_text_has_loopback_or_not(url: str) -> None:
    if "//" not in url:
        assert not on_loopback(url)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:1/x", True),
        ("https://LOCALHOST", True),
        ("http://[::1]", True),
        ("http://127.0.0.1.example", False),
        ("127.0.0.1", False),
        ("http://[broken", False),
    ],
)
def test_loopback_is_told_from_elsewhere(url: str, here: bool) -> None:
    assert on_loopback(url) is here


def test_application_certificate_needs_its_key(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "app.pem"
    path.write_bytes(certificate(rsa_key()))
    assert "DECROCHE_GRAPH_CERTIFICATE: " in refusal(env, graph_certificate=str(path))
    path.write_bytes(private(rsa_key(), b"word") + certificate(rsa_key()))
    assert "not encrypted" in refusal(env, graph_certificate=str(path))
    path.write_bytes(private(rsa_key()) + certificate(rsa_key()))
    settings = setting(env, graph_certificate=str(path))
    assert settings.graph_certificate == path
    assert str(path) not in repr(settings)

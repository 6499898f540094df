"""SNMP v3 security against the examples of the standards."""

from __future__ import annotations

from bot.simulator import ber, usm
from bot.simulator.usm import Clock, Security, User

ENGINE = bytes.fromhex("000000000000000000000002")


def test_the_key_is_that_of_the_standard() -> None:
    """RFC 3414 appendix A.3.2: SHA, password « maplesyrup »."""
    user = User("bert", "maplesyrup", "maplesyrup", ENGINE)
    assert user._auth.hex() == "6695febc9288e36282235fc7151f128497b38f3f"
    assert user._priv == user._auth[:16]


def test_parameters_are_read_again() -> None:
    security = Security(engine=ENGINE, boots=3, time=77, user="bert", digest=bytes(12), salt=usm.salt())
    assert usm.read_security(ber.Reader(security.encode()).expect(ber.STRING)) == security


def test_a_message_is_sealed_and_opened() -> None:
    user, other = (User("bert", "maplesyrup", password, ENGINE) for password in ("maplesyrup", "pancakes1"))
    security = Security(boots=1, time=5, salt=usm.salt())
    sealed = user.encrypt(b"ifOperStatus", security)
    assert user.decrypt(sealed, security) == b"ifOperStatus"
    assert other.decrypt(sealed, security) != b"ifOperStatus"


def test_a_signature_has_its_length() -> None:
    assert len(User("bert", "maplesyrup", "maplesyrup", ENGINE).digest(b"x")) == 12
    assert len(User("bert", "maplesyrup", "maplesyrup", ENGINE, "sha256").digest(b"x")) == 24


def test_old_messages_are_worthless() -> None:
    clock = Clock()
    assert clock.in_window(Security(boots=1, time=clock.now + 149))
    assert not clock.in_window(Security(boots=1, time=clock.now + 152))
    assert not clock.in_window(Security(boots=0, time=clock.now))

"""What `decroche licence` prints, as its user reads it."""

from bot.cli_licence import lines
from bot.domain.fact import UNKNOWN, Fact
from bot.graph.lookup import Lookup

FOUND = Lookup(
    facts=(
        Fact(id="licence.teams", value="ok"),
        Fact(id="licence.teams_phone", value="missing"),
        Fact(id="account.signin", value=UNKNOWN),
    ),
    account={"upn": "a@x.example", "teams_phone_why": "none", "seat_sku": "s", "seat_name": "MCOEV"}
    | {"seats_free": "22"},
    not_checked={"account.signin": "the tenant has no Entra ID P1 licence"},
)


def printed(found: Lookup) -> dict[str, str]:
    """Each line by its first word."""
    return {name: rest.strip() for name, _, rest in (line.partition(" ") for line in lines(found))}


def test_missing_licence_has_its_reason() -> None:
    shown = printed(FOUND)
    assert shown["licence.teams_phone"].startswith("missing")
    assert "MCOEV: 22 free." in shown["licence.teams_phone"]
    assert shown["licence.teams"] == "ok"


def test_unknown_is_said_once_with_reason() -> None:
    assert printed(FOUND)["account.signin"] == "not checked: the tenant has no Entra ID P1 licence"
    assert "unknown" not in "".join(lines(FOUND))


def test_particulars_are_all_there() -> None:
    assert printed(FOUND)["upn"] == "a@x.example"

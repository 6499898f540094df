from __future__ import annotations

import inspect

import pytest

from bot import errors
from bot.errors import (
    Conflict,
    DecrocheError,
    DeliveryDoubtful,
    DeliveryError,
    Refused,
    SitesInvalid,
)

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_one_root(kind: type[Exception]) -> None:
    assert issubclass(kind, DecrocheError)
    assert kind.__doc__


@pytest.mark.parametrize("kind", KINDS)
def test_tree_in_the_docstring_is_complete(kind: type[Exception]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")


def test_advice_given_replaces_the_usual() -> None:
    assert SitesInvalid("x").advice == "Correct the file named by DECROCHE_SITES."
    assert SitesInvalid("x", "Write one.").advice == "Write one."
    assert Conflict("x").advice == ""


def test_refusal_carries_status_and_sentence() -> None:
    refused = Refused(415, "send JSON")
    assert (refused.status, str(refused)) == (415, "send JSON")


def test_delivery_error_says_when_to_return() -> None:
    assert DeliveryError("no").status is None
    error = DeliveryDoubtful("perhaps", 502, 3.0)
    assert isinstance(error, DeliveryError)
    assert (str(error), error.status, error.retry_after) == ("perhaps", 502, 3.0)

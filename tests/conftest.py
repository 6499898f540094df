"""Fixtures that every test may use, and how property tests search.

`steady` (the default) tries the same examples at every run, so that a red build means a change, not luck.
`pytest --hypothesis-profile=explore` looks further; what it finds becomes an `@example`.
"""

import gc

import pytest
from hypothesis import settings

from tests.support.mutation import FEW, ask_for
from tests.support.redis import redis, redis_server, redis_url

__all__ = ["redis", "redis_server", "redis_url"]

settings.register_profile("steady", derandomize=True, deadline=None, database=None, max_examples=50)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much the fuzz tests try; `make fuzz` asks for 10,000."""
    parser.addoption("--inputs", type=int, default=FEW, help="malformed inputs for each parser")


def pytest_configure(config: pytest.Config) -> None:
    """Tells the tests so, in every worker."""
    ask_for(config.getoption("inputs"))
    gc.disable()  # eleven thousand tests are collected: nothing of that is garbage


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no later search for garbage goes through it."""
    gc.freeze()
    gc.enable()

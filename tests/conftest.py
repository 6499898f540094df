"""Fixtures that every test may use, and how property tests search.

`steady` (the default) tries the same examples at every run, so that a red build means a change, not luck.
`pytest --hypothesis-profile=explore` looks further; what it finds becomes an `@example`.
"""

from hypothesis import settings

from tests.support.redis import redis, redis_server, redis_url

__all__ = ["redis", "redis_server", "redis_url"]

settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("steady")

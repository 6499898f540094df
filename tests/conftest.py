"""Fixtures that every test may use."""

from tests.support.redis import redis, redis_server, redis_url

__all__ = ["redis", "redis_server", "redis_url"]

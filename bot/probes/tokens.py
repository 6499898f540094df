"""Tokens of site runners: one a site, shown once, kept only as a hash, replaced without a gap.

A token is 256 random bits, so a plain SHA-256 keeps it safe: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.state.connection import reply

GRACE: Final = timedelta(hours=1)
"""How long the token before stays good, so that runners can be given the new one."""
PREFIX: Final = "decroche-runner-"

_FINGERPRINT: Final = 12
_BYTES: Final = 32
log = logging.getLogger(__name__)


class Token(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A token as it is kept; times are UTC, `ends` is None for the one in force."""

    sha256: str
    made: datetime
    ends: datetime | None = None

    @property
    def fingerprint(self) -> str:
        """What a person may know it by."""
        return self.sha256[:_FINGERPRINT]

    def good(self, now: datetime) -> bool:
        """True while it opens the gateway."""
        return self.ends is None or now < self.ends


_decoder = msgspec.json.Decoder(Token)
# A new token in, the others to their end, in one step. KEYS: tokens. ARGV: fingerprint and JSON of each.
_REPLACE: Final = """
redis.call('DEL', KEYS[1])
for i = 1, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
"""


def digest(token: str) -> str:
    """The hash under which a token is kept; any text has one."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def replaced(known: tuple[Token, ...], new: Token, now: datetime, grace: timedelta) -> tuple[Token, ...]:
    """The tokens after a rotation: the new one, and those before for `grace` at most."""
    ends = now + grace
    older = (msgspec.structs.replace(old, ends=min(old.ends or ends, ends)) for old in known)
    return (new, *(old for old in older if old.good(now)))


class Tokens:
    """The tokens of all sites; every method raises `RedisUnavailable`."""

    def __init__(self, redis: Redis, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._redis = redis
        self._clock = clock
        self._replace = redis.register_script(_REPLACE)

    async def rotate(self, site: str, grace: timedelta = GRACE) -> str:
        """Makes the site's new token and gives it, the only time; those before stay good for `grace`."""
        now, token = self._clock(), PREFIX + secrets.token_urlsafe(_BYTES)
        new = Token(sha256=digest(token), made=now)
        kept = replaced(await self.listed(site), new, now, grace)
        rows = [part for one in kept for part in (one.fingerprint, msgspec.json.encode(one))]
        await reply(self._replace(keys=[keys.runner_tokens(site)], args=rows))
        log.info(
            "site %s: token %s made, %d before it good until %s",
            site,
            new.fingerprint,
            len(kept) - 1,
            now + grace,
        )
        return token

    async def listed(self, site: str) -> tuple[Token, ...]:
        """The good tokens of a site, newest first."""
        now, kept = self._clock(), await self._kept(site)
        return tuple(sorted((one for one in kept if one.good(now)), key=lambda one: one.made, reverse=True))

    async def check(self, site: str, token: str) -> bool | None:
        """Whether a token is good for a site; None when the site has none of its own."""
        now, asked, kept = self._clock(), digest(token), await self._kept(site)
        if not kept:
            return None
        matches = [hmac.compare_digest(one.sha256, asked) and one.good(now) for one in kept]
        return any(matches)

    async def _kept(self, site: str) -> tuple[Token, ...]:
        rows: Mapping[bytes, bytes] = await reply(self._redis.hgetall(keys.runner_tokens(site)))
        return tuple(map(_decoder.decode, rows.values()))


def checker(tokens: Tokens, shared: str | None) -> Callable[[str, str], Awaitable[bool]]:
    """The gateway's check: a site's own token, or `shared` at sites that have none of their own.

    An empty `shared` opens nothing; so a site with its own token cannot be opened by the shared one.
    """
    expected = digest(shared) if shared else ""

    async def check(site: str, token: str) -> bool:
        own = await tokens.check(site, token)
        if own is None:
            return bool(expected) and hmac.compare_digest(expected, digest(token))
        return own

    return check

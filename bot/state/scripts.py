"""The Lua scripts that read or change several keys at once.

Some name keys inside their arguments, so Redis must not be a sharded cluster. Time is the server's
own: one clock for all processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec
from redis.asyncio import Redis

from bot.state.connection import reply

Command = tuple[str | int, ...]
"""A Redis command as data, for a script to run together with others."""

pack: Final = msgspec.msgpack.Encoder().encode
"""Arguments of any shape for a script, which reads them with `cmsgpack.unpack` (text, never bytes)."""


def to_json(value: object) -> str:
    """JSON that may stand in a command."""
    return msgspec.json.encode(value).decode()


class Script:
    """A script on a server; Redis keeps its text, calls send only its hash."""

    def __init__(self, redis: Redis, lua: str) -> None:
        self._run = redis.register_script(lua)

    async def __call__(self, keys: Sequence[str], *args: str | bytes | int) -> Any:  # noqa: ANN401 - see `reply`
        """Runs it; raises `RedisUnavailable`."""
        return await reply(self._run(keys, args))


def ms(time: timedelta) -> int:
    """A time to live as Redis counts it."""
    return round(time.total_seconds() * 1000)


_NOW: Final = """
local function now_ms()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
"""

_PUT: Final = (
    _NOW
    + """
local function put(items, due, ttl_put, ttl_queue)
  for _, item in ipairs(items) do
    local marker, list, queue, json = unpack(item)
    if redis.call('SET', marker, '1', 'NX', 'PX', ttl_put) then
      redis.call('RPUSH', list, json)
      redis.call('PEXPIRE', list, ttl_queue)
      redis.call('ZADD', due, 'NX', now_ms(), queue)
    end
  end
end
"""
)

PUT: Final = (
    _PUT
    + """
put(cmsgpack.unpack(ARGV[1]), KEYS[1], ARGV[2], ARGV[3])
"""
)

COMMIT: Final = (
    _PUT
    + """
local plan = cmsgpack.unpack(ARGV[1])
if redis.call('EXISTS', plan.token) == 1 then return '' end
if plan.seen and redis.call('EXISTS', plan.seen) == 1 then return 'seen' end
if plan.ledger and redis.call('LLEN', plan.ledger) ~= plan.was then return 'version' end
if plan.person and not plan.closed then
  local open = redis.call('GET', plan.person)
  if plan.enters and open and open ~= plan.case then return 'person' end
  redis.call('SET', plan.person, plan.case, 'PX', plan.ttl_case)
elseif plan.person and redis.call('GET', plan.person) == plan.case then
  redis.call('DEL', plan.person)
end
redis.call('SET', plan.token, '1', 'PX', plan.ttl_token)
if plan.seen then redis.call('SET', plan.seen, ARGV[2], 'PX', plan.ttl_seen) end
for _, command in ipairs(plan.commands) do redis.call(unpack(command)) end
if plan.ledger and not plan.closed then
  redis.call('ZADD', plan.open, now_ms(), plan.case)
  redis.call('ZREMRANGEBYSCORE', plan.open, '-inf', now_ms() - plan.ttl_case)
end
put(plan.items, KEYS[1], plan.ttl_put, plan.ttl_queue)
return ''
"""
)

READY: Final = (
    _NOW
    + """
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms(), 'LIMIT', 0, ARGV[1])
"""
)

DUE_IN: Final = (
    _NOW
    + """
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return first[2] and math.max(0, math.ceil(first[2] - now_ms()))
"""
)

HEAD: Final = """
local due, list, head = unpack(KEYS)
local json = redis.call('LINDEX', list, 0)
if not json then redis.call('ZREM', due, ARGV[1]) return {} end
local state = redis.call('HMGET', head, 'attempts', 'sending')
return {json, state[1] or '0', state[2] or ''}
"""

_IS_HEAD: Final = """
local function is_head(list, id)
  local json = redis.call('LINDEX', list, 0)
  return json and cjson.decode(json).id == id
end
"""

BEGIN: Final = (
    _IS_HEAD
    + """
local list, head = unpack(KEYS)
if not is_head(list, ARGV[1]) then return 0 end
redis.call('HSET', head, 'sending', '1')
redis.call('PEXPIRE', head, ARGV[2])
return 1
"""
)

FINISH: Final = (
    _IS_HEAD
    + """
local due, list, head = unpack(KEYS)
if not is_head(list, ARGV[1]) then return 0 end
redis.call('LPOP', list)
redis.call('DEL', head)
if redis.call('EXISTS', list) == 0 then redis.call('ZREM', due, ARGV[2]) end
for _, command in ipairs(cmsgpack.unpack(ARGV[3])) do redis.call(unpack(command)) end
return 1
"""
)

RETRY: Final = (
    _IS_HEAD
    + _NOW
    + """
local due, list, head = unpack(KEYS)
if not is_head(list, ARGV[1]) then return 0 end
redis.call('HDEL', head, 'sending')
redis.call('HINCRBY', head, 'attempts', 1)
redis.call('PEXPIRE', head, ARGV[4])
redis.call('PEXPIRE', list, ARGV[4])
redis.call('ZADD', due, now_ms() + ARGV[3], ARGV[2])
return 1
"""
)

WRITE_RECORDS: Final = """
for i, key in ipairs(KEYS) do
  local expected = ARGV[3 * i]
  if expected ~= '*' and redis.call('HGET', key, 'etag') ~= expected then return key end
end
for i, key in ipairs(KEYS) do
  redis.call('HSET', key, 'etag', ARGV[3 * i - 1], 'data', ARGV[3 * i + 1])
  redis.call('PEXPIRE', key, ARGV[1])
end
return ''
"""

BOOK: Final = (
    _NOW
    + """
local list, now = KEYS[1], tonumber(ARGV[1])
if now < 0 then now = now_ms() end
local start = math.max(now, tonumber(redis.call('LINDEX', list, 0) or now))
for i = 5, #ARGV, 2 do
  local nth = redis.call('LINDEX', list, ARGV[i] - 1)
  if nth then start = math.max(start, nth + ARGV[i + 1]) end
end
if start - now > tonumber(ARGV[2]) then return {0, start - now} end
redis.call('LPUSH', list, start)
redis.call('LTRIM', list, 0, ARGV[4] - 1)
redis.call('PEXPIRE', list, ARGV[3])
return {1, start - now}
"""
)

HOLD: Final = """
local first = 1 - redis.call('EXISTS', KEYS[1])
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return first
"""

LIFT: Final = (
    _NOW
    + """
local held, due = unpack(KEYS)
local queues = redis.call('SMEMBERS', held)
for _, queue in ipairs(queues) do redis.call('ZADD', due, 'XX', now_ms(), queue) end
redis.call('DEL', held)
return #queues
"""
)

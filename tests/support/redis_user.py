"""A process that uses the embedded Redis of a directory until it is killed.

Prints the server's process id, then each number that the server has acknowledged.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.state.connection import connect
from bot.state.embedded import EmbeddedRedis


async def count(data_dir: Path) -> None:
    server = await EmbeddedRedis.start(data_dir)
    async with connect(server.url) as client:
        print((await client.info("server"))["process_id"], flush=True)
        while True:
            print(await client.incr("count"), flush=True)


if __name__ == "__main__":
    asyncio.run(count(Path(sys.argv[1])))

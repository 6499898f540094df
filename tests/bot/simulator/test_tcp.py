import asyncio
import socket

import pytest

from bot.simulator.tcp import TcpPort


async def _greet(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, b"hello")
    connection.close()


async def _read(port: TcpPort) -> bytes:
    reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port.port), 0.3)
    try:
        writer.write(b"?")
        return await reader.read()
    finally:
        writer.close()


async def test_port_serves_until_it_closes() -> None:
    port = TcpPort(_greet)
    port.start()
    assert await _read(port) == b"hello"
    await port.close()
    with pytest.raises(ConnectionRefusedError):
        await _read(port)


async def test_fault_may_be_set_early() -> None:
    port = TcpPort(_greet)
    port.fault = "silent"
    port.start()
    with pytest.raises(TimeoutError):
        await _read(port)
    port.fault = "ok"
    assert await _read(port) == b"hello"
    await port.close()


async def test_faults_follow_each_other() -> None:
    port = TcpPort(_greet)
    port.start()
    for _ in range(3):
        port.fault = "reset"
        with pytest.raises(ConnectionRefusedError):
            await _read(port)
        port.fault = "broken"
        with pytest.raises(ConnectionResetError):
            await _read(port)
        port.fault = "ok"
        assert await _read(port) == b"hello"
    await port.close()


async def test_closing_ends_open_connections() -> None:
    served = asyncio.Event()

    async def hang(connection: socket.socket) -> None:
        with connection:
            served.set()
            await asyncio.Event().wait()

    port = TcpPort(hang)
    port.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port.port)
    await served.wait()
    await port.close()
    assert await asyncio.wait_for(reader.read(), 1) == b""
    writer.close()

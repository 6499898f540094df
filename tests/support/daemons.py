"""Real servers of other people, as child processes; ended by their own process id."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.netservers import free_port

_START_S = 10.0


def program(name: str, package: str) -> str:
    """Where a program is; skips the test, saying which package it lacks, where it is not installed."""
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        pytest.skip(f"{name} is not installed (package {package})")
    return found


def listens(port: int, protocol: str, inside: Sequence[str] = ()) -> bool:
    """True once something listens on a port, in the network namespace that `inside` (a command prefix) enters."""
    option = "-Hlnu" if protocol == "udp" else "-Hlnt"
    asked = [*inside, program("ss", "iproute2"), option, f"sport = :{port}"]
    return bool(subprocess.run(asked, capture_output=True, check=True, timeout=10).stdout.strip())


@contextmanager
def daemon(command: Sequence[str], folder: Path, ready: Callable[[], bool]) -> Iterator[None]:
    """Runs a server until the block ends; fails with its output when it does not get ready."""
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / "output.txt"
    with output.open("wb") as sink:
        process = subprocess.Popen(command, cwd=folder, stdout=sink, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + _START_S
            while not ready():
                if process.poll() is not None or time.monotonic() > end:
                    pytest.fail(
                        f"{command[0]} does not start: {output.read_text('utf-8', 'replace')[-2000:]}"
                    )
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.02)
            yield
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


ZONE = """$TTL 60
@ IN SOA ns.bellecour.example. root.bellecour.example. 1 60 60 60 60
@ IN NS ns.bellecour.example.
ns IN A 127.0.0.1
teams IN A 127.0.0.1
teams IN A 127.0.0.2
teams IN AAAA ::1
alias IN CNAME teams.bellecour.example.
longer IN CNAME alias.bellecour.example.
six IN AAAA ::1
empty IN TXT "x"
far IN A {address}
"""
UNBOUND = """server:
  interface: {address}
  port: {port}
  access-control: 0.0.0.0/0 allow
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: "{folder}/pid"
  use-syslog: no
  do-daemonize: no
  module-config: "iterator"
  local-zone: "refused.example." refuse
  local-zone: "sunk.example." redirect
  local-data: "sunk.example. A 0.0.0.0"
  local-zone: "deaf.example." deny
remote-control:
  control-enable: no
auth-zone:
  name: "bellecour.example."
  zonefile: "{folder}/zone"
  for-downstream: yes
  for-upstream: yes
"""


@contextmanager
def unbound(
    folder: Path, address: str = "127.0.0.1", inside: Sequence[str] = (), port: int | None = None
) -> Iterator[int]:
    """NLnet Labs' resolver with a zone of its own, over UDP and TCP; gives the port (free, unless told)."""
    port = port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    many = "".join(f"many IN A 198.51.100.{number}\n" for number in range(1, 120))
    (folder / "zone").write_text(ZONE.format(address=address) + many, "utf-8")
    text = UNBOUND.format(folder=folder, port=port, address=address)
    (folder / "unbound.conf").write_text(text, "utf-8")
    command = [*inside, program("unbound", "unbound"), "-d", "-c", str(folder / "unbound.conf")]
    with daemon(command, folder, lambda: listens(port, "udp", inside)):
        yield port


@contextmanager
def coturn(folder: Path, address: str = "127.0.0.1", inside: Sequence[str] = ()) -> Iterator[int]:
    """A STUN server; gives the port."""
    port = free_port()
    options = ["-n", "-S", "-L", address, "-p", str(port), "--no-tls", "--no-dtls", "--no-cli"]
    files = ["--pidfile", str(folder / "pid"), "--log-file", "stdout", "--db", str(folder / "db")]
    command = [*inside, program("turnserver", "coturn"), *options, *files]
    with daemon(command, folder, lambda: listens(port, "udp", inside)):
        yield port


@contextmanager
def chrony(folder: Path, *directives: str) -> Iterator[int]:
    """A time server on loopback that leaves the machine's clock alone; gives the port."""
    port = free_port()
    lines = (f"port {port}", "bindaddress 127.0.0.1", "allow 127.0.0.1", "cmdport 0", "bindcmdaddress /")
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join((*lines, f"pidfile {folder}/pid", *directives)) + "\n"
    (folder / "chrony.conf").write_text(text, "utf-8")
    command = [program("chronyd", "chrony"), "-x", "-d", "-u", "root", "-f", str(folder / "chrony.conf")]
    with daemon(command, folder, lambda: listens(port, "udp")):
        yield port


NGINX = """daemon off;
master_process off;
pid {folder}/pid;
error_log stderr warn;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
{servers}
}}
"""


@contextmanager
def nginx(folder: Path, servers: str, ready_port: int, inside: Sequence[str] = ()) -> Iterator[None]:
    """A web server with these `server` blocks."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, servers=servers), "utf-8")
    command = [*inside, program("nginx", "nginx-light"), "-e", "stderr", "-c", str(folder / "nginx.conf")]
    with daemon(command, folder, lambda: listens(ready_port, "tcp", inside)):
        yield

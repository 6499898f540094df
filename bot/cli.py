"""The command line: data on stdout, logs on stderr; 0 ok, 1 the check says no, 2 usage or settings."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from bot.errors import ConfigurationError, DecrocheError
from bot.settings import Settings, load_settings

app = typer.Typer(
    help="Décroche: finds out why a desk phone cannot call, gets it fixed, or writes the ticket.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
playbook_app = typer.Typer(help="The playbook: what can be wrong, and what to do.", no_args_is_help=True)
app.add_typer(playbook_app, name="playbook")

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
OutDir = Annotated[Path, typer.Option("--out", help="Where to write the escalation bundle.")]


class Lang(StrEnum):
    """Languages of the bot."""

    fr = "fr"
    en = "en"


def main(args: Sequence[str] | None = None) -> None:
    """Runs `decroche`; the one place where an error becomes a sentence and an exit code.

    `args` are those of the process by default.
    """
    try:
        app(args)
    except DecrocheError as exc:
        sys.stderr.write(f"decroche: {exc}\n" + (f"{exc.advice}\n" if exc.advice else ""))
        sys.exit(2 if isinstance(exc, ConfigurationError) else 1)


def _print(value: object) -> None:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def _read(path: Path) -> bytes:
    """What a file holds. Raises `ConfigurationError`."""
    try:
        return path.read_bytes()
    except OSError as exc:
        raise ConfigurationError(f"{path} cannot be read: {exc.strerror}", "Name another file.") from exc


def _settings() -> Settings:
    settings = load_settings()
    logging.basicConfig(
        stream=sys.stderr, level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    return settings


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="0: any free one.")] = 3978,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "0.0.0.0",
    dev: Annotated[bool, typer.Option("--dev", help="No app id needed; on this machine only.")] = False,
) -> None:
    """The bot."""
    from bot.app import serve as run

    settings = _settings()
    asyncio.run(run(settings, "127.0.0.1" if dev and settings.app_id is None else host, port, dev=dev))


@app.command()
def runner(
    site: Annotated[str, typer.Option(help="The site's id in sites.toml.")],
    server: Annotated[str, typer.Option(help="The bot's public address.")],
) -> None:
    """The site agent: takes probes from the bot and runs them here."""
    asyncio.run(_runner(site, server, _settings()))


async def _runner(site: str, server: str, settings: Settings) -> None:
    from bot.runner.worker import run

    if settings.runner_token is None:
        raise ConfigurationError("DECROCHE_RUNNER_TOKEN is not set", "Use the token that the bot was given.")
    token = settings.runner_token.get_secret_value()
    name = f"{socket.gethostname()}-{os.getpid()}"
    await run(site, server, token, name, _stop_on_signal(), ca_file=settings.ca_file)


def _stop_on_signal() -> asyncio.Event:
    """Set by SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@app.command()
def probe(
    plan: Annotated[str, typer.Option(help="A plan of the product.")] = "network",
    targets: Annotated[Path | None, typer.Option(help="A JSON list of probes instead.")] = None,
    as_json: Json = False,
) -> None:
    """Probes the network from this machine, now."""
    from bot.domain.site import Site
    from bot.probes.plans import build
    from bot.runner.local import parse_targets, run_specs

    specs = parse_targets(_read(targets)) if targets else build(plan, Site(id="here", name="here"))
    results = asyncio.run(run_specs(specs))
    if as_json:
        _print(results)
        return
    for result in results:
        word = {True: "ok", False: "FAIL", None: "?"}[result.ok]
        target = f"{result.host}:{result.port}" if result.port else result.host
        took = f"{result.ms:.0f} ms" if result.ms is not None else ""
        why = f"{result.failure} (at {result.at})" if result.failure else ""
        typer.echo(f"{word:5} {result.prober:5} {target:50} {took:>8}  {why}")
    raise typer.Exit(1 if any(result.ok is False for result in results) else 0)


@app.command()
def recognise(text: str, locale: Lang = Lang.fr, as_json: Json = False) -> None:
    """What a free text says: symptom, facts, language."""
    from bot.diagnosis.recogniser import recognise as read

    found = read(text, locale.value)
    if as_json:
        _print(found)
    else:
        typer.echo(f"{found.symptom or '-'}  {found.confidence:.2f}  {found.locale}")
        for fact in found.facts:
            typer.echo(f"  {fact.id} = {fact.value}")


@app.command()
def diagnose(
    file: Annotated[str, typer.Argument(help="A JSON file, or - for stdin.")], as_json: Json = False
) -> None:
    """What facts mean: verdict, ranked causes, next step."""
    from bot.diagnosis.ask import answer

    found = answer(sys.stdin.buffer.read() if file == "-" else _read(Path(file)))
    if as_json:
        _print(found)
    else:
        typer.echo(f"{found.verdict}  next: {found.next.step if found.next else '-'}")
        for cause in found.causes[:5]:
            typer.echo(f"  {cause.p:.2f}  {cause.id}")


@playbook_app.command("check")
def playbook_check(directory: Annotated[Path | None, typer.Argument()] = None) -> None:
    """Refuses a broken playbook, with file, key and reason."""
    from bot.diagnosis.check import check
    from bot.diagnosis.playbook import load

    problems = check(load(directory))
    for problem in problems:
        typer.echo(f"{problem.file}: {problem.key}: {problem.reason}", err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("ok")


@playbook_app.command("explain")
def playbook_explain(as_json: Json = False) -> None:
    """Lists causes, facts and steps."""
    from bot.diagnosis.explain import explain

    listed = explain()
    if as_json:
        _print(listed)
        return
    for kind, rows in listed.items():
        typer.echo(kind)
        for row in rows:
            typer.echo(f"  {row['id']}")


@app.command()
def licence(upn: str, as_json: Json = False) -> None:
    """All that Graph knows for a case: account, licences, calling."""
    found = asyncio.run(_licence(upn))
    if found is None:
        raise ConfigurationError(
            "Microsoft Graph is not set up",
            "Set DECROCHE_TENANT_ID, DECROCHE_GRAPH_CLIENT_ID and DECROCHE_GRAPH_CLIENT_SECRET.",
        )
    if as_json:
        _print(found)
    else:
        for fact in found["facts"]:
            typer.echo(f"{fact['id']:24} {fact['value']}")
        for missing in found["not_checked"]:
            typer.echo(f"{missing['what']:24} not checked: {missing['why']}")
    if not found["account"]:
        raise typer.Exit(1)


async def _licence(upn: str) -> dict[str, Any] | None:
    from bot.bootstrap import open_graph
    from bot.graph.lookup import look_up

    async with open_graph(_settings()) as graph:
        if graph is None:
            return None
        found = await look_up(graph, upn)
    return {
        "facts": msgspec.to_builtins(found.facts),
        "account": found.account if found.found else {},
        "not_checked": [{"what": what, "why": why} for what, why in found.not_checked.items()],
    }


@app.command()
def case(case_id: str, as_json: Json = False) -> None:
    """Prints a case's ledger."""
    from bot.domain.case import encode_case

    found = asyncio.run(_case(case_id))
    if as_json:
        sys.stdout.write(encode_case(found).decode() + "\n")
        return
    for entry in found.ledger:
        line = msgspec.to_builtins(entry)
        typer.echo(
            f"#{line.pop('n'):<4} {line.pop('at'):27} {line.pop('by'):20} {line.pop('kind'):12} "
            + " ".join(f"{key}={value}" for key, value in line.items())
        )


def _case_file(path: Path) -> Any:  # noqa: ANN401 - the type is imported with its decoder
    from bot.domain.case import decode_case

    try:
        found = decode_case(_read(path))
        _ = found.opened
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError, IndexError) as exc:
        raise ConfigurationError(
            f"{path} is no case: {exc}", "`decroche case ID --json` writes one."
        ) from exc
    return found


async def _case(case_id: str) -> Any:  # noqa: ANN401 - the type is imported with the store
    from bot.bootstrap import open_redis
    from bot.state.cases import CaseStore

    async with open_redis(_settings()) as redis:
        return await CaseStore(redis).load(case_id)


@app.command()
def escalate(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="A case's id, or a case JSON file.")],
    out: OutDir = Path(),
    locale: Annotated[Lang | None, typer.Option(help="The case's own by default.")] = None,
) -> None:
    """Writes the Microsoft ticket of a case as a zip."""
    from bot.bootstrap import bundle_writer, rules_of

    settings = _settings()
    path = Path(case_id)
    found = _case_file(path) if path.is_file() else asyncio.run(_case(case_id))
    writer = bundle_writer(settings, rules_of(settings), out)
    made = writer.bundle(found, locale.value if locale else found.opened.locale)
    typer.echo(out / made.name)
    for missing in made.missing:
        typer.echo(f"missing: {missing}", err=True)


@app.command()
def demo(
    fault: Annotated[
        str, typer.Option(help="A cause id, optionally /variant, or `unexplained`.")
    ] = "network.dns",
    locale: Lang = Lang.fr,
    out: OutDir = Path("out"),
    as_json: Json = False,
    chat: Annotated[bool, typer.Option("--chat", help="You are the employee.")] = False,
    as_role: Annotated[str, typer.Option("--as", help="With --chat: employee or agent.")] = "employee",
) -> None:
    """Plays a whole case against a simulated site: real HTTP, Redis, sockets."""
    from bot.simulator.run import run_demo

    raise typer.Exit(
        run_demo(fault=fault, locale=locale.value, out=out, as_json=as_json, chat=chat, role=as_role)
    )


@app.command()
def simulator(
    env: Annotated[Path, typer.Option(help="Where to write the settings that point a bot here.")],
    fault: Annotated[str, typer.Option(help="What is broken.")] = "network.dns",
    server: Annotated[str, typer.Option(help="The bot, for the site runner.")] = "http://127.0.0.1:3978",
    no_channel: Annotated[bool, typer.Option("--no-channel", help="No Teams side.")] = False,
) -> None:
    """Runs the simulated world alone, until stopped; SIGUSR1 mends what is broken."""
    from bot.simulator.run import run_simulator

    run_simulator(fault=fault, env=env, server=server, no_channel=no_channel)

"""The command line: data on stdout, logs on stderr; 0 ok, 1 the check says no, 2 usage or settings."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from bot.cli_audit import audit, on_record
from bot.cli_doctor import doctor
from bot.cli_outbox import outbox
from bot.cli_package import manifest
from bot.cli_site import logged_settings, site_app
from bot.errors import ConfigurationError, DecrocheError

app = typer.Typer(
    help="Décroche: finds out why a desk phone cannot call, gets it fixed, or writes the ticket.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
playbook_app = typer.Typer(help="The playbook: what can be wrong, and what to do.", no_args_is_help=True)
app.add_typer(playbook_app, name="playbook")
app.add_typer(site_app, name="site")
app.command()(doctor)
app.command()(manifest)
app.command()(audit)
app.command()(outbox)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
BookDir = Annotated[
    Path | None,
    typer.Option("--playbook", help="A directory of playbook files; DECROCHE_PLAYBOOK by default."),
]
OutDir = Annotated[Path, typer.Option("--out", help="Where to write the escalation bundle.")]


class Odds(StrEnum):
    """Conditions of a simulation."""

    nominal = "nominal"
    hard = "hard"
    double = "double"


class Lang(StrEnum):
    """Languages of the bot."""

    fr = "fr"
    en = "en"


def main(args: Sequence[str] | None = None) -> None:
    """Runs `decroche`; the one place where an error becomes a sentence and an exit code.

    `args` are those of the process by default.
    """
    try:
        _run(list(sys.argv[1:] if args is None else args))
    except DecrocheError as exc:
        sys.stderr.write(f"decroche: {exc}\n" + (f"{exc.advice}\n" if exc.advice else ""))
        sys.exit(2 if isinstance(exc, ConfigurationError) else 1)


def _run(args: list[str]) -> None:
    """Hands the runner its arguments unread: what reads them for the others would stay in a small box's memory."""
    if args[:1] != ["runner"] or "--help" in args:
        app(args)
        return
    from bot.runner.command import parse, start

    start(parse(args[1:]))


def _print(value: object) -> None:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def _read(path: Path) -> bytes:
    """What a file holds. Raises `ConfigurationError`."""
    try:
        return path.read_bytes()
    except OSError as exc:
        raise ConfigurationError(f"{path} cannot be read: {exc.strerror}", "Name another file.") from exc


def _book(directory: Path | None) -> Any:  # noqa: ANN401 - the type is imported with its reader
    """The playbook of a directory, else of the settings, else the built-in one. Raises `ConfigurationError`, `PlaybookInvalid`."""
    from bot.diagnosis.playbook import load
    from bot.settings import load_settings

    if directory is not None and not (directory.is_dir() and os.access(directory, os.R_OK | os.X_OK)):
        raise ConfigurationError(f"{directory} is no directory that can be read", "Name another one.")
    return load(directory or load_settings().playbook)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="0: any free one.")] = 3978,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "0.0.0.0",
    dev: Annotated[bool, typer.Option("--dev", help="No app id needed; on this machine only.")] = False,
) -> None:
    """The bot."""
    from bot.app import serve as run

    settings = logged_settings()
    asyncio.run(run(settings, "127.0.0.1" if dev and settings.app_id is None else host, port, dev=dev))


@app.command()
def runner(
    site: Annotated[str, typer.Option(help="The site's id in sites.toml.")],
    server: Annotated[str, typer.Option(help="The bot's public address.")],
    state: Annotated[
        Path | None, typer.Option(help="Where results wait for the bot; in the data directory by default.")
    ] = None,
) -> None:
    """The site agent: takes probes from the bot and runs them here. HTTPS_PROXY names a proxy to the bot."""
    from bot.runner.command import Wanted, start

    start(Wanted(site=site, server=server, state=state))


@app.command()
def probe(
    plan: Annotated[str, typer.Option(help="A plan of the product.")] = "network",
    targets: Annotated[Path | None, typer.Option(help="A JSON list of probes instead.")] = None,
    as_json: Json = False,
) -> None:
    """Probes the network from this machine, now; exit 1 when a probe says no."""
    from bot.probes.plans import build
    from bot.runner.local import parse_targets, run_specs
    from bot.runner.settings import read_settings
    from bot.runner.switch.credentials import read_keys
    from bot.runner.table import watched

    specs, keys = (
        parse_targets(_read(targets)) if targets else build(plan),
        read_keys(read_settings().switches),
    )
    if as_json:
        results = asyncio.run(run_specs(specs, keys))
        _print(results)
    else:
        results = asyncio.run(watched(specs, keys))
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
    file: Annotated[str, typer.Argument(help="A JSON file, or - for stdin.")],
    playbook: BookDir = None,
    as_json: Json = False,
) -> None:
    """What facts mean: verdict, ranked causes, next step."""
    from bot.diagnosis.ask import answer

    found = answer(sys.stdin.buffer.read() if file == "-" else _read(Path(file)), _book(playbook))
    if as_json:
        _print(found)
    else:
        typer.echo(f"{found.verdict}  next: {found.next.step if found.next else '-'}")
        for cause in found.causes[:5]:
            typer.echo(f"  {cause.p:.2f}  {cause.id}")


@playbook_app.command("check")
def playbook_check(
    directory: Annotated[Path | None, typer.Argument(help="DECROCHE_PLAYBOOK by default.")] = None,
) -> None:
    """Refuses a broken playbook, with file, key and reason."""
    from bot.diagnosis.check import check

    problems = check(_book(directory))
    for problem in problems:
        typer.echo(f"{problem.file}: {problem.key}: {problem.reason}", err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("ok")


@playbook_app.command("simulate")
def playbook_simulate(
    directory: Annotated[Path | None, typer.Argument(help="A playbook; the built-in one by default.")] = None,
    population: Annotated[Path | None, typer.Option(help="Hidden faults of a TOML file instead.")] = None,
    cases: Annotated[int, typer.Option(min=1, help="How many, for each condition.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed, the same figures.")] = 1,
    double: Annotated[float, typer.Option(min=0, max=1, help="Share of cases with two faults.")] = 0.0,
    condition: Annotated[list[Odds] | None, typer.Option(help="All by default.")] = None,
    problems: Annotated[int, typer.Option(min=0, help="Small problems to compare with the optimum.")] = 100,
    target: Annotated[list[str] | None, typer.Option(help="Another target, as name=number.")] = None,
    told: Annotated[list[str] | None, typer.Option(help="A fact that every report brings with it.")] = None,
    transcripts: Annotated[int, typer.Option(min=0, help="Cases that went wrong to print.")] = 0,
    as_json: Json = False,
) -> None:
    """Measures steps and minutes to a fix over hidden faults; 1 when a target is missed."""
    from bot.diagnosis.simulate.report import show
    from bot.diagnosis.simulate.run import CONDITIONS, Wanted, failures, simulate
    from bot.diagnosis.simulate.settings import load_settings as assumptions
    from bot.diagnosis.simulate.settings import with_targets

    wanted = Wanted(
        population=population,
        cases=cases,
        seed=seed,
        double=double,
        conditions=tuple(one.value for one in condition) if condition else CONDITIONS,
        problems=problems,
        told=tuple(told or ()),
    )
    found, played = simulate(_book(directory), with_targets(assumptions(), target or ()), wanted)
    if as_json:
        _print(found)
    else:
        show(found, failures(played)[:transcripts])
    raise typer.Exit(1 if found.missed else 0)


@playbook_app.command("explain")
def playbook_explain(
    about: Annotated[str | None, typer.Argument(metavar="ID", help="One id; all by default.")] = None,
    playbook: BookDir = None,
    as_json: Json = False,
) -> None:
    """Lists causes, facts, steps, models and topics, or all that is known of one."""
    from bot.diagnosis.explain import explain, lines, only

    listed = explain(_book(playbook))
    if about is not None:
        listed = only(listed, about)
    if as_json:
        _print(listed)
        return
    for line in lines(listed, whole=about is not None):
        typer.echo(line)


@app.command()
def licence(upn: str, as_json: Json = False) -> None:
    """All that Graph knows for a case: account, licences, calling; exit 1 when it knows nobody of that name."""
    from bot.cli_licence import lines

    found = asyncio.run(_licence(upn))
    if found is None:
        raise ConfigurationError(
            "Microsoft Graph is not set up",
            "Set DECROCHE_TENANT_ID, DECROCHE_GRAPH_CLIENT_ID and DECROCHE_GRAPH_CLIENT_SECRET.",
        )
    if as_json:
        not_checked = [{"what": what, "why": why} for what, why in found.not_checked.items()]
        _print({"facts": found.facts, "account": found.account, "not_checked": not_checked})
    elif found.found:
        typer.echo("\n".join(lines(found)))
    else:
        typer.echo(f"Microsoft Graph knows nobody called {upn!r}", err=True)
    if not found.account:
        raise typer.Exit(1)


async def _licence(upn: str) -> Any:  # noqa: ANN401 - the type is imported with its reader
    from bot.bootstrap import open_graph
    from bot.graph.lookup import look_up

    settings = logged_settings()
    async with open_graph(settings) as graph:
        if graph is None:
            return None
        await on_record(settings, upn)
        return await look_up(graph, upn)


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

    async with open_redis(logged_settings()) as redis:
        return await CaseStore(redis).load(case_id)


@app.command()
def escalate(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="A case's id, or a case JSON file.")],
    out: OutDir = Path(),
    locale: Annotated[Lang | None, typer.Option(help="The case's own by default.")] = None,
) -> None:
    """Writes the Microsoft ticket of a case as a zip."""
    from bot.bootstrap import bundle_writer, rules_of

    settings = logged_settings()
    path = Path(case_id)
    found = _case_file(path) if path.is_file() else asyncio.run(_case(case_id))
    writer = bundle_writer(settings, rules_of(settings), out, files=not path.is_file())
    made = writer.bundle(found, locale.value if locale else found.locale, "", asyncio.run(writer.sent(found)))
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

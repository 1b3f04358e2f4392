"""The command `maibo`. Each command calls a function that lives elsewhere; what goes wrong becomes one line."""

from __future__ import annotations

import io
import json
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.failure import Failure

if TYPE_CHECKING:
    from bot.settings import Settings

FAILED, MISUSED = 1, 2
KINDS = ("people", "goals", "checkins", "revisions", "feedback", "nudges", "deliveries", "audit")
PORT = click.IntRange(1, 65534)
FILE = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)

port_option = click.option("--port", type=PORT, default=8000, show_default=True)
host_option = click.option("--host", default="127.0.0.1", show_default=True)
until_eof_option = click.option("--until-eof", is_flag=True, hidden=True)


def main() -> None:
    """The entry point. Exit code 2 for wrong use, 1 for failure; never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = maibo(prog_name="maibo", standalone_mode=False)
    except click.UsageError as error:
        code = _complain(_use(error), MISUSED)
    except (Failure, click.ClickException) as error:
        code = _complain(str(error) or type(error).__name__, FAILED)
    except (KeyboardInterrupt, click.Abort):
        code = _complain("stopped", FAILED)
    except OSError as error:
        code = _complain(_system(error), FAILED)
    except Exception as error:  # noqa: BLE001 - the last resort; the message could quote private text
        code = _complain(_surprise(error), FAILED)
    sys.exit(code if isinstance(code, int) else 0)


def _complain(what: str, code: int) -> int:
    click.echo(f"maibo: {' '.join(what.split())}", err=True)
    return code


def _use(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "maibo"
    return f"{error.format_message()} See `{command} --help`."


def _system(error: OSError) -> str:
    return f"{error.strerror or error}: {error.filename}." if error.filename else f"{error.strerror or error}."


def _surprise(error: Exception) -> str:
    kind, frame = type(error), traceback.extract_tb(error.__traceback__)[-1]
    if kind.__module__.startswith("sqlalchemy"):
        return f"The database refuses ({kind.__name__}): run `maibo doctor`."
    return f"Internal error, please report it: {kind.__name__} at {Path(frame.filename).name}:{frame.lineno}."


def _settings() -> Settings:
    from bot.settings import read_settings

    return read_settings()


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="maibo")
def maibo() -> None:
    """Maibo 脉搏: performance management where people already talk."""
    from bot import logs
    from bot.names import check

    check()
    logs.set_up()


@maibo.command()
@port_option
def demo(port: int) -> None:
    """The whole thing on this machine: sample company, three simulated platforms, the bot."""
    from bot.demo import demo as start

    start(port)


@maibo.command()
@host_option
@port_option
@until_eof_option
def run(host: str, port: int, until_eof: bool) -> None:
    """Production in one: web, clock and workers."""
    from bot import server
    from bot.bootstrap import ready_database

    ready_database(_settings(), convenient=True).close()
    server.serve(host, port, work=True, until_eof=until_eof)


@maibo.command()
@host_option
@port_option
def web(host: str, port: int) -> None:
    """The web part alone."""
    from bot import server
    from bot.bootstrap import ready_database

    ready_database(_settings()).close()
    server.serve(host, port, work=False)


@maibo.command()
def clock() -> None:
    """The clock alone."""
    _alone("clock")


@maibo.command()
def work() -> None:
    """The workers alone."""
    _alone("work")


def _alone(part: str) -> None:
    from bot import server
    from bot.bootstrap import ready_database

    settings = _settings()
    ready_database(settings).close()
    getattr(server, part)(settings)


@maibo.command(hidden=True)
@port_option
@click.option("--bot", required=True)
@until_eof_option
def simulator(port: int, bot: str, until_eof: bool) -> None:
    """The simulated platforms alone."""
    from bot import server
    from bot.demo import simulate

    if until_eof:
        server.end_with_parent()
    simulate(port, bot)


@maibo.group(no_args_is_help=False)
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this version's schema."""
    from bot.bootstrap import open_database, upgrade

    database = open_database(_settings())
    upgrade(database)
    database.close()
    click.echo("The database is up to date.")


@maibo.group("import", no_args_is_help=False)
def import_() -> None:
    """CSV files in: all of a file or nothing."""


@import_.command("people")
@click.argument("file", type=FILE)
def import_people(file: str) -> None:
    """People, their managers and their accounts."""
    _import("people", file)


@import_.command("goals")
@click.argument("file", type=FILE)
def import_goals(file: str) -> None:
    """Goals of people and departments."""
    _import("goals", file)


@import_.command("metrics")
@click.argument("file", type=FILE)
def import_metrics(file: str) -> None:
    """Values of metrics, for the goals that watch them."""
    _import("metrics", file)


@import_.command("calendar")
@click.argument("file", type=FILE)
def import_calendar(file: str) -> None:
    """Holidays and make-up days (day,kind,name; kind off, work or own)."""
    _import("calendar", file)


def _import(kind: str, file: str) -> None:
    from bot.files import import_file

    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    outcome = import_file(_settings(), kind, content)
    for warning in outcome.warnings:
        click.echo(f"warning: {warning}", err=True)
    for line, reason in outcome.refused:
        click.echo(f"line {line}: {reason}", err=True)
    if outcome.refused:
        raise Failure(f"Nothing was written. Mend what is said above, then import {file} again.")
    click.echo(f"{kind}: {outcome.added} added, {outcome.changed} changed, {outcome.unchanged} unchanged")


@maibo.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.option("--as", "reader", metavar="PERSON", help="What this person may see, with the texts they may read.")
def export(kind: str, form: str, reader: str | None) -> None:
    """One kind of data to standard output."""
    from bot.files import write_export

    write_export(_settings(), kind, form, reader, sys.stdout)


@maibo.command()
@click.option("--department", default="", metavar="PATH", help="A department; the company without it.")
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
def policy(department: str, settings: tuple[str, ...]) -> None:
    """Thresholds and times: show them, or set them (NAME= takes one back)."""
    from bot.files import set_policy

    wrong = [text for text in settings if "=" not in text]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is not NAME=VALUE.")
    pairs = (text.split("=", 1) for text in settings)
    found = set_policy(_settings(), department, {name: value or None for name, value in pairs})
    for name, value in sorted(found.items()):
        click.echo(f"{name}={','.join(value) if isinstance(value, list) else value}")


@maibo.command()
@click.option("--at", "at", required=True, metavar="ISO-TIME", help="The moment it is to be.")
@click.option("--dry-run", "dry", is_flag=True, help="Say who would get what; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def tick(at: str, dry: bool, as_json: bool) -> None:
    """Run every job whose time has come by a moment."""
    from bot.files import read_at, run_tick

    settings = _settings()
    try:
        moment = read_at(at, settings)
    except ValueError:
        raise click.BadParameter(f"{at!r} is not a time such as 2026-11-18T09:00:00+08:00.") from None
    nudges = run_tick(settings, moment, dry=dry)
    if as_json:
        click.echo(json.dumps(nudges, ensure_ascii=False))
    else:
        for nudge in nudges:
            click.echo("  ".join(nudge.values()))


@maibo.command()
@click.option("--context", type=FILE, required=True, help="Who speaks, when, to whom, about which goals: JSON.")
def understand(context: str) -> None:
    """One sentence a line on standard input, one JSON object a line out."""
    from bot.lines import understand_lines

    _say(understand_lines(_lines(), Path(context)))


@maibo.command()
def sbi() -> None:
    """One feedback text a line on standard input, one JSON object a line out."""
    from bot.lines import sbi_lines

    _say(sbi_lines(_lines()))


def _lines() -> Iterator[str]:
    for line in sys.stdin.buffer:
        yield line.decode("utf-8-sig", "replace").rstrip("\r\n")


def _say(answers: Iterable[Mapping[str, Any]]) -> None:
    for answer in answers:
        click.echo(json.dumps(answer, ensure_ascii=False))


@maibo.group(no_args_is_help=False)
def audit() -> None:
    """The audit log."""


@audit.command("verify")
def audit_verify() -> None:
    """Whether the log is whole; else its first broken entry."""
    from bot.files import verify_audit

    verify_audit(_settings())
    click.echo("The audit log is whole.")


@maibo.command()
def doctor() -> None:
    """Every setting checked, and how to mend what is wrong."""
    from bot.doctor import examine

    wrong = 0
    for finding in examine():
        click.echo(str(finding))
        wrong += finding.state == "bad"
    if wrong:
        raise Failure(f"{wrong} to mend, see the lines that begin with “bad”.")

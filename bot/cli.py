"""The command `maibo`. Each command calls a function that lives elsewhere; what goes wrong becomes one line."""

from __future__ import annotations

import csv
import errno
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Failure, read_settings

FAILED, MISUSED = 1, 2
KINDS = ("people", "goals", "checkins", "revisions", "feedback", "nudges", "deliveries", "audit")
PORT = click.IntRange(1, 65534)
FILE = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)

port_option = click.option("--port", type=PORT, default=8000, show_default=True)
host_option = click.option("--host", default="127.0.0.1", show_default=True)
until_eof_option = click.option("--until-eof", is_flag=True, hidden=True)


def main() -> None:
    """The entry point. Exit code 2 for wrong use, 1 for failure; never a traceback."""
    try:
        code = maibo(prog_name="maibo", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        code = _complain(_use(error), MISUSED)
    except (Failure, click.ClickException) as error:
        code = _complain(str(error) or type(error).__name__, FAILED)
    except (KeyboardInterrupt, click.Abort):
        code = _complain("stopped", FAILED)
    except OSError as error:
        code = _broken_pipe() if error.errno == errno.EPIPE else _complain(_system(error), FAILED)
    except SQLAlchemyError as error:
        code = _complain(f"The database refuses ({type(error).__name__}): run `maibo doctor`.", FAILED)
    except Exception as error:  # noqa: BLE001 - the last resort; the message could quote private text
        code = _complain(f"Internal error, please report it: {_where(error)}.", FAILED)
    sys.exit(code if isinstance(code, int) else 0)


def _complain(what: str, code: int) -> int:
    click.echo(f"maibo: {' '.join(what.split())}", err=True)
    return code


def _use(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "maibo"
    return f"{error.format_message()} See `{command} --help`."


def _system(error: OSError) -> str:
    return f"{error.strerror or error}: {error.filename}." if error.filename else f"{error.strerror or error}."


def _broken_pipe() -> int:
    """The reader left: nothing more to say, and Python must not try at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def _where(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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

    ready_database(read_settings(), convenient=True).close()
    server.serve(host, port, work=True, until_eof=until_eof)


@maibo.command()
@host_option
@port_option
def web(host: str, port: int) -> None:
    """The web part alone."""
    from bot import server
    from bot.bootstrap import ready_database

    ready_database(read_settings()).close()
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

    settings = read_settings()
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


@maibo.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this version's schema."""
    from bot.bootstrap import open_database, upgrade

    database = open_database(read_settings())
    upgrade(database)
    database.close()


@maibo.group("import")
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


def _import(kind: str, file: str) -> None:
    from bot.files import import_file

    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    outcome = import_file(read_settings(), kind, content)
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
@click.option("--as", "reader", help="Only what this person may see, with the texts they may read.")
def export(kind: str, form: str, reader: str | None) -> None:
    """One kind of data to standard output."""
    from bot.files import write_export

    write_export(read_settings(), kind, form, reader, sys.stdout)

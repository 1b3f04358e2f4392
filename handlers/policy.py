"""What a company sets, and its departments set differently. Read once a tick, asked by department.

A department's settings count for all departments inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import time
from typing import Any

from sqlmodel import Session, select

from cards import tags
from storage.tables import Policy as PolicyRow


@dataclass(frozen=True, slots=True)
class Policy:
    """Days are calendar days unless they say otherwise.

    on                     False: nothing is pushed (a pilot: the company off, a group on)
    silence_days           without feedback about somebody, until their manager is warned
    escalate_days          an open warning waits, until the next manager up hears of it
    snooze_days            how long 稍后提醒 is quiet
    fresh_days             who updated every goal within these is left out of the weekly reminder
    stale_days             a goal without an update, until its owner is asked
    due_soon_days          working days before a goal is due, its owner is told
    red_days               a goal stays red, until the manager is warned
    monthly_talk           False: managers are not reminded of one-to-ones
    approval_days          working days an approval waits, until it is reminded
    approval_escalate_days working days until it goes to the next one up
    pushes_a_day           cards a person gets a day at most; approvals apart
    quiet_from, quiet_until  no pushes between these, on the person's clock
    spread_minutes         pushes go out within these minutes before their nominal time
    check_in_at            the weekly reminder, Friday; `morning_at` the daily pushes; `digest_at` HR's digest
    digest_when_empty      HR's digest where nothing needs an act: line (one) or silence
    holidays               cn (Chinese working days) or weekends
    hr                     who gets this department's digest; HR named nowhere gets the company's
    dimension, behavior, scene  the tags of a feedback, `id:中文/English` each; empty: those of `cards/data/tags.toml`
    """

    on: bool = True
    silence_days: int = 30
    escalate_days: int = 7
    snooze_days: int = 7
    fresh_days: int = 5
    stale_days: int = 14
    due_soon_days: int = 3
    red_days: int = 14
    monthly_talk: bool = True
    approval_days: int = 1
    approval_escalate_days: int = 2
    pushes_a_day: int = 2
    quiet_from: str = "20:00"
    quiet_until: str = "08:30"
    spread_minutes: int = 15
    check_in_at: str = "16:00"
    morning_at: str = "10:00"
    digest_at: str = "09:00"
    digest_when_empty: str = "line"
    holidays: str = "cn"
    hr: tuple[str, ...] = ()
    dimension: tuple[str, ...] = ()
    behavior: tuple[str, ...] = ()
    scene: tuple[str, ...] = ()

    @property
    def tags(self) -> dict[str, tags.Names]:
        own = {kind: tags.read(getattr(self, kind)) for kind in tags.KINDS}
        return {kind: own[kind] or tags.defaults()[kind] for kind in tags.KINDS}


NAMES: dict[str, type[object]] = {f.name: type(getattr(Policy(), f.name)) for f in fields(Policy)}
KEPT = "policies"
MOST = 1000  # of days, or of anything else that is set
CHOICES = {"holidays": ("cn", "weekends"), "digest_when_empty": ("line", "silence")}
COMPANY_ONLY = frozenset({"spread_minutes", "holidays"})


@dataclass(frozen=True, slots=True)
class Policies:
    company: Policy = field(default_factory=Policy)
    departments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, department: str) -> Policy:
        """The company's, with what each department on the path sets differently."""
        found = self.company
        parts = department.split("/")
        for n in range(1, len(parts) + 1):
            own = self.departments.get("/".join(parts[:n]))
            found = replace(found, **own) if own else found
        return found

    def every(self) -> list[Policy]:
        """The company's, and each that some department has."""
        return [self.company, *(self.of(name) for name in self.departments)]

    def least(self, name: str) -> int:
        """The smallest value of a number anywhere: what an index is asked for before each department is looked at."""
        values = [getattr(self.company, name), *(d[name] for d in self.departments.values() if name in d)]
        return int(min(values))

    def scope(self, person: str) -> tuple[str, ...]:
        """The departments whose digest somebody gets; empty: the company's."""
        return tuple(name for name, own in self.departments.items() if person in own.get("hr", ()))


def read(session: Session) -> Policies:
    """Kept for the session's life: a tick asks for each card."""
    found = session.info.get(KEPT)
    if not isinstance(found, Policies):
        found = session.info[KEPT] = _read(session)
    return found


def _read(session: Session) -> Policies:
    rows = {row.department: checked(row.settings) for row in session.exec(select(PolicyRow))}
    return Policies(replace(Policy(), **rows.pop("", {})), rows)


def checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with the types they should have. ValueError names what is wrong."""
    return {name: _value(name, value) for name, value in settings.items()}


def _value(name: str, value: Any) -> Any:
    kind = NAMES.get(name)
    if kind is None:
        raise ValueError(f"there is no setting {name!r}: {', '.join(NAMES)}")
    if kind is tuple:
        return _entries(name, value.split(",") if isinstance(value, str) else value)
    if kind is bool:
        if str(value).lower() not in {"true", "false"}:
            raise ValueError(f"{name} is true or false")
        return str(value).lower() == "true"
    if kind is int:
        if not str(value).isdecimal() or int(value) > MOST:
            raise ValueError(f"{name} is a number up to {MOST}")
        return int(value)
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise ValueError(f"{name} is {' or '.join(CHOICES[name])}")
        return str(value)
    try:
        return f"{time.fromisoformat(str(value)):%H:%M}"
    except ValueError:
        raise ValueError(f"{name} is a time such as 09:30") from None


def own(session: Session, department: str) -> dict[str, Any]:
    """What a department sets itself; the company under an empty name."""
    row = session.get(PolicyRow, department)
    return dict(row.settings) if row else {}


def _entries(name: str, value: Iterable[str]) -> tuple[str, ...]:
    found = tuple(text.strip() for text in value)
    if name in tags.KINDS:
        try:
            tags.read(found)
        except ValueError as problem:
            raise ValueError(f"{name}: {problem}") from None
    return found


def store(session: Session, department: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change a department's settings (the company's: an empty name); None takes one back. ValueError where wrong."""
    row = session.get(PolicyRow, department) or PolicyRow(department=department)
    if department and not COMPANY_ONLY.isdisjoint(changes):
        raise ValueError(f"only the company sets {', '.join(sorted(COMPANY_ONLY & set(changes)))}")
    kept = {name: value for name, value in row.settings.items() if name not in changes}
    given = checked({name: value for name, value in changes.items() if value is not None})
    row.settings = kept | {name: list(v) if isinstance(v, tuple) else v for name, v in given.items()}
    session.add(row)
    session.info.pop(KEPT, None)
    return dict(row.settings)

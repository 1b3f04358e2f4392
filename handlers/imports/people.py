"""`maibo import people`: who works here, who manages whom, and their accounts on the platforms.

A column that the file lacks is left as it is; an empty cell empties it. People who are not in the file are not touched.
Who leaves stays a row, for what they said and decided: `active` is false from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import select

from handlers.imports.intake import Intake, Outcome, differences, on_circles, refusals, refuse_doubles
from handlers.imports.rows import Row, read_rows
from storage.audit import Change
from storage.tables import Account, Person

PLATFORMS = ("wecom", "dingtalk", "feishu")
PEOPLE_COLUMNS = (
    "id",
    "name",
    "aliases",
    "department",
    "manager",
    "roles",
    *PLATFORMS,
    "timezone",
    "locale",
    "hired",
)
LEAVE_COLUMNS = ("away_from", "away_until")
OPTIONAL_COLUMNS = ("active", *LEAVE_COLUMNS)
ROLES = ("hr", "admin")
LOCALES = {"": "zh", "zh": "zh", "zh-cn": "zh", "en": "en", "en-us": "en"}
# Names and account ids stay out of the audit log: it cannot forget anybody.
AUDITED = ("department", "manager", "roles", "timezone", "locale", "hired", *OPTIONAL_COLUMNS)
HERE = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

Accounts = Mapping[tuple[str, str], str]  # (platform, account) → person


def import_people(intake: Intake, content: bytes) -> Outcome:
    """Raises UnreadableFileError."""
    rows = read_rows(content, PEOPLE_COLUMNS, ("id", "name"), OPTIONAL_COLUMNS)
    known = {person.id: person for person in intake.session.exec(select(Person))}
    kept = intake.session.exec(select(Account.platform, Account.id, Account.person))
    accounts = {(platform, account): person for platform, account, person in kept}
    refuse_doubles(rows)
    drafts = [Draft(row, row.text("id"), _values(row), known.get(row.text("id"))) for row in rows]
    _check_managers(drafts, known)
    _check_accounts(rows, accounts)
    refused = refusals(rows)
    return Outcome(refused=refused) if refused else _write(intake, drafts, accounts)


@dataclass(frozen=True, slots=True)
class Draft:
    """A line as it is to be. `before`: the person as they are, None for a new one."""

    row: Row
    id: str
    values: dict[str, Any]
    before: Person | None

    @property
    def accounts(self) -> dict[str, str]:
        """Platform → account, for the platforms that the file speaks of; empty: none there."""
        return _accounts(self.row)


def _accounts(row: Row) -> dict[str, str]:
    return {platform: row.text(platform) for platform in PLATFORMS if platform in row.cells}


def _values(row: Row) -> dict[str, Any]:
    values = {column: read(row) for column, read in READERS.items() if column in row.cells}
    return values | _leave(row) | _active(row)


def _leave(row: Row) -> dict[str, Any]:
    """Both days or neither: a new first day beside last year's return would be no leave at all."""
    given = [column for column in LEAVE_COLUMNS if column in row.cells]
    days = {column: row.day(column) for column in given}
    begins, ends = days.get("away_from"), days.get("away_until")
    if len(given) == 1:
        row.refuse("away_from and away_until come together")
    elif ends is not None and (begins is None or ends < begins):
        row.refuse("away_until is before away_from, or without it")
    return days


def _active(row: Row) -> dict[str, Any]:
    """An empty cell says nothing: it must not bring back who has left."""
    text = row.text("active").lower()
    if text and text not in HERE:
        row.refuse(f"active {row.text('active')!r} is neither true nor false")
    return {"active": HERE[text]} if text in HERE else {}


def _department(row: Row) -> str:
    parts = [part.strip() for part in row.text("department").split("/")]
    if parts != [""] and not all(parts):
        row.refuse(f"department {row.text('department')!r} is not a path such as 总部/华东销售部")
    return "/".join(parts)


def _roles(row: Row) -> list[str]:
    roles = [role.lower() for role in row.several("roles")]
    for role in roles:
        if role not in ROLES:
            row.refuse(f"role {role!r} is none of {', '.join(ROLES)}")
    return roles


def _timezone(row: Row) -> str:
    name = row.text("timezone")
    try:
        return ZoneInfo(name).key if name else ""
    except (KeyError, ValueError, OSError):
        row.refuse(f"timezone {name!r} is not a time zone such as Asia/Shanghai")
        return ""


def _locale(row: Row) -> str:
    text = row.text("locale").lower().replace("_", "-")
    if text not in LOCALES:
        row.refuse(f"locale {row.text('locale')!r} is neither zh nor en")
    return LOCALES.get(text, "zh")


READERS: Mapping[str, Callable[[Row], Any]] = {
    "name": lambda row: row.required("name"),
    "aliases": lambda row: row.several("aliases"),
    "department": _department,
    "manager": lambda row: row.text("manager") or None,
    "roles": _roles,
    "timezone": _timezone,
    "locale": _locale,
    "hired": lambda row: row.day("hired"),
}


def _check_managers(drafts: Sequence[Draft], known: Mapping[str, Person]) -> None:
    above = {person.id: person.manager for person in known.values()}
    above |= {draft.id: draft.values.get("manager", above.get(draft.id)) for draft in drafts}
    circles = on_circles(above)
    for draft in drafts:
        manager = above[draft.id]
        if manager is not None and manager not in above:
            draft.row.refuse(f"manager {manager!r} is neither in the file nor known")
        if draft.id in circles:
            draft.row.refuse(f"manager {manager!r} makes a circle")


def _check_accounts(rows: Sequence[Row], accounts: Accounts) -> None:
    """An account is one person's. Somebody in the file gives away what their line does not name any more."""
    given = {(row.text("id"), platform) for row in rows for platform in _accounts(row)}
    taken: dict[tuple[str, str], str] = {}
    for row in rows:
        for platform, account in _accounts(row).items():
            if not account:
                continue
            kept = accounts.get((platform, account))
            if kept is not None and (kept, platform) not in given:
                row.refuse(f"{platform} account {account!r} belongs to {kept!r}")
            if taken.setdefault((platform, account), row.text("id")) != row.text("id"):
                row.refuse(f"{platform} account {account!r} is that of {taken[platform, account]!r} in this file too")


def _write(intake: Intake, drafts: Sequence[Draft], accounts: Accounts) -> Outcome:
    outcome = Outcome()
    new_people, changes = [], []
    blank = Person(id="", name="", changed_at=intake.now).model_dump()
    moved = _moved(drafts, accounts)
    for draft in drafts:
        if draft.before is None:
            outcome.added += 1
            new_people.append({**blank, "id": draft.id, **draft.values})
            changes.append(Change("person.imported", draft.id, None, _audited(draft.values)))
            continue
        new = differences(draft.before, draft.values)
        if not new and draft.id not in moved:
            outcome.unchanged += 1
            continue
        outcome.changed += 1
        old = {name: getattr(draft.before, name) for name in new}
        after = {**_audited(new), "fields": sorted([*new, *moved.get(draft.id, ())])}
        changes.append(Change("person.imported", draft.id, _audited(old), after))
        for name, value in {**new, "changed_at": intake.now}.items():
            setattr(draft.before, name, value)
        if "manager" in new:
            draft.before.met_at = None  # it was with another manager
    intake.insert(Person, new_people)
    _write_accounts(intake, drafts, accounts)
    intake.audit(changes)
    return outcome


def _audited(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fit for the audit log, days as text."""
    kept = {name: values[name] for name in AUDITED if name in values}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}


def _moved(drafts: Sequence[Draft], accounts: Accounts) -> dict[str, list[str]]:
    """Person → the platforms where their account is not the one they had."""
    had: dict[tuple[str, str], set[str]] = {}
    for (platform, account), person in accounts.items():
        had.setdefault((person, platform), set()).add(account)
    found: dict[str, list[str]] = {}
    for draft in drafts:
        for platform, account in draft.accounts.items():
            if had.get((draft.id, platform), set()) != ({account} if account else set()):
                found.setdefault(draft.id, []).append(platform)
    return found


def _write_accounts(intake: Intake, drafts: Sequence[Draft], accounts: Accounts) -> None:
    """An account that moves to somebody else is a new one: the other person's use of it says nothing."""
    wanted = {key: draft.id for draft in drafts for key in draft.accounts.items() if key[1]}
    spoken_of = {(draft.id, platform) for draft in drafts for platform in draft.accounts}
    for (platform, account), person in accounts.items():
        if (person, platform) in spoken_of and wanted.get((platform, account)) != person:
            intake.session.delete(intake.session.get_one(Account, (platform, account)))
    intake.session.flush()
    blank = Account(platform="", id="", person="").model_dump()
    new = [{**blank, "platform": key[0], "id": key[1], "person": who} for key, who in wanted.items()]
    intake.insert(Account, [row for row in new if accounts.get((row["platform"], row["id"])) != row["person"]])

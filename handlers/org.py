"""Who stands where: managers, HR, who can be reached, who decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from storage.tables import Account, Person

LONGEST_CHAIN = 50  # levels; a longer one is a circle in the data


@dataclass(frozen=True, slots=True)
class Approver:
    """Who is asked, and who was passed over on the way and why (absent, self, unreachable)."""

    person: Person
    skipped: tuple[tuple[str, str], ...]


def managers(session: Session, person: Person) -> Iterator[Person]:
    """The chain above somebody, nearest first; a circle in the data ends it."""
    seen = {person.id}
    above = person.manager
    for _ in range(LONGEST_CHAIN):
        if above is None or above in seen:
            return
        seen.add(above)
        found = session.get(Person, above)
        if found is None:
            return
        yield found
        above = found.manager


def is_above(session: Session, manager: str, person: Person) -> bool:
    return any(m.id == manager for m in managers(session, person))


def reports(session: Session, manager: str) -> Sequence[Person]:
    wanted = select(Person).where(Person.manager == manager, col(Person.active)).order_by(Person.name)
    return session.exec(wanted).all()


def is_away(person: Person, on: date) -> bool:
    begins, ends = person.away_from, person.away_until
    return begins is not None and begins <= on and (ends is None or on <= ends)


def with_role(session: Session, role: str) -> list[Person]:
    """Active people with a role, by name. Roles are few and looked at rarely: a scan is fine."""
    everybody = session.exec(select(Person).where(col(Person.active)).order_by(Person.name))
    return [p for p in everybody if role in p.roles]


def address(session: Session, person: str) -> Account | None:
    """The account where somebody last spoke to us; else any; None where they have none."""
    accounts = session.exec(select(Account).where(Account.person == person)).all()
    return max(
        accounts, key=lambda a: (a.used_at is not None, a.used_at.timestamp() if a.used_at else 0.0), default=None
    )


def contact(session: Session) -> str:
    """Whom to ask for help: HR's names, else the administrators'; empty where there are none."""
    found = with_role(session, "hr") or with_role(session, "admin")
    return "、".join(p.name for p in found[:2])


def approver_for(session: Session, owner: Person, requester: str, on: date) -> Approver | None:
    """The owner's manager; absent, unreachable or the requester: the next one up, then HR. None: nobody is left."""
    skipped: list[tuple[str, str]] = []
    candidates = [*managers(session, owner), *with_role(session, "hr"), *with_role(session, "admin")]
    for person in candidates:
        why = _obstacle(session, person, requester, on)
        if why is None:
            return Approver(person, tuple(skipped))
        if (person.name, why) not in skipped:
            skipped.append((person.name, why))
    return None


def _obstacle(session: Session, person: Person, requester: str, on: date) -> str | None:
    if person.id == requester:
        return "self"
    if not person.active or is_away(person, on):
        return "absent"
    if address(session, person.id) is None:
        return "unreachable"
    return None

"""Who stands where: managers, HR, who can be reached, who decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlmodel import Session, col, select

from cards.wording import Words
from storage import ahead
from storage.tables import HAS_ROLES, Account, Person

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


def by_id(session: Session, ids: Sequence[str]) -> dict[str, Person]:
    return {person.id: person for person in session.exec(select(Person).where(col(Person.id).in_(ids)))}


def read_managers(session: Session, people: Iterable[Person]) -> None:
    """Read ahead the chains above all of them and the accounts there: a query a level, not one a person."""
    known: set[str] = set()
    level = {person.manager for person in people if person.manager}
    while level:
        ahead.read(session, by_id, level)
        known |= level
        above = [ahead.ask(session, by_id, manager) for manager in level]
        level = {person.manager for person in above if person and person.manager} - known
    ahead.read(session, addresses, known)


def is_above(session: Session, manager: str, person: Person) -> bool:
    return any(m.id == manager for m in managers(session, person))


def reports(session: Session, manager: str) -> Sequence[Person]:
    wanted = select(Person).where(Person.manager == manager, col(Person.active)).order_by(Person.name)
    return session.exec(wanted).all()


def is_away(person: Person, on: date) -> bool:
    """On leave, or hired for a later day."""
    begins, ends = person.away_from, person.away_until
    on_leave = begins is not None and begins <= on and (ends is None or on <= ends)
    return on_leave or (person.hired is not None and on < person.hired)


def away(person: type[Person], on: date) -> ColumnElement[bool]:
    """`is_away` for a query."""
    back = and_(col(person.away_until).is_not(None), col(person.away_until) < on)
    on_leave = func.coalesce(and_(col(person.away_from) <= on, ~back), False)
    return or_(on_leave, func.coalesce(col(person.hired) > on, False))


def can_be_told(person: type[Person], on: date) -> ColumnElement[bool]:
    """For a query: is here and has an account."""
    account = exists().where(col(Account.person) == col(person.id))
    return and_(col(person.active), ~away(person, on), account)


def with_role(session: Session, role: str) -> list[Person]:
    """Active people with a role, by name."""
    return ahead.ask(session, with_roles, role) or []


def with_roles(session: Session, roles: Sequence[str]) -> dict[str, list[Person]]:
    some = session.exec(select(Person).where(HAS_ROLES, col(Person.active)).order_by(Person.name)).all()
    return {role: [person for person in some if role in person.roles] for role in roles}


def address(session: Session, person: str) -> Account | None:
    """The account where somebody last spoke to us; else any; None where they have none, or have left."""
    return ahead.ask(session, addresses, person)


def addresses(session: Session, people: Sequence[str]) -> dict[str, Account]:
    theirs = select(Account).join(Person).where(col(Account.person).in_(people), col(Person.active))
    accounts = session.exec(theirs).all()
    used_last = sorted(accounts, key=lambda a: a.used_at.timestamp() if a.used_at else 0.0)
    return {account.person: account for account in used_last}


def contact(session: Session, words: Words) -> str:
    """Whom to ask for help: one or two of HR, else of the administrators."""
    found = with_role(session, "hr") or with_role(session, "admin")
    if len(found) > 1:
        return words("who.two", one=found[0].name, other=found[1].name)
    return found[0].name if found else words("who.nobody")


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

"""Which colleague is meant: the one that was named, one of several, or somebody to be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from cards import feedback as cards
from handlers import dialogs, org
from handlers.commands import Command, ShowFeedback, ShowGoals, ShowGrowth, ShowPerson, ShowSnapshot
from handlers.unit import Refusal, Unit
from storage.tables import Person

AboutOne = ShowFeedback | ShowGoals | ShowGrowth | ShowPerson | ShowSnapshot


def colleague(unit: Unit, id: str, own: str) -> Person:
    """Somebody else who works here. Refusal `own` where it is the actor."""
    found = unit.session.get(Person, id)
    if found is None or not found.active:
        raise Refusal("ask.person")
    if found.id == unit.actor.id:
        raise Refusal(own)
    return found


def choose_person(unit: Unit, command: Command, among: Sequence[str], title: str, text: str) -> None:
    """Ask which colleague is meant: one of `among`, else somebody near."""
    known = [unit.session.get(Person, each) for each in among]
    people = [p for p in known if p is not None and p.active] or near(unit.session, unit.actor)
    shown = _told_apart([p for p in people if p.id != unit.actor.id])
    if among:
        text = unit.words("feedback.which.text")
    dialogs.ask(unit, command, ("person",), lambda d: cards.choose_person(unit.words, title, text, shown, d))


def asked_about(unit: Unit, command: AboutOne) -> Person | None:
    """Whose matter a question is: the actor's own where nobody was named. None: it was asked which of several."""
    if command.person is None and command.among:
        title, text = unit.words("person.who.title"), unit.words("feedback.who.text")
        choose_person(unit, command, command.among, title, text)
        return None
    if command.person is None:
        return unit.actor
    found = unit.session.get(Person, command.person)
    if found is None:
        raise Refusal("ask.person")
    if unit.dialog is not None:
        answered = unit.words("dialog.answered", value=found.name)
        dialogs.close(unit, unit.dialog, answered, unit.words("dialog.status.done"))
    dialogs.finish(unit, command)
    return found


def near(session: Session, person: Person) -> list[Person]:
    """The people somebody works with most: their reports, their team, their manager."""
    team = org.reports(session, person.manager) if person.manager else []
    manager = session.get(Person, person.manager) if person.manager else None
    found = [*org.reports(session, person.id), *team, *([manager] if manager else [])]
    return list({p.id: p for p in found if p.id != person.id}.values())[:10]


def _told_apart(people: Sequence[Person]) -> list[tuple[str, str]]:
    """Id and name; two of the same name with the end of their department."""
    names = [person.name for person in people]
    return [
        (p.id, f"{p.name} · {p.department.rpartition('/')[2]}" if names.count(p.name) > 1 else p.name) for p in people
    ]

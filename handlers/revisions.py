"""Changing an agreed goal: asked for with a reason, decided by the manager or the next one up, never skipped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import update
from sqlmodel import Session, col, select

from cards import revisions as cards
from cards.goals import choose_goal
from cards.home import say
from cards.model import Card
from cards.views import RevisionView
from cards.wording import Words
from handlers import agreeing, dialogs, org
from handlers.checkins import choosable, own_goal
from handlers.commands import Command, Decide, Revise, WithdrawRevision
from handlers.permissions import may, to_revision
from handlers.unit import Refusal, Unit
from handlers.views import changes, goal_view, name_of, revision_id, revision_view
from storage.tables import Goal, Person, Revision

HEAVIEST = 100.0  # percent


def revise(command: Revise, unit: Unit) -> None:
    if command.goal is None:
        _ask_goal(command, unit)
        return
    goal = own_goal(unit, command.goal, "goal.revise")
    _refuse_a_second_one(unit, goal)
    problem = _problem(command, goal, unit)
    draft = _draft(command, goal, unit)
    if problem or not (draft.new_target is not None or draft.new_weight is not None or draft.new_due is not None):
        asked = ("target", "weight", "due", "reason")
        fresh = Revise(goal=goal.id, reason=command.reason)
        view = goal_view(goal, unit)
        dialogs.ask(unit, fresh, asked, lambda d: cards.ask_change(unit.words, view, unit.today, d, problem))
    elif not command.reason:
        _ask_reason(command, unit, goal, draft)
    else:
        _submit(command, unit, goal, draft)


def decide(command: Decide, unit: Unit) -> None:
    if command.request is None:
        _ask_request(command, unit)
        return
    revision = find(unit, command.request)
    if not may("revision.decide", to_revision(unit.session, unit.actor, revision)):
        raise Refusal("refuse.decide", id=revision_id(revision), approver=name_of(unit.session, revision.approver))
    if revision.state != "pending":
        show_decided(unit, revision)
    elif not command.approve and not command.reason:
        view = revision_view(revision, unit, unit.actor)
        dialogs.ask(unit, command, ("reason",), lambda d: cards.ask_reject_reason(unit.words, view, d))
    else:
        _decide(command, unit, revision)


def withdraw(command: WithdrawRevision, unit: Unit) -> None:
    revision = find(unit, command.request)
    if not may("revision.withdraw", to_revision(unit.session, unit.actor, revision)):
        raise Refusal("refuse.no.revision", id=revision_id(revision))
    if not take_back(unit, revision):
        show_decided(unit, revision)
        return
    approver = name_of(unit.session, revision.approver)
    unit.tell(say(unit.words, "undo.revision", id=revision_id(revision), approver=approver), "good")


def take_back(unit: Unit, revision: Revision) -> bool:
    """False where it is decided already."""
    if not _close(unit, revision, "withdrawn"):
        return False
    unit.audit("revision.withdrawn", subject(revision), after={"revision": revision.id})
    refresh(unit, revision)
    return True


def find(unit: Unit, id: int) -> Revision:
    """A revision, locked for the rest of the transaction."""
    revision = unit.session.get(Revision, id, with_for_update=True)
    if revision is None:
        raise Refusal("refuse.no.revision", id=f"R-{id}")
    return revision


def refresh(unit: Unit, revision: Revision) -> None:
    """Every copy of the revision's card shows its state."""

    def card_for(reader: Person) -> Card:
        view = revision_view(revision, unit, reader)
        words = Words(reader.locale)
        return cards.mine(words, view) if reader.id == revision.requester else cards.to_approve(words, view)

    unit.refresh(topic(revision), card_for)


def approval_card(unit: Unit, revision: Revision, reader: Person) -> Card:
    return cards.to_approve(Words(reader.locale), revision_view(revision, unit, reader))


def topic(revision: Revision) -> str:
    return f"revision:{revision.id}"


def waiting_for(session: Session, approver: str) -> Sequence[Revision]:
    wanted = select(Revision).where(Revision.approver == approver, Revision.state == "pending")
    return session.exec(wanted.order_by(col(Revision.id))).all()


def show_decided(unit: Unit, revision: Revision) -> None:
    """A stale card, or a second click: what was decided, by whom; and every copy shows it."""
    view = revision_view(revision, unit, unit.actor)
    dialogs.end(unit, Decide, request=revision.id)  # however it was decided: no sentence is its reason any more
    refresh(unit, revision)
    told = say(unit.words, "revision.decided", id=view.id, outcome=cards.outcome(unit.words, view))
    unit.tell(told, "warn")


def _ask_goal(command: Revise, unit: Unit) -> None:
    views = [goal_view(g, unit) for g in choosable(unit, command.among)]
    words = unit.words
    title, text = words("revise.choose.title"), words("revise.choose.text", metric=views[0].name)
    dialogs.ask(unit, command, ("goal",), lambda d: choose_goal(words, title, text, views, d))


def _refuse_a_second_one(unit: Unit, goal: Goal) -> None:
    waiting = unit.session.exec(select(Revision).where(Revision.goal == goal.id, Revision.state == "pending")).first()
    if waiting is not None:
        approver = name_of(unit.session, waiting.approver)
        raise Refusal("revise.waiting", id=revision_id(waiting), approver=approver)


def _problem(command: Revise, goal: Goal, unit: Unit) -> str:
    """Why the change cannot be, in words; empty where it can."""
    words = unit.words
    if command.weight is not None and not 0 <= command.weight <= HEAVIEST:
        return words("revise.bad.weight")
    if command.due is not None and command.due < unit.today:
        return words("revise.bad.due")
    asked = (command.target, command.weight, command.due)
    if any(part is not None for part in asked) and asked_nothing_new(command, goal):
        view = goal_view(goal, unit)
        now = f"{view.standing()} · {goal.weight:g}% · {goal.due.isoformat()}"
        return words("revise.same", now=now)
    return ""


def asked_nothing_new(command: Revise, goal: Goal) -> bool:
    return (
        command.target in (None, goal.target)
        and command.weight in (None, goal.weight)
        and command.due in (None, goal.due)
    )


def _draft(command: Revise, goal: Goal, unit: Unit) -> Revision:
    """The revision as it would be; only what really changes is in it."""
    return Revision(
        goal=goal.id,
        requester=unit.actor.id,
        approver="",
        based_on=goal.version,
        old_target=goal.target,
        old_weight=goal.weight,
        old_due=goal.due,
        new_target=_new(command.target, goal.target),
        new_weight=_new(command.weight, goal.weight),
        new_due=command.due if command.due != goal.due else None,
        reason=command.reason or "",
        at=unit.now,
    )


def _new(wanted: float | None, old: float) -> float | None:
    return None if wanted == old else wanted


def _ask_reason(command: Revise, unit: Unit, goal: Goal, draft: Revision) -> None:
    change = _change_words(unit, goal, draft)
    view = goal_view(goal, unit)
    dialogs.ask(unit, command, ("reason",), lambda d: cards.ask_reason(unit.words, view, change, d))


def _change_words(unit: Unit, goal: Goal, revision: Revision) -> str:
    view = RevisionView("", "", "", goal_view(goal, unit), changes(revision, goal.unit, unit.today), "", "pending")
    return view.change(unit.words)


def _submit(command: Revise, unit: Unit, goal: Goal, revision: Revision) -> None:
    owner = unit.session.get(Person, goal.owner) if goal.owner_kind == "person" else unit.actor
    submit(command, unit, owner or unit.actor, revision)


def submit(command: Command, unit: Unit, owner: Person, revision: Revision) -> None:
    """The row, the audit line, the approver's card and the requester's own belong together."""
    found = org.approver_for(unit.session, owner, unit.actor.id, unit.today)
    if found is None:
        raise Refusal("refuse.no.approver", who=org.contact(unit.session, unit.words))
    revision.approver, revision.approvers = found.person.id, [found.person.id]
    unit.session.add(revision)
    unit.session.flush()
    unit.audit("revision.asked", subject(revision), before=_terms(revision, "old"), after=_terms(revision, "new"))
    dialogs.finish(unit, command)
    words = Words(found.person.locale)
    unit.send(found.person.id, cards.to_approve(words, revision_view(revision, unit, found.person)), topic(revision))
    skipped = "".join(
        unit.words("revise.skipped", skipped=name, why=unit.words(f"revise.why.{why}")) for name, why in found.skipped
    )
    view = revision_view(revision, unit, unit.actor)
    sent = skipped + unit.words("revise.sent", approver=found.person.name, change=view.change(unit.words))
    unit.show(cards.with_text(cards.mine(unit.words, view), sent), topic(revision))


def subject(revision: Revision) -> str:
    """What the audit log calls it: the goal, or the request where there is no goal yet."""
    return revision.goal or revision_id(revision)


def _terms(revision: Revision, which: str) -> dict[str, object]:
    due: date | None = getattr(revision, f"{which}_due")
    return {
        "revision": revision.id,
        "target": getattr(revision, f"{which}_target"),
        "weight": getattr(revision, f"{which}_weight"),
        "due": due.isoformat() if due else None,
    }


def _ask_request(command: Decide, unit: Unit) -> None:
    waiting = waiting_for(unit.session, unit.actor.id)
    if not waiting:
        raise Refusal("decide.none")
    views = [revision_view(r, unit, unit.actor) for r in waiting]
    dialogs.ask(unit, command, ("request",), lambda d: cards.choose_request(unit.words, views, d))


def _decide(command: Decide, unit: Unit, revision: Revision) -> None:
    goal = unit.session.get_one(Goal, revision.goal, with_for_update=True) if revision.goal else None
    if command.approve and goal is not None and goal.version != revision.based_on:
        raise Refusal("revision.changed", version=goal.version, requester=name_of(unit.session, revision.requester))
    state = "approved" if command.approve else "rejected"
    if not _close(unit, revision, state, command.reason or ""):
        show_decided(unit, revision)
        return
    if command.approve:
        agreeing.change(unit, goal, revision) if goal is not None else agreeing.create(unit, revision)
    unit.audit(f"revision.{state}", subject(revision), before=_terms(revision, "old"), after=_terms(revision, "new"))
    dialogs.end(unit, Decide, request=revision.id)
    refresh(unit, revision)
    _tell_requester(unit, revision)
    requester = name_of(unit.session, revision.requester)
    unit.tell(say(unit.words, f"revision.done.{state}", id=revision_id(revision), requester=requester), "good")


def _close(unit: Unit, revision: Revision, state: str, reason: str = "") -> bool:
    """The first decision wins: compare-and-set on the state. False where somebody was faster."""
    changed = unit.session.connection().execute(
        update(Revision)
        .where(col(Revision.id) == revision.id, col(Revision.state) == "pending")
        .values(state=state, decided_by=unit.actor.id, decided_at=unit.now, decision_reason=reason)
    )
    unit.session.refresh(revision)
    return changed.rowcount == 1


def _tell_requester(unit: Unit, revision: Revision) -> None:
    """A changed card makes no sound: a line says that it was decided."""
    requester = unit.session.get_one(Person, revision.requester)
    view = revision_view(revision, unit, requester)
    words = Words(requester.locale)
    is_agreed = view.is_new and revision.state == "approved"
    told = say(
        words,
        "revision.told.new" if is_agreed else f"revision.told.{revision.state}",
        id=view.id,
        who=view.decided_by,
        change=view.change(words),
        version=view.goal.version,
        goal=view.goal.id,
        reason=view.decision_reason,
    )
    unit.send(requester.id, told)

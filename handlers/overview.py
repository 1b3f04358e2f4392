"""Questions answered from data: home, goals, team, what waits, one's own rhythm. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from cards import goals as goal_cards
from cards import home as cards
from cards.formats import amount, short
from cards.model import Button, Card, Fact, do
from cards.views import MemberView
from handlers import digest as digest_cards
from handlers import org, pace, policy
from handlers.colleagues import asked_about
from handlers.commands import (
    NotUnderstood,
    NotYet,
    ShowDigest,
    ShowGoal,
    ShowGoals,
    ShowHome,
    ShowRanking,
    ShowTeam,
    ShowTodo,
)
from handlers.permissions import may, of_person, to_goal, to_goals_of, to_team
from handlers.revisions import waiting_for
from handlers.unit import Refusal, Unit
from handlers.views import find_goal, goal_view, name_of, open_goals, owner_name, revision_view
from storage.tables import CheckIn, Feedback, Goal, GoalVersion, HelpRequest, Person, Revision

STALE = timedelta(days=7)
MONTH = timedelta(days=30)


def home(_command: ShowHome, unit: Unit) -> None:
    unit.reply(home_card(unit))


def home_card(unit: Unit) -> Card:
    goals = open_goals(unit.session, unit.actor.id, unit.today)
    session, actor = unit.session, unit.actor
    received = select(func.count()).select_from(Feedback)
    received = received.where(col(Feedback.receiver) == actor.id, col(Feedback.at) > unit.now - MONTH)
    return cards.home(
        unit.words,
        cards.HomeView(
            name=actor.name,
            example=example(unit, goals),
            goals=len(goals),
            stale=len(stale(goals, unit.now)),
            feedback=session.exec(received.where(col(Feedback.state) == "given")).one(),
            waiting=len(waiting_for(session, actor.id)) + len(help_waiting(session, actor.id)),
            is_manager=bool(org.reports(session, actor.id)),
            is_hr="hr" in actor.roles,
        ),
    )


def example(unit: Unit, goals: Sequence[Goal]) -> str:
    """A sentence this very person could say now."""
    words = unit.words
    if not goals:
        return words("home.example.none")
    goal = goals[0]
    return words("home.example", metric=goal.metric or goal.title, value=amount(goal.target, goal.unit))


def stale(goals: Sequence[Goal], now: datetime) -> list[Goal]:
    return [g for g in goals if (g.updated_at is None or g.updated_at < now - STALE) and pace.progress(g) < 1]


def help_waiting(session: Session, helper: str) -> Sequence[HelpRequest]:
    wanted = select(HelpRequest).where(HelpRequest.helper == helper, HelpRequest.state == "asked")
    return session.exec(wanted.order_by(col(HelpRequest.id))).all()


def goals(command: ShowGoals, unit: Unit) -> None:
    person = asked_about(unit, command)
    if person is None:
        return
    if not may("goal.see", to_goals_of(unit.session, unit.actor, person)):
        raise Refusal("refuse.see.goal", name=person.name)
    found, own, words = open_goals(unit.session, person.id, unit.today), person.id == unit.actor.id, unit.words
    if not found:
        nobody = org.contact(unit.session, words)
        empty = (
            cards.say(words, "goals.none.mine", who=nobody) if own else cards.say(words, "goals.none", name=person.name)
        )
        unit.reply(empty)
        return
    title = words("goals.mine") if own else words("goals.title", name=person.name)
    unit.reply(goal_cards.goal_list(words, title, [goal_view(g, unit) for g in found], own=own))


def goal(command: ShowGoal, unit: Unit) -> None:
    session = unit.session
    found = find_goal(session, command.goal)
    if found is None:
        raise Refusal("refuse.no.goal", id=command.goal)
    relations = to_goal(session, unit.actor, found)
    if not may("goal.see", relations) and not _leads_to_own(unit, found):
        raise Refusal("refuse.see.goal", name=owner_name(session, found))
    unit.reply(
        goal_cards.goal(
            unit.words,
            goal_view(found, unit),
            owner_name(session, found),
            unit.today,
            parent=" → ".join(reversed([g.title for g in chain(session, found)])),
            history=_history(unit, found),
            versions=_versions(session, found),
            own=may("goal.change", relations),
        )
    )


def chain(session: Session, goal: Goal) -> list[Goal]:
    """The goals above a goal, nearest first, up to the company's."""
    found: list[Goal] = []
    above = goal.parent
    while above and above not in {g.id for g in found}:
        parent = session.get(Goal, above)
        if parent is None:
            break
        found.append(parent)
        above = parent.parent
    return found


def _leads_to_own(unit: Unit, goal: Goal) -> bool:
    """The chain from one's own goals up to the company's is open to everybody."""
    mine = open_goals(unit.session, unit.actor.id, unit.today)
    return any(goal.id == above.id for own in mine for above in chain(unit.session, own))


def _history(unit: Unit, goal: Goal) -> list[tuple[date, float]]:
    wanted = select(CheckIn).where(CheckIn.goal == goal.id, col(CheckIn.undone_at).is_(None))
    rows = unit.session.exec(wanted.order_by(col(CheckIn.id).desc()).limit(4))
    return [(unit.local(row.at).date(), row.value) for row in rows]


def _versions(session: Session, goal: Goal) -> list[float]:
    wanted = select(GoalVersion.target).where(GoalVersion.goal == goal.id).order_by(col(GoalVersion.version))
    return list(session.exec(wanted))


def todo(_command: ShowTodo, unit: Unit) -> None:
    """Approvals first, then requests for help, then goals that were not updated."""
    words, session = unit.words, unit.session
    facts, buttons = [], []
    for revision in waiting_for(session, unit.actor.id):
        facts.append(_revision_line(unit, revision))
        label = f"{words('revision.approve')} R-{revision.id}"
        buttons.append(Button(label, do("approve", request=f"R-{revision.id}"), label, "primary"))
    for request in help_waiting(session, unit.actor.id):
        value = words("todo.help.value", id=f"H-{request.id}", requester=name_of(session, request.requester))
        facts.append(Fact(words("todo.help"), value))
        label = f"{words('help.accept')} H-{request.id}"
        buttons.append(Button(label, do("accept_help", help=f"H-{request.id}"), label))
    for late in stale(open_goals(session, unit.actor.id, unit.today), unit.now):
        facts.append(Fact(words("todo.goal"), words("todo.goal.value", id=late.id, title=short(late.title, 20))))
        label = f"{words('button.checkin')} {late.id}"
        buttons.append(Button(label, do("checkin", goal=late.id), label))
    if not facts:
        unit.reply(cards.say(words, "todo.none", "goals"))
        return
    unit.reply(Card(title=words("todo.title"), facts=tuple(facts[:5]), buttons=tuple(buttons[:4]), locale=words.locale))


def _revision_line(unit: Unit, revision: Revision) -> Fact:
    view = revision_view(revision, unit, unit.actor)
    value = unit.words("todo.revision.value", id=view.id, requester=view.requester, change=view.change(unit.words))
    return Fact(unit.words("todo.approve"), value)


def team(_command: ShowTeam, unit: Unit) -> None:
    if not may("team.see", to_team(unit.session, unit.actor)):
        raise Refusal("team.none")
    members = [member(unit, p) for p in org.reports(unit.session, unit.actor.id)]
    week = unit.today - STALE
    updated = sum(m.updated is not None and m.updated > week for m in members)
    # Who needs a look comes first: red goals, then the longest silence.
    members.sort(key=lambda m: (-m.red, m.updated or date.min))
    unit.reply(goal_cards.team(unit.words, members, unit.today, updated))


def member(unit: Unit, person: Person) -> MemberView:
    found = [goal_view(g, unit) for g in open_goals(unit.session, person.id, unit.today)]
    count = {colour: sum(g.health == colour for g in found) for colour in ("green", "yellow", "red")}
    updated = max((g.updated for g in found if g.updated), default=None)
    return MemberView(person.name, count["green"], count["yellow"], count["red"], updated)


def ranking(_command: ShowRanking, unit: Unit) -> None:
    """One's own place by check-ins of this quarter, and the trend: nobody else's."""
    words = unit.words
    begins = datetime.combine(quarter_start(unit.today), time(), unit.local(unit.now).tzinfo)
    counted = (
        select(CheckIn.person, func.count())
        .where(col(CheckIn.at) >= begins, col(CheckIn.undone_at).is_(None))
        .group_by(col(CheckIn.person))
    )
    counts = dict(unit.session.exec(counted).all())
    own = counts.get(unit.actor.id, 0)
    if not own:
        unit.reply(cards.say(words, "ranking.first", "goals"))
        return
    place = 1 + sum(other > own for other in counts.values())
    weeks = _weekly(unit)
    streak = next((n for n, count in enumerate(weeks) if not count), len(weeks))
    unit.reply(
        Card(
            title=words("ranking.title"),
            text=words("ranking.text", count=own, people=len(counts), place=place),
            facts=(
                Fact(words("ranking.weeks"), words("ranking.weeks.value", count=streak)),
                Fact(words("ranking.trend"), " · ".join(str(n) for n in reversed(weeks[:4]))),
            ),
            hint=words("ranking.hint"),
            buttons=(cards.entry(words, "goals", "primary"),),
            locale=words.locale,
        )
    )


def quarter_start(today: date) -> date:
    return date(today.year, (today.month - 1) // 3 * 3 + 1, 1)


def _weekly(unit: Unit) -> list[int]:
    """Check-ins of the last 13 weeks, the current week first."""
    since = unit.now - timedelta(weeks=13)
    wanted = select(CheckIn.at).where(
        CheckIn.person == unit.actor.id, col(CheckIn.at) > since, col(CheckIn.undone_at).is_(None)
    )
    found = [0] * 13
    for at in unit.session.exec(wanted):
        found[(unit.now - at) // timedelta(weeks=1)] += 1
    return found


def digest(_command: ShowDigest, unit: Unit) -> None:
    if not may("digest.see", of_person(unit.actor)):
        raise Refusal("refuse.hr")
    unit.reply(digest_cards.asked(unit).card)


def not_yet(command: NotYet, unit: Unit) -> None:
    """Who can help instead; of reminders, when they keep quiet."""
    rules = policy.read(unit.session).of(unit.actor.department)
    fills = {"begins": rules.quiet_from, "ends": rules.quiet_until}
    unit.reply(cards.not_yet(unit.words, command.what, org.contact(unit.session, unit.words), **fills))


def not_understood(_command: NotUnderstood, unit: Unit) -> None:
    found = open_goals(unit.session, unit.actor.id, unit.today)
    unit.reply(cards.not_understood(unit.words, example(unit, found)))

"""Answers to questions, each in one card, from data, and only what the asker may see.

Nothing here changes anything; only that a growth map was opened is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlmodel import col, select

from cards import home as cards
from cards import questions as answers
from cards.formats import day, short
from cards.views import FeedbackView, MemberView
from handlers import org, pace
from handlers.colleagues import asked_about, choose_person
from handlers.commands import (
    ShowApprovals,
    ShowGap,
    ShowGivers,
    ShowGrowth,
    ShowLate,
    ShowPerson,
    ShowSuggestions,
    ShowTasks,
)
from handlers.overview import STALE, member
from handlers.permissions import may, to_feedback, to_goals_of, to_team
from handlers.revisions import waiting_for
from handlers.unit import Refusal, Unit
from handlers.views import feedback_view, goal_view, name_of, open_goals, revision_view
from storage.tables import CheckIn, Feedback, Goal, GoalVersion, GrowthView, HelpRequest, Person

MONTH = timedelta(days=30)
SHOWN = 5
SUGGESTS = re.compile(
    r"建议|下次|下回|以后|希望|最好|不妨|如果能|可以(?:再|先|多|考虑|试)|改进"
    r"|suggest|next time|could|would be (?:good|better)|please",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")


def tasks(command: ShowTasks, unit: Unit) -> None:
    """Goals below their target, nearest deadline first, and help promised; only of the days named, where some are."""
    below = [g for g in open_goals(unit.session, unit.actor.id, unit.today) if pace.progress(g) < 1]
    wanted = select(HelpRequest).where(HelpRequest.helper == unit.actor.id, HelpRequest.state == "accepted")
    promised = unit.session.exec(wanted.order_by(col(HelpRequest.id))).all()
    days = (command.first or date.min, command.last or date.max)
    goals = [g for g in below if _goal_falls_in(g, *days)]
    helps = [h for h in promised if _help_falls_in(h, unit.today, *days)]
    elsewhere = len(below) + len(promised) - len(goals) - len(helps)
    if not goals and not helps:
        key = "tasks.none.then" if elsewhere else "tasks.none"
        unit.reply(cards.say(unit.words, key, "goals", days=_days(unit, command), count=elsewhere))
        return
    goals.sort(key=lambda g: (g.due, g.id))
    shown = [(f"H-{h.id}", name_of(unit.session, h.requester), h.due) for h in helps]
    views = [goal_view(g, unit) for g in goals]
    unit.reply(answers.tasks(unit.words, views, shown, unit.today, days=_days(unit, command), elsewhere=elsewhere))


def _goal_falls_in(goal: Goal, first: date, last: date) -> bool:
    """Whether it is due in these days, or its cycle is a part of them."""
    begins, ends = pace.cycle_span(goal.cycle)
    return first <= goal.due <= last or (first <= begins and ends <= last)


def _help_falls_in(promise: HelpRequest, today: date, first: date, last: date) -> bool:
    """What was promised for no day in particular is of today."""
    return first <= (promise.due or today) <= last


def _days(unit: Unit, command: ShowTasks) -> str:
    """The days as they are said, such as 11-01 – 11-30; empty for all."""
    if command.first is None or command.last is None:
        return ""
    first, last = day(command.first, unit.today), day(command.last, unit.today)
    return first if first == last else f"{first} – {last}"


def approvals(_command: ShowApprovals, unit: Unit) -> None:
    waiting = waiting_for(unit.session, unit.actor.id)
    if not waiting:
        unit.reply(cards.say(unit.words, "decide.none", "todo"))
        return
    unit.reply(answers.approvals(unit.words, [revision_view(r, unit, unit.actor) for r in waiting[:SHOWN]]))


def gap(command: ShowGap, unit: Unit) -> None:
    own = open_goals(unit.session, unit.actor.id, unit.today)
    goals = [g for g in own if g.id in command.goals] or own
    if not goals:
        unit.reply(cards.say(unit.words, "goals.none.mine", who=org.contact(unit.session, unit.words)))
        return
    goals.sort(key=pace.progress)
    unit.reply(answers.gaps(unit.words, [goal_view(g, unit) for g in goals]))


def suggestions(_command: ShowSuggestions, unit: Unit) -> None:
    """The sentences of the last feedback that say what could be done otherwise."""
    received = _received(unit)
    if not received:
        unit.reply(cards.say(unit.words, "feedback.list.none", "feedback"))
        return
    views = [feedback_view(f, unit, unit.actor) for f in received[:SHOWN]]
    found = next((v for v in views if suggested(v.texts[-1])), None)
    if found is None:
        at = views[0].at.date().isoformat()
        unit.reply(cards.say(unit.words, "suggest.none", "feedback", name=views[0].giver, day=at))
        return
    unit.reply(answers.suggestions(unit.words, found, suggested(found.texts[-1]), unit.today))


def suggested(text: str) -> list[str]:
    return [s.strip() for s in SENTENCE.findall(text) if SUGGESTS.search(s)]


def givers(_command: ShowGivers, unit: Unit) -> None:
    by: dict[str, list[date]] = {}
    for each in _received(unit):
        by.setdefault(each.giver, []).append(unit.local(each.at).date())
    if not by:
        unit.reply(cards.say(unit.words, "feedback.list.none", "feedback"))
        return
    rows = [(name_of(unit.session, giver), len(days), max(days)) for giver, days in by.items()]
    unit.reply(answers.givers(unit.words, rows, unit.today))


def _received(unit: Unit) -> Sequence[Feedback]:
    wanted = select(Feedback).where(Feedback.receiver == unit.actor.id, Feedback.state == "given")
    return unit.session.exec(wanted.order_by(col(Feedback.id).desc())).all()


def late(_command: ShowLate, unit: Unit) -> None:
    if not may("team.see", to_team(unit.session, unit.actor)):
        raise Refusal("team.none")
    members = [member(unit, p) for p in org.reports(unit.session, unit.actor.id)]
    silent = [m for m in members if m.updated is None or m.updated <= unit.today - STALE]
    if not silent:
        unit.reply(cards.say(unit.words, "late.none", "team", count=len(members)))
        return
    silent.sort(key=_longest_silence)
    unit.reply(answers.late(unit.words, silent, len(members), unit.today))


def _longest_silence(member: MemberView) -> date:
    return member.updated or date.min


def person(command: ShowPerson, unit: Unit) -> None:
    """Goals where the asker may see them, and the feedback that the asker may read anyway."""
    if command.person is None and not command.among:
        choose_person(unit, command, (), unit.words("person.who.title"), unit.words("feedback.who.text"))
        return
    who = asked_about(unit, command)
    if who is None:
        return
    if not who.active:
        raise Refusal("ask.person")
    sees = may("goal.see", to_goals_of(unit.session, unit.actor, who))
    readable = [view for view in _readable(unit, who) if view.at > unit.local(unit.now - MONTH)]
    if not sees and not readable:
        raise Refusal("person.nothing", name=who.name)
    seen = member(unit, who) if sees else None
    unit.reply(answers.person(unit.words, who.name, seen, readable, unit.today))


def growth(command: ShowGrowth, unit: Unit) -> None:
    """Check-ins, agreed changes and feedback on one line of time, the newest first."""
    who = asked_about(unit, command)
    if who is None:
        return
    events = [*_progress(unit, who), *_feedback_events(unit, who)]
    if not events:
        sees = may("goal.see", to_goals_of(unit.session, unit.actor, who))
        key = "growth.none" if sees else "person.nothing"
        unit.reply(cards.say(unit.words, key, "goals", name=who.name))
        return
    events.sort(key=lambda event: event[0], reverse=True)
    unit.session.add(GrowthView(person=unit.actor.id, at=unit.now))
    unit.reply(answers.growth(unit.words, who.name, events, unit.today))


Event = tuple[date, str]


def _progress(unit: Unit, who: Person) -> Iterator[Event]:
    for goal in _visible_goals(unit, who):
        name = goal.metric or goal.title
        rows = select(CheckIn).where(CheckIn.goal == goal.id, col(CheckIn.undone_at).is_(None))
        for row in unit.session.exec(rows.order_by(col(CheckIn.id).desc()).limit(SHOWN)):
            yield unit.local(row.at).date(), answers.moved(unit.words, name, row.previous, row.value, goal.unit)
        agreed = select(GoalVersion).where(GoalVersion.goal == goal.id, col(GoalVersion.version) > 1)
        for version in unit.session.exec(agreed):
            yield unit.local(version.at).date(), answers.agreed(unit.words, name, version.target, goal.unit)


def _feedback_events(unit: Unit, who: Person) -> Iterator[Event]:
    for view in _readable(unit, who):
        text = short(view.texts[-1], 40)
        yield view.at.date(), unit.words("growth.feedback", giver=view.giver, text=text)


def _visible_goals(unit: Unit, who: Person) -> list[Goal]:
    sees = may("goal.see", to_goals_of(unit.session, unit.actor, who))
    return open_goals(unit.session, who.id, unit.today) if sees else []


def _readable(unit: Unit, who: Person) -> list[FeedbackView]:
    """The feedback somebody received, as far as the asker may read it."""
    wanted = select(Feedback).where(Feedback.receiver == who.id, Feedback.state == "given")
    rows = unit.session.exec(wanted.order_by(col(Feedback.id).desc()).limit(50))
    readable = [f for f in rows if may("feedback.read", to_feedback(unit.actor, f))]
    return [feedback_view(f, unit, unit.actor) for f in readable[:SHOWN]]

"""Answers to questions: at most five lines each, so that one screen holds them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cards.feedback import SAID
from cards.formats import amount, day, short
from cards.home import entry
from cards.model import Button, Card, Fact, do
from cards.views import FeedbackView, GoalView, MemberView, RevisionView
from cards.wording import Words

LINES = 5


def tasks(
    words: Words,
    goals: Sequence[GoalView],
    helps: Sequence[tuple[str, str, date | None]],
    today: date,
    *,
    days: str = "",
    elsewhere: int = 0,
) -> Card:
    """`helps`: id, who asked, and by when. `days`: those asked about; `elsewhere`: how much is of other days."""
    facts = [
        Fact(g.id, f"{short(g.name, 8)} " + words("tasks.goal", standing=g.standing(), day=day(g.due, today)))
        for g in goals
    ]
    promised = [Fact(number, f"{name} {day(due, today)}" if due else name) for number, name, due in helps]
    return Card(
        title=words("tasks.title.then", days=days) if days else words("tasks.title"),
        text=words("tasks.text", goals=len(goals), helps=len(helps)),
        facts=(*facts[: LINES - min(len(promised), 2)], *promised[:2]),
        hint=words("tasks.elsewhere", count=elsewhere) if elsewhere else "",
        buttons=(_checkin(words), entry(words, "todo")),
        locale=words.locale,
    )


def _checkin(words: Words) -> Button:
    return Button(words("button.checkin"), do("checkin"), words("button.checkin"), "primary")


def approvals(words: Words, views: Sequence[RevisionView]) -> Card:
    approve = words("revision.approve")
    return Card(
        title=words("approvals.title"),
        tone="warn",
        facts=tuple(
            Fact(v.id, words("todo.revision.value", id="", requester=v.requester, change=v.change(words)).strip())
            for v in views[:LINES]
        ),
        buttons=tuple(
            # The one that waits longest is the next step.
            Button(f"{approve} {v.id}", do("approve", request=v.id), f"{approve} {v.id}", "default" if n else "primary")
            for n, v in enumerate(views[:4])
        ),
        locale=words.locale,
    )


def gaps(words: Words, goals: Sequence[GoalView]) -> Card:
    def line(goal: GoalView) -> str:
        if goal.ahead is None:
            return words("gap.reached", standing=goal.standing())
        return words("gap.value", standing=goal.standing(), gap=amount(abs(goal.target - goal.current), goal.unit))

    return Card(
        title=words("gap.title"),
        facts=tuple(Fact(g.id, f"{short(g.name, 8)} {line(g)}") for g in goals[:LINES]),
        buttons=(_checkin(words), entry(words, "goals")),
        locale=words.locale,
    )


def suggestions(words: Words, view: FeedbackView, found: Sequence[str], today: date) -> Card:
    listed = words("feedback.list.title")
    return Card(
        title=words("suggest.title", name=view.giver, day=day(view.at.date(), today)),
        text="\n".join(f"· {short(each, 120)}" for each in found[:3]),
        buttons=(
            entry(words, "goals"),
            Button(listed, do("feedback_list"), listed),
        ),
        locale=words.locale,
    )


def givers(words: Words, rows: Sequence[tuple[str, int, date]], today: date) -> Card:
    """`rows`: name, how many, the last day."""
    newest = sorted(rows, key=lambda row: row[2], reverse=True)
    return Card(
        title=words("givers.title"),
        text=words("givers.text", count=sum(count for _, count, _ in rows), people=len(rows)),
        facts=tuple(
            Fact(name, words("givers.value", count=count, day=day(last, today))) for name, count, last in newest[:LINES]
        ),
        buttons=(entry(words, "feedback"),),
        locale=words.locale,
    )


def late(words: Words, members: Sequence[MemberView], count: int, today: date) -> Card:
    rest = len(members) - LINES
    return Card(
        title=words("late.title"),
        text=words("late.text", late=len(members), count=count),
        facts=tuple(Fact(m.name, _last(words, m, today)) for m in members[:LINES]),
        hint=words("team.more", count=rest) if rest > 0 else "",
        buttons=(entry(words, "team"), entry(words, "feedback")),
        locale=words.locale,
    )


def _last(words: Words, member: MemberView, today: date) -> str:
    return words("team.last", day=day(member.updated, today)) if member.updated else words("team.never")


def person(words: Words, name: str, member: MemberView | None, feedback: Sequence[FeedbackView], today: date) -> Card:
    """`member`: None where the asker may not see goals."""
    facts = []
    if member is not None:
        facts = [Fact(words("person.goals"), words("person.goals.none"))]
        if member.green + member.yellow + member.red:
            told = words("goals.count", green=member.green, yellow=member.yellow, red=member.red)
            facts = [
                Fact(words("person.goals"), told),
                Fact(words("person.checkin"), _last(words, member, today)),
            ]
    facts.append(Fact(words("person.feedback"), words("person.feedback.value", count=len(feedback))))
    said = ((v.at.date(), words("person.line", giver=v.giver, text=v.texts[-1])) for v in feedback[:2])
    facts += [Fact(day(at, today), short(text, SAID)) for at, text in said]
    return Card(
        title=words("person.title", name=name),
        facts=tuple(facts),
        buttons=(entry(words, "feedback"),),
        locale=words.locale,
    )


def growth(words: Words, name: str, events: Sequence[tuple[date, str]], today: date) -> Card:
    """`events`: newest first."""
    lines = (words("growth.line", day=day(at, today), what=what) for at, what in events[:8])
    return Card(title=words("growth.title", name=name), text="\n".join(lines), locale=words.locale)


def snapshot(
    words: Words,
    name: str,
    period: str,
    goals: Sequence[tuple[str, float, float, str]],
    counts: tuple[int, int],
    events: Sequence[tuple[date, str]],
    today: date,
) -> Card:
    """`goals`: name, then, now and unit. `counts`: check-ins and feedback. `events`: newest first."""
    told = (
        Fact(short(metric, 8), words("snapshot.moved", then=amount(then, unit), now=amount(now, unit)))
        for metric, then, now, unit in goals[: LINES - 2]
    )
    counted = zip(("snapshot.checkins", "snapshot.feedback"), counts, strict=True)
    rest = len(goals) - (LINES - 2)
    return Card(
        title=words("snapshot.title", name=name, period=period),
        text="\n".join(words("growth.line", day=day(at, today), what=what) for at, what in events[:3]),
        facts=(*told, *(Fact(words(key), words("snapshot.count", count=count)) for key, count in counted)),
        hint=words("snapshot.more", count=rest) if rest > 0 else "",
        buttons=(entry(words, "goals"),),
        locale=words.locale,
    )


def moved(words: Words, metric: str, previous: float, value: float, unit: str) -> str:
    return words("growth.checkin", metric=metric, previous=amount(previous, unit), value=amount(value, unit))


def agreed(words: Words, title: str, target: float, unit: str) -> str:
    return words("growth.agreed", title=title, target=amount(target, unit))

"""Asking for a change of a goal, and deciding about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cards.formats import amount, day, moment, number, short
from cards.goals import cancel, health
from cards.model import Button, Card, Change, Choice, DateInput, Fact, Form, Input, Option, Quote, Tone, do
from cards.views import GoalView, RevisionView
from cards.wording import Words

STATES: dict[str, Tone] = {"pending": "warn", "approved": "good", "rejected": "bad", "withdrawn": "neutral"}


def ask_change(words: Words, goal: GoalView, today: date, dialog: str, problem: str = "") -> Card:
    """What should it become, and why: one form where the platform has forms, one question after the other elsewhere."""
    unit = goal.unit or "-"
    return Card(
        title=words("revise.title", metric=goal.name),
        text=problem or words("revise.text"),
        tone="warn" if problem else "neutral",
        facts=(
            Fact(words("revision.target"), amount(goal.target, goal.unit)),
            Fact(words("revision.weight"), f"{number(goal.weight)}%"),
            Fact(words("revision.due"), day(goal.due, today)),
        ),
        form=Form(
            do("fill", dialog=dialog),
            words("revise.submit"),
            (
                Input("target", words("revise.target", unit=unit), number(goal.target), required=False, max_length=40),
                Input("weight", words("revise.weight"), number(goal.weight), required=False, max_length=20),
                DateInput("due", words("revise.due"), required=False),
                reason_field(words),
            ),
        ),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )


def reason_field(words: Words) -> Input:
    return Input("reason", words("revise.reason"), words("revise.reason.hint"), multiline=True, max_length=500)


def ask_reason(words: Words, goal: GoalView, change: str, dialog: str) -> Card:
    return Card(
        title=words("revise.title", metric=goal.name),
        text=words("revise.reason.text", change=change),
        form=Form(do("fill", dialog=dialog), words("revise.submit"), (reason_field(words),)),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )


def outcome(words: Words, view: RevisionView) -> str:
    """Who decided what, and when; empty while it waits."""
    if view.state == "pending" or view.decided_at is None:
        return ""
    return words(
        f"revision.outcome.{view.state}",
        who=view.decided_by,
        at=moment(view.decided_at),
        version=view.goal.version,
        reason=view.decision_reason,
    )


def _revision(
    words: Words, view: RevisionView, title: str, facts: tuple[Fact, ...], buttons: tuple[Button, ...]
) -> Card:
    card = Card(
        title=title,
        subtitle=words("revision.subtitle", id=view.id, requester=view.requester, goal=short(view.goal.title, 24)),
        status=words(f"revision.{view.state}"),
        tone=STATES[view.state],
        changes=tuple(Change(words(f"revision.{c.part}"), c.old, c.new) for c in view.changes),
        facts=facts,
        quote=Quote(words("revise.reason"), view.reason) if view.reason else None,
        buttons=buttons,
        locale=words.locale,
    )
    if view.state == "pending":
        return card
    return card.closed(outcome(words, view), STATES[view.state], words(f"revision.{view.state}"))


def to_approve(words: Words, view: RevisionView) -> Card:
    """The approver's card, whatever state it is in."""
    approve, reject, see = words("revision.approve"), words("revision.reject"), words("todo.see", id=view.goal.id)
    goal = Button(words("revision.goal"), do("goal", goal=view.goal.id), see)
    facts = (
        Fact(words("goal.facts.now"), amount(view.goal.current, view.goal.unit)),
        Fact(words("goal.facts.pace"), f"{health(words, view.goal)} · {view.goal.pace(words)}"),
    )
    return _revision(
        words,
        view,
        words("newgoal.approve.title" if view.is_new else "revision.title"),
        _new_facts(words, view) if view.is_new else facts,
        (
            Button(approve, do("approve", request=view.id), f"{approve} {view.id}", "primary"),
            Button(reject, do("reject", request=view.id), f"{reject} {view.id}", "danger"),
            *(() if view.is_new else (goal,)),
        ),
    )


def _new_facts(words: Words, view: RevisionView) -> tuple[Fact, ...]:
    goal = view.goal
    return (
        Fact(words("newgoal.what"), goal.title),
        Fact(words("goal.facts.target"), amount(goal.target, goal.unit)),
        Fact(words("goal.facts.due"), goal.due.isoformat()),
        *((Fact(words("goal.facts.now"), amount(goal.current, goal.unit)),) if goal.current else ()),
    )


def mine(words: Words, view: RevisionView) -> Card:
    """The requester's card of the same revision."""
    withdraw = words("revision.withdraw")
    return _revision(
        words,
        view,
        words("newgoal.mine.title" if view.is_new else "revision.mine.title"),
        (*(_new_facts(words, view) if view.is_new else ()), Fact(words("revision.approver"), view.approver)),
        (Button(withdraw, do("withdraw", request=view.id), f"{withdraw} {view.id}"),),
    )


def with_text(card: Card, text: str) -> Card:
    return replace(card, text=text)


def ask_reject_reason(words: Words, view: RevisionView, dialog: str) -> Card:
    return Card(
        title=words("reject.title", id=view.id),
        text=words("reject.text", requester=view.requester),
        form=Form(
            do("fill", dialog=dialog),
            words("revision.reject"),
            (Input("reason", words("revise.reason"), words("reject.hint"), multiline=True, max_length=500),),
        ),
        buttons=(Button(words("reject.cancel"), do("cancel", dialog=dialog), words("button.cancel")),),
        locale=words.locale,
    )


def choose_request(words: Words, views: Sequence[RevisionView], dialog: str) -> Card:
    said = [words("todo.revision.value", id=v.id, requester=v.requester, change=v.change(words)) for v in views[:10]]
    options = tuple(Option(v.id, short(text, 40)) for v, text in zip(views, said, strict=False))
    return Card(
        title=words("decide.which.title"),
        text=words("decide.which"),
        form=Form(
            do("fill", dialog=dialog),
            words("button.next"),
            (Choice("request", words("decide.request"), options, options[0].value),),
        ),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )

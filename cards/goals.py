"""Goals and check-ins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cards.formats import amount, day, number, short
from cards.home import entry, undo
from cards.model import Button, Card, Choice, Fact, Form, Input, Option, Tone, do
from cards.views import GoalView, MemberView
from cards.wording import Words

SHOWN = 5
CHOICES = 10
CHOICE_LENGTH = 16  # characters; more is cut on WeCom
SAID = {"on_track": "green", "at_risk": "yellow", "off_track": "red"}
TONES: dict[str, Tone] = {"green": "good", "yellow": "warn", "red": "bad"}


def health(words: Words, goal: GoalView) -> str:
    return words(f"health.{goal.health}")


def goal_list(words: Words, title: str, goals: Sequence[GoalView], *, own: bool) -> Card:
    count = {colour: sum(g.health == colour for g in goals) for colour in TONES}
    rest = goals[SHOWN:]
    return Card(
        title=title,
        text=words("goals.count", **count),
        tone="bad" if count["red"] else "warn" if count["yellow"] else "good",
        facts=tuple(Fact(g.id, f"{short(g.name, 12)} {g.standing()} · {health(words, g)}") for g in goals[:SHOWN]),
        hint=words("goals.more", count=len(rest), id=rest[0].id) if rest else "",
        buttons=(
            Button(words("button.checkin"), do("checkin"), words("button.checkin"), "primary"),
            Button(words("button.revise"), do("revise"), words("button.revise")),
        )
        if own
        else (),
        locale=words.locale,
    )


def goal(  # noqa: PLR0913 - one card, these parts
    words: Words,
    view: GoalView,
    owner: str,
    today: date,
    *,
    parent: str,
    history: Sequence[tuple[date, float]],
    versions: Sequence[float],
    own: bool,
) -> Card:
    """One goal. `history`: days and values, newest first; `versions`: agreed targets, oldest first."""
    lines = [
        Fact(words("goal.facts.now"), amount(view.current, view.unit)),
        Fact(words("goal.facts.target"), amount(view.target, view.unit)),
        Fact(words("goal.facts.pace"), view.pace(words)),
        Fact(words("goal.facts.due"), day(view.due, today)),
        Fact(words("goal.chain"), short(parent, 28))
        if parent
        else Fact(words("goal.facts.weight"), f"{number(view.weight)}%"),
    ]
    told = []
    if history:
        values = " · ".join(f"{day(at, today)} {number(value)}" for at, value in history)
        told.append(words("goal.history", values=values))
    if len(versions) > 1:
        told.append(words("goal.versions", values=" → ".join(number(v) for v in versions)))
    return Card(
        title=view.title,
        subtitle=f"{view.id} · {owner} · {words('goal.version', version=view.version)}",
        status=health(words, view),
        tone=TONES[view.health],
        facts=tuple(lines),
        text="\n".join(told),
        buttons=own_buttons(words, view) if own else (),
        locale=words.locale,
    )


def own_buttons(words: Words, view: GoalView) -> tuple[Button, ...]:
    checkin, revise = words("button.checkin"), words("button.revise")
    return (
        Button(checkin, do("checkin", goal=view.id), f"{checkin} {view.id}", "primary"),
        Button(revise, do("revise", goal=view.id), f"{revise} {view.id}"),
    )


def cancel(words: Words, dialog: str) -> Button:
    return Button(words("button.cancel"), do("cancel", dialog=dialog), words("button.cancel"))


def choose_goal(words: Words, title: str, text: str, goals: Sequence[GoalView], dialog: str) -> Card:
    options = tuple(Option(g.id, short(g.title, CHOICE_LENGTH)) for g in goals[:CHOICES])
    return Card(
        title=title,
        text=text,
        form=Form(
            do("fill", dialog=dialog),
            words("button.next"),
            (Choice("goal", words("checkin.goal"), options, options[0].value),),
        ),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )


def ask_value(words: Words, view: GoalView, today: date, dialog: str, problem: str = "") -> Card:
    label = words("checkin.value.field", unit=view.unit) if view.unit else words("checkin.value.field.plain")
    facts = [Fact(words("goal.facts.target"), amount(view.target, view.unit))]
    last = amount(view.current, view.unit)
    if view.updated:
        last = words("goal.last", value=last, day=day(view.updated, today))
    facts.insert(0, Fact(words("goal.facts.last"), last))
    return Card(
        title=words("checkin.value.title", metric=view.name),
        text=problem or words("checkin.value.text"),
        tone="warn" if problem else "neutral",
        facts=tuple(facts),
        form=Form(
            do("fill", dialog=dialog),
            words("button.next"),
            (Input("value", label, words("checkin.value.hint", value=number(view.current)), max_length=40),),
        ),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )


def ask_more(words: Words, recorded: str, checkin: str, dialog: str) -> Card:
    """The third step: the value is recorded already, so leaving loses nothing."""
    return Card(
        title=words("checkin.more.title"),
        text=words("checkin.more.text", recorded=recorded),
        tone="good",
        form=Form(
            do("fill", dialog=dialog),
            words("button.next"),
            (
                Input(
                    "note",
                    words("checkin.note"),
                    words("checkin.note.hint"),
                    multiline=True,
                    required=False,
                    max_length=500,
                ),
            ),
        ),
        buttons=(
            Button(words("button.skip"), do("skip", dialog=dialog), words("button.skip")),
            undo(words, checkin),
        ),
        locale=words.locale,
    )


def recorded_line(words: Words, view: GoalView, previous: float) -> str:
    return words(
        "checkin.recorded",
        metric=view.name,
        previous=amount(previous, view.unit),
        value=amount(view.current, view.unit),
        target=amount(view.target, view.unit),
        pace=view.pace(words),
    )


def noted_line(words: Words, view: GoalView, said: str) -> str:
    """Only how it stands was said, in the person's own judgement: on_track, at_risk or off_track."""
    value = amount(view.current, view.unit)
    return words("checkin.noted", metric=view.name, value=value, health=words(f"health.{SAID[said]}"))


def recorded(words: Words, text: str, checkin: str) -> Card:
    photo = words("checkin.photo")
    return Card(
        text=text,
        buttons=(undo(words, checkin), Button(photo, do("evidence", checkin=checkin), photo)),
        locale=words.locale,
    )


def or_photo(words: Words, card: Card) -> Card:
    """With a way to say that a picture is meant for the last check-in."""
    photo = words("checkin.photo")
    return replace(card, buttons=(Button(photo, do("evidence"), photo), *card.buttons))


def team(words: Words, members: Sequence[MemberView], today: date, updated: int) -> Card:
    rest = len(members) - SHOWN

    def line(member: MemberView) -> str:
        last = words("team.last", day=day(member.updated, today)) if member.updated else words("team.never")
        return words("team.member", green=member.green, yellow=member.yellow, red=member.red, last=last)

    return Card(
        title=words("team.title"),
        text=words("team.text", updated=updated, count=len(members)),
        facts=tuple(Fact(m.name, line(m)) for m in members[:SHOWN]),
        hint=words("team.more", count=rest) if rest > 0 else "",
        buttons=(entry(words, "todo"), entry(words, "feedback")),
        locale=words.locale,
    )

"""What is said because the time has come: one matter a card, or several that fall due together in one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cards.formats import day, number, short
from cards.goals import TONES, health
from cards.home import entry
from cards.model import Button, Card, Fact, Form, Input, do
from cards.views import GoalView
from cards.wording import Words

SHOWN = 5
MOST_BUTTONS = 4
MOST_SAID = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One matter: its sentence, its own card, and how it ended (empty: it is open). `put_off`: for a while only.

    `lead`: what its first button is called on a card with other matters, where `现在写` alone would not say for whom.
    """

    text: str
    card: Card
    outcome: str = ""
    lead: str = ""
    put_off: bool = False


def one(words: Words, item: Item) -> Card:
    """A matter alone on its card."""
    if not item.outcome:
        return item.card
    if item.put_off:
        return item.card.closed(item.outcome, "neutral", words("nudge.put.off"))
    return item.card.closed(item.outcome, "good", words("nudge.done"))


def several(words: Words, items: Sequence[Item]) -> Card:
    """What falls due together: a line each; of each that is open its form or its first button, the rest in words."""
    if len(items) == 1:
        return one(words, items[0])
    still = [item for item in items if not item.outcome]
    filled = next((item.card for item in still if item.card.form), Card())
    form = _form(filled.form) if filled.form else None
    leads = _leads([item for item in still if not item.card.form], after=form)
    shown = {button.do for button in leads}
    card = Card(
        title=words("nudge.several", count=len(items)),
        text="\n".join(_line(words, item, shown) for item in items),
        facts=filled.facts,
        picture=next((item.card.picture for item in still if item.card.picture), None),
        form=form,
        buttons=leads,
        locale=words.locale,
    )
    return card if still else card.closed(words("nudge.all.done"), "good", words("nudge.done"))


def _form(form: Form) -> Form:
    """On a card with others: where its fields are not shown, one button leads there."""
    return replace(form, instead=tuple(replace(button, style="primary") for button in form.instead[:1]))


def _leads(items: Sequence[Item], *, after: Form | None) -> tuple[Button, ...]:
    """The first button of each matter, as many as fit. One is primary, unless the form's own is."""
    firsts = [replace(i.card.buttons[0], label=i.lead or i.card.buttons[0].label) for i in items if i.card.buttons]
    unique = list({button.do: button for button in firsts}.values())[: MOST_BUTTONS - bool(after)]
    return tuple(replace(button, style="default" if n or after else "primary") for n, button in enumerate(unique))


def _line(words: Words, item: Item, shown: Collection[str]) -> str:
    """A matter among others, with what to say for that which has no button here."""
    if item.outcome:
        return f"· {item.text} ✓ {item.outcome}"
    says = [words("nudge.say", say=button.say) for button in item.card.buttons if button.do not in shown]
    told = words("nudge.or.say", says=words("list.and").join(says[:MOST_SAID])) if says else ""
    return f"· {item.text}{told}"


def check_in(words: Words, goals: Sequence[GoalView], today: date, fresh: Sequence[str], nudge: str) -> Item:
    """The week's card: every goal with its last value, each to be answered here. `fresh`: updated already."""
    waiting = [goal for goal in goals if goal.id not in fresh]
    fields = tuple(
        Input(
            goal.id,
            words("nudge.checkin.field", name=goal.name, unit=goal.unit or "-"),
            number(goal.current),
            required=False,
            max_length=40,
        )
        for goal in waiting[:SHOWN]
    )
    label = words("button.checkin")
    one_by_one = tuple(
        Button(f"{label} {g.id}", do("checkin", goal=g.id), f"{label} {g.id}") for g in waiting[:MOST_BUTTONS]
    )
    card = Card(
        title=words("nudge.checkin.title"),
        text=_example(words, waiting[0]) if waiting else "",
        tone="info",
        facts=tuple(Fact(goal.id, short(_standing(words, goal, today, fresh), 30)) for goal in goals[:SHOWN]),
        form=Form(do("weekly", nudge=nudge), words("nudge.checkin.submit"), fields, one_by_one) if fields else None,
        locale=words.locale,
    )
    outcome = "" if waiting else words("nudge.checkin.done", count=len(goals))
    return Item(words("nudge.checkin.text", count=len(waiting)), card, outcome)


def _example(words: Words, goal: GoalView) -> str:
    return words("nudge.checkin.hint", metric=goal.name, value=f"{number(goal.target)}{goal.unit}")


def _standing(words: Words, goal: GoalView, today: date, fresh: Sequence[str]) -> str:
    last = "✓" if goal.id in fresh else day(goal.updated, today) if goal.updated else words("team.never")
    return f"{short(goal.name, 10)} {goal.standing()} · {last}"


def silence(words: Words, name: str, person: str, days: int, nudge: str, warned: str, outcome: str) -> Item:
    """`warned`: who was asked a week ago, where this is the escalation."""
    text = words("nudge.silence.text", name=name, days=days)
    write = words("nudge.silence.write")
    card = Card(
        title=words("nudge.silence.title", name=name),
        text=text + ("\n" + words("nudge.silence.escalated", name=warned) if warned else ""),
        tone="warn",
        buttons=(
            Button(write, do("feedback", person=person), words("nudge.silence.say", name=name), "primary"),
            _later(words, nudge),
        ),
        locale=words.locale,
    )
    return Item(text, card, outcome, words("nudge.silence.lead", name=name))


def _later(words: Words, nudge: str) -> Button:
    later = words("nudge.later")
    return Button(later, do("snooze", nudge=nudge), f"{later} {nudge}")


def red(words: Words, goal: GoalView, owner: str, weeks: int, today: date, nudge: str, outcome: str) -> Item:
    text = words("nudge.red.text", name=owner, metric=goal.name, weeks=weeks)
    talk, support = words("nudge.red.talk"), words("nudge.red.support")
    card = Card(
        title=words("nudge.red.title", name=owner),
        status=health(words, goal),
        tone=TONES[goal.health],
        text=text,
        facts=_goal_facts(words, goal, today),
        buttons=(
            Button(talk, do("respond", nudge=nudge, act="talk"), f"{talk} {nudge}", "primary"),
            Button(support, do("respond", nudge=nudge, act="support"), f"{support} {nudge}"),
            Button(
                words("button.revise"), do("respond", nudge=nudge, act="revise"), f"{words('nudge.red.revise')} {nudge}"
            ),
            _later(words, nudge),
        ),
        locale=words.locale,
    )
    return Item(text, card, outcome, words("nudge.red.lead", name=owner))


def _goal_facts(words: Words, goal: GoalView, today: date) -> tuple[Fact, ...]:
    return (
        Fact(words("goal.facts.now"), goal.standing()),
        Fact(words("goal.facts.pace"), goal.pace(words)),
        Fact(words("goal.facts.due"), day(goal.due, today)),
    )


def progress(words: Words, kind: str, goal: GoalView, today: date, days: int, outcome: str) -> Item:
    """behind, stale or due: the owner is asked, and can answer with one press."""
    text = words(f"nudge.{kind}.text", metric=goal.name, days=days, due=day(goal.due, today))
    label = words("button.checkin")
    card = Card(
        title=words(f"nudge.{kind}.title", metric=goal.name),
        status=health(words, goal),
        tone=TONES[goal.health],
        text=text,
        facts=_goal_facts(words, goal, today),
        buttons=(
            Button(label, do("checkin", goal=goal.id), f"{label} {goal.id}", "primary"),
            Button(words("button.revise"), do("revise", goal=goal.id), f"{words('button.revise')} {goal.id}"),
        ),
        locale=words.locale,
    )
    return Item(text, card, outcome, f"{label} {goal.id}")


def prompt(words: Words, kind: str, leads_to: Sequence[str], outcome: str = "", **fills: object) -> Item:
    """A sentence at a turn of the calendar: retro, month, quarter; or nobody heard from this manager this month."""
    text = words(f"nudge.{kind}.text", **fills)
    buttons = tuple(entry(words, name, "primary" if n == 0 else "default") for n, name in enumerate(leads_to))
    card = Card(title=words(f"nudge.{kind}.title"), text=text, tone="info", buttons=buttons, locale=words.locale)
    return Item(text, card, outcome)


def one_to_ones(words: Words, people: Sequence[tuple[str, str]], before: str, outcome: str) -> Item:
    """`people`: id and name of who still waits; `before`: what the card said when it came."""
    names = words("list.and").join(name for _, name in people[:SHOWN])
    if len(people) > SHOWN:
        names = words("nudge.monthly_talk.more", names=names, count=len(people))
    text = words("nudge.monthly_talk.text", names=names) if people else before
    buttons = tuple(
        Button(
            words("nudge.monthly_talk.book", name=name),
            do("book_talk", person=person),
            words("nudge.monthly_talk.say", name=name),
            "default" if n else "primary",
        )
        for n, (person, name) in enumerate(people[:MOST_BUTTONS])
    )
    title, hint = words("nudge.monthly_talk.title"), words("nudge.monthly_talk.hint")
    card = Card(title=title, text=text, tone="info", buttons=buttons, hint=hint, locale=words.locale)
    return Item(text, card, outcome, buttons[0].say if buttons else "")


def remind(words: Words, card: Card, escalated_from: str) -> Card:
    """An approval card, sent again with the reason why."""
    if escalated_from:
        return replace(card, text=words("nudge.approval.escalated", name=escalated_from))
    return replace(card, text=words("nudge.approval.again"))

"""Feedback between people, and requests for help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cards.formats import day, moment, short
from cards.goals import cancel
from cards.home import entry, undo
from cards.model import Button, Card, Choice, Fact, Form, Input, Option, Quote, Style, do
from cards.views import FeedbackView, ReadingView
from cards.wording import Words

READERS = ("receiver", "receiver_and_manager")
HINTS = 2  # more than two things to mend at once nobody mends
ONE_CARD = 1500  # characters of text that every platform shows in one card
SAID = 28  # characters of a part that are shown


def choose_person(words: Words, title: str, text: str, people: Sequence[tuple[str, str]], dialog: str) -> Card:
    """`people`: id and name, at most ten are shown; a name can be typed as well."""
    options = tuple(Option(*person) for person in people[:10])
    field = (
        Choice("person", words("feedback.person"), options, options[0].value)
        if options
        else Input("person", words("feedback.person"), max_length=40)
    )
    return Card(
        title=title,
        text=text,
        form=Form(do("fill", dialog=dialog), words("button.next"), (field,)),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )


def ask_text(words: Words, receiver: str, dialog: str, draft: str = "") -> Card:
    """`draft`: what was written before, to be mended."""
    card = ask_words(
        words,
        words("feedback.text.title", name=receiver),
        words("feedback.text.text"),
        Input("text", words("feedback.text.field"), words("feedback.text.hint"), default=draft, multiline=True),
        dialog,
    )
    return replace(card, quote=Quote(words("feedback.quote"), draft)) if draft else card


def ask_new_text(words: Words, receiver: str, old: str, dialog: str) -> Card:
    card = ask_words(
        words,
        words("feedback.edit.title", name=receiver),
        words("feedback.edit.text"),
        Input("text", words("feedback.text.field"), default=old, multiline=True),
        dialog,
    )
    return Card(
        title=card.title,
        text=card.text,
        quote=Quote(words("feedback.quote"), old),
        form=card.form,
        buttons=card.buttons,
        locale=words.locale,
    )


def ask_words(words: Words, title: str, text: str, field: Input, dialog: str) -> Card:
    return Card(
        title=title,
        text=text,
        form=Form(do("fill", dialog=dialog), words("button.next"), (field,)),
        buttons=(cancel(words, dialog),),
        locale=words.locale,
    )


def ask_readers(words: Words, receiver: str, manager: str, text: str, reading: ReadingView, dialog: str) -> Card:
    """The last look before it goes out: what the text gives and lacks, and the choice of who may read it.

    A text that judges or tells nothing is offered to be mended first; it may be sent all the same.
    """
    buttons = [
        _readers_button(words, readers, receiver, manager, reading, dialog)
        for readers in (READERS if manager else READERS[:1])
    ]
    return _last_look(words, words("feedback.readers.title", name=receiver), buttons, text, reading, dialog)


def ask_sure(words: Words, receiver: str, text: str, reading: ReadingView, dialog: str) -> Card:
    """The same look before a new version goes out; who may read it was chosen with the first."""
    label = words("gate.send.anyway" if reading.is_weak else "gate.send")
    send = Button(label, do("fill", dialog=dialog, confirmed="yes"), label, "default" if reading.is_weak else "primary")
    return _last_look(words, words("feedback.sure.title", name=receiver), [send], text, reading, dialog)


def _last_look(
    words: Words, title: str, buttons: Sequence[Button], text: str, reading: ReadingView, dialog: str
) -> Card:
    mend = Button(words("gate.mend"), do("mend"), words("gate.mend"), "primary" if reading.is_weak else "default")
    return Card(
        title=title,
        status=words(f"gate.{reading.flaw}") if reading.flaw else "",
        tone="warn" if reading.is_weak else "neutral",
        facts=_reading_facts(words, reading),
        text="\n".join(reading.hints[:HINTS]) or _points(words, reading),
        quote=Quote(words("feedback.quote"), text),
        buttons=(mend, *buttons, cancel(words, dialog)) if reading.is_weak else (*buttons, mend, cancel(words, dialog)),
        locale=words.locale,
    )


def _readers_button(
    words: Words, readers: str, receiver: str, manager: str, reading: ReadingView, dialog: str
) -> Button:
    named = words(f"feedback.readers.{readers}", name=receiver, manager=manager)
    label = words("gate.anyway", readers=named) if reading.is_weak else named
    style: Style = "primary" if readers == "receiver" and not reading.is_weak else "default"
    return Button(label, do("fill", dialog=dialog, readers=readers), named, style)


def _reading_facts(words: Words, reading: ReadingView) -> tuple[Fact, ...]:
    parts = (
        Fact(words(f"gate.{part}"), short(said, SAID) if said else words("gate.missing"))
        for part, said in reading.parts.items()
    )
    return (*parts, Fact(words("gate.score"), words("gate.score.value", score=reading.score)))


def _points(words: Words, reading: ReadingView) -> str:
    """What the score of a text without flaws lacks: the rest of the rules holds."""
    lost = [words("gate.rule", rule=rule, points=points) for rule, points, holds in reading.rules if not holds]
    return words("gate.rules", rules=" · ".join(lost)) if lost else words("gate.rules.all")


def given(words: Words, view: FeedbackView, *, of_report: bool = False) -> Card:
    """The giver's own copy. `of_report`: a focus point may follow; there are three buttons already, so in words."""
    readers = words(
        "feedback.readers.receiver_and_manager" if view.manager else "feedback.readers.receiver",
        name=view.receiver,
        manager=view.manager,
    )
    edit, tag = words("feedback.edit"), words("tag.button")
    card = Card(
        text=words("feedback.given", name=view.receiver, readers=readers)
        if len(view.texts) == 1
        else words("feedback.changed", name=view.receiver, version=len(view.texts)),
        facts=_tags(words, view),
        buttons=(
            Button(tag, do("tag", feedback=view.id), f"{tag} {view.id}"),
            Button(edit, do("edit_feedback", feedback=view.id), f"{edit} {view.id}"),
            *_to_versions(words, view),
            undo(words, view.id if view.version == 1 else f"{view.id}/{view.version}"),
        ),
        hint=words("focus.hint", name=view.receiver) if of_report else "",
        locale=words.locale,
    )
    return _closed(words, card, view) if view.state == "withdrawn" else card


def received(words: Words, view: FeedbackView, *, for_manager: bool = False) -> Card:
    """The receiver's card (and the manager's, where the giver chose so). Older versions stay readable."""
    version = len(view.texts)
    readers = "feedback.readers.you_and_manager" if view.manager else "feedback.readers.you"
    seen_by, thank = words(readers, manager=view.manager), words("feedback.thank")
    thanks = Button(thank, do("thank", feedback=view.id), f"{thank} {view.id}", "primary")
    card = Card(
        title=words("feedback.title.manager", giver=view.giver, name=view.receiver)
        if for_manager
        else words("feedback.title", name=view.giver),
        status=words("feedback.new") if version == 1 else words("feedback.edited", version=version),
        tone="info",
        quote=Quote(words("feedback.words"), view.texts[-1]),
        text="\n".join(
            words("feedback.before", version=n, text=short(text, 200)) for n, text in enumerate(view.texts[:-1], 1)
        ),
        facts=_tags(words, view) + (() if for_manager else (Fact(words("feedback.readers"), seen_by),)),
        buttons=(*(() if for_manager else (thanks,)), *_to_versions(words, view)),
        locale=words.locale,
    )
    if view.state == "withdrawn":
        return _closed(words, card, view)
    if view.thanked and not for_manager:
        return card.closed(words("feedback.thanked", name=view.giver), "info", card.status)
    return card


def _to_versions(words: Words, view: FeedbackView) -> tuple[Button, ...]:
    """Where there is more than one wording, all of them are one press away."""
    if len(view.texts) == 1:
        return ()
    return (Button(words("feedback.versions"), do("read_feedback", feedback=view.id), read_by(words, view.id)),)


def read_by(words: Words, id: str) -> str:
    """What shows a feedback, typed."""
    return words("feedback.read", id=id)


def versions(words: Words, view: FeedbackView, *, own: bool) -> list[Card]:
    """Every wording in full: on one card, or a message each where that would be too long for a card."""
    title = words("feedback.versions.title", giver=view.giver, name=view.receiver)
    lines = [
        f"**{words('feedback.version', version=n, at=moment(at))}**\n{text}"
        for n, (text, at) in enumerate(zip(view.texts, view.times, strict=True), 1)
    ]
    edit = words("feedback.edit")
    mend = Button(edit, do("edit_feedback", feedback=view.id), f"{edit} {view.id}")
    is_over = view.state == "withdrawn"
    fits = sum(map(len, lines)) <= ONE_CARD
    card = Card(
        title=title,
        subtitle=view.id,
        status=words("feedback.withdrawn") if is_over else "",
        text="\n".join(lines) if fits else "",
        facts=_tags(words, view),
        buttons=(mend,) if own and not is_over else (),
        locale=words.locale,
    )
    return [card] if fits else [card, *(Card(text=line, locale=words.locale) for line in lines)]


def told(words: Words, view: FeedbackView, what: str, *, for_manager: bool) -> Card:
    """One line for a reader: a changed card makes no sound, and some cannot be changed. `what`: changed, withdrawn."""
    whose = ".manager" if for_manager else ""
    fills = {"giver": view.giver, "name": view.receiver, "version": len(view.texts)}
    buttons = _to_versions(words, view) if what == "changed" else ()
    return Card(text=words(f"feedback.told.{what}{whose}", **fills), buttons=buttons, locale=words.locale)


def _tags(words: Words, view: FeedbackView) -> tuple[Fact, ...]:
    facts = ((words("tag.fact"), " · ".join(view.tags)), (words("tag.document"), view.document))
    return tuple(Fact(*fact) for fact in facts if fact[1])


def _closed(words: Words, card: Card, view: FeedbackView) -> Card:
    at = moment(view.withdrawn_at) if view.withdrawn_at else ""
    told = words("feedback.outcome.withdrawn", who=view.giver, at=at)
    # Taken back means taken back: the words go, the trace stays.
    return replace(card.closed(told, "neutral", words("feedback.withdrawn")), quote=None, text="", facts=())


def received_list(words: Words, title: str, views: Sequence[FeedbackView], today: date, more: bool) -> Card:
    lines = [
        f"**{words('feedback.list.line', at=day(v.at.date(), today), name=v.giver, id=v.id)}**\n"
        + short(v.texts[-1], 160)
        for v in views
    ]
    read = words("feedback.list.read", say=read_by(words, views[0].id))
    return Card(
        title=title,
        text="\n".join(lines),
        hint=f"{words('feedback.list.more', count=len(views))} {read}" if more else read,
        buttons=(entry(words, "feedback"), entry(words, "code")),
        locale=words.locale,
    )


def given_list(words: Words, views: Sequence[FeedbackView], today: date, more: bool) -> Card:
    read = words("feedback.list.read", say=read_by(words, views[0].id))
    return Card(
        title=words("feedback.given.title"),
        text="\n".join(_given_line(words, view, today) for view in views),
        hint=f"{words('feedback.list.more', count=len(views))} {read}" if more else read,
        buttons=(entry(words, "feedback"),),
        locale=words.locale,
    )


def _given_line(words: Words, view: FeedbackView, today: date) -> str:
    marks = [words("feedback.list.line", at=day(view.at.date(), today), name=view.receiver, id=view.id)]
    marks += [words("feedback.edited", version=len(view.texts))] if len(view.texts) > 1 else []
    marks += [words("feedback.withdrawn")] if view.state == "withdrawn" else []
    return f"**{' · '.join(marks)}**\n{short(view.texts[-1], 60)}"

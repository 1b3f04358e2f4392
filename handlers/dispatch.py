"""From an event to a command to its handler: the one way in for chat, cards and menus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect
from sqlmodel import Session

from cards.formats import short
from cards.home import say
from cards.model import Card, dump, read_do
from cards.wording import Words
from handlers import (
    answers,
    asking,
    checkins,
    commands,
    dialogs,
    feedback,
    feedback_requests,
    org,
    overview,
    questions,
    revisions,
    talks,
    undo,
)
from handlers.commands import AddNote, CheckIn, Command
from handlers.directory import Directory, context
from handlers.events import CardAction, Event, MenuPressed, Message, Opened
from handlers.meaning import meant
from handlers.ports import Answer
from handlers.routes import from_do, from_typed
from handlers.slots import SKIPPABLE, VERBATIM, Unreadable, read_answer, read_form
from handlers.understanding import Context, is_cancel, is_skip, understand
from handlers.unit import Refusal, Unit
from storage.tables import Account, Delivery, Dialog, Person
from storage.vault import Vault

WIDE = frozenset({"goal", "person"})  # questions that are often answered with a whole sentence
SURE = 0.75  # from that confidence on a sentence may interrupt a dialog

Handler = Callable[[Any, Unit], None]

HANDLERS: dict[type[Command], Handler] = {
    commands.ShowHome: overview.home,
    commands.ShowGoals: overview.goals,
    commands.ShowGoal: overview.goal,
    commands.CheckIn: checkins.check_in,
    commands.AddNote: checkins.add_note,
    commands.OfferEvidence: checkins.offer_evidence,
    commands.Revise: revisions.revise,
    commands.Decide: revisions.decide,
    commands.WithdrawRevision: revisions.withdraw,
    commands.GiveFeedback: feedback.give,
    commands.EditFeedback: feedback.edit,
    commands.Thank: feedback.thank,
    commands.MendFeedback: feedback.mend,
    commands.TagFeedback: asking.tag,
    commands.RequestFeedback: asking.request,
    commands.AnswerFeedbackRequest: asking.answer,
    commands.ShowCode: feedback_requests.show_code,
    commands.OpenCode: asking.open_code,
    commands.BookTalk: talks.book,
    commands.RecordTalk: talks.record,
    commands.ShowTalk: talks.show,
    commands.ShowTalks: talks.show_all,
    commands.CancelTalk: talks.cancel,
    commands.ShowTasks: questions.tasks,
    commands.ShowApprovals: questions.approvals,
    commands.ShowGap: questions.gap,
    commands.ShowSuggestions: questions.suggestions,
    commands.ShowGivers: questions.givers,
    commands.ShowLate: questions.late,
    commands.ShowPerson: questions.person,
    commands.ShowGrowth: questions.growth,
    commands.ShowFeedback: feedback.show,
    commands.AskHelp: feedback.ask_help,
    commands.AnswerHelp: feedback.answer_help,
    commands.ShowRanking: overview.ranking,
    commands.ShowTodo: overview.todo,
    commands.ShowTeam: overview.team,
    commands.ShowDigest: overview.digest,
    commands.UpdateWeek: answers.update_week,
    commands.Snooze: answers.snooze,
    commands.Respond: answers.respond,
    commands.RemindManager: answers.remind,
    commands.Undo: undo.undo,
    commands.NotYet: overview.not_yet,
    commands.NotUnderstood: overview.not_understood,
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event comes from, and what that platform can show."""

    platform: str
    toasts: bool


@dataclass(frozen=True, slots=True)
class Core:
    """What every unit of work needs, made once by the composition root."""

    vault: Vault
    private: Vault
    audit_key: bytes = field(repr=False)
    zone: ZoneInfo
    directory: Directory


@dataclass(frozen=True, slots=True)
class Worked:
    """The answer to a press, and the delivery rows that become superfluous when it arrives."""

    answer: Answer
    answering: tuple[int, ...] = ()


def work(core: Core, session: Session, origin: Origin, event: Event, now: datetime) -> Worked:
    """Everything one event causes, inside the caller's transaction."""
    if not isinstance(event, Message | CardAction | MenuPressed | Opened) or not event.account:
        return Worked(Answer())
    account = session.get(Account, (origin.platform, event.account))
    person = session.get(Person, account.person) if account else None
    if account is None or person is None or not person.active:
        return _refuse(core, session, origin, event, now, "refuse.left" if person else "refuse.stranger")
    vaults = (core.vault, core.private)
    unit = Unit(session, now, *vaults, core.audit_key, core.zone, origin.platform, origin.toasts, event, person)
    if not isinstance(event, Opened):
        account.used_at = now
    if event.group:
        _say_in_group(unit, event.group)
    unit.keep_token()
    _carry_out(unit, core.directory, account, event)
    return Worked(unit.answer, tuple(row.id for row in unit.answering if row.id is not None))


def _carry_out(unit: Unit, directory: Directory, account: Account, event: Event) -> None:
    """A refusal undoes whatever its command had begun, and is told."""
    savepoint = unit.session.begin_nested()
    try:
        if isinstance(event, Opened):
            _greet(unit, account)
        elif isinstance(event, Message):
            _hear(unit, directory, event)
        elif isinstance(event, CardAction | MenuPressed):
            _press(unit, directory, event.do, dict(event.form) if isinstance(event, CardAction) else {})
        savepoint.commit()
    except Refusal as refusal:
        savepoint.rollback()
        unit.answer, unit.answering = Answer(), []
        unit.tell(say(unit.words, refusal.key, "home", **refusal.fills), "warn")


def _greet(unit: Unit, account: Account) -> None:
    """Opening the chat is answered once: it happens many times a day."""
    if account.greeted_at is None:
        account.greeted_at = unit.now
        unit.reply(overview.home_card(unit))


def _say_in_group(unit: Unit, group: str) -> None:
    """Never anything private in a group: the answer goes to the person, and the group hears only that."""
    card = say(unit.words, "group.moved")
    unit.session.add(
        Delivery(
            platform=unit.platform,
            account=unit.event.account,
            group=group,
            card_sealed=unit.vault.seal(dump(card)),
            due_at=unit.now,
            at=unit.now,
        )
    )


def _refuse(core: Core, session: Session, origin: Origin, event: Event, now: datetime, key: str) -> Worked:
    """A polite no that says whom to ask; nothing else happens. Opening the chat alone is no reason to speak."""
    if isinstance(event, Opened):
        return Worked(Answer())
    words = Words("zh")
    card = say(words, key, who=org.contact(session) or words("who.nobody"))
    session.add(
        Delivery(
            platform=origin.platform,
            account=event.account,
            card_sealed=core.vault.seal(dump(card)),
            due_at=now,
            at=now,
        )
    )
    return Worked(Answer(card.text, "warn"))


def _hear(unit: Unit, directory: Directory, message: Message) -> None:
    keepable = [m for m in message.media if m.kind in {"image", "file", "video"}]
    if keepable:
        checkins.take_evidence(keepable, unit)
    text = message.text.strip()
    if text:
        _read(unit, context(unit, directory), text)
    elif not keepable:
        unit.reply(say(unit.words, "unknown.voice" if message.kind == "voice" else "unknown.kind", "home"))


def _read(unit: Unit, seen: Context, text: str) -> None:
    """A dialog takes what answers its question; anything that is plainly something else interrupts it."""
    dialog = dialogs.current(unit)
    command = from_typed(text)
    if command is not None:
        _handle(unit, command)
        _remind(unit, dialog)
    elif is_cancel(text):
        _cancel(unit, dialog)
    elif _is_resume(unit, text):
        _resume(unit)
    elif dialog is None:
        _handle(unit, meant(understand(text, seen), text, seen))
    else:
        answered = _answer(unit, seen, dialog, text)
        if answered is not None:
            _handle(unit, answered)
            _remind(unit, dialog)


def _remind(unit: Unit, dialog: Dialog | None) -> None:
    """Another wish came in between: what was asked before is kept, and the person is told how to go on."""
    if dialog is None or dialog.command == AddNote.__name__ or inspect(dialog).was_deleted:
        return
    if dialogs.current(unit) is dialog and dialog.at < unit.now:
        unit.reply(say(unit.words, "dialog.interrupted", what=dialogs.what(unit, dialog)))


def _answer(unit: Unit, seen: Context, dialog: Dialog, text: str) -> Command | None:
    """The dialog's command with the answer in it, or another command. None: it was asked again."""
    asked, command = dialog.asked, dialogs.load(unit, dialog)
    if type(command) in SKIPPABLE and is_skip(text):
        return _filled(unit, dialog, {asked[0]: ""}, unit.words("dialog.skipped"))
    if asked[0] not in VERBATIM or text.startswith("/"):
        frame = understand(text, seen)
        if _interrupts(command, asked, frame.intent, frame.confidence, frame.slots):
            return meant(frame, text, seen)
    answered = unit.words("dialog.answered", value=short(text, 40))
    try:
        return _filled(unit, dialog, _slots(unit, seen, dialog, command, text), answered)
    except Unreadable as problem:
        unit.reply(say(unit.words, problem.key))
        return None


def _slots(unit: Unit, seen: Context, dialog: Dialog, command: Command, text: str) -> dict[str, object]:
    """A whole sentence may say more than was asked; else it is read as the answer."""
    if dialog.asked[0] in WIDE:
        said = meant(understand(text, seen), text, seen)
        if type(said) is type(command):
            known = {name: value for name, value in asdict(said).items() if value != getattr(type(said)(), name)}
            if dialog.asked[0] in known and len(known) > 1:
                return known
    return read_answer(unit, seen, command, dialog.asked, text)


def _interrupts(command: Command, asked: list[str], intent: str, confidence: float, slots: dict[str, Any]) -> bool:
    """Whether a sentence is another wish rather than the answer."""
    if intent == "unknown" or confidence < SURE:
        return False
    if isinstance(command, CheckIn):
        # A bare value reads as a check-in: it is the answer, unless it names another goal.
        other_goal = "goal" in slots and "goal" not in asked and slots["goal"] != command.goal
        return intent != "checkin" or other_goal
    if isinstance(command, commands.Revise):
        return intent not in {"checkin", "goal_revise", "goal_new"}
    if "person" in asked:
        return intent not in {"feedback", "help", "growth"}
    if isinstance(command, AddNote):
        return intent != "checkin" or "value" in slots
    return True


def _filled(unit: Unit, dialog: Dialog, slots: dict[str, object], outcome: str) -> Command:
    command = dialogs.fill(unit, dialog, slots)
    dialogs.close(unit, dialog, outcome, unit.words("dialog.status.done"))
    return command


def _press(unit: Unit, directory: Directory, do: str, form: dict[str, str]) -> None:
    name, args = read_do(do)
    if name in {"fill", "skip"}:
        _press_in_dialog(unit, directory, name, args, form)
    elif name == "cancel":
        _cancel(unit, dialogs.by_id(unit, args.get("dialog", "")))
    elif name == "resume":
        _resume(unit)
    elif name == "discard":
        _discard(unit)
    else:
        _handle(unit, from_do(name, form | args) or commands.NotUnderstood())


def _press_in_dialog(unit: Unit, directory: Directory, name: str, args: dict[str, str], form: dict[str, str]) -> None:
    dialog = dialogs.by_id(unit, args.pop("dialog", ""))
    if dialog is None:
        unit.show(say(unit.words, "dialog.expired", "home"))
        return
    command = dialogs.load(unit, dialog)
    given = {} if name == "skip" else {**args, **form}
    try:
        slots = read_form(unit, context(unit, directory), command, given)
    except Unreadable as problem:
        unit.tell(say(unit.words, problem.key), "warn")
        return
    if type(command) in SKIPPABLE:
        slots = slots or dict.fromkeys(dialog.asked, "")
    _handle(unit, replace(command, **slots))


def _is_resume(unit: Unit, text: str) -> bool:
    return text.strip().lower() in {"继续", "繼續", "continue", unit.words("button.resume").lower()}


def _resume(unit: Unit) -> None:
    dialog = dialogs.latest(unit)
    if dialog is None:
        unit.tell(say(unit.words, "dialog.none", "home"))
        return
    dialog.expires_at = unit.now + dialogs.LIFE
    _handle(unit, dialogs.load(unit, dialog))


def _discard(unit: Unit) -> None:
    dialog = dialogs.latest(unit)
    if dialog is not None:
        fresh = type(dialogs.load(unit, dialog))
        dialogs.drop(unit, dialog)
        if all(slot.default is not MISSING for slot in fields(fresh)):
            _handle(unit, fresh())


def _cancel(unit: Unit, dialog: Dialog | None) -> None:
    if dialog is None:
        unit.tell(say(unit.words, "dialog.none", "home"))
        return
    dialogs.drop(unit, dialog)
    if unit.action is None:
        unit.reply(say(unit.words, "dialog.cancelled", "home"))


def _handle(unit: Unit, command: Command) -> None:
    if isinstance(command, commands.SetLanguage):
        _set_language(unit, command)
    else:
        HANDLERS[type(command)](command, unit)


def _set_language(unit: Unit, command: commands.SetLanguage) -> None:
    before = unit.actor.locale
    unit.actor.locale = command.locale
    unit.session.flush()
    unit.audit("person.locale", unit.actor.id, before={"locale": before}, after={"locale": command.locale})
    unit.reply(say(unit.words, "settings.language", "home"))


def trouble(core: Core, session: Session, origin: Origin, account: str, now: datetime) -> None:
    """An event could not be worked, for good: the person hears it, instead of silence."""
    person_account = session.get(Account, (origin.platform, account))
    person = session.get(Person, person_account.person) if person_account else None
    words = Words(person.locale if person else "zh")
    card: Card = say(words, "trouble", who=org.contact(session) or words("who.nobody"))
    session.add(
        Delivery(
            person=person.id if person else None,
            platform=origin.platform,
            account=account,
            card_sealed=core.vault.seal(dump(card)),
            due_at=now,
            at=now,
        )
    )

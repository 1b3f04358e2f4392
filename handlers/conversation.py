"""What somebody says and presses: in the middle of a dialog or not, as its answer or as another wish."""

from __future__ import annotations

from dataclasses import asdict, replace

from cards.formats import short
from cards.home import say
from cards.model import read_do
from cards.wording import LOCALES, Words
from handlers import checkins, dialogs, proposals
from handlers.commands import AddNote, Command, Decide, NotUnderstood, Propose
from handlers.directory import Directory, context
from handlers.doing import handle
from handlers.events import Message
from handlers.interrupting import interrupts, meaning
from handlers.meaning import meant, question
from handlers.routes import from_do, from_typed
from handlers.slots import SKIPPABLE, Unreadable, read_answer, read_form
from handlers.understanding import Context, is_cancel, is_skip, understand
from handlers.understanding.normalise import fold
from handlers.understanding.replies import is_enough, is_later
from handlers.unit import Unit
from storage.tables import Dialog

WIDE = frozenset({"goal", "person"})  # questions that are often answered with a whole sentence
PASSING = frozenset({AddNote.__name__, Propose.__name__})  # dialogs that nobody need be reminded of
STEPS = frozenset({"fill", "skip", "cancel", "resume", "discard"})  # presses that name a dialog


def hear(unit: Unit, directory: Directory, message: Message) -> None:
    keepable = [m for m in message.media if m.kind in {"image", "file", "video"}]
    if keepable:
        checkins.take_evidence(keepable, unit)
    text = message.text.strip()
    if text and message.group:
        _read_in_group(unit, context(unit, directory), text)
    elif text:
        _read(unit, context(unit, directory), text)
    elif not keepable:
        unit.reply(say(unit.words, "unknown.voice" if message.kind == "voice" else "unknown.kind", "home"))


def _read(unit: Unit, seen: Context, text: str) -> None:
    """A dialog takes what answers its question; anything that is plainly something else interrupts it."""
    dialog = dialogs.current(unit)
    command = from_typed(text)
    if dialog is not None and dialog.command == Propose.__name__:
        command = proposals.answer(unit, dialog, text, command)
        dialog = dialogs.current(unit)
    if command is not None:
        handle(unit, command)
    elif _steers(unit, dialog, text):
        pass
    elif dialog is None or unit.aid.asked:
        if not _came_too_late(unit, seen, text):
            _do_what_is_said(unit, seen, text)
    else:
        answered = _answer(unit, seen, dialog, text)
        if answered is not None:
            handle(unit, answered)
    if dialog is not None:
        _remind(unit)


def _steers(unit: Unit, dialog: Dialog | None, text: str) -> bool:
    """Whether it was a word for the dialog as a whole: drop it, leave it, later, go on."""
    if dialog is None and _is_said(text, "button.discard") and (draft := dialogs.latest(unit)) is not None:
        _discard(unit, draft)
    elif is_cancel(text) or _is_said(text, "reject.cancel"):
        _cancel(unit, dialog)
    elif dialog is not None and is_later(text):
        _put_off(unit, dialog)
    elif _is_said(text, "button.resume"):
        _resume(unit, dialogs.latest(unit))
    else:
        return False
    return True


def _came_too_late(unit: Unit, seen: Context, text: str) -> bool:
    """Whether words that mean nothing by themselves answer what has just expired: they are kept and offered."""
    dialog = dialogs.expired(unit)
    if dialog is None or not isinstance(meant(understand(text, seen), text, seen), NotUnderstood):
        return False
    try:
        slots = _slots(unit, seen, dialog, dialogs.load(unit, dialog), text)
    except Unreadable:
        return False
    dialogs.put_aside(unit, dialog, slots)
    dialogs.offer(unit, dialog, "dialog.expired.draft")
    return True


def _read_in_group(unit: Unit, seen: Context, text: str) -> None:
    """What is said to everybody answers nothing that was asked in private: it is read by itself."""
    command = from_typed(text)
    if command is None and is_cancel(text):
        unit.tell(say(unit.words, "group.private"))
    else:
        handle(unit, command) if command else _do_what_is_said(unit, seen, text)


def _do_what_is_said(unit: Unit, seen: Context, text: str) -> None:
    wished = proposals.understood(unit, seen, text)
    for one in (wished, *proposals.told_as_well(wished, text, seen)):
        handle(unit, one)


def _remind(unit: Unit) -> None:
    """What was asked before something else came in between is kept, and the person is told how to go on."""
    waiting = dialogs.current(unit)
    if waiting is not None and waiting.at < unit.now and waiting.command not in PASSING:
        unit.reply(say(unit.words, "dialog.interrupted", what=dialogs.what(unit, waiting)))


def _answer(unit: Unit, seen: Context, dialog: Dialog, text: str) -> Command | None:
    """The dialog's command with the answer in it, or another command. None: it was asked again."""
    asked, command = dialog.asked, dialogs.load(unit, dialog)
    if type(command) in SKIPPABLE and (is_skip(text) or is_enough(text)):
        return _filled(unit, dialog, {asked[0]: ""}, unit.words("dialog.skipped"))
    frame = meaning(command, text, seen)
    if interrupts(command, asked, frame, text, is_question=question(frame, text, seen) is not None):
        return _about(command, meant(frame, text, seen))
    answered = unit.words("dialog.answered", value=short(text, 40))
    try:
        return _filled(unit, dialog, _slots(unit, seen, dialog, command, text), answered)
    except Unreadable as problem:
        dialog.at = unit.now
        unit.reply(say(unit.words, problem.key))
        return None


def _about(command: Command, wish: Command) -> Command:
    """A decision that names no request is about the one that is being rejected."""
    if isinstance(command, Decide) and isinstance(wish, Decide) and wish.request is None:
        return replace(wish, request=command.request)
    return wish


def _slots(unit: Unit, seen: Context, dialog: Dialog, command: Command, text: str) -> dict[str, object]:
    """A whole sentence may say more than was asked; else it is read as the answer."""
    if dialog.asked[0] in WIDE:
        said = meant(understand(text, seen), text, seen)
        if type(said) is type(command):
            known = {name: value for name, value in asdict(said).items() if value != getattr(type(said)(), name)}
            if dialog.asked[0] in known and len(known) > 1:
                return known
    return read_answer(unit, seen, command, dialog.asked, text)


def _filled(unit: Unit, dialog: Dialog, slots: dict[str, object], outcome: str) -> Command:
    command = dialogs.go_on(unit, dialog, slots)
    dialogs.close(unit, dialog, outcome, unit.words("dialog.status.done"))
    return command


def press(unit: Unit, directory: Directory, do: str, form: dict[str, str]) -> None:
    name, args = read_do(do)
    if name not in STEPS:
        handle(unit, from_do(name, form | args) or NotUnderstood())
        return
    dialog = dialogs.by_id(unit, args.pop("dialog", ""))
    if dialog is None:
        # The card tells how it ended by now; where it could not be changed, this does.
        unit.show(say(unit.words, "dialog.expired", "home"))
    elif name == "cancel":
        _cancel(unit, dialog)
    elif name == "resume":
        _resume(unit, dialog)
    elif name == "discard":
        _discard(unit, dialog)
    else:
        _press_in_dialog(unit, directory, dialog, {} if name == "skip" else {**args, **form})
    if dialog is not None:
        _remind(unit)


def _press_in_dialog(unit: Unit, directory: Directory, dialog: Dialog, given: dict[str, str]) -> None:
    command = dialogs.load(unit, dialog)
    try:
        slots = read_form(unit, context(unit, directory), command, given)
    except Unreadable as problem:
        dialog.at = unit.now
        unit.tell(say(unit.words, problem.key), "warn")
        return
    if dialogs.is_over(unit, dialog):
        dialogs.put_aside(unit, dialog, slots)
        dialogs.offer(unit, dialog, "dialog.expired.draft")
        return
    if type(command) in SKIPPABLE:
        slots = slots or dict.fromkeys(dialog.asked, "")
    handle(unit, dialogs.go_on(unit, dialog, slots))


def _is_said(text: str, button: str) -> bool:
    """What a button says, typed; in any language."""
    return fold(text.strip()).lower() in {Words(locale)(button).lower() for locale in LOCALES}


def _resume(unit: Unit, dialog: Dialog | None) -> None:
    if dialog is None:
        unit.tell(say(unit.words, "dialog.none", "home"))
        return
    dialog.expires_at = unit.now + dialogs.LIFE
    handle(unit, dialogs.go_on(unit, dialog))


def _discard(unit: Unit, dialog: Dialog) -> None:
    fresh = dialogs.begin_anew(dialogs.load(unit, dialog))
    dialogs.drop(unit, dialog)
    if fresh is not None:
        handle(unit, fresh)


def _put_off(unit: Unit, dialog: Dialog) -> None:
    """我再想想: nothing is decided, nothing is lost, and what comes next is no answer."""
    dialogs.put_off(unit, dialog)
    unit.reply(say(unit.words, "dialog.interrupted", what=dialogs.what(unit, dialog)))


def _cancel(unit: Unit, dialog: Dialog | None) -> None:
    if dialog is None:
        unit.tell(say(unit.words, "dialog.none", "home"))
        return
    dialogs.drop(unit, dialog)
    if unit.action is None:
        unit.reply(say(unit.words, "dialog.cancelled", "home"))

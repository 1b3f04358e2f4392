"""Which handler does which command: the table, and the one call that does one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cards.home import done
from handlers import (
    answers,
    asking,
    checkins,
    commands,
    feedback,
    feedback_codes,
    feedback_reading,
    focus,
    new_goals,
    overview,
    proposals,
    questions,
    revisions,
    snapshots,
    talks,
    undo,
)
from handlers.commands import Command
from handlers.unit import Unit

Handler = Callable[[Any, Unit], None]


def handle(unit: Unit, command: Command) -> None:
    HANDLERS[type(command)](command, unit)


def _confirm(command: commands.Confirm, unit: Unit) -> None:
    agreed = proposals.settle(command, unit)
    if agreed is not None:
        handle(unit, agreed)


def _set_language(command: commands.SetLanguage, unit: Unit) -> None:
    before = unit.actor.locale
    unit.actor.locale = command.locale
    unit.session.flush()
    unit.audit("person.locale", unit.actor.id, before={"locale": before}, after={"locale": command.locale})
    unit.reply(done(unit.words, "settings.language", "language", "home"))


HANDLERS: dict[type[Command], Handler] = {
    commands.ShowHome: overview.home,
    commands.ShowGoals: overview.goals,
    commands.ShowGoal: overview.goal,
    commands.CheckIn: checkins.check_in,
    commands.AddNote: checkins.add_note,
    commands.OfferEvidence: checkins.offer_evidence,
    commands.Revise: revisions.revise,
    commands.NewGoal: new_goals.ask,
    commands.Decide: revisions.decide,
    commands.WithdrawRevision: revisions.withdraw,
    commands.GiveFeedback: feedback.give,
    commands.EditFeedback: feedback.edit,
    commands.Thank: feedback.thank,
    commands.MendFeedback: feedback.mend,
    commands.TagFeedback: asking.tag,
    commands.RequestFeedback: asking.request,
    commands.AnswerFeedbackRequest: asking.answer,
    commands.ShowCode: feedback_codes.show,
    commands.OpenCode: feedback_codes.open_dialog,
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
    commands.ShowSnapshot: snapshots.show,
    commands.ShowFeedback: feedback_reading.received,
    commands.ShowGiven: feedback_reading.given,
    commands.ReadFeedback: feedback_reading.versions,
    commands.AskHelp: feedback.ask_help,
    commands.AnswerHelp: feedback.answer_help,
    commands.SetFocus: focus.set_one,
    commands.FinishFocus: focus.finish,
    commands.MoveFocus: focus.move,
    commands.ShowFocus: focus.show,
    commands.ShowRanking: overview.ranking,
    commands.ShowTodo: overview.todo,
    commands.ShowTeam: overview.team,
    commands.ShowDigest: overview.digest,
    commands.UpdateWeek: answers.update_week,
    commands.Snooze: answers.snooze,
    commands.Respond: answers.respond,
    commands.RemindManager: answers.remind,
    commands.Undo: undo.undo,
    commands.Propose: proposals.propose,
    commands.NotYet: overview.not_yet,
    commands.NotUnderstood: overview.not_understood,
    commands.SetLanguage: _set_language,
    commands.Confirm: _confirm,
}

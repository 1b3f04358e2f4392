"""From what was pressed or typed to a command. Tables, in the order they are tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from handlers.commands import (
    AnswerFeedbackRequest,
    AnswerHelp,
    AskHelp,
    BookTalk,
    CancelTalk,
    CheckIn,
    Command,
    Confirm,
    Decide,
    EditFeedback,
    FinishFocus,
    GiveFeedback,
    MendFeedback,
    MoveFocus,
    OfferEvidence,
    OpenCode,
    ReadFeedback,
    RecordTalk,
    RemindManager,
    RequestFeedback,
    Respond,
    Revise,
    SetFocus,
    ShowCode,
    ShowDigest,
    ShowFeedback,
    ShowFocus,
    ShowGiven,
    ShowGoal,
    ShowGoals,
    ShowGrowth,
    ShowHome,
    ShowRanking,
    ShowTalk,
    ShowTalks,
    ShowTeam,
    ShowTodo,
    Snooze,
    TagFeedback,
    Thank,
    Undo,
    UpdateWeek,
    WithdrawRevision,
)

Args = Mapping[str, str]


def row_id(text: str) -> int:
    """12 from R-12, F-12, C-12, H-12 or 12; 0, which no row has, from anything else."""
    found = re.fullmatch(r"(?:[A-Za-z]-?)?(\d{1,15})", text.strip())
    return int(found[1]) if found else 0


def _values(args: Args) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in args.items() if name != "nudge")


# What a press sends (`cards.model.do`).
DOS: dict[str, Callable[[Args], Command]] = {
    "home": lambda _: ShowHome(),
    "goals": lambda a: ShowGoals(person=a.get("person")),
    "goal": lambda a: ShowGoal(goal=a.get("goal", "")),
    "checkin": lambda a: CheckIn(goal=a.get("goal"), steps=True),
    "evidence": lambda a: OfferEvidence(checkin=row_id(a.get("checkin", ""))),
    "revise": lambda a: Revise(goal=a.get("goal")),
    "approve": lambda a: Decide(request=row_id(a.get("request", "")), approve=True),
    "reject": lambda a: Decide(request=row_id(a.get("request", "")), approve=False),
    "withdraw": lambda a: WithdrawRevision(request=row_id(a.get("request", ""))),
    "feedback": lambda a: GiveFeedback(person=a.get("person")),
    "edit_feedback": lambda a: EditFeedback(feedback=row_id(a.get("feedback", ""))),
    "thank": lambda a: Thank(feedback=row_id(a.get("feedback", ""))),
    "feedback_list": lambda _: ShowFeedback(),
    "given": lambda _: ShowGiven(),
    "read_feedback": lambda a: ReadFeedback(feedback=row_id(a.get("feedback", ""))),
    "mend": lambda _: MendFeedback(),
    "tag": lambda a: TagFeedback(feedback=row_id(a.get("feedback", ""))),
    "ask_feedback": lambda a: RequestFeedback(person=a.get("person")),
    "write_feedback": lambda a: AnswerFeedbackRequest(request=row_id(a.get("request", "")), accept=True),
    "decline_feedback": lambda a: AnswerFeedbackRequest(request=row_id(a.get("request", "")), accept=False),
    "code": lambda _: ShowCode(),
    "open_code": lambda a: OpenCode(code=a.get("code", ""), scanned=True),
    "talks": lambda _: ShowTalks(),
    "book_talk": lambda a: BookTalk(person=a.get("person")),
    "talk": lambda a: ShowTalk(talk=row_id(a.get("talk", ""))),
    "record_talk": lambda a: RecordTalk(talk=row_id(a.get("talk", ""))),
    "cancel_talk": lambda a: CancelTalk(talk=row_id(a.get("talk", ""))),
    "growth": lambda a: ShowGrowth(person=a.get("person")),
    "ranking": lambda _: ShowRanking(),
    "help": lambda a: AskHelp(person=a.get("person")),
    "accept_help": lambda a: AnswerHelp(help=row_id(a.get("help", "")), accept=True),
    "decline_help": lambda a: AnswerHelp(help=row_id(a.get("help", "")), accept=False),
    "focus": lambda a: SetFocus(person=a.get("person")),
    "focus_done": lambda a: FinishFocus(focus=row_id(a.get("focus", ""))),
    "focus_drop": lambda a: FinishFocus(focus=row_id(a.get("focus", "")), done=False),
    "focus_move": lambda a: MoveFocus(focus=row_id(a.get("focus", ""))),
    "focus_list": lambda _: ShowFocus(),
    "todo": lambda _: ShowTodo(),
    "team": lambda _: ShowTeam(),
    "digest": lambda _: ShowDigest(),
    "undo": lambda a: Undo(of=a.get("of", "")),
    "weekly": lambda a: UpdateWeek(nudge=row_id(a.get("nudge", "")), values=_values(a)),
    "snooze": lambda a: Snooze(nudge=row_id(a.get("nudge", ""))),
    "respond": lambda a: Respond(nudge=row_id(a.get("nudge", "")), act=a.get("act", "")),
    "confirm": lambda a: Confirm(of=a.get("of", ""), yes=a.get("yes") == "1"),
    "remind": lambda a: RemindManager(nudge=row_id(a.get("nudge", "")), request=row_id(a.get("request", ""))),
}


# The typed equivalents of buttons: what `Button.say` prints. `{id}` stands for a numbered thing.
TYPED: tuple[tuple[str, Callable[[re.Match[str]], Command]], ...] = (
    (r"(?:菜单|首页|menu|home)", lambda _: ShowHome()),
    (r"(?:我的目标|my goals)", lambda _: ShowGoals()),
    (r"(?:看|查看|see|goal) ?(?P<id>[a-z]+-\w+)", lambda m: ShowGoal(goal=m["id"])),
    (r"(?:打卡|check ?in)", lambda _: CheckIn(steps=True)),
    (r"(?:打卡|check ?in) ?(?P<id>[a-z]+-\w+)", lambda m: CheckIn(goal=m["id"], steps=True)),
    (r"(?:补一张照片|补照片|add a photo)", lambda _: OfferEvidence()),
    (r"(?:申请修订|修订|ask for a change|revise) ?(?P<id>[a-z]+-\w+)", lambda m: Revise(goal=m["id"])),
    (r"(?:申请修订|ask for a change|revise)", lambda _: Revise()),
    (r"(?:同意|approve) ?(?P<id>r-?\d+)", lambda m: Decide(request=row_id(m["id"]), approve=True)),
    (r"(?:驳回|reject) ?(?P<id>r-?\d+)", lambda m: Decide(request=row_id(m["id"]), approve=False)),
    (r"(?:撤回|take back) ?(?P<id>r-?\d+)", lambda m: WithdrawRevision(request=row_id(m["id"]))),
    (r"(?:我要反馈|(?:give )?feedback)", lambda _: GiveFeedback()),
    (r"(?:改一改|edit) ?(?P<id>f-?\d+)", lambda m: EditFeedback(feedback=row_id(m["id"]))),
    (r"(?:改一改|edit)", lambda _: MendFeedback()),
    (r"(?:加标签|tag) ?(?P<id>f-?\d+)", lambda m: TagFeedback(feedback=row_id(m["id"]))),
    (r"(?:请同事反馈|ask for feedback)", lambda _: RequestFeedback()),
    (
        r"(?:写反馈|write feedback) ?(?P<id>q-?\d+)",
        lambda m: AnswerFeedbackRequest(request=row_id(m["id"]), accept=True),
    ),
    (
        r"(?:这次先不写|not this time) ?(?P<id>q-?\d+)",
        lambda m: AnswerFeedbackRequest(request=row_id(m["id"]), accept=False),
    ),
    (r"(?:我的反馈码|反馈码|我的二维码|my feedback code|feedback code|my qr code)", lambda _: ShowCode()),
    (r"(?:反馈码|反馈|feedback code|feedback)[ :：]+(?P<code>\S+\.[a-z2-7]{8})", lambda m: OpenCode(code=m["code"])),
    (r"(?:我的一对一|my one-to-ones)", lambda _: ShowTalks()),
    (r"(?:看一对一|see talk) ?(?P<id>t-?\d+)", lambda m: ShowTalk(talk=row_id(m["id"]))),
    (r"(?:记录一对一|record talk)", lambda _: RecordTalk()),
    (r"(?:记录一对一|record talk) ?(?P<id>t-?\d+)", lambda m: RecordTalk(talk=row_id(m["id"]))),
    (r"(?:取消一对一|cancel talk) ?(?P<id>t-?\d+)", lambda m: CancelTalk(talk=row_id(m["id"]))),
    (r"(?:我收到的反馈|feedback i received)", lambda _: ShowFeedback()),
    (r"我(?:给出|给过|写过|给|写)的反馈|feedback i (?:gave|wrote|have given)", lambda _: ShowGiven()),
    (r"(?:看|查看|see |read )(?:反馈|feedback) ?(?P<id>f-?\d+)", lambda m: ReadFeedback(feedback=row_id(m["id"]))),
    (r"(?:谢谢|thanks) ?(?P<id>f-?\d+)", lambda m: Thank(feedback=row_id(m["id"]))),
    (r"(?:接受|accept) ?(?P<id>h-?\d+)", lambda m: AnswerHelp(help=row_id(m["id"]), accept=True)),
    (r"(?:婉拒|decline) ?(?P<id>h-?\d+)", lambda m: AnswerHelp(help=row_id(m["id"]), accept=False)),
    (r"(?:查看排名|ranking)", lambda _: ShowRanking()),
    (r"(?:申请协助|ask for help|get help)", lambda _: AskHelp()),
    (r"(?:我的关注点|my focus points)", lambda _: ShowFocus()),
    (r"(?:定个?关注点|关注点|set a focus point|focus)", lambda _: SetFocus()),
    (r"(?:定个?关注点|关注点|focus)[ :：]+(?P<name>\S.{0,39})", lambda m: SetFocus(named=m["name"].strip())),
    (r"(?:做到了|achieved) ?(?P<id>p-?\d+)", lambda m: FinishFocus(focus=row_id(m["id"]))),
    (r"(?:不再关注|drop) ?(?P<id>p-?\d+)", lambda m: FinishFocus(focus=row_id(m["id"]), done=False)),
    (r"(?:还需要时间|more time) ?(?P<id>p-?\d+)", lambda m: MoveFocus(focus=row_id(m["id"]))),
    (r"(?:我的团队|my team)", lambda _: ShowTeam()),
    (r"(?:待我处理|waiting for me|to do)", lambda _: ShowTodo()),
    (r"(?:今日摘要|today)", lambda _: ShowDigest()),
    (r"(?:稍后提醒|remind me later) ?(?P<id>n-?\d+)", lambda m: Snooze(nudge=row_id(m["id"]))),
    (r"(?:约一对一|one-to-one) ?(?P<id>n-?\d+)", lambda m: Respond(nudge=row_id(m["id"]), act="talk")),
    (r"(?:提供支持|offer support) ?(?P<id>n-?\d+)", lambda m: Respond(nudge=row_id(m["id"]), act="support")),
    (r"(?:修订预警|revise warning) ?(?P<id>n-?\d+)", lambda m: Respond(nudge=row_id(m["id"]), act="revise")),
    (r"(?:提醒|remind) ?(?P<id>n-?\d+)", lambda m: RemindManager(nudge=row_id(m["id"]))),
    (r"(?:提醒|remind) ?(?P<id>r-?\d+)", lambda m: RemindManager(request=row_id(m["id"]))),
    (r"(?:撤销|undo)", lambda _: Undo()),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), make) for pattern, make in TYPED)


def from_do(name: str, args: Args) -> Command | None:
    """None for something this version does not know: an old card, or somebody who makes things up."""
    make = DOS.get(name)
    return make(args) if make else None


def from_typed(text: str) -> Command | None:
    line = text.strip().removeprefix("/").strip()
    for pattern, make in _COMPILED:
        found = pattern.fullmatch(line)
        if found:
            return make(found)
    return None

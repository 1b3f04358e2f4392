"""What stays at home: sentences that may hold private words are not told to an interpreter, unless it is trusted.

What a sentence that nobody understands may hold cannot be known. So these rules are wide: they cost an answer now and
then, never a secret.
"""

from __future__ import annotations

import re
from typing import Final

from sqlmodel import col, select

from handlers import commands, dialogs
from handlers.understanding import Context
from handlers.understanding.sentence import Sentence
from handlers.unit import Unit
from storage.tables import Dialog, Feedback, FeedbackVersion, TalkNote

LONGEST: Final = 120  # characters; a wish is short, what was pasted is not
LARGEST: Final = 2000  # characters that even a trusted interpreter is told
PRIVATE: Final = frozenset(
    kind.__name__
    for kind in (
        commands.GiveFeedback,
        commands.EditFeedback,
        commands.TagFeedback,
        commands.RecordTalk,
        commands.AskHelp,
        commands.SetFocus,
        commands.Snooze,
    )
)
SOMEBODY: Final = re.compile(
    r"(?<!其)他|她|同事|领导|老板|经理|主管|上级|下属|组长|新人|这人|那人|(?<![a-z])(?:s?he|him|his|hers?|they|them|their|boss|"
    r"managers?|colleagues?|somebody|someone|team ?mates?)(?![a-z])",
    re.IGNORECASE,
)
ABOUT_PEOPLE: Final = re.compile(
    r"^\s*@|反馈|评价|点评|意见|建议|表扬|夸|赞|拇指|鼓励|感谢|谢|辛苦|批评|吐槽|投诉|抱怨|态度|性格|能力|表现|沟通|情绪|消极|积极|靠谱|"
    r"努力|认真|负责|懒|迟到|打断|不听|总是|老是|从不|经常|每次|一对一|1 ?on ?1|1v1|面谈|谈话|聊|谈|说|觉得|认为|"
    r"(?<![a-z])(?:feedback|prais|kudos|thank|grateful|complain|critic|attitude|behav|perform|character|lazy|rude|"
    r"reliab|listen|late|interrupt|always|never|often|one[- ]?(?:on|to)[- ]?one|talk|told|said|says|think|feel|felt)",
    re.IGNORECASE,
)
# What somebody may say about themselves; no intent of ours has to do with it.
PERSONAL: Final = re.compile(
    r"离职|辞职|跳槽|裁员|工资|薪|奖金|怀孕|产假|生病|病假|住院|抑郁|焦虑|离婚|骚扰|歧视|"
    r"(?<![a-z])(?:resign|quit(?:ting)? my|salary|bonus|pay rise|a raise|laid off|pregnan|sick|ill\b|hospital|"
    r"depress|anxi|divorc|harass|discriminat)",
    re.IGNORECASE,
)


def may_be_told(unit: Unit, text: str, seen: Context) -> bool:
    """Whether the interpreter may see a sentence that the grammar cannot read, said outside of any dialog."""
    if unit.aid.trusted and not unit.event.group:
        return len(text) <= LARGEST
    return len(text) <= LONGEST and "\n" not in text and not _sounds_private(text, seen) and not _amid_private(unit)


def _sounds_private(text: str, seen: Context) -> bool:
    from handlers.sbi import read_feedback  # its patterns take their time: not at start

    others = any(mention.ids != (seen.speaker,) for mention in Sentence.of(text, seen).people)
    return bool(
        PERSONAL.search(text)
        or ((others or SOMEBODY.search(text)) and ABOUT_PEOPLE.search(text))
        or read_feedback(text).judgmental
    )


def _amid_private(unit: Unit) -> bool:
    """A private draft lies open, or one was just sent: what follows may belong to it."""
    me, since = unit.actor.id, unit.now - dialogs.LIFE
    drafts = select(Dialog.id).where(Dialog.person == me, col(Dialog.command).in_(PRIVATE))
    given = select(FeedbackVersion.feedback).join(Feedback, col(Feedback.id) == FeedbackVersion.feedback)
    recent = (
        drafts.where(col(Dialog.at) > unit.now - dialogs.DRAFT_LIFE),
        given.where(Feedback.giver == me, col(FeedbackVersion.at) > since),
        select(TalkNote.id).where(TalkNote.author == me, col(TalkNote.at) > since),
    )
    return any(unit.session.exec(rows.limit(1)).first() is not None for rows in recent)

"""English cues, over folded text."""

import re
from typing import Final

from handlers.sbi.tongue import Tongue, any_of, either

PART_OF_DAY: Final = r"(?:morning|afternoon|evening|night)"
WEEKDAY: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
DAYS: Final = rf"(?:(?:last|this|next|on|every)\s)?{WEEKDAY}(?:'s)?(?:\s{PART_OF_DAY})?"
PERIOD: Final = any_of(
    """
    night week month quarter year sprint sprints morning afternoon evening weeks days months time summer winter spring
    """
)
MONTH: Final = any_of(
    """
    january february march april may june july august september october november december
    """
)
TIMES: Final = any_of(
    [
        DAYS,
        rf"yesterday(?:'s)?(?:\s{PART_OF_DAY})?",
        r"today(?:'s)?|tonight|(?:earlier|later)\s(?:today|this\sweek)",
        rf"(?:last|this|the\spast|past|the\slast)\s(?:\w+\s)?{PERIOD}(?:'s)?",
        rf"(?:in\s|on\s|since\s)?{MONTH}(?:\s\d+)?(?:st|nd|rd|th)?(?:'s)?",
        r"(?:two|three|four|\d+|a\sfew|a)\s(?:days|weeks|months|hours|day|week|month)\sago",
        r"the\sother\sday|q[1-4]",
        r"at\s\d{1,2}(?::\d\d)?\s?(?:am|pm)?",
    ]
)
EVENT: Final = any_of(
    r"""
    meeting review retro retrospective stand-?up demo launch release outage incident call workshop training interview
    presentation session sprint kick-?off planning rollout migration conference audit shift handover negotiation pitch
    deployment onboarding event visit project summit all-hands one-on-one 1:1 offsite debrief discussion drill quarter
    class lesson exam round trial hackathon inspection stocktake trip town\shall sync webinar cutover
    """
)
OCCASION: Final = rf"(?:{TIMES}|{EVENT}s?)"
LINK: Final = r"(?:in|during|at|on|for|when|while|after|before|since|throughout|over|as)"
GROUPS: Final = any_of(
    r"""
    they we everyone everybody nobody no\sone the\s(?:client|customer|team|vendor|support|user|supplier)s? our\s\w+ i
    the\s(?:family|families|patient|patients|student|students|others|whole|rest)
    """
)
DETERMINER: Final = any_of(
    """
    the our your my their two three four five six both some several most many all other a an one no every new
    """
)
OTHERS: Final = any_of(
    [
        rf"{DETERMINER}\s[\w' -]+",
        GROUPS,
        "it|he|she|people|customers?|clients?|users?|support|sales|engineering|finance|management|others|qa|ops",
        "students?|parents?|patients?|teammates?|colleagues?|that|this|there",
    ]
)
SEAM_SUBJECT: Final = any_of(
    r"""
    they we i he she it everyone everybody nobody no\sone the our customers? clients? students? parents? patients?
    new\shires? two three support several most people that now
    """
)
CAUSE: Final = any_of(r"because it\sis\sbecause it's\sbecause that's\sbecause thanks\sto due\sto since(?=\syou)")
EFFECT: Final = any_of(
    r"""
    so so\sthat as\sa\sresult,? therefore thus hence which consequently,? (?:this|that)\smeant(?:\sthat)?
    meaning(?:\sthat)?
    """
)
NOTICED: Final = any_of(
    r"""
    noticed saw think feel believe heard appreciate appreciated liked loved like love want\syou\sto\sknow
    wanted\sto\ssay
    """
)
FILLERS: Final = any_of(
    [
        "and|but|then|also,?|just|well,?|hi,?|hey,?|hello,?|however,?|overall,?",
        r"thank\syou\sfor(?=\s\w+ing\b)|thanks\sfor(?=\s\w+ing\b)|honestly,?|to\sbe\shonest,?",
        rf"i\s{NOTICED}(?:\sthat|\show)?(?=\s(?:you|in|on|during|at|when|last|yesterday)\b)",
        r"it\swas\sgreat\s(?:that|how)|it's\snot\sokay",
    ]
)
VAGUE: Final = any_of(
    r"""
    good great okay ok fine nice awesome excellent amazing solid decent average poor bad terrible not\sgood not\sgreat
    well fantastic brilliant outstanding wonderful perfect impressive mediocre disappointing below\sexpectations
    """
)
BEING: Final = r"(?:is|are|was|were|did|do|done|performed|looks?|seems?)"
SOFTENER: Final = r"(?:(?:a|an|really|very|so|quite|pretty|not|just|too)\s)*"
VERDICTS: Final = (
    rf"^(?:(?:really|very|such\sa|what\sa|truly)\s)*{VAGUE}(?:\s(?:job|work|effort|stuff|one))?(?:\s(?:today|everyone|team))?$",
    rf"^{VAGUE}\s(?:job|work|effort)\b",
    r"\b(?:well\sdone|keep\sit\sup|thank\syou|thanks)\b(?!\sto)",
    rf"^(?:you|your|it|this|that|he|she)\b.{{0,30}}\b{BEING}\s{SOFTENER}{VAGUE}(?:\s(?:job|work|presentation|performance))?$",
)
SUGGESTIONS: Final = any_of(
    r"""
    next\stime please could\syou can\syou would\syou i\s(?:suggest|recommend|hope|would\slike|wish)
    i'd\s(?:like|suggest|love) consider try\b maybe perhaps in\s(?:the\s)?future going\sforward let's
    you\s(?:should|could|might|need\sto|may\swant) keep\s(?:it\sup|up|going) we\s(?:should|could) from\snow\son
    it\swould\s(?:help|be) don't\b
    """
)
DEEDS: Final = any_of(
    r"""
    \w{2,}ed didn't did never also always then without instead sent wrote made brought took gave told said asked kept
    left built ran read spoke cut put set got came went drew taught held met led found fixed had spent stood sat paid
    let showed shown broke chose began forgot lost hid threw not even only once twice still wasn't weren't haven't
    hadn't
    """
)
RESULTS: Final = any_of(
    r"""
    fewer less more nobody saved saving causing costing leaving making helping forcing letting allowing delaying
    reducing broke delayed cost caused led\sto resulted
    """
)
TO_RECEIVER: Final = r"(?!your?\b|.*\byou\b)"
NOT_SPLIT: Final = "".join(
    rf"(?<!{word}\s)" for word in ["during", "in", "on", "at", "for", "after", "before", "since"]
)
NO_OCCASION: Final = "".join(rf"(?<!{word}\s)" for word in ("right", "just", "straight"))

ENGLISH: Final = Tongue(
    lead=re.compile(rf"[\s,.;:!?\-—()\"]+|{any_of([CAUSE, EFFECT, FILLERS])}(?=\s|$)"),
    tail=re.compile(r"[\s,.;:!?\-—(\"]+$|\s(?:and|so|because|but|which)$"),
    cause=re.compile(CAUSE),
    effect=re.compile(EFFECT),
    seams=either(
        r"(?=\b(?:because|which|as\sa\sresult|therefore|so\sthat|thanks\sto\syou)\b)",
        rf"(?=\b(?:and|but|so)\s{SEAM_SUBJECT}\b)",
        rf"{NO_OCCASION}(?=\b{LINK}\s(?:(?:the|our|your|a|this|that|my)\s)?(?:[\w'-]+\s){{0,3}}?{OCCASION}\b)",
        rf"{NOT_SPLIT}(?=\b(?:yesterday|last\s(?:night|week|month|{WEEKDAY}))\b)",
    ),
    settings=(re.compile(r"(.{4,80}?)(?=\byou\b)"),),
    inner_setting=re.compile(rf"you\s({TIMES})(?=\s)"),
    prelude=re.compile(r"^.{0,10}?(?:\bnot\s(?:saying|that|to\ssay|because)|\bdon't\s(?:think|mean))\b"),
    suggestion=re.compile(f"^{SUGGESTIONS}"),
    verdict=either(*VERDICTS),
    situation=either(
        rf"^{TO_RECEIVER}(?:when|while|after|before|as\ssoon\sas)\b.+$",
        rf"^{TO_RECEIVER}(?!{VAGUE}\b|thanks?\b)(?:{LINK}\s.{{0,45}}?{OCCASION}\b.{{0,40}}|(?:[\w'-]+\s){{0,3}}{OCCASION}(?:\swith\b.{{0,40}})?)$",
    ),
    late_situation=either(rf"^{TO_RECEIVER}{LINK}\s.{{0,45}}?{OCCASION}.{{0,40}}$", rf"^{TO_RECEIVER}{TIMES}$"),
    timed=re.compile(rf"^(?:{LINK}\s)?{TIMES},?\s*"),
    reaction=either(
        r"^(?:(?:this|that|it|which)\s)?(?:made|left|makes|has\smade)\s(?:me|us|the|everyone|our)\b",
        r"^i\s(?:felt|feel|was)\b",
    ),
    receiver=re.compile(r"^your?\b"),
    absent=re.compile(rf"^(?:(?:he|she|his|her)\b|(?!{OTHERS}\b)[a-z]+(?=\s{DEEDS}\b))"),
    people=re.compile(rf"^{GROUPS}\b"),
    other=re.compile(rf"^{OTHERS}\b"),
    result=re.compile(rf"^{RESULTS}\b"),
    effects=either(r"\bfrom\s.{1,20}\sto\s(?:about\s)?\w+", r"\bwas\s(?:delayed|postponed)\b"),
    meeting=re.compile(r"(?:when|whenever|if) .{2,40}\byou (?:would|always)\b"),
    answering=re.compile(r"you (?:then|also|always|immediately)\b"),
    undone=re.compile(r"the \w+ (?:was|were) never \w+ed"),
    action=re.compile(rf"^{DEEDS}\b"),
    evidence=re.compile(r"(?!you(?:'re|\s(?:are|were))\s(?:a|an|the|so|very|really|too|not)\b)\S+\s\S+"),
    deed=either(r"\b(?:\w{2,}ed|sent|wrote|made|brought|took|gave|told|said|left|didn't|twice|\d+)\b", "◇"),
)

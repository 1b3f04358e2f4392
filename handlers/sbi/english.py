"""English cues, over folded text."""

import re
from typing import Final

from handlers.sbi.tongue import Tongue, any_of

DAYS: Final = r"(?:(?:last|this|next|on|every)\s)?(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:'s)?(?:\s(?:morning|afternoon|evening|night))?"
TIMES: Final = (
    rf"(?:{DAYS}|yesterday(?:'s)?(?:\s(?:morning|afternoon|evening))?|today(?:'s)?|tonight|(?:earlier|later)\s(?:today|this\sweek)|"
    r"(?:last|this|the\spast|past|the\slast)\s(?:\w+\s)?(?:night|week|month|quarter|year|sprint|morning|afternoon|evening|weeks|days|months|friday|time|summer|winter|spring)(?:'s)?|"
    r"(?:in\s|on\s|since\s)?(?:january|february|march|april|may|june|july|august|september|october|november|december)(?:\s\d+)?(?:st|nd|rd|th)?(?:'s)?|"
    r"(?:two|three|four|\d+|a\sfew|a)\s(?:days|weeks|months|hours|day|week|month)\sago|the\sother\sday|q[1-4]|"
    r"at\s\d{1,2}(?::\d\d)?\s?(?:am|pm)?)"
)
EVENTS: Final = (
    any_of(
        """
    meetings? review retro(?:spective)? stand-?up demo launch release outage incident call workshop
    training interview presentation session sprint kick-?off planning rollout migration conference audit
    shift handover negotiation pitch deployment onboarding event visit project summit standups? all-hands
    one-on-one 1:1 offsite debrief discussion drill quarter class lesson exam round trial hackathon
    inspection stocktake trip town\\shall sync webinar cutover
    """
    )
    + "s?"
)
LINK: Final = r"(?:in|during|at|on|for|when|while|after|before|since|throughout|over|as)"
OTHERS: Final = any_of(
    r"""
    (?:the|our|your|my|their|two|three|four|both|some|several|most|all|other|a|an|one|no|every|five|six|many|new)\s[\w'
    -]+ they we i it he she everyone everybody nobody no\sone people customers? clients? users? support
    sales engineering finance students? parents? patients? new\shires? new\s\w+ management others
    teammates? colleagues? that this there
    """
)
SEAM_SUBJECT: Final = any_of(
    """
    they we i he she it everyone everybody nobody no\\sone the our customers? clients? students? parents?
    patients? new\\shires? two three support several most people
    """
)
LEAD: Final = any_of(
    r"""
    and so because but as\sa\sresult,? therefore thus hence which then also,? just well,? hi,? hey,?
    hello,? so\sthat thanks\sto thank\syou\sfor(?=\s\w+ing\b) thanks\sfor(?=\s\w+ing\b) honestly,?
    to\sbe\shonest,? it\sis\sbecause it's\sbecause that's\sbecause since(?=\syou)
    i\s(?:noticed|saw|think|feel|believe|want\syou\sto\sknow|wanted\sto\ssay|heard|appreciate|appreciated|liked|loved|like|love)(?:\sthat|\show)?(?=\s(?:you|in|on|during|at|when|last|yesterday)\b)
    however,? consequently,? it\swas\sgreat\s(?:that|how) due\sto it's\snot\sokay overall,?
    this\smeant(?:\sthat)? that\smeant(?:\sthat)? meaning(?:\sthat)?
    """
)
CAUSE: Final = r"(?:because|it is because|it's because|that's because|thanks to|due to|since)"
EFFECT: Final = r"(?:so|so that|as a result,?|therefore|thus|hence|which|consequently,?|this meant(?: that)?|that meant(?: that)?|meaning(?: that)?)"
VAGUE: Final = any_of(
    r"good great okay ok fine nice awesome excellent amazing solid decent average poor bad terrible not\sgood not\sgreat well fantastic brilliant outstanding wonderful perfect impressive mediocre disappointing below\sexpectations"
)
ACTION: Final = any_of(
    r"""
    \w{2,}ed didn't did never also always then without instead sent wrote made brought took gave told said
    asked kept left built ran read spoke cut put set got came went drew taught held met led found fixed had
    spent stood sat paid let showed shown broke chose began forgot lost hid threw rolled(?=\s) not even
    only once twice still wasn't weren't haven't hadn't
    """
)

ENGLISH: Final = Tongue(
    lead=re.compile(rf"[\s,.;:!?\-—()\"]+|{LEAD}(?=\s|$)"),
    tail=re.compile(r"[\s,.;:!?\-—(\"]+$|\s(?:and|so|because|but|which)$"),
    cause=re.compile(CAUSE),
    effect=re.compile(EFFECT),
    seams=re.compile(
        r"(?=\b(?:because|which|as a result|therefore|so that)\b)|(?=\bso\s(?:we|i|they|the|our|he|she|everyone|nobody|no\sone|that|it|support|customers|clients|now)\b)"
        rf"|(?=\b(?:and|but)\s(?:{SEAM_SUBJECT})\b)|(?=\bthanks\sto\syou)"
        rf"|(?<!right\s)(?<!just\s)(?<!straight\s)(?=\b{LINK}\s(?:(?:the|our|your|a|this|that|my)\s)?(?:[\w'-]+\s){{0,3}}?(?:{TIMES}|{EVENTS})\b)|(?<!during\s)(?<!in\s)(?<!on\s)(?<!at\s)(?<!for\s)(?<!after\s)(?<!before\s)(?<!since\s)(?=\b(?:yesterday|last\s(?:night|week|month|{DAYS}))\b)"
    ),
    settings=(re.compile(r"(.{4,80}?)(?=\b(?:you)\b)"),),
    inner_setting=re.compile(rf"you\s({TIMES})(?=\s)"),
    prelude=re.compile(
        r"^(?:i'm|i am|i was|it's|it is|this is|i do|i don't|i'd)?\s?(?:not|n't)?\s?(?:not\s(?:saying|that|to\ssay|because)|don't\s(?:think|mean)|n't\ssaying)"
    ),
    suggestion=re.compile(
        r"^(?:next\stime|please|could\syou|can\syou|would\syou|i\s(?:suggest|recommend|hope|would\slike|'d\slike|wish)|i'd\s(?:like|suggest|love)|consider|try\b|maybe|perhaps|in\s(?:the\s)?future|going\sforward|let's|you\s(?:should|could|might|need\sto|may\swant)|keep\s(?:it\sup|up|going)|we\s(?:should|could)|from\snow\son|it\swould\s(?:help|be)|don't\b)"
    ),
    verdict=re.compile(
        rf"^(?:(?:really|very|such\sa|what\sa|truly)\s)*(?:{VAGUE})(?:\s(?:job|work|effort|stuff|one))?(?:\s(?:today|everyone|team))?$|\b(?:well\sdone|keep\sit\sup|thank\syou|thanks)\b(?!\sto)|^(?:you|your|it|this|that|he|she)\b.{{0,30}}\b(?:is|are|was|were|did|do|done|performed|looks?|seems?)\s(?:(?:a|an|really|very|so|quite|pretty|not|just|too)\s)*(?:{VAGUE})(?:\s(?:job|work|presentation|performance))?$"
    ),
    situation=re.compile(
        rf"^(?!your?\b|.*\byou\b)(?:(?:when|while|after|before|as\ssoon\sas)\b.+|(?!(?:{VAGUE}|thanks|thank)\b)(?:{LINK}\s.{{0,45}}?|(?:[\w\'-]+\s){{0,3}})(?:{TIMES}|{EVENTS})\b.{{0,40}})$"
    ),
    late_situation=re.compile(rf"^(?!your?\b|.*\byou\b)(?:{LINK}\s.{{0,45}}?(?:{TIMES}|{EVENTS}).{{0,40}}|{TIMES})$"),
    timed=re.compile(rf"^(?:{LINK}\s)?{TIMES},?\s*"),
    reaction=re.compile(
        r"^(?:this|that|it|which)?\s?(?:made|left|makes|has\smade)\s(?:me|us|the|everyone|our)\b|^i\s(?:felt|feel|was)\b"
    ),
    receiver=re.compile(r"^(?:you|your)\b"),
    absent=re.compile(r"^(?:he|she|his|her|[a-z]+(?=\s(?:\w+ed|did|didn't|sent|wrote|made|told|gave|took)\b))\b"),
    people=re.compile(
        r"^(?:they|we|everyone|everybody|nobody|no\sone|the\s(?:client|customer|team|vendor|support|user|supplier|family|patient|student|others|whole|rest)\w*|our\s\w+|i)\b"
    ),
    other=re.compile(rf"^(?:{OTHERS})\b"),
    result=re.compile(
        r"^(?:fewer|less|more|nobody|saved|saving|causing|costing|leaving|making|helping|forcing|letting|allowing|delaying|reducing|broke|delayed|cost|caused|led\sto|resulted)\b"
    ),
    effects=re.compile(r"\bfrom\s.{1,20}\sto\s(?:about\s)?\w+|\bwas\s(?:delayed|postponed)\b"),
    action=re.compile(rf"^(?:{ACTION})\b"),
    evidence=re.compile(r"(?!you(?:'re|\s(?:are|were))\s(?:a|an|the|so|very|really|too|not)\b)\S+\s\S+"),
    deed=re.compile(r"\b(?:\w{2,}ed|sent|wrote|made|brought|took|gave|told|said|left|didn't|did\snot|twice|\d+)\b|◇"),
)

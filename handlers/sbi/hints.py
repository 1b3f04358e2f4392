"""What to tell the author of a feedback text, Chinese first, English complete."""

from typing import Any, Final

from handlers.sbi.judging import ENGLISH
from handlers.sbi.quality import RULES, SWEEPING, Draft
from handlers.sbi.reading import PARTS, Reading

Both = dict[str, str]
JUDGES: Final[Both] = {
    "zh": "这句在评价人：“{words}”。换成看得见、数得出的事：{instead}",
    "en": "This judges the person: “{words}”. Say what could be seen or counted: {instead}",
}
SWEEPS: Final[Both] = {
    "zh": "“{words}”对方容易反驳，换成次数和日期，例如“这个月迟到了三次”。",
    "en": "“{words}” is easy to deny. Give a number and dates, for example “late three times this month”.",
}
NOTHING_YET: Final[Both] = {
    "zh": "写一件你看到的事：什么时候、对方做了什么、带来什么结果。",
    "en": "Write about one thing you saw: when it was, what the person did, what came of it.",
}
LACKING: Final[dict[str, Both]] = {
    "situation": {
        "zh": "补一句时间或场合，例如“上周三的评审会上”。",
        "en": "Add when or where it was, for example “In Wednesday's review”.",
    },
    "behavior": {
        "zh": "补上对方做了什么，写看到的动作或听到的原话，例如“你把风险逐条列了出来”。",
        "en": "Add what the person did or said, as you saw or heard it, for example “you listed the risks one by one”.",
    },
    "impact": {
        "zh": "补上带来的结果，例如“客户当天就签了字”。",
        "en": "Add what came of it, for example “the client signed the same day”.",
    },
}


def hints(reading: Reading, locale: str = "zh") -> list[str]:
    """What to mend, the gravest first; nothing for a text that needs no mending."""
    language = _language(locale)
    return [
        *(
            JUDGES[language].format(words=each.words, instead=_instead(each.instead, language))
            for each in reading.judging
        ),
        *_lacking(reading, language),
        *(SWEEPS[language].format(words=words) for words in _sweeping(reading)),
    ]


def explain(reading: Reading, locale: str = "zh") -> list[tuple[str, int, bool]]:
    """Each rule of the score with its points and whether the text earns them."""
    language = _language(locale)
    draft = Draft(reading.situation, reading.behavior, reading.impact, reading.judging)
    return [(rule.zh if language == "zh" else rule.en, rule.points, rule.holds(draft)) for rule in RULES]


def as_json(reading: Reading, locale: str = "zh") -> dict[str, Any]:
    return {
        **{part: getattr(reading, part) for part in PARTS},
        "missing": list(reading.missing),
        "judgmental": reading.judgmental,
        "score": reading.score,
        "hints": hints(reading, locale),
    }


def _language(locale: str) -> str:
    return "en" if locale.lower().startswith("en") else "zh"


def _lacking(reading: Reading, language: str) -> list[str]:
    if reading.missing == PARTS and not reading.judgmental:
        return [NOTHING_YET[language]]
    return [LACKING[part][language] for part in reading.missing]


def _sweeping(reading: Reading) -> list[str]:
    match = SWEEPING.search(reading.behavior or "")
    return [match.group()] if match else []


def _instead(instead: str, language: str) -> str:
    return instead if language == "zh" else ENGLISH[instead]

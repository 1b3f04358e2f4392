"""What WeCom's error codes (errcode) ask of us. A code that is not listed cannot be helped by trying again."""

from __future__ import annotations

from collections.abc import Iterable

from bot.outbound import Act

Acts = dict[str, tuple[Act, float | None]]

TASK_EXISTS = "42014"  # a card with this task_id was sent before
MEDIA_GONE = "40007"  # a media_id that is wrong or older than three days

# A button's key, a type, a list, a missing field: the same card would be refused again.
_CARD_FIELDS = (*range(42016, 42021), *range(42027, 42052))
CARD_REFUSED = {str(code) for code in _CARD_FIELDS}

MINUTE = 60.0  # WeCom blocks an API for a minute when its limit per minute is passed


def _all(act: Act, codes: Iterable[int], wait: float | None = None) -> Acts:
    return {str(code): (act, wait) for code in codes}


_RETRY = _all(Act.RETRY, (-1, 6000)) | _all(Act.RETRY, (45009,), MINUTE) | _all(Act.RETRY, (45033,), 2.0)

_REFRESH = _all(Act.REFRESH, (40001, 40014, 41001, 42001))

_RECIPIENT = _all(
    Act.RECIPIENT,
    (
        40003,  # unknown userid
        46004,  # unknown user
        50002,  # outside the app's visible range
        60011,  # no privilege over the member
        60111,  # unknown userid
        81013,  # every receiver invalid or out of range
    ),
)

_REPLACE = _all(
    Act.REPLACE,
    (
        42022,  # response_code used
        42052,  # recalled too late
        60140,  # response_code invalid, expired or used
    ),
)

_CONFIG = _all(
    Act.CONFIG,
    (
        40013,  # corp id
        40056,  # agent id
        40091,  # the secret is another corp's
        41002,  # corp id missing
        41004,  # secret missing
        41011,  # agent id missing
        42015,  # the card is another app's
        43012,  # the app has no callback URL
        48001,  # no permission for this API
        48002,  # the same, for this kind of secret
        48009,  # contacts are closed to this secret
        50001,  # redirect host not trusted
        50003,  # app disabled
        60020,  # this address is not among the app's trusted IPs
        60031,  # API use forbidden
        301002,  # the token is another app's
        301042,  # this address is not among the trusted IPs
    ),
)

_GIVE_UP = _all(
    Act.GIVE_UP,
    (
        40007,  # media_id
        40008,  # message type
        40029,  # OAuth code used or expired
        42003,  # the same
        40031,  # list of users
        40032,  # more than 1000 users
        40033,  # illegal characters
        40035,  # a parameter is bad, missing or too long
        40058,
        40063,
        81012,  # no receiver
        44001,  # empty media
        44004,  # empty text
        45001,  # media too large
        45002,  # text too long
        45007,  # voice longer than a minute
        45008,  # more than eight articles
        45029,  # department too large
        46003,  # no menu
        40016,  # menu: number of buttons
        40018,  # menu: length of a name
        40019,  # menu: length of a key
        40020,  # menu: length of an address
        40023,  # menu: number of sub-buttons
        40027,  # menu: length of a sub-button's address
        40050,  # group chats
        86001,
        86003,
        86006,
        86008,
        93000,  # group robots
        93004,
        42014,  # task_id exists
        *_CARD_FIELDS,
    ),
)

CALLS: Acts = _RETRY | _REFRESH | _RECIPIENT | _REPLACE | _CONFIG | _GIVE_UP

# A wrong secret tried again and again gets this machine's address banned for an hour.
TOKENS: Acts = CALLS | _all(Act.CONFIG, (40001, 41001))

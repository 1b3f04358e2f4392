"""What Feishu's error codes ask of us, as data. Codes that are not here: see `bot.outbound.Dialect.acts`."""

from __future__ import annotations

from collections.abc import Mapping

from bot.outbound import Act

CANNOT_RENDER = "230099"  # the card is refused; the message tells which part

_DAY = 24 * 3600.0

_ROWS: tuple[tuple[Act, float | None, str], ...] = (
    # Too fast. For 99991400 the answer's header names the wait.
    (Act.RETRY, 1.0, "99991400 230020 232019 1000004 1000005 190005"),
    (Act.RETRY, 5.0, "11232 11233"),
    (Act.RETRY, _DAY, "11247"),
    # The first attempt under this uuid is still on its way.
    (Act.RETRY, 2.0, "230049"),
    # Trouble inside the platform.
    (Act.RETRY, None, "1500 1503 5000 40003"),
    # Trouble at signing in.
    (Act.RETRY, None, "20050 20072"),
    # Signing in: no right to use the app, not a user any more, of a company without it.
    (Act.RECIPIENT, None, "20008 20009 20010 20066"),
    # Signing in: app or its secret unknown, the redirect URL is not in the console, the app is off.
    (Act.CONFIG, None, "20002 20029 20048 20069 20071"),
    # Tenant or app token expired.
    (Act.REFRESH, None, "99991663 99991664 99991665"),
    # App id or secret wrong, app off or not installed, scope not granted, our address not allowed.
    (Act.CONFIG, None, "10003 10014 10015 99991543 99991662 99991673 99991672 99991676 99991679 99991401"),
    # Bot ability off; address book out of reach; account ids of another app.
    (Act.CONFIG, None, "230006 230027 40004 99992361"),
    # Outside the app's availability, left, opted out, no such id, another company.
    (Act.RECIPIENT, None, "230013 230029 230053 230034 230038"),
    (Act.RECIPIENT, None, " ".join(str(code) for code in range(99992351, 99992365) if code != 99992361)),  # noqa: PLR2004 - codes
    # A group without the bot, closed to it, dissolved or encrypted.
    (Act.RECIPIENT, None, "230002 230018 230035 232009 230075"),
    # Recalled, deleted, older than 14 days, or not a card.
    (Act.REPLACE, None, "230011 230110 230031 230054 200000"),
    # Our request is wrong.
    (Act.GIVE_UP, None, "99991661 99991668 99991671 99991677 99992402 230001 230012 230017 230026 230055"),
    (Act.GIVE_UP, None, f"{CANNOT_RENDER} 230025 300305"),
    # The platform's audit refuses the words.
    (Act.GIVE_UP, None, "230022 230028"),
    # Updates by token: bad body, too large, another app's card, bad or used-up token.
    (Act.GIVE_UP, None, "10002 11311 100030 100000 200310 200320 300090 300020 300030 300040"),
    # Uploads: bad parameter, too large, no bot, empty, unknown format, too many pixels.
    (Act.GIVE_UP, None, "234001 234006 234007 234010 234011 234039"),
    # Address book: bad parameter, token or page.
    (Act.GIVE_UP, None, "40001 40002 40005 40006 40007 40008 40009 40010 40011 40012 40013 40014 40052"),
)

ACTS: Mapping[str, tuple[Act, float | None]] = {
    code: (act, wait) for act, wait, codes in _ROWS for code in codes.split()
}

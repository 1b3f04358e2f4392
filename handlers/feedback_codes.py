"""The code that opens the feedback dialog for one person, typed in the chat or scanned from a desk, badge or slide."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote

from cards import asking as cards
from cards.model import Card
from handlers import dialogs, feedback
from handlers.commands import GiveFeedback, OpenCode, ShowCode
from handlers.unit import Refusal, Unit

SIGNED = 8  # characters of 5 bits each: at a thousand tries a second, 17 years for half of them
LONGEST = 200  # characters; more is nobody's code


def code_of(key: bytes, person: str) -> str:
    """`lilei.k3f9x2aq`: whose it is, and that we made it. `key` is the audit key."""
    own = hmac.new(key, b"feedback code", hashlib.sha256).digest()
    signature = base64.b32encode(hmac.new(own, person.encode(), hashlib.sha256).digest()).decode().lower()
    return f"{person}.{signature[:SIGNED]}"


def owner_of(key: bytes, code: str) -> str | None:
    """Whose code it is; None for a made-up one."""
    given = code.strip()[: LONGEST + 1]
    person = given.rpartition(".")[0]
    same = hmac.compare_digest(code_of(key, person).lower().encode(), given.lower().encode())
    return person if same and len(given) <= LONGEST else None


def address_of(public_url: str, code: str) -> str:
    """The page behind the QR picture; empty where this server has no public address."""
    return f"{public_url.rstrip('/')}/f/{quote(code, safe='')}" if public_url else ""


def show(_command: ShowCode, unit: Unit) -> None:
    """The card, and after it a message that can be forwarded as it is."""
    code = code_of(unit.audit_key, unit.actor.id)
    address = address_of(unit.public_url, code)
    unit.reply(cards.own_code(unit.words, unit.actor.name, code, _modules(address) if address else ()))
    if address:
        unit.reply(Card(text=unit.words("code.forward", address=address), locale=unit.words.locale))


def _modules(address: str) -> tuple[str, ...]:
    """The QR code's rows, `1` for dark: readable with an eighth of it spoilt, for it hangs on desks."""
    import segno

    rows = segno.make_qr(address, error="m").matrix
    return tuple("".join("1" if dark else "0" for dark in row) for row in rows)


def open_dialog(command: OpenCode, unit: Unit) -> None:
    person = owner_of(unit.audit_key, command.code)
    if person is None:
        raise Refusal("code.wrong")
    if not (command.scanned and _is_asked(unit, person)):
        feedback.give(GiveFeedback(person=person), unit)


def _is_asked(unit: Unit, person: str) -> bool:
    """Whether the next sentence goes into feedback for that person already: a second scan need not ask again."""
    dialog = dialogs.current(unit)
    command = dialogs.load(unit, dialog) if dialog else None
    return isinstance(command, GiveFeedback) and command.person == person

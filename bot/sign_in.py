"""Signing in through a platform: out to its page with a state, back to ours with a code.

The state is random and means nothing by itself. What it is for is sealed in a cookie, so that it works in the browser
that began, on the platform it was made for, for ten minutes. Whoever uses the proof sees to it that it is used once.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from bot.platforms.base import SignIn
from storage.vault import SealedError, Vault

LIFE = timedelta(minutes=10)
COOKIE = "maibo_sign_in"
STATE = re.compile("[a-z2-7]{32}")  # WeCom takes letters and digits only
MINUTE = timedelta(minutes=1)
MOST_REFUSED = 60  # a minute from one address
MOST_ADDRESSES = 10_000


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that has begun: `do` is what for (as in `SignedIn.do`), `again` our address where it can begin anew."""

    state: str
    platform: str
    do: str
    again: str
    until: float


@dataclass(frozen=True, slots=True)
class SignIns:
    """`public_url` is where the platforms send people back to: never taken from a request."""

    public_url: str
    vault: Vault

    def back(self, platform: str) -> str:
        """Our address on the way back; the platform's console has to know it."""
        return f"{self.public_url.rstrip('/')}/sign-in/{platform}"

    def begin(self, platform: str, page: SignIn, pending: tuple[str, str], agent: str, now: datetime) -> Response:
        """Off to the platform's page. `pending`: what for, and where to begin anew."""
        state = base64.b32encode(secrets.token_bytes(20)).decode().lower()
        kept = Pending(state, platform, *pending, (now + LIFE).timestamp())
        response = redirect(page.url(self.back(platform), state, agent))
        sealed = self.vault.seal(json.dumps(asdict(kept))).decode()
        return self._keep(response, sealed, LIFE)

    def pending(self, platform: str, state: str, cookies: Mapping[str, str], now: datetime) -> Pending | None:
        """What this browser began with this state on this platform, not long ago."""
        try:
            kept = Pending(**json.loads(self.vault.open(cookies.get(COOKIE, "").encode())))
        except SealedError:
            return None
        good = hmac.compare_digest(kept.state.encode(), state.encode()) and kept.platform == platform
        return kept if good and now.timestamp() < kept.until else None

    def end(self, response: Response) -> Response:
        """Nothing of it stays in the browser."""
        return self._keep(response, "", timedelta())

    def _keep(self, response: Response, value: str, life: timedelta) -> Response:
        """Lax, for it has to come along when the platform sends the person back."""
        back = urlsplit(self.back(""))
        secure = back.scheme == "https"
        response.set_cookie(COOKIE, value, life, path=back.path, secure=secure, httponly=True, samesite="Lax")
        return response


@dataclass(frozen=True, slots=True)
class Patience:
    """A refused code costs calls to the platform: so many a minute from one address, then none for a while."""

    refused: dict[str, deque[datetime]] = field(default_factory=dict)

    def is_over(self, address: str, now: datetime) -> bool:
        times = self.refused.get(address, deque())
        while times and now - times[0] >= MINUTE:
            times.popleft()
        return len(times) >= MOST_REFUSED

    def refuse(self, address: str, now: datetime) -> None:
        if len(self.refused) >= MOST_ADDRESSES:
            self.refused.clear()
        self.refused.setdefault(address, deque(maxlen=MOST_REFUSED)).append(now)

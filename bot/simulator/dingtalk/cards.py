"""The card platform: templates, instances, who sees what, and where presses go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.dingtalk.app import Refused
from bot.simulator.world import World

KEY_BYTES = 100
VALUE_BYTES = 1024

# The template of deploy/dingtalk/card-template.json: variable → type; private ones hold one person's view.
PUBLIC: Mapping[str, str] = {
    "title": "string",
    "status": "string",
    "tone": "string",
    "subtitle": "string",
    "body1": "markdown",
    "body2": "markdown",
    "body3": "markdown",
    "body4": "markdown",
    "body5": "markdown",
    "body6": "markdown",
    "form": "form",
    "submit": "string",
    "buttons": "loopArray",
    "outcome": "markdown",
    "outcome2": "markdown",
    "hint": "string",
    "locale": "string",
}
PRIVATE: Mapping[str, str] = {"toast": "string"}
_SHAPES: Mapping[str, type] = {"form": dict, "loopArray": list}

Values = dict[str, str]


@dataclass(slots=True)
class Card:
    """An instance. `bubbles`: account → the message that shows it."""

    track: str
    template: str
    route: str
    values: Values
    private: dict[str, Values] = field(default_factory=dict)
    bubbles: dict[str, str] = field(default_factory=dict)

    def seen_by(self, account: str) -> dict[str, Any]:
        """What the client gets."""
        return {"template": self.template, "params": {**self.values, **self.private.get(account, {})}}


@dataclass(frozen=True, slots=True)
class Route:
    url: str
    secret: str


class CardPlatform:
    """Keeps instances by outTrackId. Errors are those of the real one, `Refused`."""

    def __init__(self, world: World, templates: set[str]) -> None:
        self._world = world
        self._templates = templates
        self._cards: dict[str, Card] = {}
        self.routes: dict[str, Route] = {}

    def create(self, body: Mapping[str, Any]) -> Card:
        track, template = str(body.get("outTrackId") or ""), str(body.get("cardTemplateId") or "")
        if not track or not template:
            raise Refused("param.outTrackIdEmpty" if template else "param.cardTemplateIdEmpty")
        if template not in self._templates:
            raise Refused("param.templateNotExist")
        if body.get("callbackType") not in ("HTTP", "STREAM", None):
            raise Refused("param.invalid", "callbackType is HTTP or STREAM")
        values = self.checked(body.get("cardData"), PUBLIC)
        if not values:
            raise Refused("param.cardPublicDataEmpty")
        card = Card(track, template, str(body.get("callbackRouteKey") or ""), values)
        with self._world.changing():
            if track in self._cards:
                raise Refused("param.cardAlreadyExist")
            self._cards[track] = card
        return card

    def show(self, card: Card, account: str) -> None:
        """Deliver it to somebody's chat."""
        bubble = self._world.post("dingtalk", account, "bot", "card", card.seen_by(account))
        card.bubbles[account] = bubble.id

    def update(self, body: Mapping[str, Any]) -> None:
        """As `PUT /v1.0/card/instances`: what is not named vanishes, unless the options say by key."""
        card = self._cards.get(str(body.get("outTrackId") or ""))
        if card is None:
            raise Refused("param.cardNotExist")
        public = self.checked(body.get("cardData"), PUBLIC)
        private = {user: self.checked(data, PRIVATE) for user, data in (body.get("privateData") or {}).items()}
        if not public and not private:
            raise Refused("param.cardDataAndPrivateDataBothEmpty")
        options = body.get("cardUpdateOptions") or {}
        with self._world.changing():
            if public:
                card.values = {**(card.values if options.get("updateCardDataByKey") else {}), **public}
            for user, values in private.items():
                kept = card.private.get(user, {}) if options.get("updatePrivateDataByKey") else {}
                card.private[user] = {**kept, **values}
            self._refresh(card)

    def answered(self, card: Card, account: str, answer: Mapping[str, Any]) -> str:
        """Apply the answer to a press, `userPrivateData` to the one who pressed; returns the toast."""
        mine = answer.get("userPrivateData")
        body = {
            "outTrackId": card.track,
            "cardData": answer.get("cardData"),
            "privateData": {account: mine} if mine else {},
            "cardUpdateOptions": answer.get("cardUpdateOptions"),
        }
        if answer.get("cardData") or mine:
            self.update(body)
        return self.checked(mine, PRIVATE).get("toast", "")

    def of_bubble(self, bubble: str) -> Card | None:
        return next((card for card in list(self._cards.values()) if bubble in card.bubbles.values()), None)

    def _refresh(self, card: Card) -> None:
        for account, shown in card.bubbles.items():
            bubble = self._world.bubble(shown)
            if bubble is not None:
                bubble.content = card.seen_by(account)

    def register(self, body: Mapping[str, Any]) -> Route:
        key, url = str(body.get("callbackRouteKey") or ""), str(body.get("callbackUrl") or "")
        if not key or not url.startswith(("http://", "https://")):
            raise Refused("param.invalid", "callbackRouteKey and callbackUrl are needed")
        if key in self.routes and not body.get("forceUpdate"):
            raise Refused("param.callbackRouteKeyExist", status=500)
        self.routes[key] = Route(url, str(body.get("apiSecret") or ""))
        return self.routes[key]

    def checked(self, data: Any, types: Mapping[str, str]) -> Values:
        """A cardParamMap whose every value is a short string of its variable's type.

        The real server takes what it does not know and the card then shows nothing; here that is refused.
        """
        values = data.get("cardParamMap") if isinstance(data, dict) else None
        if not isinstance(values, dict | None):
            raise Refused("param.invalid", "cardParamMap is an object")
        for name, value in (values or {}).items():
            if name not in types or len(name.encode()) > KEY_BYTES:
                raise Refused("param.invalid", f"the template has no variable {name}")
            if not isinstance(value, str) or len(value.encode()) > VALUE_BYTES:
                raise Refused("param.invalid", f"{name} is not a string of at most 1 KB")
            shape = _SHAPES.get(types[name])
            if shape is not None and not isinstance(_loads(value), shape):
                raise Refused("param.invalid", f"{name} is not of type {types[name]}")
        return dict(values or {})


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None

"""The answer to a press: the XML that puts another card in the place of the one that was pressed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

# Names that are not the JSON name with its words capitalised.
NAMES = {"keyname": "KeyName", "checkbox": "CheckBox"}


def card_update(account: str, corp_id: str, at: datetime, card: dict[str, Any]) -> str:
    content = {
        "to_user_name": account,
        "from_user_name": corp_id,
        "create_time": int(at.timestamp()),
        "msg_type": "update_template_card",
        "template_card": card,
    }
    return f"<xml>{_children(content)}</xml>"


def _children(content: dict[str, Any]) -> str:
    return "".join(_element(NAMES.get(name) or _pascal(name), value) for name, value in content.items())


def _element(tag: str, value: Any) -> str:
    """Lists are repeated elements without a wrapper."""
    if isinstance(value, list):
        return "".join(_element(tag, item) for item in value)
    if isinstance(value, dict):
        return f"<{tag}>{_children(value)}</{tag}>"
    if isinstance(value, bool):
        return f"<{tag}>{str(value).lower()}</{tag}>"
    if isinstance(value, int):
        return f"<{tag}>{value}</{tag}>"
    return f"<{tag}>{_cdata(str(value))}</{tag}>"


def _cdata(text: str) -> str:
    """Somebody's words may hold the very end mark."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))

"""The simulated Feishu's check of cards: what the real one refuses, it refuses."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bot.simulator.feishu.checks import CardRefused
from bot.simulator.feishu.rules import check_card
from cards.render import feishu as render
from tests.gallery import APPROVAL, REVISE

Native = dict[str, Any]


def broken(change: Callable[[Native], object]) -> Native:
    native = copy.deepcopy(render.native(REVISE))
    change(native)
    return native


def body(native: Native) -> list[Native]:
    found: list[Native] = native["body"]["elements"]
    return found


def form(native: Native) -> list[Native]:
    found: list[Native] = body(native)[2]["elements"]
    return found


TABLE = next(one for one in render.native(APPROVAL)["body"]["elements"] if one["tag"] == "table")
BAD_CARDS: dict[str, tuple[int, Callable[[Native], object]]] = {
    "schema 1.0": (200800, lambda c: c.update(schema="1.0")),
    "no schema": (200800, lambda c: c.pop("schema")),
    "a stray property of the card": (200800, lambda c: c.update(i18n_elements={})),
    "a stray property of a component": (200800, lambda c: body(c)[0].update(href={})),
    "a component of 1.0": (200861, lambda c: body(c).append({"tag": "note", "elements": []})),
    "an action module": (200861, lambda c: body(c).append({"tag": "action", "actions": []})),
    "not shared": (200800, lambda c: c["config"].update(update_multi=False)),
    "an unknown header colour": (200800, lambda c: c["header"].update(template="pink")),
    "a form in a form": (200800, lambda c: form(c).append(body(c)[2])),
    "a table in a form": (200800, lambda c: form(c).append(TABLE)),
    "a form without a submit button": (200800, lambda c: form(c).pop()),
    "a field without a name": (200800, lambda c: form(c)[0].pop("name")),
    "two fields of one name": (200800, lambda c: form(c)[1].update(name="target")),
    "a submit button outside a form": (200800, lambda c: body(c).append(form(c)[-1])),
    "an input beyond 1000": (200800, lambda c: form(c)[0].update(max_length=1001)),
    "a default longer than its field": (200800, lambda c: form(c)[0].update(max_length=1, default_value="85")),
    "a button text beyond 100": (200800, lambda c: form(c)[-1]["text"].update(content="x" * 101)),
    "a date that is none": (200800, lambda c: form(c)[3].update(initial_date="31.12.")),
    "a table page of eleven": (200800, lambda c: body(c).append(TABLE | {"page_size": 11})),
    "a row with an unknown column": (200800, lambda c: body(c).append(TABLE | {"rows": [{"x": "1"}]})),
    "a cell of the wrong type": (200800, lambda c: body(c).append(TABLE | {"rows": [{"old": 1}]})),
    "six tables": (11310, lambda c: body(c).extend([TABLE] * 6)),
    "201 elements": (11310, lambda c: body(c).extend({"tag": "hr"} for _ in range(201))),
    "columns six deep": (11310, lambda c: body(c).append(nested(6))),
}


def nested(levels: int) -> Native:
    inner = nested(levels - 1) if levels else {"tag": "hr"}
    return {"tag": "column_set", "columns": [{"tag": "column", "elements": [inner]}]}


@pytest.mark.parametrize("name", BAD_CARDS)
def test_a_card_feishu_would_refuse_is_refused(name: str) -> None:
    code, change = BAD_CARDS[name]
    with pytest.raises(CardRefused) as found:
        check_card(broken(change))
    assert found.value.code == code
    assert f"ext=ErrCode: {code}; ErrMsg: " in str(found.value)

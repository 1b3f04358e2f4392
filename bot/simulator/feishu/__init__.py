"""飞书 Feishu on this machine: its API, its chat, its cards with forms, its callbacks.

A press on a card is `{"name": …, "form_value": {field: text}}`: the component's name on the card as it is shown now,
and for a form's button what stands in the fields (a day as 2026-12-31; fields left out keep what they show). A
component without a name is found by `"value"`. `"option"` and `"input_value"` go with fields outside a form. The
value sent to the bot is always the card's own.
"""

from bot.simulator.feishu.app import FeishuApp
from bot.simulator.feishu.side import FeishuSide

__all__ = ["FeishuApp", "FeishuSide"]

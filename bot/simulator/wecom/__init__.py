"""WeCom (企业微信) on this machine: its API, its callbacks and its client.

`WeComSide.press` takes `{"key": <button key>, "selected": {<question_key>: [<option id>, …]}}`; what is not selected
is what the card shows as selected. Bubbles hold the card as `{"card_type": …}` in the form of `template_card`.
"""

from bot.simulator.wecom.server import WeComApp
from bot.simulator.wecom.side import WeComSide

__all__ = ["WeComApp", "WeComSide"]

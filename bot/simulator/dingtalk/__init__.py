"""DingTalk in the simulator: server, card platform and client of one company with one app."""

from bot.simulator.dingtalk.app import DingTalkApp
from bot.simulator.dingtalk.side import DingTalkSide

__all__ = ["DingTalkApp", "DingTalkSide"]

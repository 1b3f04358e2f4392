"""What pages in a browser say: the same shape as `cards.wording`."""

from __future__ import annotations

PAGES: dict[str, tuple[str, str]] = {
    "platform.wecom": ("企业微信", "WeCom"),
    "platform.dingtalk": ("钉钉", "DingTalk"),
    "platform.feishu": ("飞书", "Feishu"),
    "page.brand": ("脉搏", "Maibo"),
    "page.with": ("用{platform}打开", "Open with {platform}"),
    "page.chat": ("回到聊天", "Back to the chat"),
    "page.try": ("再试一次", "Try again"),
    "page.feedback.title": ("给{name}写反馈", "Feedback for {name}"),
    "page.feedback.text": (
        "说一件你看到的事就好。选你平时用的，聊天里会接着问你。",
        "One thing you saw is enough. Choose what you use at work; the chat goes on from there.",
    ),
    "page.feedback.text.chat": (
        "说一件你看到的事就好，在聊天里写。",
        "One thing you saw is enough, written in the chat.",
    ),
    "page.feedback.or": ("或者把这句发给脉搏", "Or send this line to Maibo"),
    "page.feedback.send": ("把这句发给脉搏", "Send this line to Maibo"),
    "page.opened.title": ("已在聊天里打开", "It is open in the chat"),
    "page.opened.text": (
        "回到聊天写一句就好。",
        "Go back and write a line there.",
    ),
    "page.again.title": ("已经打开过了", "It was opened already"),
    "page.again.text": (
        "去聊天里看看。想再写一条，就再扫一次。",
        "Have a look at the chat. For another one, scan again.",
    ),
    "page.later.title": ("收到了", "Received"),
    "page.later.text": (
        "稍后会在聊天里打开。",
        "It will open in the chat shortly.",
    ),
    "page.refused.title": ("没有打开", "It was not opened"),
    "page.refused.text": ("原因写在聊天里了。", "The chat says why."),
    "page.wrong.title": ("这个反馈码不对", "This feedback code is not valid"),
    "page.wrong.text": (
        "可能少抄了几个字，或者已经失效。请对方再发一次，或在聊天里说“给张三反馈”。",
        "A character may be missing, or it has ended. Ask again, or write “feedback for” and a name in the chat.",
    ),
    "page.expired.title": ("没有登录成功", "You are not signed in"),
    "page.expired.text": (
        "登录页等得太久，或者用过了。再扫一次就好。",
        "The page waited too long, or was used. Scan once more.",
    ),
    "page.outsider.title": ("这个账号不在公司里", "This account is not of this company"),
    "page.outsider.text": ("换成你上班用的账号，再扫一次。", "Use the account you work with, and scan once more."),
    "page.busy.title": ("稍等一下", "One moment"),
    "page.busy.text": (
        "登录暂时没有回应，什么都没有丢。过一会儿再试。",
        "Signing in does not answer just now. Nothing is lost; try again soon.",
    ),
    "page.slower.title": ("稍等一分钟", "One minute, please"),
    "page.slower.text": (
        "刚才失败的登录太多了，一分钟后再试。",
        "Too many sign-ins failed. Please try again in a minute.",
    ),
}

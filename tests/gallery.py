"""One neutral card of every shape, for renderers and pictures."""

from __future__ import annotations

from cards.model import (
    Button,
    Card,
    Change,
    Choice,
    DateInput,
    Fact,
    Figures,
    Form,
    Input,
    Measure,
    Option,
    QrCode,
    Quote,
    do,
)

HOME = Card(
    title="脉搏 · 李雷",
    text="想说什么直接说，例如“续约率到82%了”。",
    facts=(Fact("本季度", "5 个目标，2 个本周没更新"), Fact("收到反馈", "3 条")),
    buttons=(
        Button("我的目标", "goals", "我的目标", "primary"),
        Button("我要反馈", "feedback", "我要反馈"),
        Button("查看排名", "ranking", "查看排名"),
        Button("申请协助", "help", "申请协助"),
    ),
)

PLAIN = Card(text="已记：客户续约率 76% → 82%（目标 85%，领先节奏 3 天）。")

RECORDED = Card(
    text="已记：客户续约率 76% → 82%（目标 85%，领先节奏 3 天）。要不要补一张照片？",
    buttons=(Button("撤销", "undo", "撤销"), Button("补一张照片", "evidence?checkin=C-9", "补照片")),
)

CHOOSE_GOAL = Card(
    title="哪一个目标？",
    text="两个目标都像“回款”，是哪一个？",
    form=Form(
        do("fill", dialog="41"),
        "选好了",
        (
            Choice(
                "goal",
                "目标",
                (Option("G-104", "季度回款500万（320/500 万元）"), Option("G-106", "华东回款率（71%/90%）")),
                "G-104",
            ),
        ),
    ),
    buttons=(Button("取消", do("cancel", dialog="41"), "取消"),),
)

ASK_VALUE = Card(
    title="打卡 · 客户续约率",
    text="现在到多少了？直接回复数字也可以，例如 82。",
    facts=(Fact("上次", "76%（11-13）"), Fact("目标", "85%")),
    form=Form(
        do("fill", dialog="42"),
        "下一步",
        (
            Input("value", "当前值（%）", "例如 82"),
            Input("note", "进展与阻碍", "完成了什么，卡在哪里", multiline=True, required=False),
        ),
    ),
    buttons=(Button("取消", do("cancel", dialog="42"), "取消"),),
)

REVISE = Card(
    title="申请修订 · 客户续约率",
    text="改什么，改成多少？写上原因，王芳会马上看到。",
    facts=(Fact("目标值", "85%"), Fact("权重", "30%"), Fact("截止", "2026-12-31")),
    form=Form(
        do("fill", dialog="43"),
        "提交审批",
        (
            Input("target", "新的目标值（%）", "85", required=False),
            Input("weight", "新的权重（%）", "30", required=False),
            DateInput("due", "新的截止日期", "2026-12-31", required=False),
            Input("reason", "原因", "为什么要改", multiline=True),
        ),
    ),
    buttons=(Button("取消", do("cancel", dialog="43"), "取消"),),
)

APPROVAL = Card(
    title="目标修订待审批",
    subtitle="R-12 · 李雷 · 客户续约率提升至85%",
    status="待审批",
    tone="warn",
    changes=(Change("目标值", "85%", "80%"), Change("截止", "2026-12-31", "2027-01-15")),
    facts=(Fact("现在", "76%"), Fact("节奏", "黄 有风险")),
    quote=Quote("原因", "华东两家大客户预算冻结，预计推迟一个季度。\n第二行也要能看见。"),
    buttons=(
        Button("同意", do("approve", request="R-12"), "同意 R-12", "primary"),
        Button("驳回", do("reject", request="R-12"), "驳回 R-12", "danger"),
        Button("看目标", do("goal", goal="G-101"), "看 G-101"),
    ),
    hint="驳回时会请你说一句原因。",
)

APPROVED = APPROVAL.closed("王芳 11-18 10:20 同意，目标已是第 2 版。", "good", "已同意")
REJECTED = APPROVAL.closed("王芳 11-18 10:20 驳回：先把浙江客户谈完再说。", "bad", "已驳回")

REASON = Card(
    title="驳回 R-12",
    text="说一句原因，李雷会看到。直接回复这条消息就行。",
    form=Form(
        do("fill", dialog="44"),
        "驳回",
        (Input("reason", "原因", "例如：客户名单还没核对", multiline=True, max_length=500),),
    ),
    buttons=(Button("先不驳回", do("cancel", dialog="44"), "取消"),),
)

GOALS = Card(
    title="我的目标 · 2026Q4",
    text="🟢 正常 3 · 🟡 有风险 1 · 🔴 落后 1",
    facts=(
        Fact("G-101", "客户续约率 76% / 85% · 绿 正常"),
        Fact("G-102", "新签客户数 7 / 20 家 · 红 落后"),
        Fact("G-103", "平均响应时长 12 / 8 分钟 · 黄 有风险"),
        Fact("G-104", "回款额 320 / 500 万元 · 绿 正常"),
        Fact("G-105", "里程碑完成度 40% / 100% · 绿 正常"),
    ),
    buttons=(
        Button("打卡", "checkin", "打卡", "primary"),
        Button("申请修订", "revise", "申请修订"),
    ),
)

FEEDBACK = Card(
    title="韩梅梅给你一条反馈",
    status="新",
    tone="info",
    quote=Quote("她说", "上周三客户演示会上，你主动补充了三个案例，客户当场表达了合作意向。" * 8),
    facts=(Fact("谁能看", "只有你"), Fact("版本", "第 1 版")),
    buttons=(Button("谢谢", do("thank", feedback="F-7"), "谢谢 F-7", "primary"),),
)

ENGLISH = Card(
    title="Goal revision waiting",
    subtitle="R-12 · Tom Wu · Renewal rate to 85%",
    status="Waiting",
    tone="warn",
    changes=(Change("Target", "85%", "80%"),),
    quote=Quote("Reason", 'Two key accounts froze their budget; "Q1" is realistic <b>&amp;</b> agreed ]]> *ok*'),
    buttons=(
        Button("Approve", do("approve", request="R-12"), "approve R-12", "primary"),
        Button("Reject", do("reject", request="R-12"), "reject R-12", "danger"),
    ),
    locale="en",
)

PICTURED = Card(
    title="每周摘要",
    text="先处理 1 件事。",
    tone="warn",
    picture=Figures(
        "本周与上周",
        (
            Measure("反馈覆盖", "61%", "上周 54%", 0.61, 0.54, "目标 80%", 0.8, "warn", "不足"),
            Measure("自动采集", "72%", "上周 70%", 0.72, 0.7, "目标 65%", 0.65, "good", "达标"),
            Measure("首次响应", "31 小时", "上周 20 小时", 0.8, 0.5, "目标 24 小时以内", 0.6, "bad", "超时"),
            Measure("图谱查看", "没有", "上周没有"),
        ),
    ),
    buttons=(Button("提醒刘洋", do("remind", nudge="N-7"), "提醒 N-7", "primary"),),
)

QR = Card(
    text="把这个码给同事扫一扫。",
    picture=QrCode("扫一扫，给张三反馈", ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")),
)

LONG = Card(
    title="很长的标题" * 20,
    text="一段很长的说明，带换行\n和**重点**。" * 60,
    facts=tuple(Fact(f"标签{n}", "很长的值" * 20) for n in range(5)),
    buttons=(Button("知道了", "noop", "知道了", "primary"),),
)

CARDS = {name.lower(): card for name, card in list(globals().items()) if isinstance(card, Card)}

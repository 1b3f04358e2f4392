"""What came of it: Chinese reactions, results and measured effects."""

from typing import Final

from handlers.sbi.chinese_subjects import PEOPLE
from handlers.sbi.chinese_times import DURATION, NUMBER
from handlers.sbi.tongue import any_of

FEELING: Final = any_of(
    """
    不舒服 难受 难过 委屈 尴尬 失望 沮丧 心都?凉 寒心 安心 放心 心里踏实 感动 温暖 开心 高兴 被尊重 被忽视
    受挫 压力 焦虑 生气 有底 有信心 受鼓舞 满意 不满 着急 被动
    """
)
FEELINGS: Final = f"(?:很|挺|特别|非常|有点|十分|真的|太|觉得|感到|更|也|都)*{FEELING}"
AFFECTED: Final = "(?:我们?|大家|客户|新人|团队|同事|人)"
SAID: Final = "(?:说|表示|反映|夸|称赞|感受|很|都|非常)"
REACTIONS: Final = (
    f"^(?!.*让人)(?!我|大家|所有人|.{{0,8}}对[你您]){PEOPLE}.{{0,6}}{SAID}",
    f"^(?!.*让人)[你您](?:这样|这么[做说一]*|那样)?(?:真的)?[让令使害]{AFFECTED}.{{0,4}}{FEELINGS}",
    f"^(?!.*让人)(?:我|我们|大家|客户|心里|当时)?.{{0,8}}{FEELINGS}[的了]?$",
)
MOVED: Final = "[从由].{1,12}(?:降|升|缩|涨|增|减|提|变|掉|压|提高|降低)[低高短到至为成了]"
BECOMES: Final = any_of(
    ["能 可以 得以 更 少 多 不用 不必 没有 很 都 非常 感到 觉得 心里 受".replace(" ", "|"), FEELINGS]
)
RESULT_STARTS: Final = any_of(
    """
    垫底 只有 仅有 [只就]剩 再没有?人 再也没 差点 差一点 险些 只好 只能 不得不 不敢 没敢 再也 从此
    一次就?性?(?:过|通过) 顺利 成功 按时 如期 及时 少(?!清|带|写|订|发|算|装|交|报|给|了一)
    多[收卖赚花贴赔等出跑签招] 没有?(?:再|造成|出现|发生|延误|耽误|影响|人|一[个单件次例张台人]|出[错现过])
    避免 节省 省下 省了 缩短 提高 提升 降低 降到 减少 增加 翻了 耽误 延误 影响 损失 返工 重[做跑开新]+
    白[跑等做干] 往常 害 连累 拖累 使 [又还只]得(?!到)
    """
)
RESULTS: Final = (
    f"(?!.*把).{{0,16}}{MOVED}",
    ".{0,8}(?:省下|省了|节省|多花|少花|多等|白[跑等做干])",
    "(?!.*[你您]).{0,8}都?没有人",
    RESULT_STARTS,
    f"{DURATION}(?:就|内就|才)",
    "比(?:原|上|去|计划|预|平|以往).{0,8}(?:提前|少|多|快|晚|高|低)",
    f"让.{{1,8}}{BECOMES}",
)
CHANGED: Final = any_of(
    """
    下降 上升 提高 提升 缩短 减少 增加 节省 省下 增长 降低 延长 推迟 延期 延后 超支 翻倍?
    [多少快慢晚早][花用等付跑出收卖做拿]?
    """
)
UNIT: Final = "(?:半|倍|成|分|个|万|元|块|%|小时|天|周|分钟|点|单|件|秒|人|家|次|百分)"
EFFECTS: Final = (
    MOVED,
    rf"{CHANGED}了?{NUMBER}(?:多|余)?{UNIT}",
    r"百分之|\d%",
    "延期|延后|推迟|返工|重做|报废|赔了|扣了|罚了|投诉|泡汤|丢了单|停产|停线|超时|加班到|等到晚|等了",
)

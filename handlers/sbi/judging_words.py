"""Words that judge a person, by what could be said instead. Over folded text."""

import re
from dataclasses import dataclass
from typing import Final

from handlers.sbi.tongue import any_of, either, token

NOT: Final = any_of(
    """
    不 没 没有 没什么 不够 不太 不是很 毫不 毫无 缺乏 缺少 欠缺 缺 一点[都也]?不 没有?(?:一点儿?|半点儿?|丝毫|任何)
    根本不 从来不 从不 不怎么
    """
)
DEGREES: Final = token(
    """
    很 太 真 真的 非常 特别 十分 比较 相当 挺 蛮 超 超级 最 更 极其 极 无比 够 又 这么 那么 有点 有些 确实
    实在 一向 一直 过于 都 也 还 越来越 真是 的确 总是 就是 老是
    """
)
DEGREE: Final = f"{DEGREES}*"
LOW: Final = any_of("差 差劲 低 弱 不大 不行 不足 有限 有问题 堪忧 不够 不强 太差 跟不上 欠缺 欠佳 糟糕 不高")
BAD_MANNER: Final = any_of(
    """
    不好 差 恶劣 问题 不行 不端正 冷漠 傲慢 敷衍 消极 散漫 强硬 糟糕 不积极 不认真 冷淡 随意 不对 恶 极差
    蛮横 生硬 冷(?!静) 不够 懒散 轻浮 怠慢 轻慢 无所谓 很?成问题 不专业 不友好 松懈 不诚恳
    """
)
AWARENESS: Final = any_of(
    """
    时间 成本 安全 质量 风险 服务 规矩 纪律 保密 客户 全局 大局 规则 竞争 危机 主人翁 契约 职业 敬业 工匠
    """
)
TOGETHER: Final = any_of("团队 集体 合作 协作 奉献 牺牲")
# 你太…了 with these judges nobody.
NO_JUDGEMENT: Final = any_of(
    """
    的 是 辛苦 棒 好 厉害 赞 牛 强 给力 优秀 出色 快 慢 晚 早 久 多 少 忙 累 客气 让 不容易 行 可以 会
    """
)
ROLES: Final = any_of("人 员工 同事 领导 老师 经理 医生 护士 组长 伙伴 队友 下属 主管")
MUCH: Final = any_of("很 太 真 真的 非常 特别 十分 挺 超级? 最 更 又 蛮 是个? 极其 有 一直")
VIRTUE: Final = any_of(
    """
    聪明 细心 负责任?(?!人) 靠谱 敬业 努力 勤奋 勤快 勤恳 热情 诚恳 友善 上进 踏实 用心 热心 善良 能干 专业
    有?担当 责任心 责任感 上进心 爱心 谦虚 谦逊 温柔 幽默 积极 主动 认真 有?耐心 细致 天赋 才华 才 能力
    悟性 天才 正直 老实 可靠 随和 大方 大度 优秀的人 机灵 灵活 稳重 成熟 乐观 开朗
    """
)
FAULTS: Final = any_of(
    """
    lazy careless unprofessional arrogant rude selfish dismissive irresponsible incompetent stupid dumb
    unreliable sloppy disrespectful toxic immature stubborn moody clueless inconsiderate unmotivated
    disorgani[sz]ed impolite hostile condescending narcissistic lousy useless hopeless dishonest
    uncooperative ignorant egoti?stic bossy cold-hearted thoughtless negligent insensitive two-faced
    untrustworthy apathetic childish
    """
)
TEMPERS: Final = any_of("aggressive defensive entitled negative emotional passive slow cold mean weak sensitive quiet")
VIRTUES: Final = any_of(r"smart talented brilliant hard-?working reliable responsible(?!\sfor) clever gifted kind")
LACKED: Final = any_of(
    """
    commitment responsibility discipline motivation professionalism respect empathy initiative integrity
    drive ownership
    """
)


@dataclass(frozen=True)
class Kind:
    """Judging words of one kind, and what to say instead in Chinese and English."""

    words: re.Pattern[str]
    zh: str
    en: str


def _kind(patterns: str, zh: str, en: str) -> Kind:
    return Kind(re.compile(any_of(patterns)), zh, en)


SAY: Final = any_of("说 觉得 认为 指责 怪 批评 针对 指 嫌 质疑 代表 意味着 等于 否定")
# Both are asked of what stands in front of the words in the same clause.
NEGATED: Final = either(
    f"(?:(?<!是)(?<!要)不是|并非|没有?|不|绝非)(?:是|想|要|在|会|打算|因为|代表|意味着|等于)?{SAY}",
    "(?<![是要就])(?:不是|并非)[^,]{0,4}$",
    r"\b(?:not|n't|never) (?:saying|say|think|mean|suggesting|implying|calling|because)\b|\bnot that\b",
)
SOMEBODY_ELSE: Final = any_of(
    """
    客户 用户 顾客 甲方 对方 供应商 厂商 家属 病人 患者 学生 孩子 家长 乘客 业主 他们 她们 人家
    我(?!觉得|感觉|认为|看|发现|们觉得) 新人 新同事 经销商 老人 大爷 大妈 买家 卖家 流程 系统 机器 设备
    市场 天气 环境 局面 方案(?!做|写) 项目 数据 产品
    """
)
OTHERS: Final = either(
    f"(?<![对跟和给向替为]){SOMEBODY_ELSE}",
    r"\b(?:clients?|customers?|vendors?|suppliers?|users?|they|the (?:process|system|plan|market))\b",
)
PERSON: Final = re.compile(r"[你您]|(?<!其)[他她](?!们)|\b(?:you|your|he|she|his|her)\b")

# Of words that overlap, the earlier kind keeps them.
KINDS: Final = (
    _kind(
        rf"""
    态度(?![^,]{{0,4}}没有?什?么?问题)[^,]{{0,8}}?{BAD_MANNER} (?:注意|端正)你?的?态度 什么态度
    [你您]这(?:种|样的)?(?:工作)?(?:态度|责任心|能力|水平|素质|格局|觉悟|心态) 冷冰冰 冷漠 冷淡 傲慢 高傲
    骄傲自满 (?<![的你感到])骄傲 目中无人 自大 自以为是 狂妄 嚣张 {DEGREE}飘(?:了|$) 盛气凌人 居高临下
    高高在上 (?:没有?|没什么|不|不够|毫无){DEGREE}礼貌 没教养 粗鲁 无礼 不懂事 阴阳怪气 爱答不理 爱搭不理
    不耐烦 没有?耐心 缺乏耐心 摆架子 摆脸色 甩脸 目无 嘚瑟 蛮横 蛮不讲理 不讲道理 无理取闹 没大没小
    趾高气扬 颐指气使 气势汹汹 不可一世 狂妄自大 妄自尊大 眼高于顶 出言不逊 口无遮拦 恶语伤人 不可理喻 胡搅蛮缠
    强词夺理
    眼里没有?人 谁都看不上 谁都不服 瞧不起人 看不起人 不尊重[人别同] 不懂得?尊重 刻薄 尖酸 嘴硬 嘴贱 咄咄逼人 轻浮
    """,
        "哪一场合说了哪句话、打断了谁几次，例如“周三会上打断了客户三次”。",
        "which words were said where, for example “interrupted the client three times on Wednesday”.",
    ),
    _kind(
        rf"""
    懒(?!加载) 偷懒 懒惰 懒散 磨洋工 混日子 摸鱼 划水 躺平 摆烂 拖拉 拖沓 拖拖拉拉 磨蹭 磨磨蹭蹭 不勤快
    不努力 不够努力 不上进 没有?上进心 不思进取 得过且过 偷奸耍滑 滑头 投机取巧 好吃懒做 出工不出力
    吊儿郎当 心思[^,]{{0,5}}不在 三天打鱼 混(?:日子|饭) 松懈 散漫 不求上进 混吃等死 消极 怠工 没有?干劲
    没有?激情 缺乏激情 (?:{NOT}){DEGREE}热情
    [一丁半]点[^,]{{0,4}}(?:热情|激情|干劲|上进心|主动性|积极性)都没有 缺乏干劲 负能量 悲观 不主动$ 不积极
    不够主动 不够积极 (?:工作|太|很|比较|过于)+被动 不上心 不走心 不用心 不在状态 推一下动一下 推一步走一步
    玩世不恭 无精打采 萎靡不振 有气无力 死气沉沉 游手好闲 不务正业 好逸恶劳 拈轻怕重
    挑肥拣瘦 避重就轻 混水摸鱼 浑水摸鱼 滥竽充数 尸位素餐 占着茅坑 出工不出活 没有?状态 佛系 摆烂躺平 当一天和尚
    懒懒散散 懒洋洋 三分钟热度 虎头蛇尾
    拨一下动一下 没有?斗志 不想干
    """,
        "哪件事约定几时、实际几时交，例如“日报这两周缺了四天”。",
        "what was promised for when and when it came, for example “four daily reports are missing”.",
    ),
    _kind(
        rf"""
    不负责任? (?:{NOT}){DEGREE}(?:一点)?(?:工作)?责任(?:心|感|意识)? 责任(?:心|感|意识){DEGREE}{LOW}
    {NOT}{DEGREE}有?担当 甩锅侠? 推卸责任 推诿 {NOT}{DEGREE}靠谱 靠不住 {NOT}{DEGREE}可靠
    {NOT}{DEGREE}守信用? 推三阻四 推来推去 拖泥带水 出尔反尔 朝令夕改 朝三暮四 说一套做一套 光说不练 只说不做
    雷声大雨点小 满嘴跑火车
    夸夸其谈 纸上谈兵 信口开河 信口雌黄 事不关己 视而不见 置身事外 置之不理 不闻不问 说话不算数 言而无信 不讲信用
    不把[^,]{{1,8}}当回事 不当回事 当儿戏 儿戏
    无所谓的样子 不在乎 {NOT}{DEGREE}有?{AWARENESS}(?:意识|观念|概念|观|精神|心|素养|素质|操守|感)
    [一丁半]点[^,]{{0,8}}(?:意识|观念|概念|精神|心|感|素养|礼貌|责任)都?没有 不守时 没谱 不敬业
    {NOT}{DEGREE}敬业
    """,
        "答应了什么、哪一步没有做、何时才说，例如“告警响了五十分钟才确认”。",
        "which step was not done or said too late, for example “confirmed the alert after fifty minutes”.",
    ),
    _kind(
        rf"""
    {NOT}{DEGREE}专业 业余(?!时间|爱好|生活) 外行 能力(?:上|方面)?{DEGREE}{LOW} 水平{DEGREE}{LOW}
    {DEGREE}笨(?!重) 愚蠢 蠢 没脑子 没有脑子 不过脑子? 不动脑子? 不带脑子? 脑子[^,]{{0,3}}(?:不|有|进) 智商
    情商{DEGREE}(?:低|堪忧|不高|不行) 没有?情商 悟性 脑残 理解能力 {NOT}能力 无能(?!为力) 废物
    不是[^,]{{1,8}}的料 不适合(?:做|带|当|干|管|这) 不配 {NOT}{DEGREE}称职 不胜任 胜任不了 没有?用处
    [真太很]没用
    {NOT}{DEGREE}(?:有)?(?:执行力|领导力|战略眼光|逻辑|格局|天赋|悟性|潜力|才华|灵气|眼光|狼性|魄力|能力)
    格局{DEGREE}(?:小|低|不够|不大|不高) 眼高手低 好高骛远 朽木 白痴 智障 傻 蠢货 没出息 反应迟钝 迟钝 一根筋 死脑筋
    菜鸟 太菜 {DEGREE}平庸
    """,
        "哪份东西错了几处、返工几次，例如“参数表漏了一页”。",
        "what was wrong and how often it was redone, for example “the data sheet lacked a page”.",
    ),
    _kind(
        rf"""
    粗心(?:大意)? 马虎 毛躁 毛毛躁躁 毛手毛脚 丢三落四 大大咧咧 {NOT}{DEGREE}细心 {NOT}{DEGREE}严谨
    {NOT}{DEGREE}认真(?!地?[看听核查读写填检审]) {NOT}{DEGREE}仔细$ 心不在焉 漫不经心 心猿意马 丢三忘四 马马虎虎
    粗枝大叶 粗心大意 不求甚解 囫囵吞枣 敷敷衍衍 应付差事 生搬硬套 手忙脚乱 颠三倒四
    三心二意
    敷衍(?:了事)? 糊弄 应付了?(?:事|差事|了事) {DEGREE}太随便 太随意 太草率 草率 浮躁 稀里糊涂 糊涂 邋遢
    没有?条理 没有?章法 得过且过 随便应付 走过场 不严肃 冒失 莽撞 鲁莽 冲动
    """,
        "漏了哪一步、错了几处，例如“发布前没有跑用例”。",
        "which step was left out, how many mistakes, for example “released without running the tests”.",
    ),
    _kind(
        rf"""
    玩心 私心 架子 情绪[^,]{{0,4}}不稳定? 武断 专横 优越感 傲气 孤傲 刻板 自负 自满 不顾大局 不识大体
    自私(?:自利)? 太自我 {DEGREE}自我(?:了|$|中心) 以自我为中心 不合群
    {NOT}{DEGREE}有?{TOGETHER}{{1,2}}(?:意识|观念|精神|心|荣誉感) 不(?:愿|肯|懂得?|会)?配合(?=$|的|了)
    刚愎自用 一意孤行 我行我素 自作主张 自作聪明 唯我独尊 唯利是图 见利忘义 假公济私 损人利己 勾心斗角 拉帮结派
    笑里藏刀
    阿谀奉承 趋炎附势 欺软怕硬 落井下石 过河拆桥 忘恩负义 墨守成规 固步自封 故步自封 因循守旧 畏首畏尾 胆小怕事
    斤斤计较
    尖酸刻薄 小肚鸡肠 小家子气 锱铢必较 多愁善感 喜怒无常 独断专行 独断 {DEGREE}强势(?!增长|反弹|品牌|领先) 霸道
    固执(?:己见)? 顽固 死板 古板 不知变通 小气
    小心眼
    心眼{DEGREE}(?:小|多|坏) (?:不会|不懂得?)(?:做人|来事) 心胸{DEGREE}狭[窄隘] 爱计较 势利 虚伪 两面三刀
    阳奉阴违 口是心非 有心机 心机{DEGREE}重
    玩心眼 不诚实 不老实 爱撒谎 撒谎精 人品 品行 品德 素质{DEGREE}(?:低|差|不高|堪忧) 没有?素质 师德 医德
    职业道德 道德{DEGREE}(?:败坏|有问题) 没有?良心 冷血 {NOT}{DEGREE}人情味 没有?爱心
    {NOT}{DEGREE}(?:爱心|同理心|同情心|诚意|底线|原则(?!性)|分寸感?|分寸|礼数|教养|修养|涵养|素养) 玻璃心
    [你您]的?脾气 脾气[^,]{{0,4}}改 情绪化 {DEGREE}脾气{DEGREE}(?:差|大|暴躁?|不好|急|臭|坏|怪) 暴躁 急躁
    幼稚 {NOT}{DEGREE}成熟 矫情 {DEGREE}内向 孤僻
    性格[^,]{{0,6}}?(?:差|问题|不好|缺陷|内向|孤僻|急躁|软弱|强硬|不适合|怪|弱|古怪) 懦弱 软弱 胆小
    优柔寡断 没有?主见 难相处 不好相处 难以相处 难沟通 不好沟通 无法沟通 没法沟通 沟通{DEGREE}累 难伺候
    急功近利 爱出风头 爱表现 拍[^,]{{0,4}}马屁 马屁精 溜须 (?<![大缩减])小人(?![员数力物群手]) 白眼狼 自恋
    虚荣 爱慕虚荣 嫉妒 没有?良知 不要脸 厚脸皮 讨厌 恶心 奇葩 {NOT}{DEGREE}主动性 {NOT}{DEGREE}积极性
    {NOT}{DEGREE}(?:事业心|进取心|好奇心|自信心?|自律|冲劲)$ 不自信 不合作 独来独往 挑三拣四 油腻 圆滑 世故
    功利 爱甩锅 双标
    """,
        "对谁做了什么、说了什么，例如“没有问过组员就把排期改了”。",
        "what was done or said to whom, for example “changed the schedule without asking the team”.",
    ),
    _kind(
        rf"""
    {MUCH}[很都有是]*{VIRTUE}(?:的人)?(?=[了啊呀哦吧呢的]?$|也|又|而且|和) 责任心(?:很|非常|特别|极|真)?强
    工作(?:很|非常|特别)*(?:积极主动|认真负责|勤勤恳恳|兢兢业业|积极|认真|负责|努力|勤恳|勤奋)(?=$|的?$)
    态度[^,]{{0,4}}?(?:好|端正|认真|积极|诚恳|谦逊|谦虚|友善|热情|到位|专业)(?=$|[的了])
    能力(?:很|非常|特别|超|真)?强 性格(?:很|非常|真)?(?:好|开朗|随和|温和) 人品(?:很|真)?好
    情商(?:很|非常|真)?高
    """,
        "夸人也说事：做了哪一步、帮到了谁，例如“你把四十页讲义按案例重排了一遍”。",
        "praise the deed as well: which step, for whom, for example “you rebuilt forty slides around cases”.",
    ),
    _kind(
        rf"""
    \b{FAULTS}\b
    \b(?:bad|poor|terrible|awful|wrong|horrible|negative|great|good|positive|wonderful)\sattitude\b
    \battitude\s(?:problem|issue)s?\b \battitude\s(?:is|was)\b
    \b(?:don't|doesn't|never|do\snot|does\snot)\s(?:really\s)?cares?\b \bnot\sa\steam\splayer\b
    \bno\s(?:sense\sof|work\sethic|manners|respect)\b \black(?:s|ing)?\s(?:of\s)?{LACKED}\b
    \bdifficult\sto\swork\swith\b
    \b(?:so|very|really|too|always|are|is|were|was|got|such\sa)\s(?:{TEMPERS}|{VIRTUES})(?:\sperson|\sguy)?\b(?=$|\s(?:and|in|during|at|about)\b)
    \bkind\sof\sperson\b \bpersonality\b \bwhat'?s\swrong\swith\syou\b
    """,
        "说清哪一天做了什么、说了什么。",
        "which day, which words or which deed, for example “sent the report two days after the agreed date”.",
    ),
    _kind(
        rf"""
    [你您他她]这(?:个|种)?人 [你您他她](?:真的?|就)?(?:是|就是|算是)(?:一?个|一名|那种)[^,]{{1,10}}的?人
    [你您他她]就是个 [你您他她]怎么(?:这么|这样|那么) (?:为人|做人)(?:有|太|很|不|处|挺|真)
    (?:做事|办事|干活|待人)(?!情|很好|不错|挺好)(?:很|太|不|没有?|总是|总|毫无|缺乏)[^,了]{{1,6}}了?$
    [你您他她](?:这次|真的|确实|实在|也|就|就是)*(?:太|过于)(?!{NO_JUDGEMENT})[一-龥]{{1,5}}了?$
    没有?一?点[^,]{{0,6}}的样子 脑子里[^,]{{0,4}}想什么 眼里(?:根本|完全|就|都)?没有[^,]{{1,6}}$
    没把[^,]{{1,8}}放在眼里 不把[^,]{{1,8}}放在眼里
    觉悟{DEGREE}{LOW}
    从(?:来)?(?:都)?不(?:会)?(?:考虑|关心|在乎|顾及|尊重|体谅|反思|思考|动脑|听(?:别人|人|劝|意见))
    [你您他她](?:真的?|就)?是[^,]{{0,8}}(?:最|很|非常|特别)[^,]{{1,8}}的{ROLES} 猪队友 猪脑 拖后腿 害群之马
    老油条 刺头 [你您他她](?:真的?|就)?是(?:一?个|一名|一位|那种)[^,]{{1,12}}的好?{ROLES}
    当面一套[^,]{{0,2}}背后一套 没(?:有|个)?正形 [你您]?就知道(?:拍|玩|混|偷|吃|甩|推|抱怨|邀功|耍) 德行
    天生就? 本性 骨子里 像你这样(?:的人)? [你您]这样的人 当成你这样
    """,
        "把“你是怎样的人”换成“你在哪天做了什么”。",
        "turn “what you are” into “what you did on which day”.",
    ),
)

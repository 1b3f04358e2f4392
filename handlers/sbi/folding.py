"""Makes texts comparable without moving a character, so that every span can be copied from the original."""

import re
from typing import Final

# One simplified form per traditional character, as far as the tables of this package need them.
TRADITIONAL: Final = (
    "會議時個們這說話對沒過還為從來給讓覺總經類東車長門問間開關電腦訊報導應該請謝態責負懶專業認識聽見觀團"
    "隊員組織領標準項進達遲運動實際現場顧買賣價錢財務帳賬單據數點線級結終約紀錄練習試驗證寫讀講課學師醫護"
    "藥檢審評論調設計劃畫圖產廠機備維復發變續繼斷擾聲靜氣憤緒難愛歡樂興奮滿錯誤補償賠損壞傷險極積連聯絡網"
    "頁軟體碼測優慮簡複雜層樓區縣國貨庫倉儲轉換輪執辦處願緊張擔憂壓無與並雖幾兩萬億歲號週禮當陽陰雲須預訂"
    "購銷額獎勵罰貢獻賞響慚魯頭臉腳親屬誼廣視頻擊戰鬥勝敗贏輸濟濃濕熱涼麼嗎謹細膩紮誠懇虛偽卻讚揚誇歸檔歷"
    "違規範僅祇邊臺灣灘傳遞郵閱覽鐘錶嚴肅鬆髒亂馬隨趕協衝爭罵確貼誌詢詳盡簽寶貴質競鏈條環節創訪談閒齊縮擴"
    "減輕慣憑誰漲鎖鑰匯彙編輯顯顆選擇遷獨賀營裡裏啟麵勁惱煩驚訝鈍辭職賴擺爛嘗嬌闊詞語驕聰譜勢頑圍漸晉罷竊"
    "憐樣併綁勞後於著夥乾離決參種葉島廳慶戶撥擁搖攝曉構槍樁橋殘況淚淨湊溫溝滅滯漁潔潛灑燈燒爐爺牆狀獲畝畢"
    "異療皺盜監盤眾睜礎礙禍稅稱穩窮筆築籃籌糧納紅純紙紛紹絕統絲綜綠綱締緩縫績繞繪義聖聞脅脫膚臨舉舊蓋薦藍"
    "藝蘇蘭製討訓託訴診註詩諸謀譯譽豐貝販貪貫費資賓賢贈贊趙跡踐躍軌軍較載輔輛輝輩農遊遙遠適遺邁鄉鄭鄰醜釋"
    "針釘鋼鍋鍵鎮鏡鐵鑑閃閉闆陣陳陸階隱雙雞霧靈頂順頓題顏風飛飯飲飾餅養餘館駐駕騎騙魚鮮鳥齒齡鬧燙螢撿搶揮"
    "徑術衛禦"
)
SIMPLIFIED: Final = (
    "会议时个们这说话对没过还为从来给让觉总经类东车长门问间开关电脑讯报导应该请谢态责负懒专业认识听见观团"
    "队员组织领标准项进达迟运动实际现场顾买卖价钱财务帐账单据数点线级结终约纪录练习试验证写读讲课学师医护"
    "药检审评论调设计划画图产厂机备维复发变续继断扰声静气愤绪难爱欢乐兴奋满错误补偿赔损坏伤险极积连联络网"
    "页软体码测优虑简复杂层楼区县国货库仓储转换轮执办处愿紧张担忧压无与并虽几两万亿岁号周礼当阳阴云须预订"
    "购销额奖励罚贡献赏响惭鲁头脸脚亲属谊广视频击战斗胜败赢输济浓湿热凉么吗谨细腻扎诚恳虚伪却赞扬夸归档历"
    "违规范仅只边台湾滩传递邮阅览钟表严肃松脏乱马随赶协冲争骂确贴志询详尽签宝贵质竞链条环节创访谈闲齐缩扩"
    "减轻惯凭谁涨锁钥汇汇编辑显颗选择迁独贺营里里启面劲恼烦惊讶钝辞职赖摆烂尝娇阔词语骄聪谱势顽围渐晋罢窃"
    "怜样并绑劳后于着伙干离决参种叶岛厅庆户拨拥摇摄晓构枪桩桥残况泪净凑温沟灭滞渔洁潜洒灯烧炉爷墙状获亩毕"
    "异疗皱盗监盘众睁础碍祸税称稳穷笔筑篮筹粮纳红纯纸纷绍绝统丝综绿纲缔缓缝绩绕绘义圣闻胁脱肤临举旧盖荐蓝"
    "艺苏兰制讨训托诉诊注诗诸谋译誉丰贝贩贪贯费资宾贤赠赞赵迹践跃轨军较载辅辆辉辈农游遥远适遗迈乡郑邻丑释"
    "针钉钢锅键镇镜铁鉴闪闭板阵陈陆阶隐双鸡雾灵顶顺顿题颜风飞饭饮饰饼养余馆驻驾骑骗鱼鲜鸟齿龄闹烫萤捡抢挥"
    "径术卫御"
)
FULL_WIDTH: Final = {0xFF01 + i: 0x21 + i for i in range(94)}
SHAPES: Final = FULL_WIDTH | str.maketrans(TRADITIONAL, SIMPLIFIED) | str.maketrans("\u3000’＇妳", " ''你")
QUOTED: Final = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』|‘[^‘']*'|《[^》]*》|\"[^\"]*\"")
MASK: Final = "◇"


def fold(text: str) -> str:
    """Lower case, simplified, half width; as long as the text."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text.translate(SHAPES))


def mask_quotes(folded: str) -> str:
    """Hides what somebody is quoted as saying, unless the quotation is all there is."""
    return QUOTED.sub(_masked, folded) if not QUOTED.fullmatch(folded.strip()) else folded


def _masked(match: re.Match[str]) -> str:
    return MASK * len(match.group())

"""The words of titles: of what a report's is made, what look-alikes hold, what stands around.

From traps.md and 121 real titles. Patterns alone: `titles` reads with them.
"""

from __future__ import annotations

import re

TOPIC = r"(?:(?:政府|政务|海关|税务|校务|党务政务|部门)?信息(?:主动|依申请)?公开|政务公开)"
ENDING = (
    r"(?:年度(?:工作)?(?:情况)?(?:总结)?报告|年报|工作报告|情况的?(?:总结)?报告|总结报告|报告书"
    r"|报告|[“\"]成绩单[”\"]|成绩单|工作总结)"
)
SUFFIX = (
    r"(?:(?:19|20)\d{2}年?(?:度)?)?"
    r"(?:[(（\[【〔][^()（）\[\]【】〔〕]{1,30}[)）\]】〕])*[”\"》」』]?"
)
REPORT = re.compile(rf"^(?P<head>.{{0,45}}?){TOPIC}(?P<tail>.{{0,26}}?){ENDING}{SUFFIX}$")
# Words of what is written about reports, and of other reports.
LOOKALIKE = re.compile(
    r"指南|目录|制度|办法|规定|规则|规范(?!性)|细则|方案|通知|公告|意见|解读|图解|一图|范文|模板|样本|样表|格式|编制|报送|编写"
    r"|考核|评估|测评|评议|绩效|法治政府|依法行政|网站(?:工作|监管|年度|建设)|报表|自查|自评|督查|检查|季度|半年|申请表|须知"
    r"|访谈|新闻|动态|研究|思考|论文|培训|会议|计划|要点|启示|条例|函$|通报|审计|决算|预算|年鉴|答复|问答|声明|流程|领导小组成员"
    r"|第[一二三四]季|[一二三四1-4]季度|清单|名单|栏目|列表|更多"
    r"|前\S{1,2}(?:季度|个月)|(?<!\d)(?!1\D{1,2}12月)\d{1,2}月?[-—~～至到]\d{1,2}月(?!\d{1,2}日)"
)
# Two entries of a menu: 政府信息公开 政府信息公开年报.
TWICE = re.compile(rf"^{TOPIC}{TOPIC}")
# A note in brackets behind the title that makes it none: elsewhere 模板 may be an organ's.
LOOKALIKE_NOTE = re.compile(
    r"[(（](?:[^()（）]*(?:模板|样本|样表|格式|范文|解读|图解|征求意见稿?|草案)[^()（）]*)[)）]$"
)
LABEL = re.compile(
    r"^[【\[]?(?:信息名称|文件名称|公文名称|文件标题|信息标题|文章标题|名\s*称|标\s*题|题\s*名|主\s*题)[】\]]?\s*[:：]?\s*"
)
TAIL = re.compile(
    r"(?:(?<!\s)\s++)?(?:[(（\[【]\s*+)?(?:发布(?:时间|日期|机构)|发文(?:时间|日期|机关)|更新时间|成文日期|公开日期|生成日期|日期[:：]|时间[:：]|来源[:：]"
    r"|信息来源|文章来源|作者[:：]|录入[:：]|字体|字号|浏览|点击|阅读|访问量|【字|\[字|打印|分享|\d{4}-\d{1,2}-\d{1,2}"
    r"|[(（]\s?20\d\d\s?年\s?\d{1,2}\s?月).*$"
)
# Words and marks of which each such tail has one: looked for in a tenth of the time.
TAIL_SIGN = re.compile(
    r"发布|发文|日期|时间|来源|作者|录入|字|浏览|点击|阅读|访问量|打印|分享|-|20"
)
BREADCRUMB = re.compile(r"当前.{0,3}位置|所在.{0,3}位置|^首页|[>›»＞]|->|您现在的位置")
MARKS = "·●★◆■□○•▪►※-—_|:： "
YEAR = r"(?:(?:19|20)\d{2}|二[〇○零ＯO][〇○零ＯO一二三][〇○零ＯO一二三四五六七八九])"
YEAR_IN = re.compile(
    rf"(?<!\d)({YEAR})\s?(?:年|度)|[(（]({YEAR})[)）]|[〔\[【]({YEAR})[〕\]】]$|(?<![\d〔\[])({YEAR})(?![\d〕\]号])"
)
NUMERALS = str.maketrans("〇○零ＯO一二三四五六七八九", "00000123456789")
NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
ORGAN_BEFORE_YEAR = re.compile(
    r"^(?P<organ>.{2,40}?)(?:关于)?(?:公布|发布|印发|报送|呈报)?"
    rf"{YEAR}(?:年|度|(?=政府信息|政务公开|信息公开|[-—–~至]{{1,2}}(?:20)?\d\d学年))"
)
ORGAN_BEFORE_TOPIC = re.compile(
    rf"^(?:{YEAR}年?年?(?:度)?)?(?:关于)?(?P<organ>.{{2,40}}?)(?:关于)?(?:开展)?(?P<topic>(?:政府|政务|海关|部门)?信息公开|政务公开)"
)

"""How reports word what they answered the public: news conferences, interviews, interpretations.

Collected from the statutory wording and from real reports of 2008-2025 (metrics.toml, traps.md).
"""

from __future__ import annotations

from parsers.formats.wording import PIECES, TIMES, wording

_LED = r"主要(?:负责同志|负责人|领导)(?:参加|出席)(?:的)?"
# Behind a label of the statistics form that is told in prose: 在线访谈次数7次.
_NUMBER = r"(?:总?[次场期]数)?"
RESPONSE = (
    wording("response.interpretations", r"解读(?:稿件|材料|信息)?发布(?:总?数)?", units=PIECES),
    wording(
        "response.hot_issues",
        rf"回应(?:了)?(?:社会|公众|群众)?(?:关注|关切|关心)?的?(?:热点|重大)(?:或重大)?(?:舆情|问题|事件|或重大舆情)?{_NUMBER}",
        units=TIMES | {"件", "起"},
    ),
    wording(
        "response.social_media", rf"微博微信回应(?:事件)?{_NUMBER}", units=TIMES | {"件", "起"}
    ),
    wording(
        "response.other",
        rf"其[他它](?:方式|形式|渠道)回应(?:事件)?{_NUMBER}",
        units=TIMES | {"件", "起"},
    ),
    wording("response.press_conferences_led", rf"{_LED}新闻发布会{_NUMBER}", units=TIMES),
    wording(
        "response.interviews_led",
        rf"{_LED}(?:政府网站)?(?:在线|网上|网络)访谈{_NUMBER}",
        units=TIMES,
    ),
    wording(
        "response.press_conferences",
        r"(?:举办|召开|举行|组织|参加)(?:了|或举办|或召开|各类|各种|市政府|政府|的){0,2}新闻发布会(?:活动)?(?:总?[次场]数)?",
        units=TIMES,
        barred=r"主要负责|主要领导",
    ),
    wording(
        "response.interviews",
        r"参加(?:了)?(?:政府网站)?(?:在线|网上|网络)访谈(?:节目|活动)?",
        rank=1,
        units=TIMES,
        barred=r"主要负责|主要领导",
    ),
    wording(
        "response.press_conferences",
        r"(?:举办|召开|举行|组织)(?:了)?",
        r"(?:次|场)?(?:政府)?新闻发布会",
        rank=1,
        units=TIMES,
    ),
    wording(
        "response.press_conferences",
        r"(?:举办|召开|举行|组织|专题)[^,。;0-9]{0,14}新闻发布会",
        rank=2,
        units=TIMES,
        part=True,
    ),
    # Behind the names of what they were about: 组织召开了“…”“…”等新闻发布会12场.
    wording(
        "response.press_conferences",
        r"[”\"]等(?:主题|系列|专题)?新闻发布会",
        rank=1,
        units=TIMES,
        context=r"(?:召开|举办|举行|组织)",
        barred=r"参加|出席",
    ),
    wording(
        "response.press_conferences",
        r"^[、,]新闻发布会",
        rank=1,
        units=TIMES,
        context=r"(?:召开|举办|举行|组织)[^,。;]{0,12}会",
    ),
    wording(
        "response.interpretations",
        r"[、,](?:发布)?(?:政策)?解读",
        rank=2,
        units=frozenset({"篇"}),
    ),
    wording(
        "response.press_conferences",
        r"新闻发布会(?:全年|共|累计)?(?:举办|召开|举行)(?:了)?",
        rank=1,
        units=TIMES,
    ),
    wording(
        "response.interpretations",
        r"(?:发布|制作|编发|刊发|公开)(?:了)?(?:各类)?(?:政策)?解读(?:稿件|材料|信息|文章)?",
        units=PIECES,
        barred=r"转载|转发|其中|栏目",
    ),
    wording(
        "response.interviews",
        r"(?:政府网站|开展|举办|组织|举行|制作|进行)(?:了)?(?:政府网站)?(?:在线|网上|网络)访谈(?:节目|活动)?(?:次数)?",
        units=TIMES,
        barred=r"主要负责|主要领导",
    ),
    wording(
        "response.interviews",
        r"(?:开展|举办|组织|举行|制作)(?:了)?",
        r"(?:次|期)?(?:在线|网上|网络)访谈",
        rank=1,
        units=TIMES,
    ),
    wording(
        "response.interviews",
        r"(?:^|[,;:、])(?:领导)?(?:在线|网上|网络)访谈(?:节目|活动)?",
        rank=1,
        units=TIMES,
        topics="proactive",
        context=r"新闻发布会",
    ),
)

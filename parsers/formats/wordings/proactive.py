"""How reports word what they disclosed on their own: totals, documents.

Collected from the statutory wording and from real reports of 2008-2025 (metrics.toml, traps.md).
"""

from __future__ import annotations

from parsers.formats.wording import CHANNEL, FIELD, GIVE, MATTER, PIECES, wording

PROACTIVE = (
    wording(
        "proactive.total",
        rf"(?:主动|免费)(?:向社会|向公众|对外|全面)?(?:公开|公布|发布)(?:了)?(?:{MATTER})?",
        units=PIECES,
        barred=CHANNEL + r"|规范性|目录|重点领域|类信息|全文电子化",
    ),
    wording(
        "proactive.total",
        rf"{GIVE}(?:了)?各[类项种](?:政府|政务|{FIELD})?(?:公开)?信息",
        rank=1,
        units=PIECES,
        barred=r"^(?!.*主动).*网|微博|微信|公众号|公报|栏|屏|报|电视|广播|短信|新媒体|客户端",
    ),
    wording(
        "proactive.total",
        r"(?:信息公开|公开(?:政府|政务)信息)(?:总数|总量|总条数|数量)",
        rank=1,
        units=PIECES,
        barred=CHANNEL,
    ),
    wording(
        "proactive.total",
        rf"{GIVE}(?:了)?(?:政府|政务)(?:公开)?信息",
        rank=2,
        units=PIECES,
        barred=CHANNEL + r"|依申请|平台|其中",
    ),
    wording(
        "proactive.total",
        rf"{GIVE}(?:了)?(?:各类)?信息",
        rank=3,
        units=PIECES,
        topics="proactive",
        context=r"各级各部门|全[市县区镇局委办][^。;]{0,10}公开",
        barred=CHANNEL + r"|依申请|(?<!各类)平台|系统|目录|其中|类信息",
    ),
    wording(
        "proactive.total",
        r"主动公开(?:了)?(?:各类)?(?:文件|内容|(?:海关|税务|气象|工商|质监|环境|环保|统计|教育)信息)",
        rank=2,
        units=PIECES,
        barred=CHANNEL + r"|规范性|目录",
    ),
    wording(
        "proactive.total",
        r"(?:总共|一共|共|共计|累计)(?:主动)?公开(?:了)?(?:各类)?(?:信息)?",
        rank=3,
        units=frozenset({"条"}),
        barred=CHANNEL + r"|依申请|平台|系统|目录|其中|类信息",
    ),
    # What was disclosed is listed before its number: 主动公开水质、水价等信息213条.
    wording(
        "proactive.total",
        r"主动(?:向社会|对外)?公开(?:了)?[^,。;0-9]{2,36}等(?:各类|方面|相关|方面的)?(?:政府|政务)?信息",
        rank=3,
        units=PIECES,
        barred=CHANNEL + r"|规范性|目录|重点领域|依申请|其中",
    ),
    # An office that names its own information, under the heading.
    wording(
        "proactive.total",
        rf"公开(?:了)?(?:{FIELD})信息",
        rank=3,
        units=PIECES,
        topics="proactive",
        barred=CHANNEL + r"|依申请|其中",
    ),
    # The channels come first: 平台公开信息334条,网站公开信息512条,总计846条.
    wording(
        "proactive.total",
        r"[,;](?:合计|共计|总计)",
        rank=3,
        units=PIECES - {""},
        # Not what was applied for, planned or left unpublished.
        context=r"(?<!申请)(?<!计划)公开(?:政府)?信息[\d,.]{1,9}[条件],"
        r"[^。;]{2,40}(?<!申请)(?<!不予)(?<!未)公开(?:(?:政府)?信息)?[\d,.]{1,9}[条件]",
    ),
    # The portal as the only channel: the figure is the total where the report has no other.
    wording(
        "proactive.total",
        rf"网(?:站|页)?[^,。;0-9]{{0,14}}主动公开(?:了)?{MATTER}",
        rank=4,
        units=PIECES,
        barred=r"微博|微信|公众号|公报|其中|规范性",
    ),
    wording(
        "proactive.total",
        r"主动(?:向社会|对外)?(?:公开|公布|发布)(?:了)?",
        rf"(?:的)?{MATTER}",
        units=PIECES,
        barred=CHANNEL,
    ),
    wording(
        "proactive.total",
        rf"{GIVE}(?:了)?",
        r"(?:的)?(?:各类)?(?:政府|政务)(?:公开)?信息",
        rank=2,
        units=PIECES,
        barred=CHANNEL + r"|依申请|其中",
    ),
    wording(
        "proactive.normative_issued",
        r"(?:制发|制定|出台|印发|制定出台|制定印发)(?:了)?(?:行政|各类)?规范性文件",
        units=PIECES,
        barred=r"公开|发布",
    ),
    wording(
        "proactive.normative_issued",
        r"^[、,]?(?:行政)?规范性文件",
        rank=1,
        units=PIECES,
        context=r"(?:制发|制定|出台|印发)[^。;]{0,10}规章",
    ),
    wording(
        "proactive.normative_documents",
        rf"{GIVE}(?:了)?(?:制发的|制定的)?(?:政府|行政|各类)?规范性(?:文件|政府信息)(?:信息)?",
        units=PIECES,
    ),
    wording(
        "proactive.normative_documents",
        rf"{GIVE}(?:了)?",
        r"(?:政府|行政)?规范性(?:文件|政府信息)",
        rank=1,
        units=PIECES,
    ),
    # 将工作职能等共计30条政府信息主动向社会公开.
    wording(
        "proactive.total",
        r"(?:^|[,;。等]|将|把|有)(?:共计?|总计|合计|累计)?",
        r"政府信息(?:全部|均)?(?:主动)?(?:向社会|对外)?(?:主动)?公开",
        rank=2,
        units=PIECES,
        barred=CHANNEL + r"|依申请|其中",
    ),
    # In a list behind the total: 其中规范性文件12条.
    wording(
        "proactive.normative_documents",
        r"其中[:,]?(?:行政)?规范性文件(?:类)?",
        rank=2,
        units=PIECES,
        context=r"主动公开",
        barred=r"制发|制定|印发|出台",
    ),
    # 截至2009年底,全县主动公开政府信息4127条。2009年当年主动公开2318条: the year's says so.
    wording(
        "proactive.total",
        rf"(?:^|[,;:。年]|其中)当年(?:共|累计|新增)?(?:主动)?公开(?:了)?(?:{MATTER})?",
        rank=-1,
        units=PIECES,
        context=r"公开[^,。;]{0,8}信息",
        barred=CHANNEL + r"|规范性|目录|栏目|依申请",
    ),
    # 截至2014年底,累计主动公开政府信息2780条,2014年新增135条: the year's is what came anew.
    wording(
        "proactive.total",
        r"(?:^|[,;:。年])(?:本年|当年|其中)?新增(?:主动)?(?:公开)?(?:政府)?(?:信息)?",
        rank=0,
        units=PIECES,
        context=r"公开[^,。;]{0,8}信息",
        barred=CHANNEL + r"|规范性|目录|栏目",
    ),
)

"""How reports word through which channels they disclosed: gazette, website, weibo, wechat, others.

A channel stands before what it gave out: 政务微信共推送图文消息300条. A number for two channels
is neither's. Collected from the statutory wording and from real reports of 2008-2025 (metrics.toml,
traps.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.formats.wording import FIELD, FILLER, GIVE, MATTER, PIECES, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.formats.wording import Wording

_NAMED = r"(?:[\"“”《][^\"“”《》]{1,14}[\"“”》])?"
# Between the channel and its verb: 全年累计, 平台共.
_BETWEEN = (
    r"(?:上|中|里|平台|账号|渠道|方式|形式|专栏|栏目|全年度?|全年|本年度?|年度?|一年来|共计?|一共|累计|总共|"
    r"及时|主动|更新|\d{4}年度?|年|\(含[^()]{1,10}\)){0,4}"
)
# What a channel gives out besides information.
_NEWS = (
    rf"(?:{MATTER}|(?:图文|原创)?(?:消息|信息|文章|推文|稿件|作品|微博|博文|动态)|"
    r"(?:政务|政策|工作|便民|动态)?类?(?:政策解读|工作动态|政务|政策)?[和及与]?(?:工作)?信息|工作动态|政策解读)?"
)
_OUT = rf"(?:更新|新增)?(?:{GIVE}|发表|编发|推文|更新|新增|发(?=微|布)|发博|发文)(?:了)?"
_CHANNELS_OF_A_TOTAL = (
    rf"公开(?:各类)?(?:政府|{FIELD})?信息(?:[^。;]{{0,20}}其中|[\d,.]{{1,9}}[条件]:"
    r"|[\d,. ]{1,12}[条件]\([^()]{0,40}\),其中)"
    r"|主动公开的[\d.,]{1,9}万?余?[条件](?:各类)?(?:政府)?信息中"
)
_PLAIN = frozenset({"条"})

_WEIBO = rf"(?<!微信)(?<!微信[、和及与])微博(?:公众)?(?:平台|账号)?{_NAMED}"
_WECHAT = rf"微信(?:公众)?(?:号|平台|账号)?(?:平台|账号)?{_NAMED}"


def _social(name: str, channel: str, word: str, other: str) -> Iterator[Wording]:
    """Yield the wordings of one social medium; `other` names the ones that may not share."""
    metric = f"proactive.{name}"
    yield wording(metric, rf"{channel}{_BETWEEN}{_OUT}{_NEWS}", units=PIECES, barred=other)
    yield wording(metric, rf"{channel}{_BETWEEN}{_OUT}", _NEWS, rank=1, units=PIECES, barred=other)
    # In the list of channels behind a total: 其中网站公开987条、微博23条.
    yield wording(
        metric,
        rf"(?:^|[,;:、]|其中)(?:通过|利用)?(?:官方|政务)?{channel}{GIVE}?",
        rank=4,
        units=_PLAIN,
        context=_CHANNELS_OF_A_TOTAL,
    )
    yield wording(
        metric,
        rf"(?:政务|官方|[”\"“]){word}(?:公众号|账号)?",
        rank=3,
        units=PIECES - {"个", "次"},
        topics="proactive",
        barred=other,
    )


#: What a channel did, where its name stands further off: 全年共发布信息30条.
GIVEN_OUT = re.compile(
    rf"(?:全年|全年度|本年度?|\d{{4}}年度?|年|共|一共|累计|及时|主动|总共|并|还|,|其中){{0,4}}{_OUT}{_NEWS}{FILLER}$"
)

CHANNELS = (
    wording("proactive.gazette", rf"公报》?(?:共|主动)?{GIVE}(?:了)?{MATTER}", units=PIECES),
    wording("proactive.gazette", rf"政府公报》?(?:共|主动)?{GIVE}(?:了)?", rank=1, units=_PLAIN),
    wording(
        "proactive.gazette",
        rf"(?:^|[,;:、]|其中)公报{GIVE}?",
        rank=4,
        units=_PLAIN,
        context=_CHANNELS_OF_A_TOTAL,
    ),
    wording(
        "proactive.website",
        rf"(?:政府|政务|门户|官方|公开)(?:门户|信息|公众)?网(?:站|页)?(?:群)?{_BETWEEN}{_OUT}"
        rf"(?:各类)?(?:{MATTER}|政务信息|(?:{FIELD})信息)?",
        units=PIECES,
        barred=r"微博|微信",
    ),
    wording(
        "proactive.website",
        rf"(?:网站?|官网)(?:[^,。;0-9]{{0,10}}(?:专栏|栏目|平台))?{_BETWEEN}{_OUT}{MATTER}",
        rank=1,
        units=PIECES,
        barred=r"微博|微信|部门网|中国|子网|教育|信息网",
    ),
    wording(
        "proactive.website",
        r"(?:政府|门户)网站?信息(?:发布|公开|更新)(?:总量|总数|数量)?",
        rank=1,
        units=PIECES,
    ),
    wording(
        "proactive.website",
        rf"(?:通过|利用|在|^|[,;:。])(?:政府|门户)?网(?:站|上){GIVE}",
        rank=2,
        units=_PLAIN,
        context=r"微[信博]",
        barred=r"部门网|中国|子网|教育|信息网",
    ),
    wording(
        "proactive.website",
        r"(?:政府|门户)(?:门户)?网站?",
        rank=3,
        units=PIECES,
        topics="proactive",
        context=r"其中",
        barred=r"市(?:政府|级)|县|区|部门|本级|建",
    ),
    wording(
        "proactive.website",
        rf"(?:^|[,;:、]|其中)(?:通过)?(?:政府|门户|官方)?网(?:站|上)(?:主动)?{GIVE}?",
        rank=4,
        units=_PLAIN,
        context=_CHANNELS_OF_A_TOTAL,
    ),
    # The only site that a school or company tells of; an education bureau tells of schools' sites.
    wording(
        "proactive.website",
        rf"(?:^|[,;:、]|其中)(?:通过)?(?:学校|校园|学院|医院|公司|[我本][站馆院校])网(?:站|上){GIVE}?",
        rank=4,
        units=_PLAIN,
        context=r"公开(?:各类)?(?:政府)?信息(?:共|总)?计?[\d,.]{1,9}条[^网]{0,60}网[^网]*+$",
    ),
    *_social("weibo", _WEIBO, "微博", "微信"),
    wording(
        "proactive.weibo",
        r"(?:发布|发送|推送)(?:了)?(?:政务)?微博(?:信息|消息)?",
        rank=1,
        units=PIECES,
        barred=r"微信",
    ),
    *_social("wechat", _WECHAT, "微信", "微博"),
    wording(
        "proactive.wechat",
        rf"(?:发布|发送|推送)(?:了)?{_NAMED}(?:政务)?微信(?:公众号)?(?:信息|消息|图文)?",
        rank=1,
        units=PIECES,
        barred=r"微博",
    ),
    wording(
        "proactive.other_channels",
        rf"其[他它](?:方式|渠道|形式|途径)(?:主动)?{GIVE}(?:了)?(?:{MATTER})?",
        units=PIECES,
    ),
    wording(
        "proactive.other_channels",
        r"其[他它](?:方式|渠道|形式|途径)",
        rank=2,
        units=_PLAIN,
        topics="proactive",
        context=r"其中",
    ),
)

"""The tables of a report as HTML: the statistics table of 2014–2018, the statutory three since 2019.

Row and column labels are those of the State Council General Office's forms. Figures are invented;
what a table must balance is computed, so that every identity holds unless a report breaks it.
"""

# ruff: noqa: E501 (tables of data: one row a line)

from __future__ import annotations

from dataclasses import dataclass, field

COLUMNS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")

_REFUSED = (
    ("state_secret", "1.属于国家秘密"),
    ("other_law", "2.其他法律行政法规禁止公开"),
    ("security", "3.危及“三安全一稳定”"),
    ("third_party", "4.保护第三方合法权益"),
    ("internal_affairs", "5.属于三类内部事务信息"),
    ("process", "6.属于四类过程性信息"),
    ("enforcement_file", "7.属于行政执法案卷"),
    ("inquiry", "8.属于行政查询事项"),
)
_UNABLE = (
    ("not_held", "1.本机关不掌握相关政府信息"),
    ("needs_creation", "2.没有现成信息需要另行制作"),
    ("unclear", "3.补正后申请内容仍不明确"),
)
_NOT_PROCESSED = (
    ("petition", "1.信访举报投诉类申请"),
    ("repeated", "2.重复申请"),
    ("publication", "3.要求提供公开出版物"),
    ("excessive", "4.无正当理由大量反复申请"),
    ("reconfirm", "5.要求行政机关确认或重新出具已获取信息"),
)
_OTHER_21 = (
    ("not_amended", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("fee_unpaid", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("other_other", "3.其他"),
)
_PARTIAL = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"


@dataclass(frozen=True)
class Requests:
    """A year's applications, six applicants' columns each; what is not refused was granted.

    `rows` names other results than granted. `slip` is added to the printed total of the last column,
    so that a report breaks its own identity.
    """

    new: tuple[int, ...]
    carried_in: tuple[int, ...] = (0,) * 6
    carried_out: tuple[int, ...] = (0,) * 6
    rows: dict[str, tuple[int, ...]] = field(default_factory=dict)
    slip: int = 0

    def row(self, name: str) -> tuple[int, ...]:
        """Return the six figures of a result row."""
        return self.rows.get(name, (0,) * 6)

    @property
    def total(self) -> tuple[int, ...]:
        """（七）总计: new and carried in, less carried out."""
        return tuple(
            new + before - after
            for new, before, after in zip(self.new, self.carried_in, self.carried_out, strict=True)
        )

    @property
    def granted(self) -> tuple[int, ...]:
        """（一）予以公开: what no other row holds."""
        return tuple(
            total - sum(row[column] for row in self.rows.values())
            for column, total in enumerate(self.total)
        )


def _tr(*cells: str) -> str:
    return "<tr>" + "".join(cells) + "</tr>"


def _td(text: object, *, rows: int = 1, columns: int = 1) -> str:
    spans = (f' rowspan="{rows}"' if rows > 1 else "") + (
        f' colspan="{columns}"' if columns > 1 else ""
    )
    return f"<td{spans}>{text}</td>"


def _seven(figures: tuple[int, ...], slip: int = 0) -> str:
    return "".join(map(_td, (*figures, sum(figures) + slip)))


def requests_table(asked: Requests, *, since_2021: bool) -> str:
    """Return table 三, 收到和处理政府信息公开申请情况, in the form of 2019 or of 2021."""
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    head = [
        _tr(_td(note, rows=3, columns=3), _td("申请人情况", columns=7)),
        _tr(_td("自然人", rows=2), _td("法人或其他组织", columns=5), _td("总计", rows=2)),
        _tr(*map(_td, COLUMNS[1:])),
        _tr(_td("一、本年新收政府信息公开申请数量", columns=3), _seven(asked.new)),
        _tr(_td("二、上年结转政府信息公开申请数量", columns=3), _seven(asked.carried_in)),
    ]
    results = [
        _td("（一）予以公开", columns=2) + _seven(asked.granted),
        _td(_PARTIAL, columns=2) + _seven(asked.row("partially_granted")),
        *_group("（三）不予公开", _REFUSED, asked),
        *_group("（四）无法提供", _UNABLE, asked),
        *_group("（五）不予处理", _NOT_PROCESSED, asked),
        *(
            _group("（六）其他处理", _OTHER_21, asked)
            if since_2021
            else [_td("（六）其他处理", columns=2) + _seven(asked.row("other"))]
        ),
        _td("（七）总计", columns=2) + _seven(asked.total, asked.slip),
    ]
    body = [_tr(_td("三、本年度办理结果", rows=len(results)), results[0]), *map(_tr, results[1:])]
    last = _tr(_td("四、结转下年度继续办理", columns=3), _seven(asked.carried_out))
    return _table(*head, *body, last)


def _group(name: str, rows: tuple[tuple[str, str], ...], asked: Requests) -> list[str]:
    first, *rest = (_td(label) + _seven(asked.row(row)) for row, label in rows)
    return [_td(name, rows=len(rows)) + first, *rest]


def _table(*rows: str) -> str:
    return '<table border="1">' + "".join(rows) + "</table>"


def disclosure_table_2021(figures: dict[str, tuple[float, ...]]) -> str:
    """Return table 二 since 2021; `figures` by row: three for documents, one for the rest."""
    return _table(
        _tr(_td("第二十条第（一）项", columns=4)),
        _tr(*map(_td, ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"))),
        _tr(_td("规章"), *map(_td, figures["rules"])),
        _tr(_td("行政规范性文件"), *map(_td, figures["normative_documents"])),
        _tr(_td("第二十条第（五）项", columns=4)),
        _tr(_td("信息内容"), _td("本年处理决定数量", columns=3)),
        _tr(_td("行政许可"), _td(*figures["permits"], columns=3)),
        _tr(_td("第二十条第（六）项", columns=4)),
        _tr(_td("信息内容"), _td("本年处理决定数量", columns=3)),
        _tr(_td("行政处罚"), _td(*figures["penalties"], columns=3)),
        _tr(_td("行政强制"), _td(*figures["coercion"], columns=3)),
        _tr(_td("第二十条第（八）项", columns=4)),
        _tr(_td("信息内容"), _td("本年收费金额（单位：万元）", columns=3)),
        _tr(_td("行政事业性收费"), _td(*figures["fees"], columns=3)),
    )


def disclosure_table_2019(figures: dict[str, tuple[float | str, ...]]) -> str:
    """Return table 二 of 2019 and 2020."""
    made = ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量")
    decided = ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量")
    return _table(
        _tr(_td("第二十条第（一）项", columns=4)),
        _tr(*map(_td, made)),
        _tr(_td("规章"), *map(_td, figures["rules"])),
        _tr(_td("规范性文件"), *map(_td, figures["normative_documents"])),
        _tr(_td("第二十条第（五）项", columns=4)),
        _tr(*map(_td, decided)),
        _tr(_td("行政许可"), *map(_td, figures["permits"])),
        _tr(_td("其他对外管理服务事项"), *map(_td, figures["other_services"])),
        _tr(_td("第二十条第（六）项", columns=4)),
        _tr(*map(_td, decided)),
        _tr(_td("行政处罚"), *map(_td, figures["penalties"])),
        _tr(_td("行政强制"), *map(_td, figures["coercion"])),
        _tr(_td("第二十条第（八）项", columns=4)),
        _tr(_td("信息内容"), _td("上一年项目数量"), _td("本年增/减", columns=2)),
        _tr(_td("行政事业性收费"), _td(figures["fees"][0]), _td(figures["fees"][1], columns=2)),
        _tr(_td("第二十条第（九）项", columns=4)),
        _tr(_td("信息内容"), _td("采购项目数量"), _td("采购总金额", columns=2)),
        _tr(
            _td("政府集中采购"),
            _td(figures["procurement"][0]),
            _td(figures["procurement"][1], columns=2),
        ),
    )


def remedies_table(groups: tuple[tuple[int, int, int, int], ...]) -> str:
    """Return table 四: review, litigation direct, litigation after review; a total after each four."""
    labels = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    return _table(
        _tr(_td("行政复议", rows=2, columns=5), _td("行政诉讼", columns=10)),
        _tr(_td("未经复议直接起诉", columns=5), _td("复议后起诉", columns=5)),
        _tr(*map(_td, labels * 3)),
        _tr(*(_td(figure) for group in groups for figure in (*group, sum(group)))),
    )


_STATISTICS: tuple[tuple[str, str, str], ...] = (
    ("一、主动公开情况", "——", ""),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", "proactive"),
    ("其中：主动公开规范性文件数", "条", "normative"),
    ("制发规范性文件总数", "件", "normative"),
    ("（二）通过不同渠道和方式公开政府信息的情况", "——", ""),
    ("1.政府公报公开政府信息数", "条", "gazette"),
    ("2.政府网站公开政府信息数", "条", "website"),
    ("3.政务微博公开政府信息数", "条", "weibo"),
    ("4.政务微信公开政府信息数", "条", "wechat"),
    ("5.其他方式公开政府信息数", "条", "other_channels"),
    ("二、回应解读情况", "——", ""),
    ("（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）", "次", "hot_issues"),
    ("（二）通过不同渠道和方式回应解读的情况", "——", ""),
    ("1.参加或举办新闻发布会总次数", "次", "conferences"),
    ("其中：主要负责同志参加新闻发布会次数", "次", "conferences_led"),
    ("2.政府网站在线访谈次数", "次", "interviews"),
    ("其中：主要负责同志参加政府网站在线访谈次数", "次", "interviews_led"),
    ("3.政策解读稿件发布数", "篇", "interpretations"),
    ("4.微博微信回应事件数", "次", "social_media"),
    ("5.其他方式回应事件数", "次", "other_responses"),
    ("三、依申请公开情况", "——", ""),
    ("（一）收到申请数", "件", "received"),
    ("1.当面申请数", "件", "in_person"),
    ("2.传真申请数", "件", "fax"),
    ("3.网络申请数", "件", "online"),
    ("4.信函申请数", "件", "letter"),
    ("（二）申请办结数", "件", "received"),
    ("1.按时办结数", "件", "received"),
    ("2.延期办结数", "件", "extended"),
    ("（三）申请答复数", "件", "received"),
    ("1.属于已主动公开范围数", "件", "already_public"),
    ("2.同意公开答复数", "件", "granted"),
    ("3.同意部分公开答复数", "件", "partially_granted"),
    ("4.不同意公开答复数", "件", "refused"),
    ("其中：涉及国家秘密", "件", "secret"),
    ("涉及商业秘密", "件", "refused"),
    ("涉及个人隐私", "件", "privacy"),
    ("危及国家安全、公共安全、经济安全和社会稳定", "件", "security"),
    ("不是《条例》所指政府信息", "件", "not_information"),
    ("法律法规规定的其他情形", "件", "other_law"),
    ("5.不属于本行政机关公开数", "件", "not_ours"),
    ("6.申请信息不存在数", "件", "not_exist"),
    ("7.告知作出更改补充数", "件", "amend"),
    ("8.告知通过其他途径办理数", "件", "other_way"),
    ("四、行政复议数量", "件", "review"),
    ("（一）维持具体行政行为数", "件", "review"),
    ("（二）被依法纠错数", "件", "review_corrected"),
    ("（三）其他情形数", "件", "review_other"),
    ("五、行政诉讼数量", "件", "litigation"),
    ("（一）维持具体行政行为或者驳回原告诉讼请求数", "件", "litigation"),
    ("（二）被依法纠错数", "件", "litigation_corrected"),
    ("（三）其他情形数", "件", "litigation_other"),
    ("六、举报投诉数量", "件", "complaints"),
    ("七、依申请公开信息收取的费用", "万元", "fees"),
    ("八、机构建设和保障经费情况", "——", ""),
    ("（一）政府信息公开工作专门机构数", "个", "offices"),
    ("（二）设置政府信息公开查阅点数", "个", "reading_points"),
    ("（三）从事政府信息公开工作人员数", "人", "staff"),
    ("1.专职人员数（不包括政府公报及政府网站工作人员数）", "人", "full_time"),
    ("2.兼职人员数", "人", "part_time"),
    ("（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）", "万元", "budget"),
    ("九、政府信息公开会议和培训情况", "——", ""),
    ("（一）召开政府信息公开工作会议或专题会议数", "次", "meetings"),
    ("（二）举办各类培训班数", "次", "training"),
    ("（三）接受培训人员数", "人次", "trained"),
)  # fmt: skip


def statistics_table(figures: dict[str, int]) -> str:
    """Return the 统计表 of 2014–2018; a figure that is not given is 0."""
    rows = (
        _tr(_td(label), _td(unit), _td(figures.get(name, 0) if name else ""))
        for label, unit, name in _STATISTICS
    )
    return _table(_tr(*map(_td, ("统计指标", "单位", "统计数"))), *rows)

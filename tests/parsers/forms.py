"""The official forms as rows of cells with bars, filled with numbers of ours."""

from __future__ import annotations

REQUEST_ROWS_2021 = (
    ("new", ("一、本年新收政府信息公开申请数量",)),
    ("carried_in", ("二、上年结转政府信息公开申请数量",)),
    ("granted", ("三、本年度办理结果", "（一）予以公开")),
    ("partially_granted", ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）",)),
    ("refused.state_secret", ("（三）不予公开", "1.属于国家秘密")),
    ("refused.other_law", ("2.其他法律行政法规禁止公开",)),
    ("refused.security", ("3.危及“三安全一稳定”",)),
    ("refused.third_party", ("4.保护第三方合法权益",)),
    ("refused.internal_affairs", ("5.属于三类内部事务信息",)),
    ("refused.process", ("6.属于四类过程性信息",)),
    ("refused.enforcement_file", ("7.属于行政执法案卷",)),
    ("refused.inquiry", ("8.属于行政查询事项",)),
    ("unable.not_held", ("（四）无法提供", "1.本机关不掌握相关政府信息")),
    ("unable.needs_creation", ("2.没有现成信息需要另行制作",)),
    ("unable.unclear", ("3.补正后申请内容仍不明确",)),
    ("not_processed.petition", ("（五）不予处理", "1.信访举报投诉类申请")),
    ("not_processed.repeated", ("2.重复申请",)),
    ("not_processed.publication", ("3.要求提供公开出版物",)),
    ("not_processed.excessive", ("4.无正当理由大量反复申请",)),
    ("not_processed.reconfirm", ("5.要求行政机关确认或重新出具已获取信息",)),
    (
        "other.not_amended",
        ("（六）其他处理", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ),
    (
        "other.fee_unpaid",
        ("2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",),
    ),
    ("other.other", ("3.其他",)),
    ("total", ("（七）总计",)),
    ("carried_out", ("四、结转下年度继续办理",)),
)
REQUEST_ROWS_2019 = (
    *REQUEST_ROWS_2021[:20],
    ("other", ("（六）其他处理",)),
    *REQUEST_ROWS_2021[23:],
)
APPLICANTS = (
    "natural_person",
    "enterprise",
    "research",
    "nonprofit",
    "legal_service",
    "other",
    "total",
)
REQUEST_HEADER = (
    "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） | 申请人情况",
    "自然人 | 法人或其他组织 | 总计",
    "商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他",
)
DISCLOSURE_2021 = (
    "第二十条第（一）项",
    "信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数",
    "规章 | 1 | 2 | 33",
    "行政规范性文件 | 14 | 5 | 66",
    "第二十条第（五）项",
    "信息内容 | 本年处理决定数量",
    "行政许可 | 717",
    "第二十条第（六）项",
    "信息内容 | 本年处理决定数量",
    "行政处罚 | 81",
    "行政强制 | 9",
    "第二十条第（八）项",
    "信息内容 | 本年收费金额（单位：万元）",
    "行政事业性收费 | 10.5",
)
DISCLOSURE_2021_VALUES = {
    "disclosure.rules.issued": 1,
    "disclosure.rules.repealed": 2,
    "disclosure.rules.in_force": 33,
    "disclosure.normative_documents.issued": 14,
    "disclosure.normative_documents.repealed": 5,
    "disclosure.normative_documents.in_force": 66,
    "disclosure.permits.decisions": 717,
    "disclosure.penalties.decisions": 81,
    "disclosure.coercion.decisions": 9,
    "disclosure.fees.amount": 10.5,
}
DISCLOSURE_2019 = (
    "第二十条第（一）项",
    "信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量",
    "规章 | 1 | 2 | 33",
    "规范性文件 | 14 | 15 | 66",
    "第二十条第（五）项",
    "信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量",
    "行政许可 | 17 | 减3 | 718",
    "其他对外管理服务事项 | 28 | +19 | 29",
    "第二十条第（八）项",
    "信息内容 | 上一年项目数量 | 本年增/减",
    "行政事业性收费 | 4 | -1",
    "第二十条第（九）项",
    "信息内容 | 采购项目数量 | 采购总金额",
    "政府集中采购 | 6 | 251000元",
)
_OUTCOMES = "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计"
REMEDIES = (
    "行政复议 | 行政诉讼",
    "结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 未经复议直接起诉 | 复议后起诉",
    f"{_OUTCOMES} | {_OUTCOMES}",
)
STATISTICS = (
    ("一、主动公开情况", "——", "——", None),
    (
        "（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）",
        "条",
        "4321",
        "proactive.total",
    ),
    ("其中：主动公开规范性文件数", "条", "21", "proactive.normative_documents"),
    ("制发规范性文件总数", "件", "22", "proactive.normative_issued"),
    ("（二）通过不同渠道和方式公开政府信息的情况", "——", "——", None),
    ("1.政府公报公开政府信息数", "条", "0", "proactive.gazette"),
    ("2.政府网站公开政府信息数", "条", "4000", "proactive.website"),
    ("3.政务微博公开政府信息数", "条", "", "proactive.weibo"),
    ("4.政务微信公开政府信息数", "条", "300", "proactive.wechat"),
    ("5.其他方式公开政府信息数", "条", "21", "proactive.other_channels"),
    ("二、回应解读情况", "——", "——", None),
    (
        "（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）",
        "次",
        "5",
        "response.hot_issues",
    ),
    ("1.参加或举办新闻发布会总次数", "次", "6", "response.press_conferences"),
    ("其中：主要负责同志参加新闻发布会次数", "次", "2", "response.press_conferences_led"),
    ("2.政府网站在线访谈次数", "次", "7", "response.interviews"),
    ("其中：主要负责同志参加政府网站在线访谈次数", "次", "3", "response.interviews_led"),
    ("3.政策解读稿件发布数", "篇", "8", "response.interpretations"),
    ("4.微博微信回应事件数", "次", "9", "response.social_media"),
    ("5.其他方式回应事件数", "次", "10", "response.other"),
    ("三、依申请公开情况", "——", "——", None),
    ("（一）收到申请数", "件", "46", "requests.received"),
    ("1.当面申请数", "件", "6", "requests.received.in_person"),
    ("2.传真申请数", "件", "0", "requests.received.fax"),
    ("3.网络申请数", "件", "30", "requests.received.online"),
    ("4.信函申请数", "件", "10", "requests.received.letter"),
    ("（二）申请办结数", "件", "46", "requests.completed"),
    ("1.按时办结数", "件", "45", "requests.completed.on_time"),
    ("2.延期办结数", "件", "1", "requests.completed.extended"),
    ("（三）申请答复数", "件", "46", "requests.answered"),
    ("1.属于已主动公开范围数", "件", "4", "requests.answered.already_public"),
    ("2.同意公开答复数", "件", "20", "requests.answered.granted"),
    ("3.同意部分公开答复数", "件", "3", "requests.answered.partially_granted"),
    ("4.不同意公开答复数", "件", "7", "requests.answered.refused"),
    ("其中：涉及国家秘密", "件", "1", "requests.answered.refused.state_secret"),
    ("涉及商业秘密", "件", "1", "requests.answered.refused.trade_secret"),
    ("涉及个人隐私", "件", "1", "requests.answered.refused.privacy"),
    ("危及国家安全、公共安全、经济安全和社会稳定", "件", "0", "requests.answered.refused.security"),
    ("不是《条例》所指政府信息", "件", "2", "requests.answered.refused.not_gov_info"),
    ("法律法规规定的其他情形", "件", "2", "requests.answered.refused.other_law"),
    ("5.不属于本行政机关公开数", "件", "5", "requests.answered.not_this_agency"),
    ("6.申请信息不存在数", "件", "4", "requests.answered.not_exist"),
    ("7.告知作出更改补充数", "件", "2", "requests.answered.amend"),
    ("8.告知通过其他途径办理数", "件", "1", "requests.answered.other_channel"),
    ("四、行政复议数量", "件", "8", "review.total"),
    ("（一）维持具体行政行为数", "件", "5", "review.upheld"),
    ("（二）被依法纠错数", "件", "2", "review.corrected"),
    ("（三）其他情形数", "件", "1", "review.other"),
    ("五、行政诉讼数量", "件", "4", "litigation.total"),
    ("（一）维持具体行政行为或者驳回原告诉讼请求数", "件", "3", "litigation.upheld"),
    ("（二）被依法纠错数", "件", "0", "litigation.corrected"),
    ("（三）其他情形数", "件", "1", "litigation.other"),
    ("六、举报投诉数量", "件", "0", "complaints.total"),
    ("七、依申请公开信息收取的费用", "万元", "0.12", "fees.collected"),
    ("八、机构建设和保障经费情况", "——", "——", None),
    ("（一）政府信息公开工作专门机构数", "个", "11", "institution.offices"),
    ("（二）设置政府信息公开查阅点数", "个", "12", "institution.reading_points"),
    ("（三）从事政府信息公开工作人员数", "人", "30", "institution.staff"),
    (
        "1.专职人员数（不包括政府公报及政府网站工作人员数）",
        "人",
        "10",
        "institution.staff_full_time",
    ),
    ("2.兼职人员数", "人", "20", "institution.staff_part_time"),
    (
        "（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）",
        "万元",
        "31.5",
        "institution.budget",
    ),
    ("九、政府信息公开会议和培训情况", "——", "——", None),
    ("（一）召开政府信息公开工作会议或专题会议数", "次", "4", "training.meetings"),
    ("（二）举办各类培训班数", "次", "5", "training.sessions"),
    ("（三）接受培训人员数", "人次", "600", "training.participants"),
)


def request_rows(
    rows: tuple[tuple[str, tuple[str, ...]], ...], step: int = 3
) -> list[tuple[str, list[str]]]:
    """Return (row, cells) of the applications table: labels, then seven numbers, all different."""
    return [
        (code, [*labels, *(str(n * step * 10 + k) for k in range(len(APPLICANTS)))])
        for n, (code, labels) in enumerate(rows)
    ]


def request_values(
    rows: tuple[tuple[str, tuple[str, ...]], ...], step: int = 3
) -> dict[str, float]:
    """Return the values that `request_rows` states, by metric."""
    return {
        f"requests.{code}.{column}": float(cells[-len(APPLICANTS) :][k])
        for code, cells in request_rows(rows, step)
        for k, column in enumerate(APPLICANTS)
    }


def bars(cells: list[str]) -> str:
    """Return cells as one row with bars."""
    return " | ".join(cells)

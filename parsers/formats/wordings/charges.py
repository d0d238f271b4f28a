"""How reports word what they charged for information, and how many they advised.

Collected from the statutory wording and from real reports of 2008-2025 (metrics.toml, traps.md).
"""

from __future__ import annotations

from parsers.formats.wording import CASES, MONEY, PEOPLE, wording

CHARGES = (
    wording(
        "fees.collected",
        r"(?:收取|收缴|收费|费用)(?:[^,。;0-9]{0,28}|[^,。;0-9]{0,12},(?:总)?(?:金额|费用|计)(?:为|共)?)",
        units=MONEY,
        topics="fees",
        # 信息处理费 is of disclosure, and tells nothing of other money in the same sentence.
        context=r"信息公开|依申请|检索|复制"
        r"|(?<![未没不])(?<!没有)收[取缴][^,。;未无标每]{0,12}信息处理费|信息处理费[^,。;标每]{0,6}\d",
        barred=r"通知|减免|免除|免收|行政事业性|经费|投入|支出|其中(?:检索|复制|邮寄|邮递)费",
    ),
    wording(
        "requests.consultations",
        r"(?:接受|受理|接待|解答|处理|提供|回复|答复|接听)[^,。;0-9]{0,28}咨询(?:服务|电话|人数)?",
        units=CASES | PEOPLE,
        topics="consult requests",
        context=r"信息公开|社会公众|现场咨询|电话咨询",
        barred=r"法律|税|政策咨询|热线|12345|业务",
    ),
    wording(
        "requests.consultations",
        r"(?:^|[,;:、共])(?:公众|群众|社会|现场|电话|网上|当面)?咨询(?:总)?(?:人)?",
        rank=1,
        units=CASES | PEOPLE,
        topics="consult",
        barred=r"法律|税|业务|窗口",
    ),
)

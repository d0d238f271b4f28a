"""How reports word the offices, people and money behind disclosure, and its meetings and training.

Collected from the statutory wording and from real reports of 2008-2025 (metrics.toml, traps.md).
"""

from __future__ import annotations

from parsers.formats.wording import MONEY, PEOPLE, TIMES, wording

# Lessons that an organ gives the public, and its other courses.
_OTHER_LESSONS = r"农|就业|创业|技能|技术|消防|安全|党|驾驶|健康|计生|纳税|企业"
_TRAINED = frozenset({"人", "人次", "名"})

MEANS = (
    wording(
        "institution.offices",
        r"信息公开(?:工作)?专门(?:工作)?机构",
        units=frozenset({"", "个", "家"}),
    ),
    wording(
        "institution.offices",
        r"(?:设立|设|成立|指定|明确)(?:了)?(?:的)?(?:政府)?(?:信息公开)?专门(?:工作)?机构",
        rank=1,
        units=frozenset({"", "个", "家"}),
        context=r"信息公开",
    ),
    wording(
        "institution.offices",
        r"(?:设立|设|成立|建立|设置)(?:了)?(?:政府|政务)?信息公开(?:工作)?(?:办事|管理)?机构",
        rank=2,
        units=frozenset({"个", "家"}),
    ),
    wording(
        "institution.reading_points",
        r"(?:设立|设置|建立|开设|建成|设)(?:了)?(?:的)?(?:政府信息公开|信息公开|政府信息|政务公开)?(?:公共)?(?:信息)?(?:查阅|查询)(?:点|场所|室|中心)",
        units=frozenset({"", "个", "处"}),
    ),
    wording(
        "institution.reading_points",
        r"(?:设立|设置|建立|开设|建成|设)(?:了)?",
        r"(?:政府信息公开|信息公开|政府信息)(?:公共)?(?:信息)?(?:查阅|查询)(?:点|场所|室|中心)",
        units=frozenset({"", "个", "处"}),
        rank=1,
    ),
    wording(
        "institution.reading_points",
        r"(?:^|[,;、])(?:政府信息公开|信息公开)?(?:信息)?查阅点",
        units=frozenset({"个", "处"}),
        rank=2,
        topics="staff",
    ),
    wording(
        "institution.reading_points",
        r"(?:^|[,;:、。])(?:现有)?(?:政府)?信息公开(?:信息)?(?:查阅|查询)(?:点|场所|室)",
        units=frozenset({"个", "处"}),
        rank=2,
    ),
    wording(
        "institution.reading_visits",
        r"接待(?:查阅|查询|群众|来访)?(?:群众|公众|人员)?(?:查阅|查询)?(?:人数)?",
        rank=1,
        units=frozenset({"人次", "人", "次"}),
        context=r"查阅|查询点",
        barred=r"信访|咨询|访客",
    ),
    wording(
        "institution.staff",
        r"从事(?:政府)?信息公开(?:工作)?(?:的)?(?:工作)?人员(?:数)?",
        units=PEOPLE,
    ),
    wording(
        "institution.staff",
        r"信息公开(?:工作)?(?:的)?专[、(]?兼[)]?职(?:工作)?人员|专[、(]?兼[)]?职(?:政府)?信息公开(?:工作)?人员",
        units=PEOPLE,
        barred=r"培训|参加",
    ),
    wording(
        "institution.staff",
        r"(?:(?:配备|落实|现有|共有)(?:了)?|(?:^|[,;、]))(?:的)?工作人员",
        rank=2,
        units=PEOPLE,
        context=r"信息公开(?:工作)?(?:专门|领导|办事)?机构|专门机构[^。]{0,14}信息公开",
        barred=r"培训|参加",
    ),
    wording(
        "institution.staff",
        r"信息公开(?:的)?(?:工作|专门)?人员",
        rank=1,
        units=PEOPLE,
        topics="staff",
        context=r"信息公开",
        barred=r"专职|兼职|培训|参加|公报|网站",
    ),
    # Behind the whole: 工作人员39名,其中专职6名、兼职33名.
    wording(
        "institution.staff_full_time",
        r"(?:^|[,;:、(]|其中)专职",
        rank=2,
        units=PEOPLE,
        context=r"信息公开[^。]{0,12}(?:人员|同志)|(?:负责|分管)(?:政府|政务)?信息公开",
    ),
    wording(
        "institution.staff_part_time",
        r"(?:^|[,;:、(和]|其中)兼职",
        rank=2,
        units=PEOPLE,
        context=r"信息公开[^。]{0,12}(?:人员|同志)|(?:负责|分管)(?:政府|政务)?信息公开",
    ),
    wording(
        "institution.staff_full_time",
        r"专职(?:政务公开|(?:政府)?信息公开)?(?:工作)?人员(?:数)?",
        rank=1,
        units=PEOPLE,
        topics="staff",
        context=r"信息公开|政务公开",
        barred=r"兼职",
    ),
    wording(
        "institution.staff_full_time",
        r"(?:配备|落实|设|有|配置|安排|明确|确定)(?:了)?",
        r"专职(?:工作)?人员",
        rank=1,
        units=PEOPLE,
        context=r"信息公开",
    ),
    wording(
        "institution.staff_part_time",
        r"兼职(?:工作)?人员(?:数)?",
        rank=1,
        units=PEOPLE,
        topics="staff",
        context=r"信息公开|政务公开",
        barred=r"专职或|专兼职",
    ),
    wording(
        "institution.staff_part_time",
        r"(?:配备|落实|设|有|[,、]|配置|安排|明确|确定)(?:了)?",
        r"兼职(?:工作)?人员",
        rank=1,
        units=PEOPLE,
        context=r"信息公开",
    ),
    wording(
        "institution.staff_part_time",
        r"(?:指定|明确|安排|确定|配备|由|(?<!没)有)(?:了)?",
        r"(?:同志|干部|工作人员)?兼职(?:负责|从事|办理|承担)[^,。;]{0,8}信息公开",
        rank=1,
        units=PEOPLE,
        # Of each part of it, of parts of it, of last year, and of a plan.
        barred=r"各|每|均|下属|局属|直属|单位|[乡镇村]有|其中|原|曾|去年|将|拟|需|建议|希望|应|只|没|未",
    ),
    wording(
        "institution.budget",
        r"信息公开(?:工作)?(?:的)?(?:专项|工作)?(?:工作)?经费(?:投入|支出|预算)?(?:人民币)?",
        units=MONEY,
    ),
    wording(
        "institution.budget",
        r"(?:^|[,;、])(?:政府)?(?:信息公开)?(?:工作)?专项经费",
        units=MONEY,
        rank=1,
        topics="staff",
        context=r"信息公开|政务公开",
    ),
    wording(
        "institution.budget",
        r"(?:落实|安排|投入)(?:了)?(?:专项|工作)?经费",
        r"(?=[,。;)]|$)",
        units=MONEY,
        rank=2,
        context=r"(?:信息|政务)公开(?!.{0,4}信息化)[^。;]{0,50}经费",
    ),
    wording(
        "training.meetings",
        r"召开(?:了)?(?:全市|全县|全区|全局|政府|政务|的)*(?:信息公开|政务公开)[^,。;0-9]{0,14}会议?",
        units=TIMES,
    ),
    wording(
        "training.meetings",
        r"召开(?:了)?(?:各类|工作|专题|相关)?会议",
        rank=2,
        units=TIMES,
        topics="training",
        context=r"信息公开(?:工作)?(?:人员|培训|会议)|会议[^。;]{2,9}(?:研究|部署)[^。;]{0,8}(?:信息|政务)公开",
    ),
    wording(
        "training.sessions",
        r"(?:举办|开展|组织|举行)(?:了)?[^,。;0-9]{0,16}培训(?:班|会|活动|讲座)?(?:总?[次期班]数)?",
        units=TIMES,
        topics="training",
        context=r"信息公开|政务公开",
        barred=r"参加|" + _OTHER_LESSONS,
    ),
    wording(
        "training.sessions",
        r"(?:举办|开展|组织|举行)(?:了)?",
        r"(?:专场|专题|业务|政府信息公开|信息公开|政务公开|各类|工作){0,3}培训",
        rank=1,
        units=TIMES,
        topics="training",
        context=r"信息公开|政务公开",
    ),
    wording(
        "training.sessions",
        r"(?:^|[,;、])培训(?:班)?",
        r"[、,(](?:共|累计)?(?:参训|受训|培训)",
        rank=2,
        units=TIMES - {"", "个"},
        context=r"信息公开|政务公开",
    ),
    wording(
        "training.participants",
        r"(?:接受培训|受训|参训|培训)(?:各类|工作|有关|相关|政府信息公开|信息公开|政务公开|的)*"
        r"(?:工作)?(?:人员|人数|学员|干部)?",
        rank=1,
        units=_TRAINED,
        topics="training",
        context=r"信息公开|政务公开",
        barred=_OTHER_LESSONS,
    ),
    # 举办培训3场,共40人参加.
    wording(
        "training.participants",
        r"^(?:[^,;]{0,12}培训)?[,;、]?(?:共计?|有|累计){0,2}",
        r"(?:参加|参训|接受)(?:了)?(?:培训)?",
        rank=2,
        units=_TRAINED,
        context=r"信息公开[^。;]{0,8}培训|政务公开[^。;]{0,8}培训",
        barred=_OTHER_LESSONS,
    ),
    wording(
        "training.participants",
        r"(?:参加|参会|参训)(?:培训)?(?:的)?(?:人员|人数|干部)",
        rank=2,
        units=_TRAINED,
        context=r"信息公开[^。;]{0,16}培训|政务公开[^。;]{0,16}培训",
        barred=_OTHER_LESSONS,
    ),
    wording(
        "training.participants",
        r"(?:覆盖|惠及|参与)(?:人员|干部)?",
        rank=2,
        units=_TRAINED,
        context=r"信息公开[^。;]{0,16}培训|政务公开[^。;]{0,16}培训",
        barred=_OTHER_LESSONS,
    ),
)

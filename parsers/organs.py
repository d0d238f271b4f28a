"""Know organs (行政机关) by name: what is one, its level and type, what a short name means.

Rules from the Organic Law of local governments and from names read in real reports: a government
is 某市人民政府, its offices end in 局, 委员会, 办公室, …. A place alone (资阳市) stands for its
government in a title. Never asks who runs a host: that is the registry's.
"""

from __future__ import annotations

import re

from parsers.divisions import by_name

_ENDS = (
    "人民政府办公室|人民政府办公厅|人民政府|政府办公室|政府办公厅|政府办|政府|街道办事处|办事处|街道办|"
    "管理委员会|管委会|委员会|委|办公室|办公厅|领导小组|分局|总局|局|厅|署|部|总队|支队|大队|"
    "中心|研究院|科学院|医院|院|海关|关|银行|支行|分行|学校|大学|学院|中学|小学|联合会|联社|总社|社|会|电视台|气象台|广播台|馆|"
    "总站|站|所|公安处|处|队|公司|集团|街道|信访办|信息公开办|审改办|法制办|金融办|扶贫办|外事办|侨办|办|研究室|督查室|监察室|行政公署|公署|行署|兵团|"
    # Of the corps in Xinjiang: 新疆生产建设兵团第二师二十九团.
    "第[一二三四五六七八九十]{1,3}师|师[一二三四五六七八九十〇零百]{1,4}团"
)
_PLACE_ENDS = (
    "特别行政区|自治区|自治州|自治县|自治旗|地区|新区|开发区|高新区|园区|林区|矿区"
    "|省|市|州|盟|县|区|旗|镇|乡|苏木|街道"
)
_ORGAN = re.compile(rf"[\u4e00-\u9fff（）()、·]{{1,38}}(?:{_ENDS})")
_PLACE = re.compile(rf"[\u4e00-\u9fff]{{1,12}}?(?:{_PLACE_ENDS})")
_PLACE_ONLY = re.compile(rf"(?:[\u4e00-\u9fff]{{1,9}}(?:{_PLACE_ENDS})){{1,4}}")
_GENERIC = re.compile(
    r"(?:我|本|全|该|各|贵)(?:局|市|县|区|镇|乡|委|办|省|厅|街道|单位|机关|部门|院|校|府|政府"
    r"|公司|集团|学校|学院|医院|中心|馆|站|所|处|队|社)"
    r"|(?:市|县|区|镇|乡|省|州|旗)(?:人民)?政府(?:办公室|办公厅|办)?"
    r"|(?:市|县|区|镇|乡|省|州|旗)[\u4e00-\u9fff]{0,12}(?:局|委|办|厅|委员会|办公室|中心)"
    r"|(?:人民)?政府|办公室|局|政府办|政府办公室"
)
_HAN = "[\u4e00-\u9fff]"
# Words that end like an organ's and are none.
_NO_ORGANS = re.compile(
    r"(?:平台|网站|站点|官网|信息公开|工作|主动公开|依申请公开|公开|目录|指南|社会|机关|当前|位置|方面|内容|任务|科室|单位|部分"
    r"|事项|情况|机构|部门|以上|有关|相关|全部|内部|干部|组织部?|全会|大会|机会|不会|社会|都会|晚会|协会?)$"
)

_LEVELS = (
    ("township", re.compile(r"(?:镇|乡|苏木|街道)(?:人民政府|政府|办事处|党政|$)|街道办")),
    ("province", re.compile(rf"^{_HAN}{{2,8}}?(?:省|自治区)(?!{_HAN}{{1,9}}[市县州区盟])")),
    ("province", re.compile(r"^(?:北京|上海|天津|重庆)市(?![\u4e00-\u9fff]{1,5}[区县])")),
    ("county", re.compile(rf"{_HAN}{{1,9}}(?:县|旗|林区)|{_HAN}{{1,6}}市{_HAN}{{1,7}}区")),
    ("county", re.compile(r"^(?!.*自治区)[\u4e00-\u9fff]{1,6}区(?!域)")),
    ("prefecture", re.compile(r"[\u4e00-\u9fff]{1,8}(?:市|自治州|州|地区|盟)")),
)  # fmt: skip
_CENTRAL = re.compile(r"^(?:国务院|国家|中国|中华|中央|海关总署|.{2,8}部$|.{2,6}总局$)")


def is_organ(name: str) -> bool:
    """Whether `name` is the whole name of an organ, as far as its words tell."""
    name = squeeze(name)
    return bool(_ORGAN.fullmatch(name)) and not _NO_ORGANS.search(name)


def is_generic(name: str) -> bool:
    """Whether `name` names no particular organ: 我局, 市政府, 区教育局.

    >>> is_generic("我局"), is_generic("县卫生局"), is_generic("渠县人民政府")
    (True, True, False)
    """
    return bool(_GENERIC.fullmatch(squeeze(name)))


# Parts of organs end so; 办事处, 管理处, 公安处 and ministries are organs of their own.
_SECTION = re.compile(
    rf"(?!国务院|国家|中国|中央|中共|全国|最高){_HAN}{{2,12}}?"
    r"(?P<kind>(?<!办事)(?<!管理)(?<!公安)处|办公室|室|中心|办|部)"
)
# The ministries of the State Council since 2003, as they sign.
_MINISTRIES = frozenset(
    {
        *("外交部", "国防部", "教育部", "科学技术部", "科技部", "工业和信息化部", "工信部"),
        *("信息产业部", "公安部", "监察部", "民政部", "司法部", "财政部", "人事部"),
        *("劳动和社会保障部", "人力资源和社会保障部", "人社部", "国土资源部", "自然资源部"),
        *(
            "环境保护部",
            "环保部",
            "生态环境部",
            "建设部",
            "住房和城乡建设部",
            "住房城乡建设部",
            "住建部",
        ),
        *("铁道部", "交通部", "交通运输部", "水利部", "农业部", "农业农村部", "商务部", "文化部"),
        *("文化和旅游部", "卫生部", "退役军人事务部", "应急管理部"),
    }
)


def is_section(name: str) -> bool:
    """Whether `name` is of a part of some organ, which it does not name: 综合处, 党政办公室.

    >>> is_section("企业管理部"), is_section("交通运输部"), is_section("渠县人民政府办公室")
    (True, False, False)
    """
    name = squeeze(name)
    found = _SECTION.fullmatch(name)
    if found is None or place_of(name) is not None or _begins_with_whose(name):
        return False
    return not is_organ(name[: found.start("kind")])  # 湛江海关办公室 says whose it is


def _begins_with_whose(name: str) -> bool:
    """Whether a name begins with a ministry, an institution, or a province or prefecture as such.

    财政部驻福建专员办, 清华大学校长办公室, 宁夏扶贫办, 武汉住房公积金管理中心.
    """
    if name.startswith((*_MINISTRIES, *_REGIONS)) or _INSTITUTION.match(name):
        return True
    here = (by_name(name[:length] + kind) for length in (2, 3) for kind in ("省", "市", "州"))
    return any(one.code.endswith("00") for divisions in here for one in divisions)


_INSTITUTION = re.compile(rf"{_HAN}{{2,}}(?:大学|学院|学校|中学|医院|公司|署|局|厅)")
# The autonomous regions are called so, without the names of their peoples.
_REGIONS = ("内蒙古", "广西", "西藏", "宁夏", "新疆")


def is_place(name: str) -> bool:
    """Whether `name` is a place (or a chain of them): 资阳市, 渠县宝城镇."""
    return bool(_PLACE_ONLY.fullmatch(squeeze(name)))


def place_of(name: str) -> str | None:
    """Return the chain of places that `name` begins with, None where it begins with none.

    >>> place_of("渠县宝城镇人民政府"), place_of("宁德市交通运输局"), place_of("海关总署")
    ('渠县宝城镇', '宁德市', None)
    """
    at = 0
    while (found := _PLACE.match(name, at)) and not name.startswith("政府", found.end() - 1):
        at = found.end()
    return name[:at] or None


def in_full(name: str) -> str:
    """Return an organ's name in full where its short form says no less.

    >>> in_full("资阳市"), in_full("衡阳市政府"), in_full("河包镇"), in_full("前进街道")
    ('资阳市人民政府', '衡阳市人民政府', '河包镇人民政府', '前进街道办事处')
    """
    name = squeeze(name)
    if "政府" in name and (place_of(name) or is_generic(name)):
        name = re.sub(r"(?<=[省市县区州旗镇乡])政府(?=$|办)", "人民政府", name)
    if name.endswith("人民政府办"):
        name += "公室"
    elif name.endswith("街道办"):
        name += "事处"
    if _PLACE_ONLY.fullmatch(name):
        return name + ("办事处" if name.endswith("街道") else "人民政府")
    return name


def squeeze(name: str) -> str:
    """Return `name` without white space and without marks around it."""
    if name.isalnum():  # most names are
        return name
    return "".join(name.split()).strip("：:，,。.；;、|-—_>")


def level_of(name: str) -> str | None:
    """Return the level of an organ by its name: central, province, prefecture, county, township.

    A city's level is not in its name: a county-level city is told by the division table.
    """
    if _CENTRAL.match(name):
        return "central"
    for level, pattern in _LEVELS:
        if pattern.search(name):
            return _county_city(name) or level if level == "prefecture" else level
    return None


def type_of(name: str) -> str:
    """Return the type of an organ: government, office, department or other."""
    if re.search(r"(?:政府|人民政府)(?:办公室|办公厅|办)$|^国务院办公厅$", name):
        return "office"
    if name.endswith(("人民政府", "街道办事处", "管理委员会", "管委会", "国务院")):
        return "government"
    if re.search(r"(?:局|厅|委|委员会|部|署|办公室|海关|关|院)$", name):
        return "department"
    return "other"


def _county_city(name: str) -> str | None:
    """Return "county" where the city that `name` begins with is one of county level only."""
    here = by_name(place_of(name) or "")
    return "county" if here and not any(one.code.endswith("00") for one in here) else None

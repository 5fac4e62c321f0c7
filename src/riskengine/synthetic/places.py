"""Countries, regions, legal forms and the parts of company names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    share: float
    strain: float
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegalForm:
    code: str
    share: float
    strain: float
    ending_en: str
    ending_zh: str


COUNTRIES = (
    Country("CN", 0.74, 0.0, ("广东", "江苏", "浙江", "山东", "上海", "北京", "四川", "湖北", "福建", "河南")),
    Country("HK", 0.05, 0.0, ("Hong Kong",)),
    Country("VN", 0.04, 0.15, ("Ho Chi Minh City", "Hanoi", "Da Nang")),
    Country("SG", 0.03, -0.1, ("Singapore",)),
    Country("DE", 0.04, -0.1, ("Nordrhein-Westfalen", "Bayern", "Baden-Württemberg", "Hessen")),
    Country("US", 0.04, -0.05, ("California", "Texas", "New Jersey", "Illinois")),
    Country("JP", 0.03, -0.15, ("Tokyo", "Osaka", "Aichi")),
    Country("IN", 0.03, 0.2, ("Maharashtra", "Gujarat", "Tamil Nadu")),
)
LEGAL_FORMS = (
    LegalForm("limited", 0.66, 0.03, "Co., Ltd.", "有限公司"),
    LegalForm("joint_stock", 0.12, -0.20, "Corp.", "股份有限公司"),
    LegalForm("partnership", 0.06, 0.10, "Partners", "合伙企业"),
    LegalForm("sole_proprietor", 0.10, 0.25, "& Sons", "经营部"),
    LegalForm("state_owned", 0.06, -0.45, "Group Co.", "集团有限公司"),
)
NAME_HEADS_ZH = ("华", "新", "东", "金", "德", "恒", "瑞", "盛", "宏", "安", "中", "正", "永", "嘉", "泰", "明")
NAME_TAILS_ZH = ("源", "达", "润", "和", "信", "兴", "康", "诚", "辉", "邦", "远", "丰", "科", "腾", "利", "通")
NAME_HEADS_EN = ("North", "Blue", "Golden", "Silver", "River", "Summit", "Harbour", "Oak", "Star", "Delta", "Pacific")
NAME_TAILS_EN = ("field", "stone", "gate", "bridge", "wood", "line", "port", "crest", "well", "view", "land", "mark")
SALES_TEAMS = ("East", "South", "North", "West", "Export", "Key accounts")
PRODUCT_LINES = ("Components", "Materials", "Equipment", "Consumables")

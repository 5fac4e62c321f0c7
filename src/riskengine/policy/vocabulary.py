"""Every fact a rule may name, and from which stage on it is known.

Facts are the features of the catalogue, what the customer asks for (`req_*`), what was decided before (`prev_*`), what
early warnings made of it (`ews_*`), the portfolio around it (`ctx_*`), the model's answer, and what earlier stages
concluded. Rules about orders know the order (`order_*`) and how the customer stood at the last rating.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from riskengine.features.feature import Feature, Retirement, Unit
from riskengine.terms.decision import RATING_STAGES, Severity, Stage
from riskengine.terms.text import Text

STAGES: tuple[Stage, ...] = RATING_STAGES
DEFAULT_GRADE = 9  # the number of grade 'D' in rules
WORST_GRADE = DEFAULT_GRADE - 1  # of those who are not in default


@dataclass(frozen=True, slots=True)
class Fact:
    """`low` and `high` bound the values that can occur; None is unbounded. Texts have unit CATEGORY.

    `in_orders` says whether rules about orders know it too; those known from stage `orders` on are known there alone.
    A retired fact is still known, but rules may not name it any more.
    """

    name: str
    text: Text
    unit: Unit
    known_from: Stage
    low: float | None = None
    high: float | None = None
    can_be_missing: bool = True
    is_grade: bool = False
    retired: Retirement | None = None
    in_orders: bool = False
    whole_industry: bool = False  # the same for every customer of an industry

    @property
    def is_text(self) -> bool:
        return self.unit is Unit.CATEGORY

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers occur."""
        return self.is_grade or self.unit in (Unit.COUNT, Unit.FLAG)

    def is_known_in(self, stage: Stage) -> bool:
        if stage is Stage.ORDERS or self.known_from is Stage.ORDERS:
            return stage is Stage.ORDERS and (self.in_orders or self.known_from is Stage.ORDERS)
        return STAGES.index(stage) >= STAGES.index(self.known_from)


Vocabulary = Mapping[str, Fact]


def fact_of(feature: Feature) -> Fact:
    """A feature as a fact: known in every stage."""
    low, high = feature.low, feature.high
    return Fact(
        feature.name,
        feature.text,
        feature.unit,
        Stage.HARD_STOPS,
        low,
        high,
        retired=feature.retired,
        in_orders=feature.name in _ORDER_FEATURES,
        whole_industry=feature.whole_industry,
    )


def _context(
    name: str, en: str, zh: str, unit: Unit, known_from: Stage, *, low: float | None = 0.0, high: float | None = None
) -> Fact:
    is_grade = unit is Unit.SCORE  # no other score is among them
    return Fact(
        name,
        Text(en, zh),
        unit,
        known_from,
        low,
        high,
        can_be_missing=unit is not Unit.FLAG,
        is_grade=is_grade,
        in_orders=name in _ORDER_CONCLUSIONS,
    )


_START = Stage.HARD_STOPS
_ORDER_FEATURES = ("cus_exposure", "pay_overdue_amount")
_ORDER_CONCLUSIONS = ("in_default", "frozen", "refer", "grade", "limit", "terms_days")
_WORST = float(max(Severity))


def _flag(name: str, en: str, zh: str, known_from: Stage) -> Fact:
    """A flag that may be unknown."""
    return Fact(name, Text(en, zh), Unit.FLAG, known_from, 0.0, 1.0)


_LEAVES_OWN_PAST = (
    Fact(
        "ano_distance_p",
        Text(
            "How often an ordinary customer would leave its own past as far as this one or farther",
            "普通客户偏离自身以往达到或超过该程度的概率",
        ),
        Unit.RATIO,
        Stage.HARD_STOPS,
        0.0,
        1.0,
    ),
    Fact(
        "ano_main",
        Text("In what it leaves its own past most", "偏离自身以往最主要的方面"),
        Unit.CATEGORY,
        Stage.HARD_STOPS,
    ),
)

CONTEXT_FACTS: tuple[Fact, ...] = (
    _context("req_amount", "Limit asked for", "申请额度", Unit.MONEY, _START),
    _context("req_terms_days", "Payment terms asked for", "申请账期", Unit.DAYS, _START, high=3650.0),
    _context("pd_12m", "Probability of default in 12 months", "12个月违约概率", Unit.RATIO, _START, high=1.0),
    _context("pd_grade", "Grade by PD alone", "模型等级", Unit.SCORE, _START, low=1.0, high=9.0),
    _context("prev_grade", "Grade of the previous rating", "上次等级", Unit.SCORE, _START, low=1.0, high=9.0),
    _context("prev_pd_12m", "PD of the previous rating", "上次违约概率", Unit.RATIO, _START, high=1.0),
    _context("prev_limit", "Limit of the previous rating", "上次额度", Unit.MONEY, _START),
    _context("prev_terms_days", "Terms of the previous rating", "上次账期", Unit.DAYS, _START, high=3650.0),
    *_LEAVES_OWN_PAST,
    _context("clk_review_days_left", "Days until the review is due", "复评到期剩余天数", Unit.DAYS, _START, low=None),
    _context("pd_to_prev", "PD as a multiple of the previous PD", "违约概率为上次的倍数", Unit.RATIO, _START),
    _context("ctx_portfolio_exposure", "Exposure of the whole portfolio", "组合总敞口", Unit.MONEY, _START),
    _context("ctx_exposure_share", "Share of the portfolio's exposure", "占组合敞口比例", Unit.RATIO, _START, high=1.0),
    _context("in_default", "In default", "已违约", Unit.FLAG, Stage.GRADING, high=1.0),
    _context("frozen", "Credit is frozen", "已冻结", Unit.FLAG, Stage.GRADING, high=1.0),
    _context("refer", "A person decides", "须人工审批", Unit.FLAG, Stage.GRADING, high=1.0),
    _context("grade", "Final grade", "最终等级", Unit.SCORE, Stage.LIMITS, low=1.0, high=9.0),
    _context(
        "grade_change", "Grades worse than before", "较上次下降级数", Unit.COUNT, Stage.LIMITS, low=-8.0, high=8.0
    ),
    _context("limit", "Credit limit", "信用额度", Unit.MONEY, Stage.TERMS),
    _context("limit_to_prev", "Limit as a multiple of the previous one", "额度为上次的倍数", Unit.RATIO, Stage.TERMS),
    _context(
        "limit_to_current", "Limit as a multiple of the agreed one", "额度为现行额度的倍数", Unit.RATIO, Stage.TERMS
    ),
    _context("exposure_to_limit", "Exposure over the new limit", "敞口与新额度之比", Unit.RATIO, Stage.TERMS),
    _context("req_to_limit", "Limit asked for over the new limit", "申请额度与新额度之比", Unit.RATIO, Stage.TERMS),
    _context(
        "terms_days",
        "Payment terms; 0 is prepayment",
        "账期（0为预付）",
        Unit.DAYS,
        Stage.CONDITIONS,
        low=0.0,
        high=3650.0,
    ),
    _flag("ews_freeze_flag", "A case that was open then froze credit", "上次未结预警个案已冻结信用", _START),
    _context(
        "ews_case_severity",
        "Worst case that was open then: 0 none, 1 watch, 2 amber, 3 red",
        "上次未结预警个案最高等级：0无，1关注，2橙色，3红色",
        Unit.COUNT,
        _START,
        high=_WORST,
    ),
)
ORDER_FACTS: tuple[Fact, ...] = (
    _context("order_customer_known", "The customer is known", "客户已知", Unit.FLAG, Stage.ORDERS, high=1.0),
    _context("order_prepaid", "The order is paid for in advance", "订单已预付", Unit.FLAG, Stage.ORDERS, high=1.0),
    Fact("order_amount", Text("Amount of the order", "订单金额"), Unit.MONEY, Stage.ORDERS, 0.0, can_be_missing=False),
    _context(
        "order_available_after",
        "Available credit after the order",
        "下单后可用额度",
        Unit.MONEY,
        Stage.ORDERS,
        low=None,
    ),
    _context("order_over_amount", "Over the limit after the order", "下单后超额金额", Unit.MONEY, Stage.ORDERS),
    _context(
        "order_over_ratio",
        "Over the limit after the order, as a share of it",
        "下单后超额比例",
        Unit.RATIO,
        Stage.ORDERS,
    ),
    _flag("order_case_freezes", "An open warning case freezes credit", "未结预警个案已冻结信用", Stage.ORDERS),
    _context(
        "order_case_severity",
        "Worst open warning case: 0 none, 1 watch, 2 amber, 3 red",
        "未结预警个案最高等级：0无，1关注，2橙色，3红色",
        Unit.COUNT,
        Stage.ORDERS,
        high=_WORST,
    ),
    _context("order_rating_age_days", "Days since the last rating", "距上次评级天数", Unit.DAYS, Stage.ORDERS),
)


@cache
def standard_vocabulary() -> Vocabulary:
    """The catalogue's features and the facts above, those of orders among them."""
    from riskengine.features.catalogue import CATALOGUE  # noqa: PLC0415 - a large import, needed only here

    known = {name: fact_of(feature) for name, feature in CATALOGUE.items()}
    known.update({fact.name: fact for fact in (*CONTEXT_FACTS, *ORDER_FACTS)})
    return MappingProxyType(known)

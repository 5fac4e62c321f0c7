"""What the master data say of a customer: where and what it is, for how long, and under which conditions it buys."""

from collections.abc import Mapping

import narwhals as nw

from riskengine.features.arithmetic import money, number
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.terms.text import Text

CATEGORY_COLUMNS: Mapping[str, Text] = {
    "country": Text("Country (ISO 3166 alpha-2)", "国家或地区（ISO 3166两位代码）"),
    "region": Text("Region", "区域"),
    "industry": Text("Industry code", "行业代码"),
    "legal_form": Text("Legal form", "企业类型"),
    "sales_team": Text("Sales team", "销售团队"),
    "product_line": Text("Product line", "产品线"),
}
_NOT_STATED = Text("not stated in the master data", "主数据未填写")


def _category(column: str, text: Text) -> Feature:
    return Feature(
        name=f"cus_{column}",
        text=text,
        unit=Unit.CATEGORY,
        source=Source.CUSTOMER,
        missing=_NOT_STATED,
        expression=nw.col(f"cus_{column}"),
        for_model=False,  # the model takes numbers
    )


CATEGORIES = tuple(_category(column, text) for column, text in CATEGORY_COLUMNS.items())

MASTER = (
    Feature(
        name="cus_age_days",
        text=Text("Days since the customer was registered", "客户成立天数"),
        unit=Unit.DAYS,
        source=Source.CUSTOMER,
        missing=Text("the day of registration is not stated or yet to come", "成立日期未填写或晚于评估日"),
        expression=number("cus_registered_on_age"),
        low=0,
        risk=Risk.DOWN,
    ),
    Feature(
        name="cus_relationship_days",
        text=Text("Days since the customer became one", "合作天数"),
        unit=Unit.DAYS,
        source=Source.CUSTOMER,
        missing=Text("the day it became a customer is not stated or yet to come", "建立合作日期未填写或晚于评估日"),
        expression=number("cus_customer_since_age"),
        low=0,
        risk=Risk.DOWN,
    ),
    Feature(
        name="cus_current_limit",
        text=Text("Credit limit in force (0: no credit is given)", "现行信用额度（0表示不予赊销）"),
        unit=Unit.MONEY,
        source=Source.CUSTOMER,
        missing=Text("no limit was ever set, which is not a limit of 0", "未设定额度（不同于额度为0）"),
        expression=money("cus_current_limit_cents"),
        low=0,
        for_model=False,
    ),
    Feature(
        name="cus_current_terms_days",
        text=Text("Payment terms in force", "现行信用账期"),
        unit=Unit.DAYS,
        source=Source.CUSTOMER,
        missing=_NOT_STATED,
        expression=number("cus_current_terms_days"),
        low=0,
        high=3650,
        for_model=False,
    ),
    Feature(
        name="cus_guarantee_amount",
        text=Text("Guarantees held", "担保金额"),
        unit=Unit.MONEY,
        source=Source.CUSTOMER,
        missing=_NOT_STATED,
        expression=money("cus_guarantee_amount_cents"),
        low=0,
        for_model=False,
    ),
    Feature(
        name="cus_insured_amount",
        text=Text("Amount covered by credit insurance", "信用保险承保金额"),
        unit=Unit.MONEY,
        source=Source.CUSTOMER,
        missing=_NOT_STATED,
        expression=money("cus_insured_amount_cents"),
        low=0,
        for_model=False,
    ),
)

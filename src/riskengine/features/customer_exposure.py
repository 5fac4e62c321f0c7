"""What a customer owes us or is about to, against its limit, its collateral and its own size."""

import narwhals as nw

from riskengine.features.arithmetic import flag, money, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.statement_items import annual, not_positive, stated
from riskengine.terms.text import Text


def exposure_cents() -> nw.Expr:
    """Open invoices + open orders - cash not applied; without order data there are no orders."""
    none = nw.lit(0, nw.Int64)
    return nw.col("pay_open_cents") + nw.col("ord_open_cents").fill_null(none) - nw.col("pay_unapplied_cents")


def collateral_cents() -> nw.Expr:
    """Guarantees and insured amount; what is not stated is not there."""
    none = nw.lit(0, nw.Int64)
    return nw.col("cus_guarantee_amount_cents").fill_null(none) + nw.col("cus_insured_amount_cents").fill_null(none)


_EXPOSURE = money("cus_exposure_cents")
_LIMIT = money("cus_current_limit_cents")
_UNCOVERED = _EXPOSURE - money("cus_collateral_cents")
_COVERED_SHARE = ratio(money("cus_collateral_cents"), _EXPOSURE)

_NEVER = Text("never missing: 0 where nothing is owed", "不会缺失：无欠款时为0")
_NO_LIMIT = Text("no limit was ever set", "未设定额度")

_AGAINST_LIMIT = (
    Feature(
        name="cus_exposure",
        text=Text(
            "Exposure: open invoices + open orders - cash not applied (negative: we owe the customer)",
            "信用敞口：未清应收款+未开票订单-未核销收款（负数表示预收）",
        ),
        unit=Unit.MONEY,
        source=Source.CUSTOMER,
        missing=_NEVER,
        expression=_EXPOSURE,
    ),
    Feature(
        name="cus_utilisation",
        text=Text("Utilisation: exposure / limit in force", "额度使用率：信用敞口/现行信用额度"),
        unit=Unit.RATIO,
        source=Source.CUSTOMER,
        missing=Text(
            "no limit was ever set, or it is 0 (see cus_over_limit_flag)",
            "未设定额度，或额度为0（见cus_over_limit_flag）",
        ),
        expression=ratio(_EXPOSURE, _LIMIT),
        risk=Risk.UP,
    ),
    Feature(
        name="cus_over_limit_flag",
        text=Text(
            "The exposure is over the limit in force, or there is any at a limit of 0",
            "信用敞口超过现行额度（额度为0时有任何敞口即为超额）",
        ),
        unit=Unit.FLAG,
        source=Source.CUSTOMER,
        missing=_NO_LIMIT,
        expression=flag(_EXPOSURE > _LIMIT),
        low=0,
        high=1,
        risk=Risk.UP,
    ),
    Feature(
        name="cus_headroom",
        text=Text(
            "Limit in force less exposure (negative: over the limit)", "可用额度：现行额度减信用敞口（负数表示超额）"
        ),
        unit=Unit.MONEY,
        source=Source.CUSTOMER,
        missing=_NO_LIMIT,
        expression=_LIMIT - _EXPOSURE,
        for_model=False,
    ),
)

_AGAINST_COLLATERAL = (
    Feature(
        name="cus_uncovered_exposure",
        text=Text(
            "Exposure that neither guarantees nor insurance cover (either counts as none where not stated)",
            "无担保且未投保的信用敞口（未填写视为无）",
        ),
        unit=Unit.MONEY,
        source=Source.CUSTOMER,
        missing=_NEVER,
        expression=nw.when(_UNCOVERED > 0.0).then(_UNCOVERED).otherwise(nw.lit(0.0)),
        low=0,
        for_model=False,
    ),
    Feature(
        name="cus_covered_share",
        text=Text("Share of the exposure that guarantees and insurance cover", "担保及保险覆盖信用敞口比例"),
        unit=Unit.RATIO,
        source=Source.CUSTOMER,
        missing=Text("there is no exposure to cover", "无信用敞口"),
        expression=nw.when(_COVERED_SHARE > 1.0).then(nw.lit(1.0)).otherwise(_COVERED_SHARE),
        high=1,
        for_model=False,
    ),
)

_AGAINST_SIZE = (
    Feature(
        name="cus_exposure_to_equity",
        text=Text("Exposure / the customer's equity", "信用敞口占客户净资产比例"),
        unit=Unit.RATIO,
        source=Source.CUSTOMER,
        missing=not_positive("equity is", "净资产"),
        expression=ratio(_EXPOSURE, stated("equity")),
        risk=Risk.UP,
    ),
    Feature(
        name="cus_share_of_wallet",
        text=Text(
            "Share of wallet: our sales to the customer in the last 365 days / its annual cost of goods sold",
            "采购份额：近365天本公司销售额占客户年化营业成本比例",
        ),
        unit=Unit.RATIO,
        source=Source.CUSTOMER,
        missing=not_positive("cost of goods sold is", "营业成本"),
        expression=ratio(money("pay_sales_cents_365d"), annual("cogs")),
    ),
)

EXPOSURES: tuple[Feature, ...] = (*_AGAINST_LIMIT, *_AGAINST_COLLATERAL, *_AGAINST_SIZE)

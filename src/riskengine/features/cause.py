"""Causes: what several features say about one thing, so that a customer is told it once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from riskengine.terms.errors import UsageError, nearest
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class Cause:
    """`text` begins a sentence. `features`: beginnings of feature names; the longest that fits decides."""

    code: str
    text: Text
    features: tuple[str, ...]


CAUSES: tuple[Cause, ...] = (
    Cause(
        "lateness",
        Text("Paying beyond terms", "付款逾期情况"),
        (
            "pay_late_",
            "pay_index_",
            "pay_habit_",
            "pay_on_time_",
            "pay_early_",
            "pay_first_late_",
            "ind_late_days_excess_",  # the customer's own lateness, beside that of its industry
        ),
    ),
    Cause(
        "lateness_trend",
        Text("Payments getting later or earlier", "付款快慢的变化"),
        ("pay_late_days_slope_", "pay_late_days_change_", "pay_index_change_"),
    ),
    Cause("arrears", Text("What is overdue now", "当前逾期欠款"), ("pay_overdue_", "pay_dpd_", "pay_due_")),
    Cause(
        "collection",
        Text("How long receivables stay open", "应收账款周转"),
        ("pay_dso_", "pay_best_dso_", "pay_delinquent_", "pay_collection_", "pay_turnover_"),
    ),
    Cause("disputes", Text("Disputes and credit notes", "争议与贷项"), ("pay_disputed_", "pay_credit_note_")),
    Cause(
        "part_payment",
        Text("Part payments and cash without an invoice", "部分付款与未核销款"),
        ("pay_part_", "pay_in_parts_", "pay_unapplied_"),
    ),
    Cause("promises", Text("Promises to pay later", "延期付款承诺"), ("pay_promise_",)),
    Cause("own_past", Text("Against its own past", "与自身以往相比"), ("pay_own_",)),
    Cause("losses", Text("Amounts written off", "坏账核销"), ("pay_written_off_", "pay_bad_debt_")),
    Cause(
        "business",
        Text("How much and how regularly it buys", "采购规模与规律"),
        (
            "pay_open_",
            "pay_sales_",
            "pay_paid_",
            "pay_invoice_",
            "pay_purchase",
            "pay_days_since_",
        ),
    ),
    Cause(
        "business_trend",
        Text("Purchases growing or falling", "采购增减趋势"),
        (
            "pay_open_change_",
            "pay_sales_change_",
            "pay_paid_change_",
            "pay_invoice_amount_change_",
            "ord_amount_change_",
            "ord_size_change_",
        ),
    ),
    Cause("orders", Text("Its orders", "订单情况"), ("ord_",)),
    Cause("terms", Text("Payment terms", "信用账期"), ("pay_terms_", "cus_current_terms_")),
    Cause(
        "track_record",
        Text("How long and how well it is known to us", "合作历史与了解程度"),
        ("pay_history_", "pay_settled_count_", "pay_exp_count_", "cus_age_", "cus_relationship_"),
    ),
    Cause("size", Text("Size of the company", "企业规模"), ("fin_revenue", "fin_total_assets", "fin_equity")),
    Cause("growth", Text("Growth of the company", "企业成长"), ("fin_revenue_change", "fin_assets_change")),
    Cause(
        "leverage",
        Text("Equity and debt", "资本结构与负债"),
        ("fin_equity_ratio", "fin_equity_change", "fin_debt_", "fin_negative_equity_"),
    ),
    Cause(
        "liquidity",
        Text("Liquidity", "短期偿债能力"),
        ("fin_working_capital", "fin_current_ratio", "fin_quick_ratio", "fin_cash_ratio"),
    ),
    Cause(
        "profit",
        Text("Earnings", "盈利能力"),
        ("fin_gross_", "fin_ebit_", "fin_net_", "fin_return_"),
    ),
    Cause(
        "debt_service",
        Text("Earnings and cash flow against debt", "利息与债务保障"),
        ("fin_interest_", "fin_cash_flow_"),
    ),
    Cause("asset_use", Text("Its own receivables and stock", "应收与存货周转"), ("fin_receivable_", "fin_inventory_")),
    Cause("z_score", Text("Altman's score", "Altman Z值"), ("fin_z_",)),
    Cause(
        "statement_quality",
        Text("Age and quality of the statements", "财报时效与质量"),
        ("fin_statement_", "fin_publication_", "fin_audited_", "fin_qualified_"),
    ),
    Cause(
        "legal",
        Text("Courts and insolvency", "司法与破产"),
        ("sig_lawsuit_", "sig_enforcement_", "sig_dishonest_", "sig_insolvency_", "sig_legal_"),
    ),
    Cause(
        "ownership",
        Text("Ownership and control", "股权与控制权"),
        ("sig_equity_", "sig_legal_rep_", "sig_ownership_"),
    ),
    Cause(
        "compliance",
        Text("Authorities and taxes", "行政监管与税务"),
        ("sig_admin_", "sig_abnormal_", "sig_serious_", "sig_tax_", "sig_compliance_"),
    ),
    Cause(
        "payment_morale",
        Text("Bounced payments and broken promises", "退票与失信承诺"),
        ("sig_bounced_", "sig_broken_", "sig_payment_morale_"),
    ),
    Cause(
        "standing",
        Text("What others think of it", "外部评价"),
        ("sig_rating_", "sig_insurance_", "sig_negative_"),
    ),
    Cause(
        "signals",
        Text("Outside signals on the whole", "外部信号总体"),
        ("sig_count_", "sig_kinds_", "sig_days_since_", "sig_severity_"),
    ),
    Cause("industry", Text("Its industry", "所属行业"), ("ind_", "sig_industry_")),
    Cause(
        "utilisation",
        Text("Use of the limit", "额度使用"),
        ("cus_utilisation", "cus_over_limit_", "cus_headroom", "cus_current_limit"),
    ),
    Cause("exposure", Text("What is at stake", "信用敞口"), ("cus_exposure", "cus_share_of_wallet")),
    Cause(
        "security",
        Text("Guarantees and insurance", "担保与保险"),
        ("cus_guarantee_", "cus_insured_", "cus_uncovered_", "cus_covered_"),
    ),
    Cause("clocks", Text("Days that run out", "到期事项"), ("clk_",)),
    Cause("peers", Text("Against its peers", "与同类客户相比"), ("peer_",)),
    Cause("group", Text("The rest of its group", "集团其他成员"), ("grp_", "rel_")),
)


@cache
def cause_of(feature: str) -> Cause:
    """The one cause a numeric feature of the catalogue belongs to.

    >>> cause_of("pay_late_days_mean_90d").code, cause_of("pay_late_days_change_90d").code
    ('lateness', 'lateness_trend')

    Raises UsageError for a name that fits none.
    """
    fitting = [beginning for beginning in _BEGINNINGS if feature.startswith(beginning)]
    if not fitting:
        raise UsageError(f"no cause is known for feature '{feature}'", remedy=nearest(feature, _BEGINNINGS))
    return _BEGINNINGS[max(fitting, key=len)]


def _by_beginning(causes: Iterable[Cause]) -> Mapping[str, Cause]:
    found: dict[str, Cause] = {}
    for cause in causes:
        for beginning in cause.features:
            if beginning in found:
                raise ValueError(f"{beginning} belongs to {found[beginning].code} and to {cause.code}")
            found[beginning] = cause
    return MappingProxyType(found)


_BEGINNINGS = _by_beginning(CAUSES)

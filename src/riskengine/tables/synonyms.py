"""What ledgers call the columns of each table, in English and Chinese. Used for drafts of mappings only."""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from types import MappingProxyType

from riskengine.terms.codes import LinkKind, PaymentKind, SignalKind

PAID_ON = "paid_on"
_CUSTOMER = (
    "customer_id customer_number customer_no customer_code cust_number cust_no cust_id cust_code customer account_id "
    "account_number debtor_id debtor_number debtor client_id client_no client_number buyer_id buyer partner_id "
    "客户编号 客户编码 客户代码 客户号 客户id 购货单位编码 往来单位编码 买方编号"
)
_CURRENCY = "currency currency_code invoice_currency curr ccy doc_currency document_currency 币种 币别 货币 货币代码"
_AMOUNT = (
    "amount invoice_amount total_amount gross_amount total_open_amount open_amount amt value total net_amount "
    "amount_in_document_currency 金额 发票金额 应收金额 价税合计 含税金额 总金额 开票金额"
)
_KNOWN = (
    "known_at received_on entered_on entry_date created_on created_at loaded_on 录入日期 获知日期 入库日期 收录日期"
)

_WORDS: Mapping[str, Mapping[str, str]] = {
    "customers": {
        "customer_id": _CUSTOMER,
        "name": "name customer_name name_customer company company_name legal_name 客户名称 名称 企业名称 公司名称",
        "country": "country country_code 国家 国别",
        "region": "region state province city area 地区 区域 省份 省",
        "industry": "industry industry_code sic naics nace sector 行业 行业代码 所属行业",
        "legal_form": "legal_form company_type entity_type 企业类型 公司类型 法律形式",
        "registered_on": "registered_on registration_date incorporated_on founded established_on 成立日期 注册日期",
        "customer_since": "customer_since since first_order_date relationship_since 合作日期 建档日期 合作起始日",
        "parent_id": "parent_id parent parent_company group_id 母公司编号 上级客户 集团编号",
        "sales_team": "sales_team sales_group salesperson sales_rep business_code 销售团队 业务员 销售部门",
        "current_limit": "credit_limit current_limit limit 信用额度 授信额度 信用限额",
        "current_terms_days": "payment_terms terms_days credit_days credit_terms 账期 信用期 付款期限",
        "guarantee_amount": "guarantee_amount guarantee 担保金额",
        "insured_amount": "insured_amount insured_limit 保险金额 投保额度",
        "currency": _CURRENCY,
        "known_at": _KNOWN,
    },
    "invoices": {
        "invoice_id": (
            "invoice_id invoice_number invoice_no doc_id document_number document_no doc_no bill_no billing_document "
            "发票号 发票号码 发票编号 单据编号 单据号 应收单号"
        ),
        "customer_id": _CUSTOMER,
        "issued_on": (
            "issued_on invoice_date issue_date posting_date document_date billing_date doc_date bill_date "
            "invoice_date_inferred 开票日期 发票日期 单据日期 记账日期 过账日期"
        ),
        "due_on": (
            "due_on due_date due_in_date due payment_due_date net_due_date maturity_date "
            "到期日 到期日期 应收日期 应付款日期 付款到期日"
        ),
        "amount": _AMOUNT,
        "currency": _CURRENCY,
        "disputed": "disputed is_disputed dispute in_dispute 争议 是否争议",
        "dispute_reason": "dispute_reason dispute_code 争议原因",
        "product_line": "product_line product product_group 产品线 产品 产品类别",
        "terms_days": (
            "terms_days term_days payment_terms cust_payment_terms terms payment_term credit_terms "
            "付款条件 账期 信用期 付款条款 账期天数"
        ),
        PAID_ON: (
            "clear_date clearing_date cleared_on paid_on payment_date paid_date settlement_date date_paid "
            "清账日期 核销日期 回款日期 付款日期 收款日期 结清日期"
        ),
        "known_at": _KNOWN,
    },
    "payments": {
        "payment_id": "payment_id payment_no payment_number receipt_no receipt_id 收款单号 回款编号 付款单号 收款编号",
        "invoice_id": "invoice_id invoice_number invoice_no doc_id applied_to 发票号 发票号码 核销发票号 发票编号",
        "customer_id": _CUSTOMER,
        "paid_on": "paid_on payment_date paid_date receipt_date value_date 收款日期 回款日期 付款日期 到账日期",
        "amount": "amount payment_amount paid_amount receipt_amount 金额 收款金额 回款金额 付款金额",
        "currency": _CURRENCY,
        "kind": "kind payment_kind payment_type type 类型 收款类型 付款类型",
        "known_at": _KNOWN,
    },
    "orders": {
        "order_id": "order_id order_no order_number sales_order 订单号 订单编号 销售订单号",
        "customer_id": _CUSTOMER,
        "ordered_on": "ordered_on order_date 下单日期 订单日期",
        "amount": "amount order_amount order_value 金额 订单金额",
        "currency": _CURRENCY,
        "closed_on": "closed_on invoiced_on cancelled_on 关闭日期 完成日期",
        "known_at": _KNOWN,
    },
    "financials": {
        "customer_id": _CUSTOMER,
        "period_end": "period_end fiscal_year_end balance_date statement_date 报告期 报表日期 会计期末",
        "published_on": "published_on publication_date filed_on filing_date 公布日期 披露日期 公告日期",
        "months": "months period_months 月数 期间月数",
        "audited": "audited is_audited 是否审计",
        "currency": _CURRENCY,
        "revenue": "revenue sales turnover 营业收入 主营业务收入 销售收入",
        "cogs": "cogs cost_of_sales cost_of_goods_sold 营业成本 主营业务成本",
        "ebit": "ebit operating_profit operating_income 营业利润 息税前利润",
        "interest": "interest interest_expense 利息支出 利息费用",
        "net_income": "net_income net_profit profit 净利润",
        "cash": "cash cash_and_equivalents 货币资金",
        "receivables": "receivables accounts_receivable 应收账款",
        "inventory": "inventory inventories stock 存货",
        "current_assets": "current_assets 流动资产 流动资产合计",
        "total_assets": "total_assets assets 资产总计 总资产 资产合计",
        "current_liabilities": "current_liabilities 流动负债 流动负债合计",
        "total_liabilities": "total_liabilities liabilities 负债合计 总负债 负债总计",
        "equity": "equity shareholders_equity net_worth 所有者权益 股东权益 净资产 所有者权益合计",
        "retained_earnings": "retained_earnings 未分配利润 留存收益",
        "operating_cash_flow": "operating_cash_flow cash_flow_from_operations 经营活动现金流量净额 经营现金流",
        "known_at": _KNOWN,
    },
    "signals": {
        "signal_id": "signal_id event_id case_no case_number 事件编号 案号 信号编号",
        "customer_id": _CUSTOMER,
        "kind": "kind event_type signal_type event 事件类型 信号类型 类型",
        "occurred_on": "occurred_on event_date date 发生日期 立案日期 事件日期",
        "amount": "amount claim_amount 金额 涉案金额 执行标的",
        "currency": _CURRENCY,
        "severity": "severity level 严重程度 级别",
        "source": "source data_source 来源 数据来源",
        "known_at": _KNOWN,
    },
    "links": {
        "customer_id": _CUSTOMER,
        "other_id": "other_id guarantor guarantor_id controller controller_id 担保人 保证人 实际控制人 控制人",
        "kind": "kind link_type relation relation_type 关系类型 关联类型 类型",
        "holds_from": "holds_from from valid_from start_date begins_on 起始日 生效日期 担保起始日",
        "until": "until valid_until end_date ends_on 终止日 截止日期 担保到期日",
        "known_at": _KNOWN,
    },
    "industry": {
        "industry": "industry industry_code sector 行业 行业代码",
        "observed_on": "observed_on date month period 日期 月份",
        "delay_index": "delay_index payment_delay_index 付款延迟指数",
        "default_rate": "default_rate 违约率",
        "activity_index": "activity_index pmi 景气指数",
        "known_at": _KNOWN,
    },
    "fx": {
        "currency": "currency from_currency 币种",
        "quoted_on": "quoted_on rate_date date 日期 汇率日期",
        "rate": "rate exchange_rate fx_rate 汇率",
        "known_at": _KNOWN,
    },
}


def normal(name: str) -> str:
    """A column name without case, spaces and signs."""
    return re.sub(r"[\W_]+", "", name.casefold())


SYNONYMS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {t: {c: tuple(normal(w) for w in words.split()) for c, words in columns.items()} for t, columns in _WORDS.items()}
)

PAYMENT_KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("cash", "payment", "wire", "transfer", "cheque", "check", "现金", "回款", "收款", "银行转账"), "cash"
        ),
        **dict.fromkeys(
            ("creditnote", "creditmemo", "credit", "cn", "贷项", "贷项通知单", "红字", "折让"), "credit_note"
        ),
        **dict.fromkeys(("writeoff", "baddebt", "wo", "坏账", "坏账核销", "核销"), "write_off"),
        **{normal(k.value): k.value for k in PaymentKind},
    }
)
SIGNAL_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "诉讼": "lawsuit_defendant",
        "被告": "lawsuit_defendant",
        "lawsuit": "lawsuit_defendant",
        "被执行": "enforcement",
        "被执行人": "enforcement",
        "失信": "dishonest_debtor",
        "失信被执行人": "dishonest_debtor",
        "破产": "insolvency_filing",
        "破产重整": "insolvency_filing",
        "insolvency": "insolvency_filing",
        "bankruptcy": "insolvency_filing",
        "股权变更": "equity_change",
        "股权冻结": "equity_frozen",
        "股权质押": "equity_pledged",
        "股权出质": "equity_pledged",
        "法定代表人变更": "legal_rep_change",
        "法人变更": "legal_rep_change",
        "行政处罚": "admin_penalty",
        "经营异常": "abnormal_operation",
        "严重违法": "serious_violation",
        "欠税": "tax_arrears",
        "评级变动": "rating_change",
        "评级调整": "rating_change",
        "信保额度下调": "insurance_cut",
        "负面新闻": "negative_news",
        "负面舆情": "negative_news",
        "退票": "bounced_payment",
        "承诺未兑现": "broken_promise",
        "行业延迟": "industry_delay",
        **{normal(k.value): k.value for k in SignalKind},
    }
)


LINK_KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("担保", "担保人", "保证人", "连带责任保证", "guarantee"), "guarantor"),
        **dict.fromkeys(("实际控制人", "控制人", "control", "ubo", "beneficialowner"), "controller"),
        **{normal(k.value): k.value for k in LinkKind},
    }
)


def match_columns(table: str, names: Iterable[str]) -> dict[str, tuple[str, float]]:
    """Contract column -> (source column, how sure: 1 by name, less if the name is only similar).

    >>> match_columns("invoices", ["Cust No.", "到期日", "Invoice_Numbr"])
    {'customer_id': ('Cust No.', 1.0), 'due_on': ('到期日', 1.0), 'invoice_id': ('Invoice_Numbr', 0.96)}
    """
    free = list(names)
    found: dict[str, tuple[str, float]] = {}
    for sure in (True, False):
        for column, words in SYNONYMS[table].items():
            if column in found:
                continue
            scored = [(_likeness(words, n, exact=sure), n) for n in free]
            best = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
            if best[0] > 0:
                found[column] = (best[1], round(min(best[0], 1.0), 2))
                free.remove(best[1])
    return dict(sorted(found.items()))


def _likeness(words: tuple[str, ...], name: str, *, exact: bool) -> float:
    """1 and more for a known name (the earlier in the list, the more), less than 1 for a similar one."""
    plain = normal(name)
    if plain in words:
        return 2 - words.index(plain) / len(words)
    if exact or len(plain) < 4:
        return 0.0
    best = max(SequenceMatcher(None, plain, w).ratio() for w in words)
    return best if best >= 0.85 else 0.0

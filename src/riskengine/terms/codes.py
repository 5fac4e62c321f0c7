"""Outside events about a customer."""

from enum import StrEnum


class SignalKind(StrEnum):
    LAWSUIT_DEFENDANT = "lawsuit_defendant"
    ENFORCEMENT = "enforcement"
    DISHONEST_DEBTOR = "dishonest_debtor"
    INSOLVENCY_FILING = "insolvency_filing"
    EQUITY_CHANGE = "equity_change"
    EQUITY_FROZEN = "equity_frozen"
    EQUITY_PLEDGED = "equity_pledged"
    LEGAL_REP_CHANGE = "legal_rep_change"
    ADMIN_PENALTY = "admin_penalty"
    ABNORMAL_OPERATION = "abnormal_operation"
    SERIOUS_VIOLATION = "serious_violation"
    TAX_ARREARS = "tax_arrears"
    RATING_CHANGE = "rating_change"
    INSURANCE_CUT = "insurance_cut"
    NEGATIVE_NEWS = "negative_news"
    BOUNCED_PAYMENT = "bounced_payment"
    BROKEN_PROMISE = "broken_promise"
    INDUSTRY_DELAY = "industry_delay"


class SignalSeverity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class PaymentKind(StrEnum):
    CASH = "cash"
    CREDIT_NOTE = "credit_note"
    WRITE_OFF = "write_off"


class ChangeKind(StrEnum):
    """What is told later about a customer, an invoice or an order that is there already."""

    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_CLOSED = "dispute_closed"
    ORDER_CLOSED = "order_closed"
    PROMISE_MADE = "promise_made"
    LIMIT_CHANGED = "limit_changed"
    TERMS_CHANGED = "terms_changed"
    INSURANCE_CHANGED = "insurance_changed"
    GUARANTEE_CHANGED = "guarantee_changed"


class LinkKind(StrEnum):
    """What another company, or a person, is to a customer."""

    GUARANTOR = "guarantor"  # answers for its debts
    CONTROLLER = "controller"  # decides what it does; who controls two customers links them


class AuditOpinion(StrEnum):
    UNQUALIFIED = "unqualified"
    QUALIFIED = "qualified"
    ADVERSE = "adverse"
    DISCLAIMER = "disclaimer"

"""How often each kind of outside event is seen about sound and about troubled customers."""

from dataclasses import dataclass

from riskengine.terms.codes import SignalKind


@dataclass(frozen=True, slots=True)
class Habit:
    """Rates per year.

    `sound`: about a customer without strain, so mostly false alarms; `slope`: rise of its log per unit of strain;
    `failed`: after the customer stopped paying. `lag`: months the event trails the strain. `delay`: mean days until
    we hear of it. `amount`: typical share of a year's purchases, 0 for events without an amount.
    """

    kind: SignalKind
    sound: float
    slope: float
    failed: float
    lag: int
    delay: float
    amount: float
    source: str
    missing: float = 0.15


HABITS = (
    Habit(SignalKind.LAWSUIT_DEFENDANT, 0.051, 0.95, 1.2, 1, 25, 0.8, "court register"),
    Habit(SignalKind.ENFORCEMENT, 0.0102, 1.25, 1.0, 2, 20, 0.8, "court register"),
    Habit(SignalKind.DISHONEST_DEBTOR, 0.001, 1.40, 0.6, 3, 20, 0.6, "court register"),
    Habit(SignalKind.EQUITY_CHANGE, 0.060, 0.20, 0.1, 0, 15, 0.0, "company register"),
    Habit(SignalKind.EQUITY_FROZEN, 0.003, 1.25, 0.6, 1, 15, 1.0, "company register"),
    Habit(SignalKind.EQUITY_PLEDGED, 0.030, 0.55, 0.1, 0, 12, 1.5, "company register"),
    Habit(SignalKind.LEGAL_REP_CHANGE, 0.050, 0.40, 0.3, 0, 12, 0.0, "company register"),
    Habit(SignalKind.ADMIN_PENALTY, 0.035, 0.45, 0.2, 0, 30, 0.05, "authority"),
    Habit(SignalKind.ABNORMAL_OPERATION, 0.0255, 0.85, 0.8, 1, 25, 0.0, "company register"),
    Habit(SignalKind.SERIOUS_VIOLATION, 0.002, 1.00, 0.2, 1, 30, 0.0, "company register"),
    Habit(SignalKind.TAX_ARREARS, 0.0136, 1.15, 0.6, 1, 45, 0.2, "tax office"),
    Habit(SignalKind.RATING_CHANGE, 0.051, 0.65, 0.3, 2, 5, 0.0, "rating agency"),
    Habit(SignalKind.INSURANCE_CUT, 0.0204, 1.20, 0.8, 1, 5, 1.0, "credit insurer", missing=0.05),
    Habit(SignalKind.NEGATIVE_NEWS, 0.080, 0.85, 1.0, 0, 6, 0.0, "news", missing=0.30),
    Habit(SignalKind.BOUNCED_PAYMENT, 0.0204, 1.30, 0.8, 0, 1, 0.08, "own ledger", missing=0.02),
    Habit(SignalKind.BROKEN_PROMISE, 0.06, 1.25, 2.0, 0, 1, 0.08, "own collectors", missing=0.05),
)

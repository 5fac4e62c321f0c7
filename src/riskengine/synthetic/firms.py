"""What is fixed about each customer: who it is, how large, how it buys and pays, how sound it is on average."""

from dataclasses import dataclass

import numpy as np

from riskengine.synthetic.economy import INDUSTRIES
from riskengine.synthetic.groups import Groups
from riskengine.synthetic.ledger_shape import BETWEEN_CUSTOMERS, WEEKDAY_SHARES, own_lateness
from riskengine.synthetic.places import COUNTRIES, LEGAL_FORMS
from riskengine.synthetic.streams import Flags, Floats, Ints
from riskengine.synthetic.window import Window

INVOICES_PER_YEAR = 23.5
KEY_ACCOUNTS = 0.03  # share of customers who buy several times as often as their size says
_KEY_FACTOR = 4.0
RATE_SPREAD = 0.78  # standard deviation of the log of a customer's invoices per year
JOIN_PER_YEAR = 0.08
LEAVE_PER_MONTH = 0.0015
SLOW_PAYERS = 0.012  # customers who always pay late and never fail
STEADY_STRAIN = 0.82  # spread between customers of the part of the strain that does not move
_TERMS = np.array([15, 30, 45, 60, 90])
_TERMS_SHARES = np.array([0.15, 0.42, 0.17, 0.20, 0.06])
NO_RUN = -1


@dataclass(frozen=True, slots=True)
class Firms:
    """One entry per customer of a block; days are numbers since 1970-01-01."""

    industry: Ints
    country: Ints
    region: Ints
    legal_form: Ints
    registered: Ints
    since: Ints
    size: Floats  # standard normal score
    invoices_per_year: Floats
    amount_score: Floats  # the customer's own part of the score of its invoice amounts
    terms: Ints
    usual_lateness: Floats  # days beyond terms
    lateness_noise: Floats  # factor
    run_weekday: Ints  # 0 Monday .. 4 Friday, or NO_RUN
    slow_payer: Flags
    steady_strain: Floats
    leave_month: Ints  # months of trade before the customer leaves in good standing

    @property
    def count(self) -> int:
        return self.since.size


def draw_firms(rng: np.random.Generator, size: int, groups: Groups, window: Window) -> Firms:
    scale = rng.standard_normal(size) + 0.8 * groups.is_parent
    industry = rng.choice(len(INDUSTRIES), size=size, p=_shares([i.share for i in INDUSTRIES]))
    industry = np.where(groups.parent >= 0, industry[groups.parent], industry)
    country = rng.choice(len(COUNTRIES), size=size, p=_shares([c.share for c in COUNTRIES]))
    regions = np.array([len(c.regions) for c in COUNTRIES])
    region = np.minimum((rng.random(size) ** 1.5 * regions[country]).astype(np.int64), regions[country] - 1)
    legal_form = rng.choice(len(LEGAL_FORMS), size=size, p=_shares([f.share for f in LEGAL_FORMS]))
    since = _since(rng, size, window)
    registered = since - 30 - (365 * rng.lognormal(1.6, 0.9, size)).astype(np.int64)
    registered = np.maximum(registered, since - 365 * 60)
    slow = rng.random(size) < SLOW_PAYERS
    age = (window.start_day - registered) / 365.25
    steady = STEADY_STRAIN * rng.standard_normal(size) - 0.15 * scale + 0.35 * np.exp(-np.maximum(age, 0) / 4)
    steady += np.array([i.strain for i in INDUSTRIES])[industry]
    steady += np.array([c.strain for c in COUNTRIES])[country] + np.array([f.strain for f in LEGAL_FORMS])[legal_form]
    log_rate = RATE_SPREAD * (0.45 * scale + np.sqrt(1 - 0.45**2) * rng.standard_normal(size))
    log_rate += np.where(rng.random(size) < KEY_ACCOUNTS, np.log(_KEY_FACTOR), 0.0)
    own_amount = 0.6 * scale + 0.8 * rng.standard_normal(size)
    return Firms(
        industry=industry,
        country=country,
        region=region,
        legal_form=legal_form,
        registered=registered,
        since=since,
        size=scale,
        invoices_per_year=np.minimum(INVOICES_PER_YEAR * np.exp(log_rate - RATE_SPREAD**2 / 2), 1500.0),
        amount_score=np.sqrt(BETWEEN_CUSTOMERS) * own_amount,
        terms=rng.choice(_TERMS, size=size, p=_TERMS_SHARES),
        usual_lateness=np.where(slow, rng.uniform(18, 40, size), own_lateness(rng.standard_normal(size))),
        lateness_noise=np.minimum(rng.lognormal(-0.35, 0.45, size), 3.0),
        run_weekday=np.where(rng.random(size) < 0.35, rng.choice(5, size=size, p=WEEKDAY_SHARES), NO_RUN),
        slow_payer=slow,
        # A slow payer is sound: public bodies, large retailers. Its lateness is a habit and no sign.
        steady_strain=np.where(slow, -2.6 + 0.3 * steady, steady),
        leave_month=rng.geometric(LEAVE_PER_MONTH, size),
    )


def _since(rng: np.random.Generator, size: int, window: Window) -> Ints:
    """Most customers are older than the window; the rest join while it runs."""
    days = window.end_day - window.start_day + 1
    joined = rng.random(size) < 1 - np.exp(-JOIN_PER_YEAR * days / 365.25)
    earlier = window.start_day - 20 - (365 * rng.gamma(1.4, 4.0, size)).astype(np.int64)
    return np.where(joined, window.start_day + rng.integers(0, days, size), earlier)


def _shares(parts: list[float]) -> Floats:
    shares = np.array(parts)
    return np.asarray(shares / shares.sum())

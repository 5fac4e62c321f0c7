"""Customers and orders made at random, with thresholds among their values."""

import random
from datetime import date, timedelta

from riskengine.decision.order_standing import OrderStanding

TODAY = date(2025, 7, 10)


def made_standing(name: str, chance: random.Random) -> OrderStanding:
    in_default = chance.random() < 0.02
    frozen = in_default or chance.random() < 0.04
    limit = None if chance.random() < 0.03 else round(chance.lognormvariate(11, 1.2), -3)
    return OrderStanding(
        name,
        TODAY - timedelta(days=chance.choice((10, 20, 30, 45, 46))),
        "CNY",
        limit_cents=0 if frozen else None if limit is None else int(limit * 100),
        exposure_cents=int(chance.lognormvariate(10, 1.5) * 100),
        secured_cents=0 if chance.random() < 0.8 else int(chance.lognormvariate(10, 1) * 100),
        frozen=frozen,
        in_default=in_default,
        refer=chance.random() < 0.05,
        terms_days=0 if frozen else chance.choice((0, 30, 30, 60, None)),
        grade=9 if in_default else chance.randint(1, 8),
        overdue_cents=chance.choice((None, 0, 0, 10_000_00, 49_999_99, 50_000_00)),
        freeze_flag=chance.choice((None, 0, 0, 0, 1)),
        severity=chance.choice((None, 0, 0, 0, 1, 2, 3)),
    )


def made_order(names: list[str], chance: random.Random) -> tuple[str, int, bool]:
    customer = "nobody" if chance.random() < 0.01 else chance.choice(names)
    return customer, max(1, int(chance.lognormvariate(9.5, 1.5) * 100)), chance.random() < 0.05

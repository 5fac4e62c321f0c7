"""Small random ledgers with everything that makes real ones hard, for tests of features."""

import random
from datetime import date, timedelta

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.store import TableSet, disk_schema, tables_in_memory
from riskengine.terms.codes import AuditOpinion, ChangeKind, LinkKind, PaymentKind, SignalKind, SignalSeverity

START = date(2021, 1, 1)
AS_OF = date(2023, 3, 31)  # about a fifth of the rows becomes known later
END = date(2023, 9, 30)
CURRENCIES = ("CNY", "CNY", "CNY", "EUR", "JPY")
INDUSTRIES = ("C26", "G46", "F41", None)

Row = dict[str, object]
Frames = dict[str, pl.DataFrame]


def random_ledger(seed: int, *, customers: int = 25, invoices: int = 400) -> Frames:
    """All tables. Among the customers: no invoices, one invoice, no statement, several versions, groups."""
    rng = random.Random(seed)
    ids = [f"C{n:03d}" for n in range(customers)]
    sold = _invoices(rng, ids, invoices)
    rows = {
        "customers": [version for i in ids for version in _customer(rng, i, ids)],
        "invoices": sold,
        "payments": [p for invoice in sold for p in _payments(rng, invoice)] + _unapplied(rng, ids),
        "orders": [_order(rng, n, ids) for n in range(invoices // 4)],
        "financials": [s for i in ids if rng.random() < 0.7 for s in _statements(rng, i)],
        "signals": [_signal(rng, n, ids) for n in range(customers * 4)],
        "industry": _industry(rng),
        "fx": _fx(rng),
    }
    rows["links"] = _links(random.Random(f"links {seed}"), ids)  # of its own, so that the other tables stay as they are
    rows["changes"] = [_change(rng, n, rows) for n in range(customers * 6)]
    return {name: framed(name, rng.sample(r, len(r))) for name, r in rows.items()}


def framed(table: str, rows: list[Row]) -> pl.DataFrame:
    """Rows (columns may be absent) as a frame of the table's contract."""
    columns = {c.name: [row.get(c.name, c.default) for row in rows] for c in CONTRACTS[table].columns}
    return pl.DataFrame(columns, schema=disk_schema(CONTRACTS[table]))


def in_memory(frames: Frames) -> TableSet:
    return tables_in_memory(frames, reporting_currency="CNY")


def _day(rng: random.Random, first: date = START, last: date = END) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _lag(rng: random.Random, day: date) -> date:
    """When a row about `day` reaches us: mostly at once, sometimes months late."""
    return day + timedelta(days=rng.choice((0, 0, 0, 1, 5, 90)))


def _cents(rng: random.Random) -> int:
    return rng.choice((1, 99, rng.randrange(1_000, 10_000_000), rng.randrange(1_000, 10_000_000), 10**11))


def _customer(rng: random.Random, customer_id: str, ids: list[str]) -> list[Row]:
    since = _day(rng, START, date(2022, 6, 30))
    versions = [since, _day(rng, since + timedelta(days=1), END)] if rng.random() < 0.4 else [since]
    return [
        {
            "customer_id": customer_id,
            "name": f"客户{customer_id}",
            "country": rng.choice(("CN", "DE", None)),
            "region": rng.choice(("华东", "华南", None)),
            "industry": rng.choice(INDUSTRIES),
            "legal_form": rng.choice(("llc", "jsc", None)),
            "registered_on": rng.choice((None, since - timedelta(days=rng.randrange(5000)))),
            "customer_since": rng.choice((None, since)),
            "parent_id": rng.choice((None, None, "OUTSIDE", *ids[:4])),
            "sales_team": rng.choice(("T1", "T2", None)),
            "product_line": rng.choice(("P1", None)),
            "currency": rng.choice((None, "CNY", "EUR")),
            "current_limit_cents": rng.choice((None, 0, _cents(rng))),
            "current_terms_days": rng.choice((None, 0, 30, 60)),
            "guarantee_amount_cents": rng.choice((None, 0, _cents(rng))),
            "insured_amount_cents": rng.choice((None, 0, _cents(rng))),
            "known_at": known_at,
        }
        for known_at in versions
    ]


def _invoices(rng: random.Random, ids: list[str], count: int) -> list[Row]:
    """The first fifth of the customers has none, the next one exactly one."""
    none, one = len(ids) // 5, 2 * len(ids) // 5
    owners = ids[none:one] + [rng.choice(ids[one:]) for _ in range(count - (one - none))]
    return [_invoice(rng, n, owner) for n, owner in enumerate(owners)]


def _invoice(rng: random.Random, number: int, customer_id: str) -> Row:
    issued = _day(rng)
    disputed = rng.random() < 0.12
    disputed_on = issued + timedelta(days=rng.randrange(120)) if disputed and rng.random() < 0.7 else None
    closed = disputed_on + timedelta(days=rng.randrange(200)) if disputed_on and rng.random() < 0.5 else None
    return {
        "invoice_id": f"I{number:05d}",
        "customer_id": customer_id,
        "issued_on": issued,
        "due_on": issued + timedelta(days=rng.choice((0, 30, 30, 60, 90))),
        "amount_cents": _cents(rng),
        "currency": rng.choice(CURRENCIES),
        "disputed": disputed,
        "disputed_on": disputed_on,
        "dispute_closed_on": closed,
        "known_at": _lag(rng, issued),
    }


def _payments(rng: random.Random, invoice: Row) -> list[Row]:
    amount, issued, due = int(invoice["amount_cents"]), invoice["issued_on"], invoice["due_on"]  # type: ignore[call-overload] # rows are untyped
    style = rng.choice(("unpaid", "full", "full", "full", "parts", "part", "over", "credit", "off", "small_off"))
    shares = {
        "unpaid": [],
        "full": [(amount, "cash")],
        "parts": [(amount // 3, "cash"), (amount - amount // 3, "cash")],
        "part": [(amount // 2, "cash")],
        "over": [(amount + 500, "cash")],
        "credit": [(amount // 4, "credit_note"), (amount - amount // 4, rng.choice(("cash", "credit_note")))],
        "off": [(amount // 5, "cash"), (amount - amount // 5, "write_off")],
        "small_off": [(amount - amount // 50, "cash"), (amount // 50, "write_off")],
    }[style]
    day = max(issued, due + timedelta(days=round(rng.gauss(8, 30))))
    rows: list[Row] = []
    for part, (cents, kind) in enumerate((c, k) for c, k in shares if c > 0):
        paid_on = day + timedelta(days=part * rng.choice((0, 10, 120)))
        currency = invoice["currency"] if rng.random() < 0.97 else "EUR"
        rows.append(_payment(f"P{invoice['invoice_id']}-{part}", invoice, paid_on, cents, str(currency), kind, rng))
    return rows


def _payment(
    payment_id: str, invoice: Row, paid_on: date, cents: int, currency: str, kind: str, rng: random.Random
) -> Row:
    return {
        "payment_id": payment_id,
        "invoice_id": invoice["invoice_id"],
        "customer_id": invoice["customer_id"],
        "paid_on": paid_on,
        "amount_cents": cents,
        "currency": currency,
        "kind": PaymentKind(kind).value,
        "known_at": _lag(rng, paid_on),
    }


def _unapplied(rng: random.Random, ids: list[str]) -> list[Row]:
    owners = [i for i in ids if rng.random() < 0.3]
    return [
        _payment(f"U{i}", {"invoice_id": None, "customer_id": i}, _day(rng), _cents(rng), "CNY", "cash", rng)
        for i in owners
    ]


def _order(rng: random.Random, number: int, ids: list[str]) -> Row:
    day = _day(rng)
    return {
        "order_id": f"O{number:05d}",
        "customer_id": rng.choice(ids),
        "ordered_on": day,
        "amount_cents": _cents(rng),
        "currency": rng.choice(CURRENCIES),
        "closed_on": rng.choice((None, day + timedelta(days=rng.randrange(90)))),
        "known_at": _lag(rng, day),
    }


def _links(rng: random.Random, ids: list[str]) -> list[Row]:
    """Chains, circles, persons, and links that end or are told again; none twice under one identity."""
    rows = {}
    for _ in range(len(ids) * 2):
        day = _day(rng, START, date(2023, 6, 30))
        row: Row = {
            "customer_id": rng.choice(ids),
            "other_id": rng.choice((*ids, "P001", "P002", "P003")),
            "kind": rng.choice(list(LinkKind)).value,
            "holds_from": day,
            "until": rng.choice((None, None, day + timedelta(days=rng.randrange(900)))),
            "known_at": _lag(rng, day),
        }
        again = row | {"until": day + timedelta(days=rng.randrange(400)), "known_at": _day(rng, day, END)}
        for version in (row, again) if rng.random() < 0.2 else (row,):
            if version["customer_id"] != version["other_id"]:
                rows[tuple(version[name] for name in CONTRACTS["links"].key)] = version
    return list(rows.values())


def _statements(rng: random.Random, customer_id: str) -> list[Row]:
    money = [c.name for c in CONTRACTS["financials"].columns if c.name.endswith("_cents")]
    rows: list[Row] = []
    for year in (2020, 2021, 2022):
        end = date(year, 12, 31)
        published = end + timedelta(days=rng.randrange(60, 400))
        restated = [published] if rng.random() < 0.8 else [published, published + timedelta(days=90)]
        for known_at in restated:
            row: Row = {name: rng.choice((None, 0, rng.randrange(-(10**9), 10**11), 10**10)) for name in money}
            rows.append(
                row
                | {
                    "customer_id": customer_id,
                    "period_end": end,
                    "published_on": published,
                    "months": rng.choice((6, 12, 12, 12)),
                    "audited": rng.choice((None, True, False)),
                    "audit_opinion": rng.choice((None, *(o.value for o in AuditOpinion))),
                    "currency": rng.choice(CURRENCIES),
                    "known_at": known_at,
                }
            )
    return rows


def _signal(rng: random.Random, number: int, ids: list[str]) -> Row:
    day = _day(rng)
    return {
        "signal_id": f"S{number:05d}",
        "customer_id": rng.choice(ids),
        "kind": rng.choice(list(SignalKind)).value,
        "occurred_on": day,
        "amount_cents": rng.choice((None, 0, _cents(rng))),
        "currency": rng.choice((None, "CNY", "EUR")),
        "severity": rng.choice((None, *(s.value for s in SignalSeverity))),
        "known_at": _lag(rng, day),
    }


def _industry(rng: random.Random) -> list[Row]:
    months = [date(2021 + n // 12, n % 12 + 1, 1) for n in range(33)]
    return [
        {
            "industry": industry,
            "observed_on": month,
            "delay_index": rng.choice((None, rng.uniform(80, 130))),
            "default_rate": rng.choice((None, rng.uniform(0, 0.1))),
            "activity_index": rng.choice((None, rng.uniform(80, 120))),
            "known_at": _lag(rng, month),
        }
        for industry in INDUSTRIES
        if industry is not None
        for month in months
    ]


def _fx(rng: random.Random) -> list[Row]:
    days = [date(2020, 12, 1) + timedelta(days=30 * n) for n in range(33)]
    return [
        {"currency": currency, "quoted_on": day, "rate": base * rng.uniform(0.9, 1.1), "known_at": day}
        for currency, base in (("EUR", 7.8), ("JPY", 0.05))
        for day in days
    ]


def _change(rng: random.Random, number: int, rows: dict[str, list[Row]]) -> Row:
    """Of a limit, terms, cover, a promise, or a dispute or the end of an order that exists."""
    kind, day = rng.choice(tuple(ChangeKind)), _day(rng)
    about = {
        ChangeKind.DISPUTE_OPENED: "invoices",
        ChangeKind.DISPUTE_CLOSED: "invoices",
        ChangeKind.PROMISE_MADE: "invoices",
        ChangeKind.ORDER_CLOSED: "orders",
    }.get(kind, "customers")
    subject = rng.choice(rows[about][:30])  # few, so that several changes meet
    ends = kind in (ChangeKind.LIMIT_CHANGED, ChangeKind.INSURANCE_CHANGED) and rng.random() < 0.3
    return {
        "change_id": f"X{number:04d}",
        "customer_id": subject["customer_id"],
        "kind": kind.value,
        "changed_on": day,
        "invoice_id": subject.get("invoice_id") if about == "invoices" else None,
        "order_id": subject.get("order_id") if about == "orders" else None,
        "amount_cents": _cents(rng) if about == "customers" or kind is ChangeKind.PROMISE_MADE else None,
        "currency": rng.choice((None, *CURRENCIES)),
        "terms_days": rng.choice((0, 30, 60)) if kind is ChangeKind.TERMS_CHANGED else None,
        "until": day + timedelta(days=rng.randrange(200)) if ends or kind is ChangeKind.PROMISE_MADE else None,
        "known_at": _lag(rng, day),
    }

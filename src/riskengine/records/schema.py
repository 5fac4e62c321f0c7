"""The tables of the records. Days are days, money is integer hundredths, what has a shape of its own is JSON.

Nothing here is of one database alone; `rows` writes for SQLite.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 1
METADATA = MetaData()
_WHOLE = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only what is called INTEGER


def _table(name: str, *parts: Any) -> Table:  # noqa: ANN401 - what SQLAlchemy calls a schema item
    return Table(name, METADATA, *parts, sqlite_autoincrement=True)


def _number() -> Column[int]:
    """The order in which rows came; no number is given twice, also after rows are gone."""
    return Column("number", _WHOLE, primary_key=True, autoincrement=True)


def _key(name: str, kind: type[String] | type[Date] = String) -> Column[Any]:
    return Column(name, kind, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _day(name: str) -> Column[Any]:
    return Column(name, Date, nullable=False)


ABOUT = _table("about", _key("name"), _text("value"))

# What came in.
EVENTS = _table(
    "events",
    _number(),
    Column("event_id", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("customer_id", String, index=True),
    _day("known_at"),
    _text("content"),  # {column of the table: value}
)
REFUSED = _table(
    "refused",
    _number(),
    Column("source", String, nullable=False),
    Column("line", _WHOLE, nullable=False),
    Column("event_id", String),
    Column("event", String),
    _text("problems"),  # [{why, field, value, hint}]
    _text("text"),
    UniqueConstraint("source", "line"),
)
ODD_EVENTS = _table(
    "odd_events",
    _number(),
    Column("state", String, nullable=False),  # waiting, refused, noted
    Column("event_id", String, nullable=False),
    Column("kind", String, nullable=False),
    _text("content"),
    _text("problem"),
)
POSITIONS = _table(
    "positions",
    _key("source"),
    Column("lines", _WHOLE, nullable=False),
    Column("size", _WHOLE, nullable=False),
    Column("sha256", String, nullable=False),
)

# What was made of it.
EPISODES = _table(
    "episodes",
    _key("customer_id"),
    _key("indicator"),
    _key("opened_on", Date),
    Column("severity", String, nullable=False),
    Column("phase", String, nullable=False),
    _day("evaluated_on"),
    Column("closed_on", Date),
    _text("turns"),
)
CHANGES = _table(
    "changes",
    _number(),
    Column("customer_id", String, nullable=False),
    Column("indicator", String, nullable=False),
    _day("opened_on"),
    Column("change", String, nullable=False),
    _day("day"),
    Column("revision", Integer, nullable=False),  # 0: the first word on it
    Column("withdrawn", Boolean, nullable=False),
    Column("severity_before", String),
    Column("severity", String, nullable=False),
    _text("evidence"),
    UniqueConstraint("customer_id", "indicator", "opened_on", "change", "day", "revision"),
)
CASES = _table(
    "cases",
    _key("customer_id"),
    _key("opened_on", Date),
    Column("severity", String, nullable=False),
    Column("owner", String, nullable=False),
    _day("due_on"),
    _text("episodes"),  # [[indicator, opened_on]]
    _text("actions"),  # [[action, mode]]
    Column("ended_on", Date),
    Column("end", String),
    Column("by", String),
    Column("reason", Text),
    _text("taken"),  # [action]
)
STANDING = _table(
    "standing",
    _key("customer_id"),
    _day("rated_on"),
    Column("limit_cents", _WHOLE),
    Column("exposure_cents", _WHOLE, nullable=False),
    Column("frozen", Boolean, nullable=False),
    _text("content"),  # all of it
)
PROFILES = _table(
    "profiles",
    _key("customer_id"),
    Column("name", Text),
    Column("industry", String),
    Column("sales_team", String),
    Column("pd_12m", Float),
)
SURROUNDINGS = _table("surroundings", _key("name"), Column("kept", LargeBinary, nullable=False))
HELD_ORDERS = _table(
    "held_orders",
    _number(),
    Column("event_id", String, nullable=False, unique=True),
    Column("customer_id", String, nullable=False, index=True),
    Column("order_id", String, nullable=False),
    _day("day"),
    Column("amount_cents", _WHOLE),
    Column("answer", String, nullable=False),
    Column("available_cents", _WHOLE),
    _text("reasons"),  # [[rule, English, Chinese]]
)

# What people said, and what is told to others. Both are only ever added to.
ANSWERS = _table(
    "answers",
    _number(),
    Column("customer_id", String, nullable=False),
    _day("day"),
    Column("end", String, nullable=False),
    Column("by", String, nullable=False),
    _text("reason"),
    _text("actions"),  # [action]
    _text("said_at"),  # by the clock of the machine
)
SNOOZES = _table(
    "snoozes",
    _number(),
    Column("customer_id", String, nullable=False),
    Column("indicator", String),
    _day("start"),
    _day("until"),
    Column("up_to", String, nullable=False),
    Column("by", String, nullable=False),
    _text("reason"),
    _text("said_at"),
)
OUTBOX = _table(
    "outbox",
    _number(),
    Column("topic", String, nullable=False),
    _text("key"),  # what it is about, as JSON
    Column("revision", Integer, nullable=False),
    _text("payload"),
    Column("delivered_at", Text),
    UniqueConstraint("key", "revision"),
)
Index("cases_open", CASES.c.ended_on)

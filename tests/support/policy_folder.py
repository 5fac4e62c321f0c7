"""A small sound policy with its own facts, and copies of it with one file replaced."""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

from riskengine.features.feature import Retirement, Unit
from riskengine.policy.vocabulary import Fact
from riskengine.terms.decision import Stage
from riskengine.terms.text import Text

PROJECT = Path(__file__).parents[2]
SHIPPED = PROJECT / "rules"
_GOOD = PROJECT / "tests" / "policy" / "good"


def _fact(name: str, unit: Unit, known_from: Stage = Stage.HARD_STOPS, high: float | None = None) -> Fact:
    low = None if unit is Unit.CATEGORY else 0.0
    return Fact(name, Text(name, name), unit, known_from, low, high, is_grade=unit is Unit.SCORE)


def _state(name: str) -> Fact:
    """What an earlier stage concluded; always known."""
    return Fact(name, Text(name, name), Unit.FLAG, Stage.GRADING, 0.0, 1.0, can_be_missing=False)


_RETIRED = Retirement(dt.date(2023, 1, 1), "it counted disputed invoices", "dpd")

VOCABULARY = {
    fact.name: fact
    for fact in (
        _fact("dpd", Unit.DAYS),
        _fact("overdue", Unit.MONEY),
        _fact("overdue_ratio", Unit.RATIO, high=1.0),
        _fact("country", Unit.CATEGORY),
        _fact("qualified", Unit.FLAG, high=1.0),
        _fact("grade", Unit.SCORE, Stage.LIMITS, high=9.0),
        _fact("limit", Unit.MONEY, Stage.TERMS),
        _fact("terms_days", Unit.DAYS, Stage.CONDITIONS),
        _state("in_default"),
        _state("frozen"),
        Fact("old_dpd", Text("old_dpd", "old_dpd"), Unit.DAYS, Stage.HARD_STOPS, 0.0, retired=_RETIRED),
        _fact("ews_freeze_flag", Unit.FLAG, high=1.0),
        _fact("order_amount", Unit.MONEY, Stage.ORDERS),
        _fact("cus_country", Unit.CATEGORY),
        _fact("cus_industry", Unit.CATEGORY),
        _fact("cus_region", Unit.CATEGORY),
        replace(_fact("ind_delay_rise", Unit.SCORE), is_grade=False, whole_industry=True),
    )
}


def good_policy(folder: Path) -> Path:
    """A sound policy folder called rules in `folder`; limits and terms are those of the project."""
    root = folder / "rules"
    shutil.copytree(_GOOD, root)
    for name in ("limits.yaml", "terms.yaml"):
        shutil.copy(SHIPPED / name, root / name)
    return root


def shipped_policy_in(folder: Path, currency: str) -> Path:
    """The shipped policy, its amounts taken to be in another currency: what a seller with such a ledger begins with."""
    root = folder / "rules"
    shutil.copytree(SHIPPED, root)
    identity = root / "policy.yaml"
    text = identity.read_text(encoding="utf-8")
    identity.write_text(text.replace("currency: CNY", f"currency: {currency}"), encoding="utf-8")
    return root


def policy_with(folder: Path, target: str, source: Path) -> Path:
    """The sound policy with the file `target` replaced by (or added from) `source`."""
    root = good_policy(folder)
    (root / target).parent.mkdir(exist_ok=True)
    shutil.copy(source, root / target)
    return root

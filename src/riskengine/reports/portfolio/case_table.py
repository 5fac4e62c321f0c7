"""The table of the cases to look at first."""

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import quote

import polars as pl

from riskengine.early_warning.episode import Phase
from riskengine.early_warning.ranking import RankedCase
from riskengine.early_warning.subject import industry_of
from riskengine.policy.bundle import Policy
from riskengine.policy.names import indicator_name, indicator_names, role_name
from riskengine.reports.cases.view import subject_text
from riskengine.reports.cases.words import listed, severity_mark
from riskengine.reports.markup import Markup, both, element, joined
from riskengine.reports.numbers import MISSING
from riskengine.reports.portfolio.case_frames import CaseFrames, number_or_none
from riskengine.reports.portfolio.grade_section import CUSTOMER, named
from riskengine.reports.sparkline import sparkline
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.reports.words import listed_actions
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text

MOST_ROWS = 25
MOST_NAMES = 4  # of what warns of one customer
_RANKS = {severity.word: int(severity) for severity in Severity}
_HEADINGS = (
    CUSTOMER,
    Heading(Text("Severity", "级别")),
    Heading(Text("Expected loss", "预期损失"), number=True),
    Heading(Text("Exposure", "敞口"), number=True),
    Heading(Text("Overdue by month", "逾期走势")),
    Heading(Text("What warns", "预警")),
    Heading(Text("What to do", "措施")),
    Heading(Text("Answered by", "负责人")),
)


class CaseTable:
    """The first cases, with what stands beside them in the other files of the run."""

    def __init__(self, frames: CaseFrames, policy: Policy) -> None:
        self._policy = policy
        self._names = indicator_names(policy)
        self._pages = frames.pages
        self._cases = _by_customer(frames.running)
        self._customers = _by_customer(frames.ratings.select("customer_id", "name", "exposure", "overdue", "actions"))
        open_ = frames.episodes.filter(pl.col("closed_on").is_null())
        rank = pl.col("severity").replace_strict(_RANKS, return_dtype=pl.Int8)
        worst_first = open_.sort(rank, "opened_on", "indicator", descending=[True, False, False])
        self._open: dict[str, list[tuple[str, str]]] = {}
        for customer_id, indicator, phase in worst_first.select("customer_id", "indicator", "phase").iter_rows():
            self._open.setdefault(customer_id, []).append((indicator, phase))
        paths = frames.paths.group_by("customer_id", maintain_order=True).agg("overdue")
        self._paths: dict[str, list[float]] = dict(paths.iter_rows())

    def drawn(self, shown: Iterable[RankedCase], currency: str) -> Markup:
        caption = Text(
            f"The largest expected losses ({currency}, up to {MOST_ROWS} within the budget)",
            f"预期损失最大的个案（{currency}，预算内最多{MOST_ROWS}件）",
        )
        return table(caption, _HEADINGS, [self._row(one) for one in shown])

    def _row(self, one: RankedCase) -> tuple[Markup | str, ...]:
        case, customer = self._cases[one.customer_id], self._customers.get(one.customer_id, {})
        return (
            _named(one.customer_id, customer.get("name"), self._pages.get(one.customer_id)),
            joined((severity_mark(one.severity), " ", _since(case["opened_on"]))),
            amount_cell(one.expected_loss),
            amount_cell(number_or_none(customer.get("exposure"))),
            self._overdue(one.customer_id, customer.get("overdue")),
            self._what(one.customer_id),
            _actions(case, _texts(customer.get("actions"))),
            self._answered_by(case),
        )

    def _overdue(self, customer_id: str, now: object) -> Markup | str:
        path = self._paths.get(customer_id)
        if not path:
            return MISSING
        label = Text(f"overdue at {len(path)} month ends", f"近{len(path)}个月末逾期金额")
        return joined((sparkline(path, label), " ", amount_cell(number_or_none(now))))

    def _answered_by(self, case: Mapping[str, object]) -> Markup:
        owner, due_on = role_name(str(case["owner"]), self._policy.episodes), case["due_on"]
        is_late = isinstance(due_on, date) and due_on < self._policy.as_of
        by = Text(f"was due {due_on}", f"{due_on}到期，已超期") if is_late else Text(f"by {due_on}", f"{due_on}前")
        return joined((both(owner), " ", element("span", both(by), class_="whole late" if is_late else "whole")))

    def _what(self, customer_id: str) -> Markup:
        """What warns now, the worst first; then how much of what is open does so no more."""
        open_ = self._open.get(customer_id, [])
        now = [indicator_name(one, self._names) for one, phase in open_ if phase == Phase.ENTERED.value]
        calm, more = len(open_) - len(now), len(now) - MOST_NAMES
        said = now[:MOST_NAMES]
        if more > 0:
            said.append(Text(f"{more} more", f"另{more}项"))
        if calm:
            said.append(Text(f"{calm} no longer", f"另{calm}项已不再触发"))
        return element("span", both(listed(said)), class_="mid")


def _named(subject: str, name: object, page: str | None) -> Markup:
    """A customer as everywhere, with the way to the page of its case if there is one; an industry in words."""
    if industry_of(subject):
        return both(subject_text(subject))
    shown = named({"customer_id": subject, "name": name})
    return shown if page is None else element("a", shown, href=quote(page))


def _by_customer(frame: pl.DataFrame) -> dict[str, dict[str, object]]:
    return {str(row["customer_id"]): row for row in frame.iter_rows(named=True)}


def _texts(values: object) -> list[str]:
    return [str(one) for one in values] if isinstance(values, list) else []


def _since(day: object) -> Markup:
    return element("span", both(Text(f"since {day}", f"自{day}")), class_="muted whole")


def _actions(case: Mapping[str, object], rated: list[str]) -> Markup | str:
    """What is done already, then what waits for somebody's word, then what the rating calls for beside it."""
    of_case = (_texts(case["automatic"]), _texts(case["proposed"]))
    automatic, proposed = (listed_actions(one) for one in of_case)
    added = listed_actions([one for one in rated if one not in (*of_case[0], *of_case[1])])
    parts = []
    if automatic.en:
        parts.append(Text(f"automatic: {automatic.en}", f"自动：{automatic.zh}"))
    if proposed.en:
        parts.append(Text(f"proposed: {proposed.en}", f"建议：{proposed.zh}"))
    if added.en:
        parts.append(Text(f"by the rating: {added.en}", f"评级要求：{added.zh}"))
    return element("span", both(listed(parts)), class_="wide") if parts else MISSING

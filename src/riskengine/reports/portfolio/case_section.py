"""Cases: the customers under warning, ranked by what may be lost, and how many of them people can answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from riskengine.early_warning.episode import Phase
from riskengine.early_warning.ranking import RankedCase, Stake, rank_cases, total_loss
from riskengine.early_warning.subject import industry_of
from riskengine.policy.bundle import Policy
from riskengine.policy.names import indicator_name, indicator_names, role_name
from riskengine.reports.cases.view import subject_text
from riskengine.reports.cases.words import listed
from riskengine.reports.markup import Markup, both, element, joined
from riskengine.reports.numbers import MISSING, amount_text, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.portfolio.grade_section import CUSTOMER, named
from riskengine.reports.sparkline import sparkline
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.reports.words import SEVERITY_TEXT, listed_actions
from riskengine.terms.decision import Severity, Status
from riskengine.terms.text import Text

MOST_ROWS = 25
MOST_NAMES = 4  # of what warns of one customer
_RANKS = {severity.word: int(severity) for severity in Severity}


@dataclass(frozen=True, slots=True)
class CaseFrames:
    """The files of a run that cases are told from. `paths`: what the first of them owed month by month, as
    `portfolio.overdue_path` gives it."""

    cases: pl.DataFrame
    episodes: pl.DataFrame
    changes: pl.DataFrame
    ratings: pl.DataFrame
    paths: pl.DataFrame

    @property
    def running(self) -> pl.DataFrame:
        return self.cases.filter(pl.col("end").is_null())


def ranked(cases: pl.DataFrame, ratings: pl.DataFrame, policy: Policy) -> tuple[RankedCase, ...]:
    """The running cases of a run in the order in which they are worth somebody's time."""
    running = cases.filter(pl.col("end").is_null()).select("customer_id", "severity")
    beside = ratings.select("customer_id", "pd_12m", "uncovered", "status")
    rows = running.join(beside, on="customer_id", how="left").iter_rows(named=True)
    return rank_cases((_stake(row) for row in rows), policy.episodes)


def cases_section(frames: CaseFrames, policy: Policy, currency: str) -> Section:
    title = Text("Cases", "预警个案")
    found = ranked(frames.cases, frames.ratings, policy)
    lead = paragraph(_lead(frames))
    if not found:
        return Section("cases", title, lead)
    rows = _Rows(frames, policy)
    shown = [one for one in found if one.within_budget][:MOST_ROWS]
    parts = (
        lead,
        *_industries(frames, policy),
        paragraph(_budget(found, policy, currency)),
        _sums(found, currency),
        rows.table(shown, currency),
    )
    return Section("cases", title, joined(parts))


def _industries(frames: CaseFrames, policy: Policy) -> Iterator[Markup]:
    """All of which something is open, each with what it is: nothing is owed by an industry, so the ranking puts them
    last."""
    names = indicator_names(policy)
    open_ = frames.episodes.filter(pl.col("closed_on").is_null()).sort("customer_id", "indicator")
    told: dict[str, list[Text]] = {}
    for subject, indicator, severity in open_.select("customer_id", "indicator", "severity").iter_rows():
        code, level = industry_of(subject), SEVERITY_TEXT[Severity[severity.upper()]]
        if code is not None:
            name = indicator_name(indicator, names)
            told.setdefault(code, []).append(Text(f"{name.en} ({level.en})", f"{name.zh}（{level.zh}）"))
    if told:
        english = "; ".join(f"{code}: {', '.join(one.en for one in said)}" for code, said in told.items())
        chinese = "；".join(f"{code}：{'、'.join(one.zh for one in said)}" for code, said in told.items())
        yield paragraph(Text(f"Whole industries warned of: {english}.", f"整个行业预警：{chinese}。"))


def _stake(row: Mapping[str, object]) -> Stake:
    return Stake(
        str(row["customer_id"]),
        Severity[str(row["severity"]).upper()],
        _number(row["pd_12m"]),
        _number(row["uncovered"]),
        in_default=row["status"] == Status.IN_DEFAULT.value,
    )


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _lead(frames: CaseFrames) -> Text:
    running, changes = frames.running, frames.changes
    opened, escalated, closed = (
        changes.filter(pl.col("change") == kind).height for kind in ("opened", "escalated", "closed")
    )
    open_ = frames.episodes.filter(pl.col("closed_on").is_null())
    calm, blind = (open_.filter(pl.col("phase") == phase).height for phase in ("quiet", "blind"))
    by_severity = [(s, running.filter(pl.col("severity") == s.word).height) for s in reversed(Severity)]
    english = ", ".join(f"{whole(n)} {SEVERITY_TEXT[s].en}" for s, n in by_severity)
    chinese = "，".join(f"{SEVERITY_TEXT[s].zh}{whole(n)}件" for s, n in by_severity)
    return Text(
        f"{whole(running.height)} cases, one for each customer or industry warned of ({english}); "
        f"{whole(open_.height)} open warnings. In this run {whole(opened)} opened, {whole(escalated)} became more "
        f"severe and {whole(closed)} closed. Of those open, {whole(calm)} are calm and wait for their time to be over, "
        f"{whole(blind)} cannot be judged for want of data.",
        f"{whole(running.height)}件个案，每个客户或行业一件（{chinese}），未关闭预警{whole(open_.height)}条。"
        f"本期新开{whole(opened)}条、升级{whole(escalated)}条、关闭{whole(closed)}条。"
        f"未关闭预警中，{whole(calm)}条已恢复、处于观察期，{whole(blind)}条因信息缺失无法判断。",
    )


def _budget(found: Sequence[RankedCase], policy: Policy, currency: str) -> Text:
    """What can be answered, what is left out, and what that is worth."""
    taken, left, lost = _parts(found)
    share = percent(policy.episodes.loss_given_default, 0)
    said = [
        Text(
            "Ranked by expected loss: PD over 12 months x what is owed and neither guaranteed nor insured x "
            f"{share} lost in a default; who could not be rated counts with a PD of 100%.",
            f"按预期损失排序：12个月违约概率×未担保且未投保的敞口×违约损失率{share}；无法评级的客户违约概率按100%计。",
        )
    ]
    budget = policy.episodes.budget
    if budget is not None:
        said.append(
            Text(
                f"People can answer {budget.cases} cases in {budget.days} days.",
                f"人工每{budget.days}天可处理{budget.cases}件。",
            )
        )
    said.append(_worth(Text("To be answered now", "现在安排"), taken, currency))
    if left:
        said.append(_worth(Text("Left out for now", "暂未安排"), left, currency))
    covered = sum(one.severity is Severity.RED and one.expected_loss == 0.0 for one in left)
    if covered:
        said.append(
            Text(
                f"Red among them, but with nothing at stake that is not covered: {_cases(covered)}; watch the "
                "deadlines of insurers and guarantors.",
                f"其中{whole(covered)}件为红色但无未覆盖敞口：请关注保险与担保的时限。",
            )
        )
    if lost:
        said.append(_worth(Text("Already in default and so with collection", "已违约（转入催收）"), lost, currency))
    return Text(" ".join(one.en for one in said), "".join(one.zh for one in said))


def _parts(found: Sequence[RankedCase]) -> tuple[list[RankedCase], list[RankedCase], list[RankedCase]]:
    """Within the budget, left out, and those of customers in default."""
    taken = [one for one in found if one.within_budget]
    left = [one for one in found if not one.within_budget and not one.in_default]
    return taken, left, [one for one in found if one.in_default]


def _worth(which: Text, cases: Sequence[RankedCase], currency: str) -> Text:
    loss = amount_text(total_loss(cases), currency)
    return Text(
        f"{which.en}: {_cases(len(cases))} with an expected loss of {loss.en}.",
        f"{which.zh}：{whole(len(cases))}件，预期损失{loss.zh}。",
    )


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{whole(count)} cases"


def _sums(found: Sequence[RankedCase], currency: str) -> Markup:
    caption = Text(
        f"Answered now and left out, without customers in default ({currency})",
        f"现在安排与暂未安排，不含已违约客户（{currency}）",
    )
    loss = Heading(Text("Expected loss", "预期损失"), number=True)
    headings = (
        Heading(Text("Severity", "级别")),
        Heading(Text("Answered now", "现在安排"), number=True),
        loss,
        Heading(Text("Left out", "暂未安排"), number=True),
        loss,
    )
    taken, left, _ = _parts(found)
    rows = []
    for severity in reversed(Severity):
        own = [[one for one in part if one.severity is severity] for part in (taken, left)]
        cells = [cell for part in own for cell in (whole(len(part)), amount_cell(total_loss(part)))]
        rows.append((_severity(severity), *cells))
    return table(caption, headings, rows)


def _severity(severity: Severity) -> Markup:
    return element("span", both(SEVERITY_TEXT[severity]), class_=f"severity {severity.word}")


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


class _Rows:
    """The first cases, with what stands beside them in the other files of the run."""

    def __init__(self, frames: CaseFrames, policy: Policy) -> None:
        self._policy = policy
        self._names = indicator_names(policy)
        self._cases = _by_customer(frames.running)
        self._customers = _by_customer(frames.ratings.select("customer_id", "name", "exposure", "overdue"))
        open_ = frames.episodes.filter(pl.col("closed_on").is_null())
        rank = pl.col("severity").replace_strict(_RANKS, return_dtype=pl.Int8)
        worst_first = open_.sort(rank, "opened_on", "indicator", descending=[True, False, False])
        self._open: dict[str, list[tuple[str, str]]] = {}
        for customer_id, indicator, phase in worst_first.select("customer_id", "indicator", "phase").iter_rows():
            self._open.setdefault(customer_id, []).append((indicator, phase))
        paths = frames.paths.group_by("customer_id", maintain_order=True).agg("overdue")
        self._paths: dict[str, list[float]] = dict(paths.iter_rows())

    def table(self, shown: Iterable[RankedCase], currency: str) -> Markup:
        caption = Text(
            f"The largest expected losses ({currency}, up to {MOST_ROWS} within the budget)",
            f"预期损失最大的个案（{currency}，预算内最多{MOST_ROWS}件）",
        )
        return table(caption, _HEADINGS, [self._row(one) for one in shown])

    def _row(self, one: RankedCase) -> tuple[Markup | str, ...]:
        case, customer = self._cases[one.customer_id], self._customers.get(one.customer_id, {})
        return (
            _named(one.customer_id, customer.get("name")),
            joined((_severity(one.severity), " ", _since(case["opened_on"]))),
            amount_cell(one.expected_loss),
            amount_cell(_number(customer.get("exposure"))),
            self._overdue(one.customer_id, customer.get("overdue")),
            self._what(one.customer_id),
            _actions(case),
            self._answered_by(case),
        )

    def _overdue(self, customer_id: str, now: object) -> Markup | str:
        path = self._paths.get(customer_id)
        if not path:
            return MISSING
        label = Text(f"overdue at {len(path)} month ends", f"近{len(path)}个月末逾期金额")
        return joined((sparkline(path, label), " ", amount_cell(_number(now))))

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
        return _wide(listed(said))


def _named(subject: str, name: object) -> Markup:
    """A customer as everywhere; an industry in words."""
    return both(subject_text(subject)) if industry_of(subject) else named({"customer_id": subject, "name": name})


def _by_customer(frame: pl.DataFrame) -> dict[str, dict[str, object]]:
    return {str(row["customer_id"]): row for row in frame.iter_rows(named=True)}


def _texts(values: object) -> list[str]:
    return [str(one) for one in values] if isinstance(values, list) else []


def _since(day: object) -> Markup:
    return element("span", both(Text(f"since {day}", f"自{day}")), class_="muted whole")


def _actions(case: Mapping[str, object]) -> Markup | str:
    """What is done already, then what waits for somebody's word."""
    automatic, proposed = listed_actions(_texts(case["automatic"])), listed_actions(_texts(case["proposed"]))
    parts = []
    if automatic.en:
        parts.append(Text(f"automatic: {automatic.en}", f"自动：{automatic.zh}"))
    if proposed.en:
        parts.append(Text(f"proposed: {proposed.en}", f"建议：{proposed.zh}"))
    return element("span", both(listed(parts)), class_="mid") if parts else MISSING


def _wide(text: Text) -> Markup:
    return element("span", both(text), class_="wide")

"""The report of a simulation: what a change of policy would have done, before it goes live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from riskengine.portfolio.trial.decision_trace import Mover
from riskengine.portfolio.trial.side_by_side import Side
from riskengine.portfolio.trial.trial import Trial
from riskengine.portfolio.trial.trial_money import CostAssumptions
from riskengine.reports.markup import Markup, bilingual, both, data_text, element, joined
from riskengine.reports.numbers import day_text, whole
from riskengine.reports.page import Tile, page
from riskengine.reports.simulation.assumptions import assumptions_section
from riskengine.reports.simulation.money import money_section, segments_section
from riskengine.reports.simulation.movers import movers_section
from riskengine.reports.simulation.moves import moves_section, swap_section
from riskengine.reports.simulation.outcomes import outcomes_section, rules_section
from riskengine.reports.simulation.words import money_tile, signed_count
from riskengine.scoring.spec import OutcomeSpec
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """All a report shows. `versions`: the policy's version on each date, oldest first."""

    dates: tuple[date, ...]
    ripe_dates: tuple[date, ...]
    same_dates: tuple[date, ...]
    model_saw: tuple[date, ...] | None
    last_day: date
    outcome: OutcomeSpec
    severe_days: int
    currency: str
    model: str
    names: Mapping[Side, str]
    versions: Mapping[Side, Sequence[str]]
    costs: CostAssumptions
    trial: Trial
    largest: tuple[Mover, ...]
    movers: int


def simulation_page(report: SimulationReport) -> str:
    """The report as one HTML document. The same input gives the same text."""
    trial, currency = report.trial, report.currency
    sections = (
        money_section(trial, currency),
        outcomes_section(trial, currency),
        swap_section(trial.swap, currency),
        moves_section(trial, currency),
        segments_section(trial, currency),
        rules_section(trial.rules),
        movers_section(report.largest, report.movers, currency),
        assumptions_section(report.costs, report.outcome, report.severe_days),
    )
    title = Text("Policy simulation: policy and challenger on the past", "信用政策模拟：现行政策与挑战政策的历史对比")
    return page(title, _lead(report), _tiles(report), sections)


def _lead(report: SimulationReport) -> tuple[Markup, ...]:
    first, last = day_text(report.dates[0]), day_text(report.dates[-1])
    count = len(report.dates)
    what = element(
        "p",
        both(Text("Policy ", "现行政策 ")),
        _named(report, Side.POLICY),
        both(Text("; challenger ", "；挑战政策 ")),
        _named(report, Side.CHALLENGER),
        both(
            Text(
                f". {count} {'date' if count == 1 else 'dates'}, {first.en} to {last.en}; each rated with what was "
                f"known on it. Amounts in {report.currency}. Model ",
                f"。共{count}个日期（{first.zh}至{last.zh}），均只使用当日已知信息。金额单位：{report.currency}。模型 ",
            )
        ),
        data_text(report.model),
        both(Text(".", "。")),
    )
    return (what, *(bilingual("p", text, class_="muted") for text in cautions(report)))


def _named(report: SimulationReport, side: Side) -> Markup:
    versions = list(dict.fromkeys(report.versions[side]))
    shown = versions[0] if len(versions) == 1 else f"{versions[0]} … {versions[-1]}"
    return joined((element("strong", data_text(report.names[side])), " ", element("span", f"({shown})", class_="id")))


def cautions(report: SimulationReport) -> list[Text]:
    """What a reader must know before believing a figure."""
    return [*_about_model(report), *_about_outcomes(report), *_about_same(report)]


def _about_model(report: SimulationReport) -> list[Text]:
    saw = report.model_saw
    if saw is None:
        return [
            Text(
                "The model's bundle does not say what it was trained on, so its PDs on these dates may know of what "
                "came after them. Both policies are given the same PDs.",
                "模型包未说明训练区间，其在上述日期的违约概率可能已包含之后的信息。两项政策使用相同的违约概率。",
            )
        ]
    if not saw:
        return []
    count, total = len(saw), len(report.dates)
    return [
        Text(
            f"On {count} of {total} dates, up to {saw[-1]}, the model had been trained on outcomes that came after the "
            "date: its PDs there are better than they would have been then, for both policies alike. Differences that "
            "come from rules are not touched; those that come from PDs and grades look better than they were.",
            f"在{total}个日期中的{count}个（截至{saw[-1]}），模型训练时已使用该日之后的结果："
            "其违约概率优于当时实际可得水平，"
            "对两项政策影响相同。源于规则的差异不受影响；源于违约概率和等级的差异会显得更好。",
        )
    ]


def _about_outcomes(report: SimulationReport) -> list[Text]:
    unripe = [d for d in report.dates if d not in report.ripe_dates]
    horizon = report.outcome.horizon_days
    if not report.ripe_dates:
        return [
            Text(
                f"No outcome is known yet: the data ends on {report.last_day}, the horizon is {horizon} days. What the "
                "policies would have done is shown; what would have come of it is not.",
                f"尚无已知结果：数据截至{report.last_day}，观察期为{horizon}天。仅显示政策决定，不显示其后果。",
            )
        ]
    if not unripe:
        return []
    return [
        Text(
            f"{len(unripe)} of {len(report.dates)} dates, from {unripe[0]}, are too recent: their {horizon} days run "
            f"past the end of the data ({report.last_day}). They count in moves, never in outcomes or money.",
            f"{len(report.dates)}个日期中有{len(unripe)}个（自{unripe[0]}起）过近：其{horizon}天观察期超出数据末日"
            f"（{report.last_day}），仅计入变动，不计入结果和金额。",
        )
    ]


def _about_same(report: SimulationReport) -> list[Text]:
    if not report.same_dates:
        return []
    days = "、".join(str(d) for d in report.same_dates)
    return [
        Text(
            f"On {len(report.same_dates)} dates the two say the same ({', '.join(str(d) for d in report.same_dates)}).",
            f"在{len(report.same_dates)}个日期两项政策内容相同（{days}）。",
        )
    ]


def _tiles(report: SimulationReport) -> tuple[Tile, ...]:
    trial = report.trial
    total, found = trial.total, trial.differences
    one, other = (trial.detection[side] for side in Side)
    tiles = []
    if found:
        names = {
            "gain_cents": Text("Result of the change", "变更结果"),
            "loss_avoided_cents": Text("Loss avoided", "避免的损失"),
            "margin_lost_cents": Text("Margin lost", "损失的毛利"),
        }
        tiles += [money_tile(name, found[key], report.currency) for key, name in names.items()]
        tiles += [
            Tile(
                Text("Defaults refused in time", "违约前已拒绝"),
                _both(f"{whole(one.refused)} → {whole(other.refused)}"),
                Text(f"of {whole(one.defaults)}", f"共{whole(one.defaults)}起"),
            ),
            Tile(
                Text("Defaults missed", "漏判违约"),
                _both(f"{whole(one.missed)} → {whole(other.missed)}"),
                Text("neither refused nor warned of", "既未拒绝也未预警"),
            ),
            Tile(
                Text("Good customers hurt", "误伤优质客户"),
                _both(f"{whole(one.hurt_customers)} → {whole(other.hurt_customers)}"),
                Text(f"of {whole(one.good_customers)}", f"共{whole(one.good_customers)}家"),
            ),
        ]
    moved = report.trial.total["moved"]
    warned = [total[f"warnings_{side}"] for side in Side]
    change = signed_count(warned[1] - warned[0])
    return (
        *tiles,
        Tile(
            Text("Decisions that move", "变动的决定"),
            _both(whole(moved)),
            Text(f"of {whole(total['rows'])} customers on dates", f"共{whole(total['rows'])}个客户日期"),
        ),
        Tile(
            Text("Warnings opened", "新增预警"),
            _both(f"{whole(warned[0])} → {whole(warned[1])}"),
            _both(change),
        ),
    )


def _both(value: str) -> Text:
    return Text(value, value)

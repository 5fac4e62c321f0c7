"""The report of a portfolio's rating: what a portfolio owner looks at first, and where to look next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import fsum
from typing import Any

import polars as pl

from riskengine.policy.bundle import Policy
from riskengine.portfolio.figures import PortfolioFigures
from riskengine.portfolio.spread import Split
from riskengine.reports.markup import Markup, both, data_text, element
from riskengine.reports.numbers import amount_text, day_text, decimal, percent, whole
from riskengine.reports.page import Tile, page
from riskengine.reports.portfolio.case_frames import CaseFrames
from riskengine.reports.portfolio.case_section import cases_section
from riskengine.reports.portfolio.grade_section import grades_section, migrations_section, unrated_section
from riskengine.reports.portfolio.ledger_section import ageing_section, collection_section, concentration_section
from riskengine.reports.portfolio.limit_section import limits_section
from riskengine.reports.portfolio.model_section import model_section
from riskengine.reports.portfolio.shadow_section import shadow_section
from riskengine.reports.portfolio.warning_section import warnings_section
from riskengine.terms.decision import Severity, Status
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class PortfolioReport:
    """All a report shows. Frames as written by a run; amounts in units of `currency`."""

    as_of: date
    currency: str
    ratings: pl.DataFrame
    warnings: pl.DataFrame
    episodes: pl.DataFrame
    changes: pl.DataFrame
    cases: pl.DataFrame
    movements: pl.DataFrame
    previous_as_of: date | None
    figures: PortfolioFigures
    splits: Mapping[str, Split]  # by group, industry, region
    model_name: str
    model_version: str
    model_horizon_days: int
    model_metrics: Mapping[str, Any]
    policy: Policy
    overdue_paths: pl.DataFrame  # of the customers with the cases to look at first
    case_pages: Mapping[str, str] = field(default_factory=dict)  # where they lie beside the report, by customer
    shadow: pl.DataFrame | None = None  # what another model would have said


def portfolio_page(report: PortfolioReport) -> str:
    """The report as one HTML document. The same input gives the same text."""
    day = day_text(report.as_of)
    title = Text(f"Portfolio rating, {day.en}", f"客户组合评级报告，{day.zh}")
    beside = () if report.shadow is None else (shadow_section(report.ratings, report.shadow, report.currency),)
    sections = (
        grades_section(report.ratings, report.currency),
        migrations_section(report.ratings, report.movements, report.previous_as_of),
        cases_section(_case_frames(report), report.policy, report.currency),
        warnings_section(report.warnings, report.currency),
        limits_section(report.ratings, report.currency),
        ageing_section(report.figures, report.currency),
        collection_section(report.figures, report.currency),
        concentration_section(report.ratings, report.splits, report.currency),
        model_section(report.model_name, report.model_version, report.model_horizon_days, report.model_metrics),
        *beside,
        unrated_section(report.ratings, report.currency),
    )
    return page(title, _lead(report), _tiles(report), sections)


def _case_frames(report: PortfolioReport) -> CaseFrames:
    return CaseFrames(
        report.cases, report.episodes, report.changes, report.ratings, report.overdue_paths, report.case_pages
    )


def _lead(report: PortfolioReport) -> tuple[Markup, ...]:
    before = day_text(report.previous_as_of) if report.previous_as_of else None
    compared = (
        Text(f"Compared with {before.en}.", f"与{before.zh}比较。")
        if before
        else Text("No earlier run to compare with.", "没有可比较的上期结果。")
    )
    made = element(
        "p",
        both(Text("Model ", "模型 ")),
        data_text(f"{report.model_name} {report.model_version}"),
        both(Text(", policy ", "，政策 ")),
        data_text(report.policy.version),
        both(Text(". ", "。")),
        both(compared),
        both(Text(f" Amounts in {report.currency}.", f"金额单位：{report.currency}。")),
        class_="muted",
    )
    return (made,)


def _tiles(report: PortfolioReport) -> tuple[Tile, ...]:
    ratings, found, currency = report.ratings, report.figures.collection, report.currency
    rated = ratings.filter(pl.col("status") == Status.RATED.value)
    in_default = ratings.filter(pl.col("status") == Status.IN_DEFAULT.value).height
    unrated = ratings.filter(pl.col("status") == Status.UNRATED.value).height
    red = report.warnings.filter(pl.col("severity") == Severity.RED.word)
    mean_pd = rated["pd_12m"].mean()
    return (
        Tile(
            Text("Customers", "客户数"),
            _same(whole(ratings.height)),
            Text(
                f"{whole(rated.height)} rated, {whole(in_default)} in default, {whole(unrated)} unrated",
                f"已评级{whole(rated.height)}，违约{whole(in_default)}，未评级{whole(unrated)}",
            ),
        ),
        Tile(Text("Exposure", "敞口"), amount_text(_total(ratings["exposure"]), currency)),
        Tile(
            Text("Limits", "额度合计"),
            amount_text(_total(ratings["limit"]), currency),
            Text(f"frozen: {whole(_frozen(ratings))}", f"冻结{whole(_frozen(ratings))}家"),
        ),
        Tile(
            Text("Expected defaults", "预期违约客户数"),
            _same(decimal(_total(rated["pd_12m"]))),
            Text(
                f"in 12 months; mean PD {percent(_number(mean_pd), 2)}",
                f"12个月内；平均违约概率{percent(_number(mean_pd), 2)}",
            ),
        ),
        Tile(
            Text("Overdue", "逾期比例"),
            _same(percent(found.overdue_ratio)),
            Text("of receivables", "占应收账款"),
        ),
        Tile(
            Text("DSO", "应收账款周转天数"),
            Text(f"{decimal(found.dso)} days", f"{decimal(found.dso)}天"),
            Text(f"best possible {decimal(found.best_possible_dso)}", f"最佳可能{decimal(found.best_possible_dso)}天"),
        ),
        Tile(
            Text("Provision", "拨备"),
            amount_text(report.figures.provisions.provision, currency),
            Text("by roll rates, over 12 months", "按12个月滚动率"),
        ),
        Tile(
            Text("Red warnings", "红色预警"),
            _same(whole(red.height)),
            Text(
                f"at {whole(red['customer_id'].n_unique())} customers",
                f"涉及{whole(red['customer_id'].n_unique())}家客户",
            ),
        ),
    )


def _frozen(ratings: pl.DataFrame) -> int:
    return int(ratings["frozen"].sum())


def _total(values: pl.Series) -> float:
    """Sum that does not depend on the order of rows."""
    return fsum(values.drop_nulls().to_list())


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _same(value: str) -> Text:
    return Text(value, value)

"""The engine for people who hold pandas frames: frames in, frames out, nothing written unless asked.

Also reached as `riskengine.rerate` and `riskengine.assess`.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from riskengine.policy.bundle import Policy
from riskengine.policy.release.published import open_policy
from riskengine.reports.portfolio.portfolio_report import portfolio_page
from riskengine.scoring.bundle import load_bundle, read_metrics
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.workspace import DEFAULT_ROOT, Workspace
from riskengine.tables.store import TableSet, open_tables
from riskengine.tables.yaml_model import validated
from riskengine.terms.days import parse_day
from riskengine.terms.text import Language
from riskengine.workflows import assess as single
from riskengine.workflows import rerate as portfolio
from riskengine.workflows.assessment import Assessment, assessment_as_json
from riskengine.workflows.case_document import Case
from riskengine.workflows.json_document import parse_json
from riskengine.workflows.pandas_tables import tables_from_pandas
from riskengine.workflows.previous_run import PreviousRun, read_run
from riskengine.workflows.rating_means import DEFAULT_RULES, Means
from riskengine.workflows.run_context import open_run_context
from riskengine.workflows.run_folder import publish_run, report_of
from riskengine.workflows.run_inputs import RunInputs

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"] | TableSet | Path | str
Day = dt.date | str


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A rated portfolio. The frames' columns are in docs/reference/outputs.md; amounts in `reporting_currency`."""

    as_of: dt.date
    reporting_currency: str
    ratings: "pd.DataFrame"
    warnings: "pd.DataFrame"
    movements: "pd.DataFrame"
    portfolio_exposure: float
    _rating: portfolio.PortfolioRating
    _inputs: RunInputs

    @property
    def unrated(self) -> "pd.DataFrame":
        """Customers without a grade, and why."""
        kept = self.ratings[self.ratings["status"] == "unrated"]
        return kept[["customer_id", "name", "unrated_reason", "exposure"]]

    def certificate(self, customer_id: str) -> Mapping[str, Any]:
        """The decision certificate of a customer named in `certified`. Raises KeyError for others."""
        return self._rating.certificates[customer_id]

    def report(self) -> str:
        """The report as one HTML page."""
        return portfolio_page(report_of(self._rating, self._inputs))

    def publish(self, out: Path | str) -> dict[str, Any]:
        """Write the run folder that `riskengine rerate` writes, and return its summary."""
        return publish_run(self._rating, self._inputs, Path(out), timings={})


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """The decision on one case, as plain values; everything is in `certificate`."""

    pd_12m: float | None
    grade: str | None
    limit: float | None
    binding_constraint: str | None
    terms_days: int | None
    actions: tuple[str, ...]
    certificate: Mapping[str, Any]
    missing: dict[str, Any]
    _assessment: Assessment

    def reasons(self, language: Language = "en") -> list[str]:
        return [str(reason[language]) for reason in self.certificate["reasons"]]


def rerate(
    tables: Tables,
    as_of: Day,
    *,
    policy: Policy | Path | str = DEFAULT_RULES,
    model: PdModel | Path | str | None = None,
    workspace: Path | str = DEFAULT_ROOT,
    reporting_currency: str | None = None,
    previous: Path | str | Portfolio | None = None,
    reasons: bool = True,
    certified: tuple[str, ...] = (),
    workers: int = 1,
) -> Portfolio:
    """Rate every customer known by `as_of`.

    `tables`: frames by table name (see `tables_from_pandas` for what columns may look like), or a folder of tables.
    `reporting_currency` is needed with frames. `model`: a bundle or its folder, else the champion of `workspace`.
    `previous`: an earlier result or run folder to compare with. Raises InputError for invalid data, UsageError for an
    impossible request; each says what to do.
    """
    day = read_day(as_of)
    held = read_tables(tables, reporting_currency)
    means = _means(day, policy, model, workspace)
    earlier = _previous(previous, day)
    found = portfolio.rerate(
        held,
        day,
        policy=means.policy,
        model=means.model,
        previous=earlier,
        options=portfolio.RerateOptions(reasons=reasons, workers=workers),
        certified=certified,
    )
    return Portfolio(
        as_of=day,
        reporting_currency=found.reporting_currency,
        ratings=_pandas(found.ratings),
        warnings=_pandas(found.warnings),
        movements=_pandas(found.movements),
        portfolio_exposure=found.portfolio_exposure,
        _rating=found,
        _inputs=RunInputs(held, means.policy, means.model, means.model_metrics, earlier, reasons),
    )


def assess(
    case: Mapping[str, Any] | Path | str,
    as_of: Day | None = None,
    *,
    policy: Policy | Path | str = DEFAULT_RULES,
    model: PdModel | Path | str | None = None,
    workspace: Path | str = DEFAULT_ROOT,
    tables: Tables | None = None,
    reporting_currency: str | None = None,
    run: Path | str | None = None,
) -> CaseDecision:
    """Decide one case: a mapping as in examples/cases, or the path of such a file.

    Raises DocumentError naming every wrong or unknown key. The other arguments are those of `rerate`; `run` is a run
    folder that tells how large the portfolio is and what missing information would change.
    """
    read = single.load_case(Path(case)) if isinstance(case, str | Path) else _case_of(case)
    day = single.case_day(read, None if as_of is None else read_day(as_of))
    found = single.assess(
        read,
        day,
        _means(day, policy, model, workspace),
        tables=None if tables is None else read_tables(tables, reporting_currency),
        context=None if run is None else open_run_context(Path(run)),
        state=single.state_for(read, Path(workspace), day),
    )
    certificate = found.certificate
    terms = certificate["terms_path"]["terms_days"]
    return CaseDecision(
        pd_12m=certificate["model"]["pd_12m"],
        grade=certificate["grade_path"]["final_grade"],
        limit=certificate["limit_path"]["limit"],
        binding_constraint=certificate["limit_path"]["binding_constraint"],
        terms_days=None if terms is None else int(terms),
        actions=tuple(certificate["actions"]),
        certificate=certificate,
        missing=assessment_as_json(found)["missing"],
        _assessment=found,
    )


def _case_of(case: Mapping[str, Any]) -> Case:
    text = json.dumps(dict(case), default=_iso, indent=1, ensure_ascii=False)
    return validated(parse_json(text, where="case"), Case)


def _iso(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    raise TypeError(f"a case cannot hold {type(value).__name__}")


def read_day(day: Day) -> dt.date:
    """Raises UsageError for a text that is no day."""
    if isinstance(day, str):
        return parse_day(day)
    return day.date() if isinstance(day, dt.datetime) else day


def read_tables(tables: Tables, reporting_currency: str | None) -> TableSet:
    """Frames by name, or a folder. Raises as `tables_from_pandas` and `open_tables`."""
    if isinstance(tables, TableSet):
        return tables
    if isinstance(tables, str | Path):
        return open_tables(Path(tables))
    return tables_from_pandas(tables, reporting_currency=reporting_currency)


def _means(
    day: dt.date, policy: Policy | Path | str, model: PdModel | Path | str | None, workspace: Path | str
) -> Means:
    chosen = policy if isinstance(policy, Policy) else open_policy(Path(policy), day)
    if isinstance(model, PdModel):
        return Means(chosen, model, {})
    place = Workspace(Path(workspace)).champion() if model is None else Path(model)
    return Means(chosen, load_bundle(place), read_metrics(place))


def _previous(previous: Path | str | Portfolio | None, day: dt.date) -> PreviousRun | None:
    if previous is None:
        return None
    if isinstance(previous, Portfolio):
        rated = previous._rating
        warned = rated.episodes
        return PreviousRun(
            previous.as_of, "in memory", rated.ratings, rated.warnings, warned.episodes, cases=warned.cases
        )
    return read_run(Path(previous), before=day)


def _pandas(frame: pl.DataFrame) -> "pd.DataFrame":
    """Dates as datetime64, whole numbers as nullable integers, missing text as None, lists as lists."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    columns: dict[str, Any] = {}
    for column in frame.iter_columns():
        if column.dtype == pl.Date:
            columns[column.name] = pd.to_datetime(pd.Series(column.cast(pl.Datetime("ms")).to_numpy()))
        elif column.dtype.is_integer():
            columns[column.name] = pd.Series(column.to_list(), dtype="Int64")
        elif column.dtype == pl.Float64:
            columns[column.name] = pd.Series(column.to_numpy(), dtype="float64")
        elif column.dtype == pl.Boolean:
            columns[column.name] = pd.Series(column.to_list(), dtype="boolean" if column.null_count() else "bool")
        else:
            columns[column.name] = pd.Series(column.to_list(), dtype="object")
    return pd.DataFrame(columns, columns=frame.columns)

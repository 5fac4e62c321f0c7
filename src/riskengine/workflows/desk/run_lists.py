"""The lists of a run: its cases and warnings for people, from what it found."""

from collections.abc import Mapping

from riskengine.policy.bundle import Policy
from riskengine.terms.decision import Status
from riskengine.workflows.desk.case_list import CaseFacts, CaseList, list_cases
from riskengine.workflows.desk.warning_list import ListedWarning, list_warnings
from riskengine.workflows.rerate import PortfolioRating

_COLUMNS = ("customer_id", "name", "pd_12m", "exposure", "uncovered", "status")


def cases_of_run(rating: PortfolioRating, policy: Policy) -> CaseList:
    return list_cases(rating.episodes.cases, _facts(rating), policy, rating.as_of)


def warnings_of_run(rating: PortfolioRating, policy: Policy) -> tuple[ListedWarning, ...]:
    names: dict[str, str | None] = dict(rating.ratings.select("customer_id", "name").iter_rows())
    return list_warnings(rating.episodes.found.episodes, policy, names)


def _facts(rating: PortfolioRating) -> Mapping[str, CaseFacts]:
    """Of the customers under warning."""
    teams = rating.episodes.found.customers
    own = rating.ratings.join(rating.episodes.cases.select("customer_id").unique(), on="customer_id", how="semi")
    return {
        customer_id: CaseFacts(
            name,
            teams[customer_id].sales_team if customer_id in teams else None,
            pd_12m,
            exposure,
            uncovered,
            status == Status.IN_DEFAULT.value,
        )
        for customer_id, name, pd_12m, exposure, uncovered, status in own.select(_COLUMNS).iter_rows()
    }

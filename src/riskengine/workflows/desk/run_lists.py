"""The lists of a run: its cases and warnings for people, from what it found."""

from collections.abc import Mapping

from riskengine.policy.bundle import Policy
from riskengine.terms.decision import Status
from riskengine.workflows.desk.case_list import CaseFacts, CaseList, list_cases
from riskengine.workflows.desk.warning_list import ListedWarning, list_warnings
from riskengine.workflows.rerate import PortfolioRating

MOST_LISTED = 10_000  # cases; nobody reads more, and a sheet takes no million rows
_COLUMNS = ("customer_id", "name", "pd_12m", "exposure", "uncovered", "status")


def lists_of_run(rating: PortfolioRating, policy: Policy) -> tuple[CaseList, tuple[ListedWarning, ...]]:
    """The first cases in the order of what may be lost, and the warnings of them."""
    cases = list_cases(rating.episodes.cases, _facts(rating), policy, rating.as_of, most=MOST_LISTED)
    names = {one.customer_id: one.facts.name for one in cases.cases}
    own = [one for one in rating.episodes.found.episodes if one.customer_id in names]
    return cases, list_warnings(own, policy, names)


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

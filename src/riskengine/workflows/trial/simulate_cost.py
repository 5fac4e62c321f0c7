"""What a simulation cannot know, from a file."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from riskengine.portfolio.trial.trial_money import CostAssumptions
from riskengine.tables.yaml_file import load_yaml
from riskengine.tables.yaml_model import StrictModel, validated
from riskengine.terms.errors import InputError

Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0)]


class CostFile(StrictModel):
    """Every key must be there: an assumption nobody wrote down is nobody's."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    reference: Annotated[str, Field(min_length=1)]
    loss_given_default: Share
    margin_share: Share
    warning_cost: Amount
    review_cost: Amount
    prepaid_share: Share
    guaranteed_share: Share
    insured_share: Share


def load_costs(path: Path | None, reporting_currency: str) -> CostAssumptions:
    """The assumptions of a file, or the program's own.

    Raises DocumentError with every error, each with file and line; InputError if the file speaks of another currency
    than the tables.
    """
    if path is None:
        return CostAssumptions(currency=reporting_currency)
    document = load_yaml(path)
    costs = validated(document, CostFile)
    if costs.currency != reporting_currency:
        raise InputError(
            f"costs are in {costs.currency}, the tables in {reporting_currency}",
            where=document.place("currency"),
            remedy=f"state the costs in {reporting_currency}",
        )
    return CostAssumptions(**costs.model_dump())

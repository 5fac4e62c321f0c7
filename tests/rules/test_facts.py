"""A typed schema stands in front of both engines."""

import numpy as np
import pytest

from riskengine.rules.facts import FactColumns
from riskengine.rules.records import facts_from_records
from riskengine.terms.errors import InputError, UsageError
from support.policy_folder import VOCABULARY


def test_records_become_columns() -> None:
    facts = facts_from_records([{"dpd": 5, "country": "华东"}, {"qualified": True, "dpd": None}], VOCABULARY)
    assert facts.record(0) == {"dpd": 5.0, "country": "华东", "qualified": None}
    assert facts.record(1) == {"dpd": None, "country": None, "qualified": 1.0}
    assert facts.record(0, ["overdue", "dpd"]) == {"overdue": None, "dpd": 5.0}


@pytest.mark.parametrize(
    ("record", "error", "message"),
    [
        ({"dpdd": 5}, UsageError, "there is no fact 'dpdd'. Remedy: did you mean 'dpd'?"),
        ({"dpd": "5"}, InputError, "'dpd' is the text '5', a number is needed"),
        ({"country": 5}, InputError, "'country' is 5, a text is needed"),
        ({"overdue": 2**53 + 1}, InputError, "too large to be kept exactly"),
        ({"overdue": float("inf")}, InputError, "'overdue' is inf, a finite number is needed"),
        ({"country": "x" * 1001}, InputError, "a text of 1,001 characters, 1,000 at most"),
    ],
)
def test_bad_values_are_refused_by_name(record: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        facts_from_records([record], VOCABULARY)
    assert message in str(caught.value)


def test_wrong_columns_are_refused() -> None:
    with pytest.raises(InputError, match="float64 of shape"):
        FactColumns(2, {"dpd": np.array([1.0])}, {})
    with pytest.raises(InputError, match="float64 of shape"):
        FactColumns(1, {"dpd": np.array([1])}, {})
    with pytest.raises(InputError, match="as a number and as a text"):
        FactColumns(1, {"dpd": np.array([1.0])}, {"dpd": np.array(["a"], dtype=object)})
    with pytest.raises(InputError, match="or None is needed"):
        FactColumns(1, {}, {"country": np.array([float("nan")], dtype=object)})


def test_some_customers() -> None:
    facts = facts_from_records([{"dpd": n, "country": str(n)} for n in range(5)], VOCABULARY)
    taken = facts.take(np.array([4, 1]))
    assert (taken.count, taken.record(0)) == (2, {"dpd": 4.0, "country": "4"})
    assert facts.with_numbers(overdue=np.zeros(5)).record(2) == {"dpd": 2.0, "overdue": 0.0, "country": "2"}

"""What changed between two ratings."""

import polars as pl
import pytest

from riskengine.portfolio.movements import COMPARED, MOVEMENTS_SCHEMA, compare_ratings


def rating(status: str, grade: int | None, limit: float | None = None) -> dict[str, object]:
    return {
        "customer_id": "C",
        "status": status,
        "final_grade": grade,
        "grade": None if grade is None else "D" if grade == 9 else str(grade),
        "pd_12m": None,
        "limit": limit,
        "terms_days": None,
    }


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema={"customer_id": pl.String, **COMPARED})


RATED, IN_DEFAULT, UNRATED = rating("rated", 4, 100.0), rating("in_default", 9, 0.0), rating("unrated", None)


@pytest.mark.parametrize(
    ("before", "now", "movement", "notches"),
    [
        (RATED, RATED, "same", 0),
        (RATED, rating("rated", 6), "down", 2),
        (RATED, rating("rated", 3), "up", -1),
        (RATED, IN_DEFAULT, "defaulted", 5),
        (UNRATED, IN_DEFAULT, "defaulted", None),
        (IN_DEFAULT, RATED, "cured", -5),
        (IN_DEFAULT, UNRATED, "cured", None),
        (RATED, UNRATED, "lost_rating", None),
        (UNRATED, RATED, "gained_rating", None),
        (UNRATED, UNRATED, "same", None),
        (IN_DEFAULT, IN_DEFAULT, "same", 0),
    ],
)
def test_each_movement(before: dict[str, object], now: dict[str, object], movement: str, notches: int | None) -> None:
    found = compare_ratings(frame(now), frame(before)).row(0, named=True)
    assert (found["movement"], found["notches"]) == (movement, notches)


def test_new_and_gone() -> None:
    found = compare_ratings(frame({**RATED, "customer_id": "N"}), frame({**RATED, "customer_id": "A"}))
    assert found.select("customer_id", "movement").rows() == [("A", "gone"), ("N", "new")]


def test_a_limit_that_is_not_set_has_not_changed_by_a_number() -> None:
    found = compare_ratings(frame(rating("rated", 4, 80.0)), frame(RATED)).row(0, named=True)
    assert found["limit_change"] == -20.0
    assert compare_ratings(frame(UNRATED), frame(RATED))["limit_change"].to_list() == [None]


def test_without_a_previous_run_nothing_moved() -> None:
    found = compare_ratings(frame(RATED), None)
    assert found.is_empty()
    assert found.columns == list(MOVEMENTS_SCHEMA)

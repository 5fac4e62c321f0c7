"""The largest expected losses first, and no more of them than people can answer."""

from hypothesis import given
from hypothesis import strategies as st

from riskengine.early_warning.ranking import RankedCase, Stake, expected_loss, rank_cases, total_loss
from riskengine.policy.episode_policy import AlertBudget, EpisodePolicy
from riskengine.terms.decision import Severity

PDS = st.none() | st.floats(0, 1)
OWED = st.none() | st.floats(-1e6, 1e9)
STAKES = st.lists(
    st.builds(Stake, st.text("abc", min_size=1), st.sampled_from(Severity), PDS, OWED, st.booleans()),
    unique_by=lambda one: one.customer_id,
    max_size=12,
)


def test_by_expected_loss_then_severity_then_id() -> None:
    stakes = (
        Stake("A", Severity.WATCH, 0.1, 1_000_000.0),
        Stake("B", Severity.RED, 0.5, 200_000.0),
        Stake("C", Severity.RED, 0.02, 100_000.0),
        Stake("D", Severity.RED, 0.5, 200_000.0),
        Stake("industry:C13", Severity.AMBER, None, None),
    )
    found = rank_cases(stakes, EpisodePolicy(loss_given_default=0.5, budget=AlertBudget(cases=2, days=7)))
    assert [one.customer_id for one in found] == ["B", "D", "A", "C", "industry:C13"]
    assert [one.expected_loss for one in found] == [50_000.0, 50_000.0, 50_000.0, 1_000.0, None]
    assert [one.within_budget for one in found] == [True, True, False, False, False]
    assert total_loss(one for one in found if not one.within_budget) == 51_000.0


def test_who_is_in_default_takes_nothing_from_the_budget() -> None:
    stakes = (Stake("A", Severity.RED, 0.9, 1e6, in_default=True), Stake("B", Severity.WATCH, 0.01, 100.0))
    found = rank_cases(stakes, EpisodePolicy(budget=AlertBudget(cases=5, days=7)))
    assert [(one.customer_id, one.within_budget, one.in_default) for one in found] == [
        ("B", True, False),
        ("A", False, True),
    ]
    assert found[1].expected_loss == 1e6


def test_who_could_not_be_rated_is_taken_to_default_and_whose_money_we_hold_costs_nothing() -> None:
    assert expected_loss(Stake("A", Severity.RED, None, 1000.0), 0.6) == 600.0
    assert expected_loss(Stake("A", Severity.RED, float("nan"), 1000.0), 0.6) == 600.0
    assert expected_loss(Stake("A", Severity.RED, 0.3, -1000.0), 0.6) == 0.0


@given(STAKES, st.none() | st.integers(1, 6), st.randoms())
def test_every_case_has_one_place_whatever_the_order(stakes: list[Stake], room: int | None, random: object) -> None:
    policy = EpisodePolicy(budget=None if room is None else AlertBudget(cases=room, days=7))
    found = rank_cases(stakes, policy)
    random.shuffle(stakes)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    assert found == rank_cases(stakes, policy)
    assert [one.place for one in found] == list(range(1, len(stakes) + 1))
    warned = [one for one in found if not one.in_default]
    assert found[: len(warned)] == tuple(warned)
    assert sum(one.within_budget for one in found) == (len(warned) if room is None else min(room, len(warned)))
    assert _losses(warned) == sorted(_losses(warned), reverse=True)


def _losses(found: list[RankedCase]) -> list[float]:
    return [-1.0 if one.expected_loss is None else one.expected_loss for one in found]

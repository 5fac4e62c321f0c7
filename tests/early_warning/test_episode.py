"""One pair, day by day: when an episode opens, escalates, waits and closes."""

import pytest

from riskengine.early_warning.change import ChangeKind
from riskengine.early_warning.episode import Phase, advance, rewound
from riskengine.early_warning.fold import fold
from riskengine.early_warning.snooze import Snooze
from riskengine.policy.episode_policy import EpisodePolicy
from riskengine.terms.decision import Severity
from riskengine.terms.errors import UsageError
from support.warning_days import LATE, LATER, WORST, day, finding, policy_of

OPENED, ESCALATED, SNOOZED, CLOSED = ChangeKind


def happened(found):
    return [(change.kind, change.day) for change in found.changes]


def test_an_episode_opens_once_and_escalates_on_the_day():
    found = fold([finding(0, LATE), finding(1, LATE), finding(2, LATE, WORST), finding(3, LATE)], policy_of(5))
    assert happened(found) == [(OPENED, day(0)), (ESCALATED, day(2))]
    (episode,) = found.episodes
    assert (episode.severity, episode.escalated_on, episode.rules) == (Severity.RED, day(2), (LATE, WORST))
    assert (episode.opened_on, episode.last_entry_on, episode.phase) == (day(0), day(3), Phase.ENTERED)


def test_changes_name_the_severity_before_and_after():
    found = fold([finding(0, LATE), finding(1, LATER), finding(2)], policy_of())
    assert [(one.before, one.after) for one in found.changes] == [
        (None, Severity.WATCH),
        (Severity.WATCH, Severity.AMBER),
        (Severity.AMBER, Severity.AMBER),
    ]
    assert {one.opened_on for one in found.changes} == {day(0)}


def test_it_closes_after_the_quiet_days_of_its_worst_severity():
    quiet = [finding(number) for number in range(1, 20)]
    watch = fold([finding(0, LATE), *quiet], policy_of((3, 5, 9)))
    red = fold([finding(0, WORST), *quiet], policy_of((3, 5, 9)))
    assert [one.closed_on for one in (*watch.closed, *red.closed)] == [day(4), day(10)]


def test_the_cooling_time_counts_from_the_last_entry():
    days = [finding(0, LATE), *(finding(number, held=[LATE]) for number in range(1, 4))]
    found = fold([*days, *(finding(number) for number in range(4, 30))], policy_of(2, 10))
    assert [one.closed_on for one in found.closed] == [day(10)]


def test_a_rule_that_never_applied_holds_nothing():
    found = fold([finding(0, LATE), finding(1, held=[WORST]), finding(2, unknown=[LATER])], policy_of(1))
    assert [one.closed_on for one in found.closed] == [day(2)]


def test_what_is_not_known_keeps_it_open_and_says_since_when():
    blind = [finding(number, unknown=[LATE]) for number in range(2, 400)]
    found = fold([finding(0, LATE), finding(1), *blind], policy_of(3))
    (episode,) = found.episodes
    assert episode.is_open
    assert (episode.blind_since, episode.quiet_since) == (day(2), None)


def test_a_known_exit_that_does_not_hold_decides_before_an_unknown_one():
    found = fold([finding(0, LATE, LATER), finding(1, held=[LATE], unknown=[LATER])], policy_of())
    assert found.episodes[0].phase is Phase.HELD


def test_quiet_days_begin_anew_after_an_entry():
    found = fold([finding(0, LATE), finding(1), finding(2), finding(3, LATE), finding(4), finding(5)], policy_of(3))
    (episode,) = found.episodes
    assert (episode.quiet_since, episode.closed_on) == (day(4), None)


def test_it_opens_anew_after_it_closed():
    found = fold([finding(0, LATE), finding(1), finding(2, LATE)], policy_of())
    assert happened(found) == [(OPENED, day(0)), (CLOSED, day(1)), (OPENED, day(2))]
    assert [one.opened_on for one in found.episodes] == [day(0), day(2)]


def test_weekly_findings_close_on_the_first_of_them_that_is_late_enough():
    days = [finding(0, LATE), *(finding(number) for number in range(7, 60, 7))]
    assert [one.closed_on for one in fold(days, policy_of(10)).closed] == [day(21)]  # quiet from 7 on, 17 is no finding


def test_periods_of_one_indicator():
    own = {"late": {"close_after_days": {"watch": 1, "amber": 1, "red": 1}}}
    policy = policy_of(30, 2, indicators=own)
    late, disputes = (
        fold([finding(0, LATE, indicator=name), *(finding(n, indicator=name) for n in range(1, 9))], policy)
        for name in ("late", "disputes")
    )
    assert [one.closed_on for one in late.closed] == [day(2)]
    assert disputes.closed == ()


def snooze(start, until, indicator="late", up_to=Severity.RED):
    return Snooze("C1", indicator, day(start), day(until), "they are on holiday", "a.meier", up_to)


def test_a_snooze_holds_opening_back_until_it_ends():
    found = fold([finding(number, LATE) for number in range(10)], policy_of(), snoozes=[snooze(0, 6)])
    assert happened(found) == [(OPENED, day(6))]


def test_a_snooze_holds_escalation_and_closing_back_and_is_told_once():
    days = [finding(0, LATE), finding(1, WORST), *(finding(number) for number in range(2, 12))]
    found = fold(days, policy_of(2), snoozes=[snooze(1, 8)])
    assert happened(found) == [(OPENED, day(0)), (SNOOZED, day(1)), (CLOSED, day(8))]
    assert found.closed[0].severity is Severity.WATCH
    within = fold(days[:5], policy_of(2), snoozes=[snooze(1, 8)])
    assert (within.episodes[0].snoozed_until, within.episodes[0].quiet_since) == (day(8), day(2))


def test_who_snoozed_an_amber_warning_is_told_of_a_red_one():
    days = [finding(0, LATER), finding(1, LATER), finding(2, WORST), finding(3, WORST)]
    found = fold(days, policy_of(), snoozes=[snooze(1, 9, indicator=None, up_to=Severity.AMBER)])
    assert happened(found) == [(OPENED, day(0)), (SNOOZED, day(1)), (ESCALATED, day(2))]


def test_a_longer_snooze_is_told_again():
    days = [finding(number, LATE) for number in range(8)]
    found = fold(days, policy_of(), snoozes=[snooze(1, 4), snooze(3, 7)])
    assert happened(found) == [(OPENED, day(0)), (SNOOZED, day(1)), (SNOOZED, day(3))]


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"until": day(0)}, "cannot end"), ({"reason": " "}, "'reason'"), ({"by": ""}, "'by'")],
)
def test_a_snooze_has_an_end_a_reason_and_a_person(changed, said):
    whole = {"start": day(0), "until": day(3), "reason": "holiday", "by": "a.meier", **changed}
    with pytest.raises(UsageError, match=said):
        Snooze("C1", None, up_to=Severity.RED, **whole)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (finding(1, LATE), "comes after"),
        (finding(0, LATE), "comes after"),
        (finding(2, LATE, customer="C2"), "is of C2"),
    ],
)
def test_what_cannot_follow_is_refused(later, said):
    episode, _ = advance(None, finding(1, LATE), EpisodePolicy())
    with pytest.raises(UsageError, match=said):
        advance(episode, later, EpisodePolicy())


def test_a_closed_episode_takes_no_more_findings():
    (closed,) = fold([finding(0, LATE), finding(1)], policy_of()).closed
    with pytest.raises(UsageError, match="closed on 2025-03-02"):
        advance(closed, finding(2), EpisodePolicy())


def test_two_findings_of_one_day_are_refused():
    with pytest.raises(UsageError, match="two findings of 2025-03-01"):
        fold([finding(0, LATE), finding(0)], policy_of())


def test_rewinding_gives_every_earlier_state():
    days = [finding(0, LATE), finding(1, WORST), finding(2), finding(3, unknown=[LATE]), finding(4), finding(5)]
    policy = policy_of(1)
    (last,) = fold(days, policy).episodes
    assert last.closed_on == day(5)
    assert rewound(last, day(-1)) is None
    for number in range(6):
        (then,) = fold(days[: number + 1], policy).episodes
        assert rewound(last, day(number)) == then

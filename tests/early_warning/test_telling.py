"""What is told of episodes found anew: told one after the other, the words give what holds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.early_warning.change import ChangeKind
from riskengine.early_warning.fold import fold
from riskengine.early_warning.snooze import Snooze
from riskengine.early_warning.telling import Telling, changes_of, telling
from riskengine.terms.decision import Severity
from support.warning_days import LATE, LATER, WORST, day, finding, findings, policies, policy_of

FEW = settings(max_examples=100, deadline=None)


def _all(episodes):
    return sorted((c for one in episodes for c in changes_of(one)), key=repr)


@FEW
@given(findings(), policies(), st.integers(0, 20), st.integers(1, 20))
def test_an_episode_tells_all_that_the_fold_told(found, policy, start, length):
    snooze = Snooze("C1", None, day(start), day(start + length), "why", "who", Severity.AMBER)
    folded = fold(found, policy, snoozes=[snooze])
    assert _all(folded.episodes) == sorted(folded.changes, key=repr)


@FEW
@given(findings(), findings(), policies())
def test_what_is_told_makes_the_old_words_the_new_ones(old, new, policy):
    before, now = fold(old, policy).episodes, fold(new, policy).episodes
    told = telling(before, now)

    def named(changes):
        return {(*c.key, c.opened_on, c.kind, c.day): (c.before, c.after) for c in changes}

    words = named(_all(before))
    for gone in named(told.withdrawn):
        words.pop(gone)
    words.update(named(told.changes))
    assert words == named(_all(now))


@FEW
@given(findings(), policies())
def test_nothing_is_told_twice(found, policy):
    episodes = fold(found, policy).episodes
    told = telling(episodes, episodes)
    assert told == Telling()


def test_a_warning_that_gets_worse_the_same_day_is_told_again_and_one_that_is_over_is_withdrawn():
    policy = policy_of()
    amber, red = (fold([finding(0, rule)], policy).episodes for rule in (LATER, WORST))
    worse = telling(amber, red)
    assert [(c.kind, c.after) for c in worse.changes] == [(ChangeKind.OPENED, Severity.RED)]
    assert worse.withdrawn == ()
    over = telling(red, ())
    assert [(c.kind, c.after) for c in over.withdrawn] == [(ChangeKind.OPENED, Severity.RED)]
    assert [one.indicator for one in over.gone] == ["late"]
    assert over.subjects == {"C1"}


def test_being_looked_at_once_more_is_nothing_to_tell():
    policy = policy_of(close_after=9)
    one, more = (fold([finding(n, LATE) for n in range(days)], policy).episodes for days in (2, 3))
    assert one != more
    assert telling(one, more).episodes == ()

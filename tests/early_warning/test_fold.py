"""Properties of the fold over random findings, gaps between days, policies and snoozes."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.early_warning.change import ChangeKind
from riskengine.early_warning.fold import fold, rewind
from riskengine.early_warning.snooze import Snooze
from riskengine.terms.decision import Severity
from support.warning_days import day, findings, policies

FEW = settings(max_examples=120, deadline=None)
DAYS = 60


@st.composite
def snoozes(draw):
    found = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, DAYS))
        until = start + draw(st.integers(1, 20))
        customer, indicator = draw(st.sampled_from(["C1", "C2"])), draw(st.sampled_from([None, "late"]))
        found.append(Snooze(customer, indicator, day(start), day(until), "why", "who", draw(st.sampled_from(Severity))))
    return found


def by_definition(found, policy):
    """The words of ADR 0016, read slowly: (opened_on, severity, closed_on) of one pair."""
    episodes, past = [], []
    for one in sorted(found, key=lambda finding: finding.day):
        if not past:
            if one.entries:
                past = [one]
            continue
        past.append(one)
        severity = max(entry.severity for each in past for entry in each.entries)
        last_entry = max(each.day for each in past if each.entries)

        close_after, cooling = policy.close_after(one.indicator, severity), policy.cooling(one.indicator, severity)
        after = [each for each in past if each.day > last_entry]
        unquiet = [each.day for each in after if not _is_quiet(each, past)]
        run = [each.day for each in after if not unquiet or each.day > max(unquiet)]
        if run and (one.day - run[0]).days >= close_after and (one.day - last_entry).days >= cooling:
            episodes.append((past[0].day, severity, one.day))
            past = []
    if past:
        episodes.append((past[0].day, max(e.severity for each in past for e in each.entries), None))
    return episodes


def _is_quiet(one, past):
    applied = {entry.rule_id for each in past for entry in each.entries if each.day <= one.day}
    return not one.entries and not applied & (one.held | one.unknown)


@FEW
@given(findings(), policies())
def test_the_fold_is_what_the_definition_says(found, policy):
    got = fold(found, policy).episodes
    for key in sorted({one.key for one in found}):
        own = [one for one in found if one.key == key]
        told = [(one.opened_on, one.severity, one.closed_on) for one in got if one.key == key]
        assert told == by_definition(own, policy)


@FEW
@given(findings(), policies(), snoozes())
def test_one_open_episode_for_each_pair_never_lowered(found, policy, asked):
    folded = fold(found, policy, snoozes=asked)
    for key in {one.key for one in found}:
        own = [one for one in folded.episodes if one.key == key]
        for one, other in pairwise(own):
            assert one.closed_on is not None
            assert one.closed_on < other.opened_on
        for episode in own:
            assert all(new.severity >= old.severity for old, new in pairwise(episode.turns))


@FEW
@given(findings(), policies())
def test_it_escalates_the_same_day(found, policy):
    told = {(one.key, one.day): one.after for one in fold(found, policy).changes if one.kind is not ChangeKind.CLOSED}
    reached = {}
    for one in found:
        if one.severity is not None and (one.key, one.day) in told:
            reached[one.key] = told[one.key, one.day]
        if one.severity is not None:
            assert reached[one.key] >= one.severity


@FEW
@given(findings(), policies())
def test_nothing_closes_early_and_missing_never_closes(found, policy):
    for episode in fold(found, policy).closed:
        own = [one for one in found if one.key == episode.key]
        close_after = policy.close_after(episode.indicator, episode.severity)
        recent = [one for one in own if 0 <= (episode.closed_on - one.day).days <= close_after]
        assert all(not one.entries for one in recent)
        assert all(one.unknown.isdisjoint(episode.rules) and one.held.isdisjoint(episode.rules) for one in recent)
        assert (episode.closed_on - episode.quiet_since).days >= close_after
        cooling = policy.cooling(episode.indicator, episode.severity)
        assert (episode.closed_on - episode.last_entry_on).days >= cooling


@FEW
@given(findings(), policies(), snoozes(), st.integers(0, DAYS))
def test_folding_in_two_parts_is_folding_at_once(found, policy, asked, cut):
    before = [one for one in found if one.day <= day(cut)]
    after = [one for one in found if one.day > day(cut)]
    whole = fold(found, policy, snoozes=asked)
    first = fold(before, policy, snoozes=asked)
    second = fold(after, policy, start=first.open, snoozes=asked)
    assert second.open == whole.open
    assert (*first.closed, *second.closed) == whole.closed
    assert (*first.changes, *second.changes) == whole.changes


@FEW
@given(findings(), findings(), policies(), snoozes(), st.integers(0, DAYS))
def test_a_suffix_found_anew_gives_what_a_full_fold_gives(found, other, policy, asked, cut):
    """A late event makes the findings from a day on others: the episodes are rewound and only those folded again."""
    kept = [one for one in found if one.day < day(cut)]
    anew = [one for one in other if one.day >= day(cut)]
    stood = fold(found, policy, snoozes=asked)
    again = fold(anew, policy, start=_stood(stood.episodes, kept), snoozes=asked)
    whole = fold([*kept, *anew], policy, snoozes=asked)
    assert again.open == whole.open
    assert again.changes == tuple(one for one in whole.changes if one.day >= day(cut))
    closed_before = [one for one in stood.closed if one.closed_on < day(cut)]
    assert (*closed_before, *again.closed) == whole.closed


def _stood(episodes, kept):
    """Rewound to the last finding kept; gaps between days differ by pair here, so each pair to its own."""
    last = {}
    for one in kept:
        last[one.key] = max(one.day, last.get(one.key, one.day))
    return {
        key: one
        for episode in episodes
        if episode.key in last
        for key, one in rewind([episode], last[episode.key]).items()
    }


@FEW
@given(findings(), policies(), st.randoms(use_true_random=False))
def test_the_order_in_which_findings_come_does_not_matter(found, policy, chance):
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert fold(shuffled, policy) == fold(found, policy)


@FEW
@given(findings(), policies(), snoozes())
def test_a_snooze_neither_opens_nor_closes(found, policy, asked):
    of_day = {(one.key, one.day): one for one in found}
    for change in fold(found, policy, snoozes=asked).changes:
        held_back = any(one.holds_back(of_day[change.key, change.day]) for one in asked)
        assert held_back is (change.kind is ChangeKind.SNOOZED)


@FEW
@given(findings(), policies())
def test_a_pair_does_not_see_another(found, policy):
    whole = fold(found, policy)
    for key in {one.key for one in found}:
        alone = fold([one for one in found if one.key == key], policy)
        assert alone.episodes == tuple(one for one in whole.episodes if one.key == key)

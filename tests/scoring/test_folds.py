"""Folds: nothing is judged by what was learnt from itself, its group, or its future."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.scoring.folds import group_folds, random_folds, time_blocks, time_folds
from riskengine.terms.errors import InputError

DAYS = np.repeat(np.arange(0, 360, 30, dtype=np.int32), 5)


def test_time_folds_learn_only_from_outcomes_that_had_ended():
    folds = time_folds(DAYS, 60, 3)
    assert [int(DAYS[f.test].min()) for f in folds] == [270, 300, 330]
    for fold in folds:
        assert DAYS[fold.train].max() + 60 <= DAYS[fold.test].min()
        assert fold.train.any()


def test_too_short_a_window_is_refused():
    with pytest.raises(InputError, match="less than the horizon"):
        time_folds(DAYS, 365, 3)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 6), st.integers(0, 1000))
def test_random_folds_judge_every_row_once_and_spread_the_bad(count, seed):
    outcome = (np.arange(200) % 9 == 0).astype(float)
    folds = random_folds(outcome, count, seed)
    assert (sum(f.test.astype(int) for f in folds) == 1).all()
    assert all((f.train != f.test).all() for f in folds)
    bad = [outcome[f.test].sum() for f in folds]
    assert max(bad) - min(bad) <= 1


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 5), st.integers(0, 1000))
def test_group_folds_never_part_a_group(count, seed):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 40, 400).astype(str).astype(object)
    outcome = (rng.random(400) < 0.4).astype(float)
    folds = group_folds(outcome, group, count, seed)
    assert (sum(f.test.astype(int) for f in folds) == 1).all()
    for fold in folds:
        assert not set(group[fold.test]) & set(group[fold.train])
    rates = [outcome[f.test].mean() for f in folds]
    assert max(rates) - min(rates) < 0.25


def test_too_few_rows_or_groups_are_refused():
    with pytest.raises(InputError, match="too few for 5 folds"):
        random_folds(np.array([1.0, 0, 0, 0, 0, 0]), 5, 1)
    with pytest.raises(InputError, match="2 groups are too few"):
        group_folds(np.array([1.0, 0, 1, 0]), np.array(["a", "a", "b", "b"], dtype=object), 3, 1)
    with pytest.raises(InputError, match="only one outcome"):
        group_folds(np.array([1.0, 1, 0, 0]), np.array(["a", "a", "b", "b"], dtype=object), 2, 1)


def test_blocks_of_dates_are_judged_by_what_lies_before_them():
    folds = time_blocks(DAYS, 3, 30)
    assert len(folds) == 3
    for fold in folds:
        assert DAYS[fold.train].max() < DAYS[fold.test].min() - 30
    judged = sum(f.test.astype(int) for f in folds)
    assert set(judged.tolist()) == {0, 1}
    assert judged[DAYS.max() == DAYS].all()
    with pytest.raises(InputError, match="leaves nothing"):
        time_blocks(DAYS, 3, 300)
    with pytest.raises(InputError, match="blocks of dates"):
        time_blocks(np.zeros(10, dtype=np.int32), 2, 0)


def test_groups_that_are_all_good_or_all_bad_are_spread_too():
    rng = np.random.default_rng(3)
    kind = (rng.random(300) < 0.3).astype(float)
    member = rng.integers(0, 300, 3000)
    folds = group_folds(kind[member], member.astype(str).astype(object), 5, 1)
    sizes = [int(f.test.sum()) for f in folds]
    rates = [kind[member][f.test].mean() for f in folds]
    assert max(sizes) - min(sizes) < 60
    assert max(rates) - min(rates) < 0.03

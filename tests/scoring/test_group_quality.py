import numpy as np
import pytest

from riskengine.scoring.discrimination import auc
from riskengine.scoring.group_quality import measure_groups
from riskengine.scoring.matrix import Matrix
from support.small_model import FEATURES, rows


def test_groups_are_those_who_really_lack_a_source():
    values, outcome = rows(2000, missing=0)
    values[:500, 1] = np.nan  # the statement of the first 500
    history = np.where(np.arange(2000) < 3, np.nan, 1.0)
    test = Matrix(values, outcome, np.array(["C"] * 2000, dtype=object), np.zeros(2000, dtype=np.int32))
    pd = 1 / (1 + np.exp(2 - values[:, 0]))
    found = {g.group: g for g in measure_groups(test, pd, FEATURES, history=history)}
    assert list(found) == ["existing customers", "new customers", "with statement", "without statement"]
    lacking = found["without statement"]
    assert (lacking.rows, lacking.bad) == (500, int(outcome[:500].sum()))
    assert lacking.auc == pytest.approx(auc(pd[:500], outcome[:500]))
    assert lacking.auc_low < lacking.auc < lacking.auc_high
    assert (found["new customers"].rows, found["new customers"].auc) == (3, None)

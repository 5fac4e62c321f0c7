import re

import pytest

from riskengine.features.catalogue import CATALOGUE, feature
from riskengine.features.feature import Source, Unit
from riskengine.terms.errors import UsageError

PREFIX = {
    Source.PAYMENT: "pay",
    Source.ORDER: "ord",
    Source.STATEMENT: "fin",
    Source.SIGNAL: "sig",
    Source.INDUSTRY: "ind",
    Source.GROUP: "(grp|rel)",  # rel: what comes along guarantors and controllers, too
    Source.CUSTOMER: "cus",
    Source.PEER: "peer",
}
CLOCK = "clk"  # whatever source says when it runs out


def test_there_are_features_of_every_source():
    assert {f.source for f in CATALOGUE.values()} == set(Source)
    assert len(CATALOGUE) >= 80


@pytest.mark.parametrize("found", CATALOGUE.values(), ids=lambda f: f.name)
def test_every_feature_is_documented(found):
    assert re.fullmatch(rf"({PREFIX[found.source]}|{CLOCK})(_[a-z0-9]+)+", found.name)
    for text in (found.text, found.missing):
        assert len(text.en) > 5
        assert re.search("[\u4e00-\u9fff]", text.zh)
        assert text.en == text.en.strip().rstrip(".")
    if found.unit in (Unit.FLAG,):
        assert (found.low, found.high) == (0, 1)
    if found.low is not None and found.high is not None:
        assert found.low < found.high
    if found.unit is Unit.CATEGORY:
        assert (found.low, found.high) == (None, None)


def test_meanings_are_distinct():
    for language in ("en", "zh"):
        meanings = [f.text.in_language(language) for f in CATALOGUE.values()]
        assert len(set(meanings)) == len(meanings)


def test_an_unknown_name_is_answered_with_the_nearest():
    assert feature("pay_dpd_max") is CATALOGUE["pay_dpd_max"]
    with pytest.raises(UsageError, match="did you mean 'pay_dpd_max'"):
        feature("pay_dpd_maxx")

import pytest

from riskengine.features.catalogue import CATALOGUE
from riskengine.features.cause import CAUSES, cause_of
from riskengine.features.feature import Unit
from riskengine.terms.errors import UsageError

NUMBERS = [f.name for f in CATALOGUE.values() if f.unit is not Unit.CATEGORY]


def test_every_number_of_the_catalogue_has_its_cause():
    causes = {name: cause_of(name) for name in NUMBERS}
    assert set(causes.values()) == set(CAUSES)


def test_no_cause_waits_for_a_feature_that_is_not_there():
    for cause in CAUSES:
        for beginning in cause.features:
            fitting = [name for name in NUMBERS if name.startswith(beginning) and cause_of(name) == cause]
            assert fitting, f"{cause.code}: {beginning}"


def test_codes_and_texts_tell_causes_apart():
    for parts in ([c.code for c in CAUSES], [c.text.en for c in CAUSES], [c.text.zh for c in CAUSES]):
        assert len(parts) == len(set(parts))


@pytest.mark.parametrize(
    ("feature", "cause"),
    [
        ("pay_on_time_streak_current", "lateness"),
        ("pay_index_change_90d", "lateness_trend"),
        ("pay_sales_change_year_ago_90d", "business_trend"),
        ("ord_open_amount", "orders"),
        ("ord_size_change_90d", "business_trend"),
        ("fin_equity", "size"),
        ("fin_equity_ratio_change", "leverage"),
        ("sig_legal_count_365d", "legal"),
        ("sig_legal_rep_change_count_365d", "ownership"),
        ("sig_industry_delay_count_365d", "industry"),
        ("ind_late_days_mean_365d", "industry"),
        ("ind_late_days_excess_365d", "lateness"),
        ("cus_exposure_to_equity", "exposure"),
        ("grp_others_legal_count_365d", "group"),
    ],
)
def test_features_a_reader_might_look_for_elsewhere(feature, cause):
    assert cause_of(feature).code == cause


def test_a_feature_without_a_cause_is_refused():
    with pytest.raises(UsageError, match="no cause is known for feature 'weather'"):
        cause_of("weather")

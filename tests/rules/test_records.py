"""Records of one customer: what must not reach an engine is refused with the field's name."""

import datetime as dt

import numpy as np
import pytest

from riskengine.policy.condition import Comparison, IsMissing, Op
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.rules.records import RecordSchema
from riskengine.terms.errors import InputError, UsageError
from support.random_rules import rule

RULES = (
    rule("A-001", Comparison("pd_12m", Op.LT, 0.01)),
    rule("A-002", Comparison("cus_country", Op.IN, ("CN", "NO"))),
    rule("A-003", IsMissing("cus_country")),
    rule("A-004", IsMissing("limit")),
)
SCHEMAS = [RecordSchema.of_vocabulary(standard_vocabulary()), RecordSchema.of_rules(RULES)]


@pytest.mark.parametrize("schema", SCHEMAS, ids=["vocabulary", "rules"])
@pytest.mark.parametrize("number", [0, 1, True, False, 0.0, -1e308, 5e-324, 2**53, -(2**53), 1e16, np.float64(0.5)])
def test_numbers_and_flags_pass(schema: RecordSchema, number: float) -> None:
    schema.check({"pd_12m": number, "cus_country": "华东", "limit": None})
    schema.check({})


@pytest.mark.parametrize("schema", SCHEMAS, ids=["vocabulary", "rules"])
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0.5", "'pd_12m' is the text '0.5', a number is needed"),
        (float("nan"), "'pd_12m' is nan, a finite number is needed. Remedy: leave out what is not known"),
        (float("-inf"), "'pd_12m' is -inf, a finite number is needed"),
        (2**53 + 1, "'pd_12m' is 9007199254740993, too large to be kept exactly"),
        (dt.date(2026, 1, 1), r"'pd_12m' is datetime.date\(2026, 1, 1\), a number is needed"),
        ([0.5], r"'pd_12m' is \[0.5\], a number is needed"),
        (1j, "'pd_12m' is 1j, a number is needed"),
    ],
)
def test_what_is_no_number_is_refused(schema: RecordSchema, value: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        schema.check({"cus_country": "CN", "pd_12m": value})


@pytest.mark.parametrize("schema", SCHEMAS, ids=["vocabulary", "rules"])
@pytest.mark.parametrize(
    ("value", "said"),
    [
        (5.0, "'cus_country' is 5.0, a text is needed"),
        (True, "'cus_country' is True, a text is needed"),
        (b"CN", "'cus_country' is b'CN', a text is needed"),
        ("x" * 1_001, "'cus_country' is a text of 1,001 characters, 1,000 at most"),
    ],
)
def test_what_is_no_text_is_refused(schema: RecordSchema, value: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        schema.check({"cus_country": value})


def test_a_fact_only_asked_to_be_there_may_be_a_number_or_a_text() -> None:
    own = RecordSchema.of_rules(RULES)
    own.check({"limit": 5.0})
    own.check({"limit": "none"})
    with pytest.raises(InputError, match="'limit' is b'', a number or a text is needed"):
        own.check({"limit": b""})


@pytest.mark.parametrize("schema", SCHEMAS, ids=["vocabulary", "rules"])
def test_an_unknown_fact_is_refused_with_the_nearest(schema: RecordSchema) -> None:
    with pytest.raises(UsageError, match=r"there is no fact 'cus_contry'. Remedy: did you mean 'cus_country'"):
        schema.check({"cus_contry": None})


def test_a_schema_that_does_not_fit_the_rules_is_refused() -> None:
    own = RecordSchema.of_rules(RULES)
    RecordSchema.of_vocabulary(standard_vocabulary()).check_covers(own)
    with pytest.raises(UsageError, match="rules compare 'pd_12m' as a number, it is a text"):
        RecordSchema({"pd_12m": True, "cus_country": True, "limit": False}).check_covers(own)
    with pytest.raises(UsageError, match="rules name 'cus_country', which is no fact"):
        RecordSchema({"pd_12m": False}).check_covers(own)

"""Lookup tables: each row a rule; for any customer exactly one row holds, and both engines find it."""

import datetime as dt
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskengine.policy.rule import Effect, Rule
from riskengine.policy.source import examine, load_policy
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.effects import join_effects
from riskengine.rules.outcomes import HIT
from riskengine.rules.records import facts_from_records
from riskengine.terms.decision import Outcome, Stage
from riskengine.terms.text import Text
from support.policy_folder import VOCABULARY, good_policy

DAY = dt.date(2022, 6, 30)
TABLE = """
ruleset: limits.table
stage: limits
owner: credit-policy
tables:
  - id: LIM-GRD-001
    name: {en: Cap by grade and country, zh: 按等级和国家的额度上限}
    reason:
      en: "Grade {grade} owes at most {@value}, {@materiality} or not"
      zh: "{grade}级额度不超过{@value}，重要性金额{@materiality}"
    in_force: {from: 2020-01-01}
    over: [grade, cus_country]
    on_missing: no_hit
    sets: limit_cap
    rows:
      - ["<= 3", any, none]
      - ["> 3, <= 6", "in ['NO', 'SE']", 2000]
      - ["> 3, <= 6", "not in ['NO', 'SE']", 1000]
      - ["> 6", any, "@materiality"]
"""


def with_table(folder: Path, text: str = TABLE) -> Path:
    root = good_policy(folder)
    (root / "limits" / "table.yaml").write_text(text, encoding="utf-8")
    return root


def rows(root: Path, day: dt.date = DAY) -> list[Rule]:
    source = load_policy(root, VOCABULARY)
    return [rule for rule in source.in_force(day).all_rules if rule.base_id.startswith("LIM-GRD")]


@pytest.fixture
def found(tmp_path: Path) -> list[Rule]:
    return rows(with_table(tmp_path))


def test_each_row_is_a_rule(found: list[Rule]) -> None:
    assert [rule.id for rule in found] == [f"LIM-GRD-001#{number}" for number in range(1, 5)]
    assert [str(rule.when) for rule in found] == [
        "grade <= 3",
        "all(grade > 3, grade <= 6, cus_country in ['NO', 'SE'])",
        "all(grade > 3, grade <= 6, cus_country not in ['NO', 'SE'])",
        "grade > 6",
    ]
    assert [rule.then for rule in found] == [Effect(), *(Effect(limit_cap=cap) for cap in (2000.0, 1000.0, 5000.0))]
    assert {(rule.stage, rule.ruleset, rule.owner) for rule in found} == {
        (Stage.LIMITS, "limits.table", "credit-policy")
    }


def test_a_row_says_in_words_which_it_is_and_what_its_value_is(found: list[Rule]) -> None:
    assert found[1].part == Text(
        "row 2: grade > 3 & <= 6, cus_country in ['NO', 'SE']", "第2行：grade > 3 & <= 6，cus_country in ['NO', 'SE']"
    )
    assert found[0].reason == found[0].name  # nothing follows, so there is no value to tell
    assert [rule.own_values for rule in found] == [(), (("value", 2000),), (("value", 1000),), (("value", 5000),)]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"grade": 1}, ["hit", "no_hit", "no_hit", "no_hit"]),
        ({"grade": 9, "cus_country": "NO"}, ["no_hit", "no_hit", "no_hit", "hit"]),
        ({"grade": 5, "cus_country": "NO"}, ["no_hit", "hit", "no_hit", "no_hit"]),
        ({"grade": 5}, ["no_hit", "missing", "missing", "no_hit"]),
        ({"cus_country": "SE"}, ["missing", "missing", "no_hit", "missing"]),
        ({}, ["missing"] * 4),
    ],
)
def test_a_row_is_unknown_only_where_what_is_known_leaves_it_open(
    found: list[Rule], facts: dict[str, object], said: list[str]
) -> None:
    columns = facts_from_records([facts], VOCABULARY)
    with DurableEngine() as durable:
        for engine in (ColumnsEngine(), durable):
            outcomes = engine.evaluate(found, columns)
            assert [outcomes.of(rule.id, 0) for rule in found] == [Outcome(word) for word in said]


@pytest.mark.parametrize(("on_missing", "cap"), [("no_hit", np.inf), ("refer", np.inf), ("hit", 1000.0)])
def test_where_a_fact_is_missing_the_table_says_what_follows(tmp_path: Path, on_missing: str, cap: float) -> None:
    found = rows(with_table(tmp_path, TABLE.replace("on_missing: no_hit", f"on_missing: {on_missing}")))
    facts = facts_from_records([{"grade": 5}], VOCABULARY)
    joined = join_effects(found, ColumnsEngine().evaluate(found, facts))
    assert joined.limit_cap[0] == cap
    assert joined.refer[0] == (on_missing == "refer")


def test_a_parameter_in_a_cell_and_a_segment_s_value_in_a_row(tmp_path: Path) -> None:
    root = with_table(tmp_path, TABLE.replace('"> 3, <= 6", "in', '"> 3, <= @middle", "in'))
    segments = "segments:\n  south: {text: {en: South, zh: 南欧}, for: {cus_country: IT}, if_unknown: out}\n"
    (root / "segments.yaml").write_text(segments, encoding="utf-8")
    path = root / "parameters.yaml"
    more = "{from: 2020-01-01, value: 700, segment: south, reference: M, decided_by: C}"
    text = path.read_text(encoding="utf-8").replace(
        "reference: Manual 4.3, decided_by: Committee}",
        f"reference: Manual 4.3, decided_by: Committee}}\n      - {more}",
    )
    text += (
        "  middle:\n    text: {en: Worst of the middle grades, zh: 中间等级}\n    unit: score\n    values:\n"
        "      - {from: 2020-01-01, value: 6, reference: M, decided_by: C}\n"
    )
    path.write_text(text, encoding="utf-8")
    by_id = {rule.id: rule for rule in rows(root)}
    # the reason names @materiality, so every row is told for the segment too
    assert by_id["LIM-GRD-001#4@south"].then == Effect(limit_cap=700.0)
    assert by_id["LIM-GRD-001#4@south"].own_values == (("materiality", 700), ("value", 700))
    assert by_id["LIM-GRD-001#4@south"].part == Text("row 4: grade > 6; South", "第4行：grade > 6；南欧")
    assert by_id["LIM-GRD-001#4"].then == Effect(limit_cap=5000.0)
    assert "<= 6" in str(by_id["LIM-GRD-001#2"].part)


FINDINGS = [
    ('["<= 3", any, none]', '["<= 3", none]', "table.yaml:16: row 1 has 2 entries, 3 are needed"),
    ('["<= 3", any, none]', '["<= 3", any, null]', "None is neither a number, a parameter"),
    ('["<= 3", any, none]', '["<= 3", any, low]', "'low' is neither a number, a parameter"),
    ('["<= 3", any, none]', "[3, any, none]", 'table.yaml:16: 3 is not a cell. Remedy: write "== 3"'),
    ('["<= 3", any, none]', '["is missing", any, none]', "'is missing' is not a cell"),
    ('["<= 3", any, none]', '["=< 3", any, none]', "'=< 3' is not a cell"),
    ('["<= 3", any, none]', '["<= 3,", "", none]', "'' is not a cell"),
    ('["<= 3", any, none]', "[any, any, none]", "row 1 says any for every fact"),
    ('["<= 3", any, none]', '{grade: "<= 3"}', "a row is a list"),
    ('["<= 3", any, none]', '["<= C", any, none]', "put a text in single quotes"),
    ('["<= 3", any, none]', '["<= 30", any, none]', "'grade' lies in 0 .. 9; 'grade <= 30' is outside"),
    ('["<= 3", any, none]', '["<= @three", any, none]', "there is no parameter '@three'"),
    ('["<= 3", any, none]', '["<= 3", "== 5", none]', "compares it with a number"),
    ("1000]", "-1000]", "table.yaml:18: 'limit_cap' of LIM-GRD-001#3 is -1000, it must lie in 0 .. 1e+15"),
    ("1000]", '"@material"]', "table.yaml:18: there is no parameter '@material'. Remedy: did you mean 'materiality'"),
    ("over: [grade, cus_country]", "over: [grade, cus_contry]", "table.yaml:12: there is no fact 'cus_contry'"),
    ("over: [grade, cus_country]", "over: [grade, grade]", "'grade' is asked twice"),
    ("over: [grade, cus_country]", "over: []", "'tables.0.over'"),
    ("sets: limit_cap", "sets: freeze", "'tables.0.sets' is 'freeze'"),
    ("sets: limit_cap", "sets: terms_add_days\n    hits: 3", "unknown key 'tables.0.hits'"),
    ("    on_missing: no_hit\n", "", "'tables.0.on_missing' is missing"),
    ("{@value}, {@materiality}", "{@valu}, {@materiality}", "there is no parameter '@valu'"),
    ("id: LIM-GRD-001", "id: LIM-NEW-001", "the id LIM-NEW-001 is in force twice"),
    ("stage: limits", "stage: grading", "the stage is grading, the folder is limits"),
    ("tables:", "tabels:", "unknown key 'tabels'. Remedy: did you mean 'tables'?"),
]


@pytest.mark.parametrize(("before", "after", "what"), FINDINGS, ids=[what for *_, what in FINDINGS])
def test_a_mistake_is_explained(tmp_path: Path, before: str, after: str, what: str) -> None:
    assert before in TABLE
    said = [str(finding) for finding in examine(with_table(tmp_path, TABLE.replace(before, after, 1)), VOCABULARY)[1]]
    assert any(what in finding for finding in said), said


def test_a_table_of_a_later_fact(tmp_path: Path) -> None:
    text = TABLE.replace("limits", "grading").replace("sets: limit_cap", "sets: grade_cap")
    root = good_policy(tmp_path)
    (root / "grading").mkdir()
    (root / "grading" / "table.yaml").write_text(text, encoding="utf-8")
    said = [str(finding) for finding in examine(root, VOCABULARY)[1]]
    assert any("'grade' is not known in stage grading, only from limits on" in finding for finding in said)


@pytest.mark.parametrize("part", ["notch", "terms_add_days"])
def test_what_adds_up_cannot_hit_when_missing(tmp_path: Path, part: str) -> None:
    text = TABLE.replace("sets: limit_cap", f"sets: {part}").replace("on_missing: no_hit", "on_missing: hit")
    said = [str(finding) for finding in examine(with_table(tmp_path, text), VOCABULARY)[1]]
    assert any("the rows of LIM-GRD-001 add up" in finding for finding in said)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = TABLE.replace('["<= 3", any, none]', '["=< 3", any, low]').replace("1000]", "]")
    said = [finding.place for finding in examine(with_table(tmp_path, text), VOCABULARY)[1]]
    assert said.count("rules/limits/table.yaml:16") == 2
    assert "rules/limits/table.yaml:18" in said


NUMBERS, TEXTS = ("dpd", "overdue", "grade"), ("cus_country", "cus_industry")


@st.composite
def axes(draw):
    """For one fact, cells that hold every value exactly once, each with a predicate that says the same plainly."""
    fact = draw(st.sampled_from((*NUMBERS, *TEXTS)))
    if fact in TEXTS:
        texts = draw(st.lists(st.sampled_from(("IT", "NO", "o'clock", "华东")), min_size=1, max_size=3, unique=True))
        quoted = ["'" + text.replace("'", "''") + "'" for text in texts]
        cells = [(f"== {q}", lambda value, text=text: value == text) for q, text in zip(quoted, texts, strict=True)]
        return fact, [*cells, (f"not in [{', '.join(quoted)}]", lambda value: value not in texts)]
    cuts = sorted(draw(st.lists(st.integers(1, 8), min_size=1, max_size=3, unique=True)))
    cells = [(f"< {cuts[0]}", lambda value: value < cuts[0])]
    for low, high in pairwise(cuts):
        cells.append((f">= {low}, < {high}", lambda value, low=low, high=high: low <= value < high))
    return fact, [*cells, (f">= {cuts[-1]}", lambda value: value >= cuts[-1])]


def written(over, cells, values):
    lines = [
        "ruleset: limits.random\nstage: limits\nowner: tests\ntables:\n  - id: LIM-RND-001",
        "    name: {en: Random, zh: 随机}\n    in_force: {from: 2020-01-01}",
        f"    over: [{', '.join(over)}]\n    on_missing: no_hit\n    sets: limit_cap\n    rows:",
    ]
    for row, value in zip(cells, values, strict=True):
        lines.append(f"      - [{', '.join(chr(34) + text + chr(34) for text, _ in row)}, {value}]")
    return "\n".join(lines) + "\n"


def product_of(found):
    rows = [()]
    for _, cells in found:
        rows = [(*row, cell) for row in rows for cell in cells]
    return rows


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(axes(), min_size=1, max_size=3, unique_by=lambda axis: axis[0]), seed=st.integers(0, 99))
def test_a_table_gives_each_customer_the_value_of_his_row(tmp_path_factory, found, seed):
    over = [fact for fact, _ in found]
    cells = product_of(found)
    values = [100 * (number + 1) for number in range(len(cells))]
    root = good_policy(tmp_path_factory.mktemp("table"))
    (root / "limits" / "random.yaml").write_text(written(over, cells, values), encoding="utf-8")
    source = load_policy(root, VOCABULARY)
    rules = [rule for rule in source.in_force(DAY).all_rules if rule.base_id == "LIM-RND-001"]
    chance = random.Random(seed)
    pool = {**dict.fromkeys(NUMBERS, range(10)), **dict.fromkeys(TEXTS, ("IT", "NO", "o'clock", "华东", "?"))}
    records = [
        {fact: float(v) if fact in NUMBERS else v for fact in over for v in [chance.choice(pool[fact])]}
        for _ in range(60)
    ]
    facts = facts_from_records(records, VOCABULARY)
    with DurableEngine() as durable:
        said = [engine.evaluate(rules, facts) for engine in (ColumnsEngine(), durable)]
    for outcomes in said:
        joined = join_effects(rules, outcomes)
        for row, record in enumerate(records):
            hits = [rule.id for rule in rules if outcomes.by_rule[rule.id][row] == HIT]
            assert len(hits) == 1
            plain = [
                value
                for row_cells, value in zip(cells, values, strict=True)
                if all(holds(record[fact]) for fact, (_, holds) in zip(over, row_cells, strict=True))
            ]
            assert [joined.limit_cap[row]] == plain


def test_a_table_of_two_hundred_rows_runs_on_both_engines(tmp_path: Path) -> None:
    bounds = list(range(0, 2000, 10))
    rows = [f'      - [">= {low}, < {low + 10}", {low + 5}]' for low in bounds[:-1]] + ['      - [">= 1990", none]']
    text = written(["overdue"], [], []) + "\n".join(rows) + "\n"
    root = good_policy(tmp_path)
    (root / "limits" / "long.yaml").write_text(text, encoding="utf-8")
    source = load_policy(root, VOCABULARY)
    rules = [rule for rule in source.in_force(DAY).all_rules if rule.base_id == "LIM-RND-001"]
    assert len(rules) == 200
    amounts = [0.0, 9.99, 10.0, 995.0, 1989.999, 1990.0, 1e9]
    facts = facts_from_records([{"overdue": amount} for amount in amounts], VOCABULARY)
    with DurableEngine() as durable:
        for engine in (ColumnsEngine(), durable):
            joined = join_effects(rules, engine.evaluate(rules, facts))
            assert joined.limit_cap.tolist() == [5.0, 5.0, 15.0, 995.0, 1985.0, np.inf, np.inf]

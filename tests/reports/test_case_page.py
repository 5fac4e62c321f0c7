"""The words of a case: events as sentences, evidence against triggers, and what ends a warning."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from riskengine.early_warning.case import Answer, CaseEnd, cases_of
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.finding import Entry, Evidence, Finding
from riskengine.early_warning.fold import fold
from riskengine.early_warning.ranking import RankedCase
from riskengine.early_warning.snooze import Snooze
from riskengine.early_warning.step import HeldOrder
from riskengine.policy.leaf import parse_leaf
from riskengine.policy.window_reader import known_in
from riskengine.reports.cases.ending import earliest_end, end_texts
from riskengine.reports.cases.evidence import evidence_shown
from riskengine.reports.cases.happened import happening_lines, happening_text
from riskengine.reports.cases.page import case_page
from riskengine.reports.cases.summary import rated_text, said_texts, stake_text, standing_text
from riskengine.reports.cases.text import case_lines
from riskengine.reports.cases.view import HISTORY_SCHEMA, CaseView, Happening, PastRating
from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.events.event import Event
from riskengine.tables.events.forms import FORMS, EventKind
from riskengine.terms.days import day_number
from riskengine.terms.decision import Action, Severity
from riskengine.terms.text import LANGUAGES
from support.decisions import shipped_policy

OPENED, LATER, DAY = date(2025, 3, 1), date(2025, 3, 20), date(2025, 6, 30)
POLICY = shipped_policy()
RULE = next(rule for rule in POLICY.all_rules if rule.indicator_id == "arrears" or rule.base_id == "EWS-PAY-001")


def evidence(*pairs: tuple[str, float | str | None]) -> tuple[Evidence, ...]:
    return tuple(Evidence(RULE.base_id, parse_leaf(leaf), value) for leaf, value in pairs)


TOLD = evidence(
    ("pay_dpd_max >= 60", 75.0),
    ("pay_dpd_max >= 30", 75.0),
    ("pay_overdue_ratio >= 0.3", 0.29996),
    ("pay_overdue_amount > 20000", 81_234.567),
    ("in_default == 0", 0.0),
)


def entered(day: date, severity: Severity = Severity.AMBER) -> Finding:
    return Finding("C1", RULE.indicator_id, day, (Entry(RULE.base_id, severity),), evidence=TOLD)


def quiet(day: date) -> Finding:
    return Finding("C1", RULE.indicator_id, day)


def view_of(*findings: Finding, **more: object) -> CaseView:
    found = fold(findings, POLICY.episodes).episodes
    cases = cases_of(found, POLICY)
    given = {
        "customer_id": "C1",
        "name": "<b>Löwe & Söhne</b>",
        "as_of": findings[-1].day if findings else DAY,
        "currency": "CNY",
        "policy": POLICY,
        "vocabulary": known_in(POLICY),
        "case": cases[-1] if cases else None,
        "facts": {"pay_dpd_max": 12.0},
        "sentences": {},
        "history": pl.DataFrame(schema=HISTORY_SCHEMA),
        "ratings": (),
        "late": (),
        "happened": (),
        "parents": (),
        "rank": None,
        "open_cases": 7,
    }
    return CaseView(**{**given, **more})


def episode_of(view: CaseView) -> Episode:
    assert view.case is not None
    return view.case.episodes[0]


def test_each_number_stands_against_the_strictest_trigger_it_passed() -> None:
    view = view_of(entered(OPENED))
    shown = {one.found.leaf.fact: one for one in evidence_shown(episode_of(view), view)}
    assert set(shown) == {"pay_dpd_max", "pay_overdue_amount"}
    late = shown["pay_dpd_max"]
    assert (late.was.en, late.asked.en, late.was.zh) == ("75 days", "at least 60 days", "75天")
    assert late.sentence.en.endswith("75 days; it warns where it is at least 60 days; now 12 days")
    assert shown["pay_overdue_amount"].was.en == "81,235"
    assert shown["pay_overdue_amount"].now is None


def test_what_missed_its_trigger_by_a_hair_is_not_rounded_over_it() -> None:
    missed = (Finding("C1", "x", OPENED, (Entry(RULE.base_id, Severity.WATCH),), evidence=TOLD[2:3]),)
    view = view_of(*missed)
    assert evidence_shown(episode_of(view), view)[0].was.en == "29.996%"


def test_an_open_warning_says_what_ends_it_and_when_that_can_be() -> None:
    view = view_of(entered(OPENED), quiet(LATER))
    one, periods = episode_of(view), POLICY.episodes
    calm = periods.close_after(one.indicator, Severity.AMBER)
    cooling = periods.cooling(one.indicator, Severity.AMBER)
    end = earliest_end(one, view)
    assert (end - LATER).days >= calm
    assert (end - OPENED).days >= cooling
    said = " ".join(text.en for text in end_texts(one, view))
    assert said.startswith("It is over where")
    assert f"for {calm} days" in said
    assert "Calm since 20 March 2025." in said
    assert "自2025年3月20日起已恢复。" in "".join(text.zh for text in end_texts(one, view))


def test_a_warning_that_is_over_says_only_that() -> None:
    view = view_of(entered(OPENED), quiet(LATER), quiet(date(2026, 3, 1)))
    assert [text.en for text in end_texts(episode_of(view), view)] == ["It was over on 1 March 2026."]
    assert "over by itself on 1 March 2026" in standing_text(view).en


def test_a_place_is_told_with_the_budget() -> None:
    view = view_of(entered(OPENED), rank=RankedCase(3, "C1", Severity.AMBER, 50_000.0, within_budget=True))
    assert stake_text(view).en == "Expected loss CNY 50k: place 3 of 7 open cases, within the alert budget."
    waiting = replace(view, rank=replace(view.rank, within_budget=False))
    assert "it waits" in stake_text(waiting).en
    lost = replace(view, rank=replace(view.rank, within_budget=False, in_default=True))
    assert "collection has the case" in stake_text(lost).en
    assert "put off until 1 July 2025" in stake_text(replace(view, put_off_until=date(2025, 7, 1))).en
    assert stake_text(replace(view, rank=None)) is None


def test_what_people_said_is_told_by_day() -> None:
    view = view_of(
        entered(OPENED),
        answers=(Answer("C1", DAY, CaseEnd.ACTED_ON, "Li Wei", "agreed", (Action.CUT_LIMIT,)),),
        snoozes=(Snooze("C1", None, LATER, DAY, "plan", "Wang", Severity.AMBER),),
        held_orders=(HeldOrder("e1", "C1", "O9", OPENED, 1_000_000, "refer", None),),
    )
    assert [text.en for text in said_texts(view)] == [
        "2025-03-01: Order O9 of CNY 10k referred to a person",
        "2025-03-20: Wang: everything put off until 30 June 2025. plan",
        "2025-06-30: Li Wei: acted on (cut the limit). agreed",
    ]


def test_a_page_of_a_thin_case_is_whole_and_its_names_are_data() -> None:
    for view in (view_of(entered(OPENED)), view_of(), view_of(entered(OPENED), name=None)):
        page = case_page(view)
        assert "<b>Löwe" not in page
        assert page.endswith("</html>\n")
        assert all(list(case_lines(view, language)) for language in LANGUAGES)


def event(form: EventKind, **values: object) -> Event:
    """An event whose row has something in every column."""
    contract = FORMS[form].contract
    row = {c.name: _any(c.name, c.kind.value, c.codes) for c in contract.columns}
    row.update(dict(FORMS[form].says), **values)
    return Event("e1", form, tuple(row[name] for name in contract.column_names))


def _any(name: str, kind: str, codes: tuple[str, ...]) -> object:
    if codes:
        return codes[0]
    known = {"day": day_number(OPENED), "cents": 1_234_500, "count": 30, "number": 1.5, "flag": True}
    return "CNY" if name == "currency" else known.get(kind, f"{name}-1")


@pytest.mark.parametrize("kind", [*EventKind])
def test_every_kind_of_event_is_a_sentence_in_both_languages(kind: EventKind) -> None:
    text = happening_text(Happening(OPENED, event(kind), days_late=9), "CNY")
    assert text.en
    assert any("\u4e00" <= c <= "\u9fff" for c in text.zh)
    assert "_cents" not in text.en
    assert "None" not in text.en


@pytest.mark.parametrize("kind", CONTRACTS["signals"].column("kind").codes)
def test_every_signal_has_words(kind: str) -> None:
    text = happening_text(Happening(OPENED, event(EventKind.SIGNAL, kind=kind)), "CNY")
    assert "_" not in text.en
    assert text.en[0].isupper()


def paid(amount: int, late: int) -> Happening:
    return Happening(DAY, event(EventKind.PAYMENT, kind="cash", amount_cents=amount), days_late=late)


def test_payments_of_one_day_are_one_sentence() -> None:
    few = happening_lines([paid(100_00, 9), paid(200_00, 20)], "CNY")
    assert [text.en for _, text in few] == [
        "Paid CNY 100 on invoice invoice_id-1, 9 days late",
        "Paid CNY 200 on invoice invoice_id-1, 20 days late",
    ]
    many = happening_lines([paid(100_00, 9), paid(200_00, 20), paid(50_00, 12)], "CNY")
    assert [(day, text.en) for day, text in many] == [(DAY, "Paid CNY 350 on 3 invoices, 9 to 20 days late")]
    assert many[0][1].zh == "付款350 CNY，涉及3张发票，逾期9至20天"


def test_what_the_rating_calls_for_stands_beside_the_case() -> None:
    actions = (Action.REQUIRE_PREPAYMENT, Action.WATCH_LIST, Action.COLLECT_LETTER)
    view = view_of(entered(OPENED), ratings=(PastRating(OPENED, 0.3, "8", 0.0, actions),))
    said = rated_text(view)
    assert said is not None
    assert said.en == "by the rating of 2025-03-01: require prepayment, send a letter"  # the case has the watch list
    assert said.zh == "2025-03-01评级要求：要求预付、发催收函"
    assert said.en in case_page(view)
    assert f"  {said.zh}" in case_lines(view, "zh")
    assert rated_text(view_of(entered(OPENED))) is None

"""Cases in the order of what may be lost, within what people can answer."""

from dataclasses import replace
from datetime import timedelta

import polars as pl

from riskengine.early_warning.case import cases_of
from riskengine.early_warning.fold import fold
from riskengine.early_warning.frames import cases_frame
from riskengine.early_warning.snooze import Snooze
from riskengine.policy.episode_policy import AlertBudget
from riskengine.tables.spreadsheet import write_for_spreadsheets
from riskengine.terms.decision import Severity
from riskengine.workflows.desk.case_list import CaseFacts, Place, Total, list_cases
from riskengine.workflows.desk.documents import cases_document, warnings_document
from riskengine.workflows.desk.export import write_lists
from riskengine.workflows.desk.sheets import cases_sheet, warnings_sheet
from riskengine.workflows.desk.standing_cases import put_off_until
from riskengine.workflows.desk.warning_list import list_warnings
from support.decisions import shipped_policy
from support.warning_days import LATE, LATER, day, finding, policy_of

FACTS = {
    "C1": CaseFacts("=cmd|' /C calc'!A0", "north", 0.1, 2000.0, 1000.0),
    "C2": CaseFacts("客户二", None, 0.5, 900.0, 900.0),
    "C3": CaseFacts("Lost", None, None, 10.0, 10.0, in_default=True),
    "C4": CaseFacts("Later", None, 1.0, 5000.0, 5000.0),
}


def policy(cases=1):
    usual = shipped_policy()
    episodes = usual.episodes.model_copy(update={"budget": AlertBudget(cases=cases, days=7), "loss_given_default": 0.6})
    return replace(usual, episodes=episodes)


def episodes():
    return fold([finding(0, LATE, customer=name) for name in sorted(FACTS)], policy_of(1)).episodes


def listed(**options):
    made = cases_of(episodes(), policy())
    return list_cases(cases_frame(made), FACTS, policy(), day(0), **options)


def test_the_largest_expected_loss_comes_first_and_the_rest_is_left_out():
    found = listed(put_off={"C4": day(9)})
    assert [(one.customer_id, one.place) for one in found.cases] == [
        ("C2", Place.NOW),
        ("C1", Place.LEFT_OUT),
        ("C4", Place.PUT_OFF),
        ("C3", Place.IN_DEFAULT),
    ]
    assert [one.expected_loss for one in found.cases] == [270.0, 60.0, 3000.0, 6.0]
    assert found.totals[Place.LEFT_OUT] == Total(1, 60.0)
    assert found.cases[2].snoozed_until == day(9)


def test_a_long_list_is_cut_and_counted_whole():
    found = listed(most=2)
    assert [one.customer_id for one in found.cases] == ["C4", "C2"]
    assert found.open_cases == 4
    assert cases_document(found)["places"]["left_out"]["cases"] == 2


def test_what_is_not_known_of_a_customer_does_not_hide_its_case():
    made = cases_of(episodes(), policy())
    found = list_cases(cases_frame(made), {}, policy(9), day(0))
    assert [one.customer_id for one in found.at(Place.NOW)] == ["C1", "C2", "C3", "C4"]
    assert {one.expected_loss for one in found.cases} == {None}


def test_a_warning_about_an_industry_takes_no_place_of_a_customer():
    found = fold([finding(0, LATE, customer=name) for name in ("C1", "industry:C26")], policy_of(1)).episodes
    cases = list_cases(cases_frame(cases_of(found, policy())), FACTS, policy(), day(0)).cases
    assert [(one.customer_id, one.place) for one in cases] == [("industry:C26", Place.INDUSTRY), ("C1", Place.NOW)]


def test_a_case_is_put_off_if_all_it_is_about_is():
    days = [finding(0, LATE), finding(0, LATER, indicator="disputes")]
    made = cases_of(fold(days, policy_of(1)).episodes, policy())

    def until(*snoozes):
        return put_off_until(made, snoozes, day(1))

    def snooze(indicator, end, up_to=Severity.AMBER):
        return Snooze("C1", indicator, day(1), day(end), "talks", "li", up_to)

    assert until() == until(snooze("late", 9)) == {}
    assert until(snooze("late", 9), snooze("disputes", 5)) == {"C1": day(5)}
    assert until(snooze(None, 7)) == {"C1": day(7)}
    assert until(snooze(None, 7, Severity.WATCH)) == {}
    assert put_off_until(made, [snooze(None, 7)], day(7) + timedelta(days=1)) == {}


def test_lists_for_people_have_headings_in_both_languages_and_run_no_formula(tmp_path):
    found = listed()
    warned = list_warnings(episodes(), policy(), {"C1": "=1+1"})
    for sheet in (cases_sheet(found), warnings_sheet(warned)):
        write_for_spreadsheets(sheet, tmp_path / "t.csv")
        text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
        assert "Customer 客户编号" in text.splitlines()[0]
        assert "'=" in text
        assert not any(cell.startswith("=") for line in text.splitlines() for cell in line.split(","))
    assert cases_sheet(found)["When 安排"][0] == "answer now 现在处理"


def test_a_run_gets_csv_excel_and_json(tmp_path):
    warned = list_warnings(episodes(), policy(), {})
    names = write_lists(tmp_path, listed(), warned)
    assert names == ("cases.csv", "warnings.csv", "cases.json", "cases.xlsx")
    assert pl.read_csv(tmp_path / "warnings.csv").height == 4


def test_without_the_package_for_excel_there_is_csv(tmp_path, monkeypatch):
    monkeypatch.setattr("riskengine.workflows.desk.export.can_write_workbooks", lambda: False)
    assert write_lists(tmp_path, listed(), ()) == ("cases.csv", "warnings.csv", "cases.json")


def test_machines_get_the_same():
    document = cases_document(listed())
    assert document["places"]["now"] == {"cases": 1, "expected_loss": 3000.0}
    assert [one["customer_id"] for one in document["cases"]] == ["C4", "C2", "C1", "C3"]
    (first, *_) = warnings_document(list_warnings(episodes(), policy(), {}))
    assert (first["severity"], first["phase"], first["opened_on"]) == ("watch", "entered", "2025-03-01")

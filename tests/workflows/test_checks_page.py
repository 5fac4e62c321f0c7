"""docs/reference/checks.md holds what the code says."""

from riskengine.policy.finding_kind import MEANINGS, FindingKind
from riskengine.workflows.rules.checks_page import BEGIN, END, checks_reference
from support.policy_folder import PROJECT

PAGE = PROJECT / "docs" / "reference" / "checks.md"


def test_every_kind_has_a_meaning() -> None:
    assert set(MEANINGS) == set(FindingKind)


def test_the_committed_page_is_what_the_code_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    generated = page[page.index(BEGIN) : page.index(END) + len(END)] + "\n"
    assert generated == checks_reference(), "replace the part between the markers by: riskengine rules checks"

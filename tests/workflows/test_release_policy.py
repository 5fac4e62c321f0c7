"""The life of a policy: every gate, by what it says."""

import datetime as dt
import hashlib
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from riskengine.policy.findings import PolicyFindings
from riskengine.policy.release.draft import open_draft
from riskengine.policy.release.log import Step
from riskengine.tables.publish import MANIFEST
from riskengine.terms.errors import FindingsError, InputError, RiskEngineError, UsageError
from riskengine.workflows.release.evidence import checked_evidence, proved_evidence
from riskengine.workflows.release.policy import (
    Place,
    add_evidence,
    approve,
    person,
    place_of,
    publish,
    refuse,
    retire,
    start,
)
from riskengine.workflows.release.store import read_log
from support.released import (
    MORNING,
    TODAY,
    change_hold,
    edit,
    make_ready,
    release,
    released_place,
    small_policy,
    trial_of,
)

LATER = MORNING + dt.timedelta(days=1)
TOMORROW = TODAY + dt.timedelta(days=1)
LI, CHEN = "Li Wei", "Chen Jing"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return place_of(small_policy(tmp_path))


@pytest.fixture
def released(tmp_path: Path) -> Place:
    return released_place(tmp_path)


def steps(place: Place) -> list[str]:
    return [entry.note.step.value for entry in read_log(place.store)]


def test_from_draft_to_publication(place: Place) -> None:
    start(place, person(LI, MORNING), "a first release")
    add_evidence(place, Step.CHECKED, lambda _draft, _log: checked_evidence(place.rules), by=None, at=MORNING)
    add_evidence(place, Step.PROVED, lambda _draft, _log: {}, by="Prover", at=MORNING)
    add_evidence(place, Step.SIMULATED, lambda _draft, _log: trial_of(place), by=None, at=MORNING)
    approve(place, person(CHEN, LATER), "as the committee decided")
    entry = publish(place, person(CHEN, LATER), TOMORROW)
    assert steps(place) == ["started", "checked", "proved", "simulated", "approved", "published"]
    checked = read_log(place.store)[1].note
    assert (checked.by, checked.evidence["rules"], checked.evidence["expectations"]) == (LI, 1, 5)
    assert entry.note.evidence["impacted"] == ["2015-01-01", "2020-01-01"]
    folder = place.store / entry.note.bundle
    assert (folder / "hard_stops/hold.yaml").read_bytes() == (place.rules / "hard_stops/hold.yaml").read_bytes()
    assert entry.note.evidence["manifest_sha256"] == hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def test_the_hash_of_a_bundle_can_be_computed_without_this_program(released: Place) -> None:
    bundle = read_log(released.store)[-1].note.bundle
    command = f"cd {released.store / bundle} && find . -type f ! -name {MANIFEST} -printf '%P\\n' | LC_ALL=C sort"
    listing = subprocess.run(
        f"{command} | xargs sha256sum | sha256sum", shell=True, capture_output=True, text=True, check=True
    )
    assert listing.stdout.split()[0] == bundle


def test_an_author_cannot_approve_whatever_the_spelling(place: Place) -> None:
    make_ready(place, MORNING, author=LI)
    with pytest.raises(FindingsError, match="LI wei started a draft"):
        approve(place, person("LI  wei", MORNING))


def test_whoever_wrote_an_earlier_draft_of_it_cannot_approve(place: Place) -> None:
    start(place, person(CHEN, MORNING), "a first idea")
    edit(place.rules / "CHANGELOG.md", "First version", "First version of all")
    make_ready(place, MORNING, author=LI)
    with pytest.raises(FindingsError, match="Chen Jing started a draft of this policy"):
        approve(place, person(CHEN, MORNING))
    approve(place, person("Wang Min", MORNING))


@pytest.mark.parametrize("missing", [Step.CHECKED, Step.PROVED, Step.SIMULATED])
def test_approval_needs_all_evidence(place: Place, missing: Step) -> None:
    start(place, person(LI, MORNING), "a change")
    for step in {Step.CHECKED, Step.PROVED, Step.SIMULATED} - {missing}:
        add_evidence(place, step, lambda _draft, _log: trial_of(place), by=None, at=MORNING)
    with pytest.raises(FindingsError, match=f"was not yet {missing.value}. Remedy: run riskengine rules release"):
        approve(place, person(CHEN, MORNING))


def test_publication_needs_approval(place: Place) -> None:
    make_ready(place, MORNING)
    with pytest.raises(FindingsError, match="was not yet approved"):
        publish(place, person(CHEN, MORNING), TODAY)


def test_evidence_newer_than_the_approval_needs_another(place: Place) -> None:
    make_ready(place, MORNING)
    approve(place, person(CHEN, MORNING))
    add_evidence(place, Step.SIMULATED, lambda _draft, _log: trial_of(place), by=None, at=MORNING)
    with pytest.raises(FindingsError, match="was simulated again after Chen Jing approved it"):
        publish(place, person(CHEN, MORNING), TODAY)


def test_an_edit_begins_a_new_draft_and_says_what_changed(place: Place) -> None:
    make_ready(place, MORNING)
    edit(place.rules / "hard_stops/hold.yaml", "On hold", "Held")
    with pytest.raises(FindingsError, match=r"edited since Li Wei started its draft: hard_stops/hold.yaml changed"):
        approve(place, person(CHEN, MORNING))
    start(place, person(LI, MORNING), "other words")
    with pytest.raises(FindingsError, match="not yet checked and proved and simulated"):
        approve(place, person(CHEN, MORNING))


def test_an_edit_while_it_is_looked_at_is_found(place: Place) -> None:
    start(place, person(LI, MORNING), "a change")

    def look_and_edit(_draft: object, _log: object) -> dict[str, object]:
        edit(place.rules / "hard_stops/hold.yaml", "On hold", "Held")
        return {}

    with pytest.raises(FindingsError, match="edited"):
        add_evidence(place, Step.CHECKED, look_and_edit, by=None, at=MORNING)
    assert steps(place) == ["started"]


def test_steps_without_a_draft_are_refused(place: Place) -> None:
    with pytest.raises(FindingsError, match="no draft of this policy is under way"):
        approve(place, person(CHEN, MORNING))


def test_the_same_policy_is_started_once(released: Place) -> None:
    with pytest.raises(UsageError, match="published already"):
        start(released, person(LI, LATER), "again")
    change_hold(released.rules, "2027-01-01", 45)
    start(released, person(LI, LATER), "stricter")
    with pytest.raises(UsageError, match="Li Wei started a draft of this very policy in line 7"):
        start(released, person("Somebody Else", LATER), "mine")


def test_a_refused_draft_is_over(place: Place) -> None:
    make_ready(place, MORNING)
    refuse(place, person(CHEN, MORNING), "the reason is not in the minutes")
    with pytest.raises(FindingsError, match="no draft"):
        approve(place, person("Wang Min", MORNING))
    start(place, person(LI, MORNING), "with the minutes")
    assert open_draft(read_log(place.store)) is not None


@pytest.mark.parametrize("name", ["", "  ", "Li\nWei\x00", "a\u202eb", "\ud800"])
def test_a_name_must_be_readable(name: str) -> None:
    with pytest.raises(UsageError, match="one line that people can read"):
        person(name, MORNING)


def test_a_day_that_has_passed_is_refused(place: Place) -> None:
    make_ready(place, MORNING)
    approve(place, person(CHEN, MORNING))
    with pytest.raises(FindingsError, match=r"2026-11-22 has passed. Remedy: give --from 2026-11-23 or later"):
        publish(place, person(CHEN, MORNING), TODAY - dt.timedelta(days=1))


def test_a_change_of_the_past_is_refused_and_named(released: Place) -> None:
    edit(released.rules / "parameters.yaml", "value: 60", "value: 45")
    with pytest.raises(FindingsError, match="parameter 'hold_dpd'") as caught:
        release(released, TODAY + dt.timedelta(days=30), LATER)
    assert "on 2026-11-23 policy" in str(caught.value)
    assert "a `from` of 2026-12-23 or later" in str(caught.value)


def test_a_rule_that_vanished_is_named(released: Place) -> None:
    path = released.rules / "hard_stops/hold.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("HST-PAY-001", "HST-PAY-002"), encoding="utf-8")
    edit(released.rules / "hard_stops/hold.test.yaml", "HST-PAY-001", "HST-PAY-002")
    with pytest.raises(FindingsError, match=r"rule HST-PAY-001.*rule HST-PAY-002|rule HST-PAY-00"):
        release(released, TOMORROW, LATER)


def test_a_change_between_publication_and_its_own_date_is_refused(released: Place) -> None:
    change_hold(released.rules, "2026-12-01", 45)
    with pytest.raises(FindingsError, match="on 2026-12-01"):
        release(released, dt.date(2026, 12, 15), LATER)
    assert publish(released, person(CHEN, LATER), dt.date(2026, 12, 1)).note.evidence["impacted"] == ["2026-12-01"]


def test_a_silent_changelog_is_refused(released: Place) -> None:
    change_hold(released.rules, "2027-01-01", 45)
    edit(released.rules / "CHANGELOG.md", "## 2027-01-01\n\n- `hold_dpd` 45. Committee.\n", "")
    with pytest.raises(FindingsError, match="nothing is said about 2027-01-01"):
        release(released, TOMORROW, LATER)


def test_cases_and_comments_need_no_changelog(released: Place) -> None:
    edit(released.rules / "hard_stops/hold.yaml", "ruleset:", "# said better\nruleset:")
    entry = release(released, TOMORROW, LATER)
    assert entry.note.evidence["impacted"] == []


EXCLUSION = """
exclusions:
  - rule: HST-PAY-001
    customer: C1
    from: {start}
    until: 2027-03-01
    reason: Paid by letter of credit
    requested_by: Sales
    approved_by: Head of credit
"""


def test_what_is_agreed_for_one_customer_is_released_too_and_says_why_itself(released: Place) -> None:
    path = released.rules / "exceptions.yaml"
    path.write_text(EXCLUSION.format(start="2026-12-01"), encoding="utf-8")
    assert release(released, dt.date(2026, 12, 1), LATER).note.evidence["impacted"] == ["2026-12-01"]


def test_what_is_agreed_for_one_customer_cannot_begin_in_the_past(released: Place) -> None:
    (released.rules / "exceptions.yaml").write_text(EXCLUSION.format(start="2026-11-01"), encoding="utf-8")
    with pytest.raises(FindingsError, match="would decide otherwise: exclusion of C1"):
        release(released, dt.date(2026, 12, 1), LATER)


def test_nothing_is_published_before_what_is_published_already(released: Place) -> None:
    change_hold(released.rules, "2027-02-01", 45)
    release(released, dt.date(2027, 2, 1), LATER)
    change_hold(released.rules, "2027-01-15", 50)
    edit(released.rules / "parameters.yaml", "from: 2027-02-01", "from: 2027-01-10")
    with pytest.raises(FindingsError, match="published from 2027-02-01, later than 2027-01-10"):
        release(released, dt.date(2027, 1, 10), LATER)


def test_a_simulation_against_what_is_no_longer_published_is_refused(released: Place) -> None:
    change_hold(released.rules, "2027-01-01", 45)
    make_ready(released, LATER)
    mine = {name: (released.rules / name).read_bytes() for name in ("parameters.yaml", "CHANGELOG.md")}
    edit(released.rules / "hard_stops/hold.yaml", "ruleset:", "# meanwhile\nruleset:")
    release(released, TOMORROW, LATER)
    edit(released.rules / "hard_stops/hold.yaml", "# meanwhile\n", "")
    assert mine == {name: (released.rules / name).read_bytes() for name in mine}
    with pytest.raises(FindingsError, match="since then another policy was"):
        approve(released, person(CHEN, LATER))


def test_retiring(released: Place) -> None:
    bundle = read_log(released.store)[-1].note.bundle
    with pytest.raises(UsageError, match="no published policy begins with 'ffff'"):
        retire(released, "ffff", person(CHEN, LATER), TOMORROW, "wrong")
    with pytest.raises(FindingsError, match="has passed"):
        retire(released, bundle[:8], person(CHEN, LATER), TODAY, "wrong")
    retire(released, bundle[:8], person(CHEN, LATER), TOMORROW, "the parameter was a typing error")
    with pytest.raises(FindingsError, match="not in force on 2026-11-25 or later"):
        retire(released, bundle[:8], person(CHEN, LATER), TOMORROW + dt.timedelta(days=1), "again")


def test_what_held_after_a_retirement_may_be_anything(released: Place) -> None:
    """No policy was in force, so nothing is rewritten."""
    bundle = read_log(released.store)[-1].note.bundle
    retire(released, bundle, person(CHEN, MORNING), TOMORROW, "a typing error")
    change_hold(released.rules, "2026-11-25", 45)
    release(released, dt.date(2026, 11, 25), LATER)


def test_two_publish_at_once_and_one_is_told(place: Place) -> None:
    make_ready(place, MORNING)
    approve(place, person(CHEN, MORNING))

    def attempt(_number: int) -> str:
        try:
            publish(place, person(CHEN, MORNING), TODAY)
        except RiskEngineError as error:
            return error.what
        return "published"

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(attempt, range(4)))
    assert sorted(said) == ["no draft of this policy is under way"] * 3 + ["published"]
    assert steps(place).count("published") == 1


def test_a_crash_before_the_log_is_written_leaves_a_bundle_that_is_published_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ready(place, MORNING)
    approve(place, person(CHEN, MORNING))
    monkeypatch.setattr("riskengine.workflows.release.policy.record", _power_failure)
    with pytest.raises(OSError, match="power"):
        publish(place, person(CHEN, MORNING), TODAY)
    monkeypatch.undo()
    assert steps(place)[-1] == "approved"
    publish(place, person(CHEN, MORNING), TODAY)
    assert steps(place)[-1] == "published"


def _power_failure(*_args: object) -> None:
    raise OSError("power")


def test_a_clock_behind_the_log_is_refused(place: Place) -> None:
    start(place, person(LI, MORNING), "a change")
    with pytest.raises(InputError, match="set the clock"):
        add_evidence(place, Step.PROVED, lambda _draft, _log: {}, by=None, at=MORNING - dt.timedelta(hours=1))


def test_check_names_what_the_changelog_lacks(place: Place) -> None:
    edit(place.rules / "CHANGELOG.md", "## 2020-01-01", "## Soon")
    with pytest.raises(PolicyFindings, match=r"rules/CHANGELOG.md:3: 'Soon' is not a date") as caught:
        checked_evidence(place.rules)
    assert "nothing is said about 2020-01-01" in str(caught.value)


INVARIANTS = """
invariants:
  - id: INV-FRZ-001
    name: {en: A frozen customer has no credit, zh: 冻结客户无信用额度}
    why: {en: Whoever is frozen has no limit to use up, zh: 已冻结客户不得有可用额度}
    given: frozen == 1
    always: limit == 0
"""


def test_prove_records_what_was_proved(place: Place) -> None:
    (place.rules / "invariants.yaml").write_text(INVARIANTS, encoding="utf-8")
    found = proved_evidence(place.rules)
    assert found == {"invariants": 1, "proofs": 2, "as_of": ["2015-01-01", "2020-01-01"]}


def test_prove_refuses_what_does_not_hold(place: Place) -> None:
    (place.rules / "invariants.yaml").write_text(INVARIANTS.replace("limit == 0", "limit > 0"), encoding="utf-8")
    with pytest.raises(FindingsError, match="2 of 2 proofs fail; first INV-FRZ-001 on 2015-01-01: refuted"):
        proved_evidence(place.rules)


def test_check_refuses_a_case_that_fails(place: Place) -> None:
    edit(place.rules / "hard_stops/hold.test.yaml", "facts: {pay_dpd_max: 59}", "facts: {pay_dpd_max: 61}")
    with pytest.raises(FindingsError, match="1 cases fail; first HST-PAY-001, case 'below 60 days'"):
        checked_evidence(place.rules)

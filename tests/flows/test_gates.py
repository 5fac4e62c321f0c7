"""Each gate of a promotion beside a model that was really trained to fail it: refused, by name, and written down."""

import shutil

import pytest

from riskengine.cli.models_text import compare_lines
from riskengine.scoring.promotion_log import Step
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import open_tables
from riskengine.terms.errors import FindingsError
from riskengine.workflows.models.listing import compare_listed
from riskengine.workflows.models.promote_model import Approval, ask_gates, promote_model
from riskengine.workflows.same_rows import compare_on_tables
from support.refused_model import (
    AT,
    SPEC,
    TRAINER,
    know_little,
    know_no_payments,
    more_bad,
    open_shop,
    unbound_features,
    wrong_without_signals,
)

SOUND = Approval("Ann Chen", AT, "yearly retraining", "Ann Chen")
EXCUSED = Approval("Ann Chen", AT, "yearly retraining", "Ann Chen", despite="the feed of the champion ends")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return open_shop(tmp_path_factory.mktemp("gates"))


@pytest.fixture(scope="module")
def sound(shop):
    return shop.make()


def asked(shop, bundle, approval=SOUND, *, compared=True):
    """What the gates say of a candidate: those that refuse it, with what they found."""
    tables = open_tables(shop.tables) if compared else None
    verdicts, _ = ask_gates(shop.workspace, bundle, approval, tables=tables)
    return {v.gate.value: v.found for v in verdicts if not v.passed}


def test_a_sound_model_passes_every_gate(shop, sound):
    assert asked(shop, sound) == {}


def test_both_are_compared_by_group_on_the_same_rows(shop, sound):
    found = compare_on_tables(open_tables(shop.tables), sound, shop.workspace.champion())
    assert found.whole.gain.difference == pytest.approx(found.whole.auc - found.whole.auc_champion)
    listed = compare_listed(shop.workspace, sound.name, "champion") | {"same_rows": found.as_json()}
    text = "\n".join(compare_lines(listed))
    assert "(DeLong, by customer)" in text
    assert "  signals: without: AUC 0." in text
    assert "too few outcomes to compare: payment history: never settled an invoice, " in text


def test_a_refused_model_changes_nothing_and_the_refusal_names_its_gates(shop, sound, tmp_path):
    space = Workspace(shutil.copytree(shop.workspace.root, tmp_path / "space"))
    bundle = space.bundle_folder(*sound.parts[-2:])
    with pytest.raises(FindingsError, match=r"refused by 1 of 7 gates. approver: trained by Li Wei") as refusal:
        promote_model(space, bundle, Approval(TRAINER, AT, "mine", TRAINER), tables=open_tables(shop.tables))
    assert refusal.value.exit_code == 3
    assert space.champion().name == "1"
    note = space.notes()[-1]
    assert (note.step, [g["gate"] for g in note.evidence["gates"] if not g["passed"]]) == (Step.REFUSED, ["approver"])


def test_acceptance_refuses_a_model_below_what_its_spec_asks_for(shop):
    found = asked(shop, shop.make(SPEC.replace("min_auc: 0.6", "min_auc: 0.99")))
    assert list(found) == ["acceptance of its spec"]
    assert "at least 0.99" in found["acceptance of its spec"]


def test_calibration_refuses_a_model_whose_sample_held_too_many_bad_customers(shop):
    found = asked(shop, shop.make(spoil=more_bad))
    assert list(found) == ["calibration"]
    assert "calibration_level" in found["calibration"]


def test_monotone_refuses_a_model_that_was_not_bound_though_its_spec_says_so(shop):
    found = asked(shop, shop.make(spoil=unbound_features))
    assert list(found) == ["monotone"]
    assert "goes the other way" in found["monotone"]


def test_monotone_asks_a_spec_without_directions_for_its_reason(shop):
    free = SPEC.replace("min_rows_leaf: 15", "min_rows_leaf: 15, monotone: false")
    found = asked(shop, shop.make(free))
    assert list(found) == ["monotone"]
    assert "does not say why" in found["monotone"]
    stated = shop.make(free.replace("monotone: false", "monotone: false, monotone_reason: the outcome turns"))
    verdicts, _ = ask_gates(shop.workspace, stated, SOUND, tables=open_tables(shop.tables))
    [monotone] = [v for v in verdicts if v.gate.value == "monotone"]
    assert monotone.passed
    assert monotone.found.startswith("not required by the spec, because the outcome turns (")


def test_groups_refuses_a_model_that_is_wrong_for_customers_of_one_kind(shop):
    eager = SPEC.replace("copies: 1", "copies: 0").replace("trees: 60", "trees: 150").replace("depth: 3", "depth: 4")
    found = asked(shop, shop.make(eager, wrong_without_signals))
    assert "signals: without" in found["groups"]
    assert "signals: with:" not in found["groups"]


def test_better_refuses_a_model_that_learnt_little_and_one_that_is_the_champion_again(shop):
    found = asked(shop, shop.make(spoil=know_little))
    assert "against" in found["better than the champion"]
    again = shop.make(SPEC.replace("seed: 3", "seed: 4"), know_no_payments)
    assert "better than the champion" in asked(shop, again)
    assert "better than the champion" not in asked(shop, again, EXCUSED)


def test_without_a_comparison_two_gates_refuse_unless_a_reason_is_stated(shop, sound):
    found = asked(shop, sound, compared=False)
    assert list(found) == ["groups", "better than the champion"]
    assert all("not compared" in said for said in found.values())
    assert asked(shop, sound, EXCUSED, compared=False) == {}


@pytest.mark.parametrize("name", ["booster.txt", "metrics.json", "spec.yaml"])
def test_verified_refuses_a_bundle_of_which_a_byte_was_changed(shop, sound, name):
    file = sound / name
    before = file.read_bytes()
    file.write_bytes(before.replace(b"0", b"1", 1))
    try:
        found = asked(shop, sound)
    finally:
        file.write_bytes(before)
    assert list(found) == ["bundle verified"]
    assert name in found["bundle verified"]


@pytest.mark.parametrize("approver", [TRAINER, "li wei", "ＬＩ　WEI "])
def test_approver_refuses_whoever_trained_it(shop, sound, approver):
    assert list(asked(shop, sound, Approval(approver, AT, "mine", approver))) == ["approver"]

import json

import pytest

from riskengine.scoring.bundle import read_identity, write_bundle
from riskengine.scoring.promotion_log import Role, Step, reigns
from riskengine.scoring.workspace import Workspace
from riskengine.terms.errors import FindingsError, InputError, UsageError
from support.small_model import trained


def at(month):
    return f"2024-{month:02}-01T00:00:00+00:00"


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "space")


def publish(workspace):
    version = workspace.next_version("pd_small")
    folder = workspace.bundle_folder("pd_small", version)
    write_bundle(trained(), folder, version=version)
    return folder


def test_versions_count_up(workspace):
    assert [read_identity(publish(workspace))[1] for _ in range(3)] == ["1", "2", "3"]


def test_the_promoted_bundle_is_champion_and_every_promotion_stays_in_the_log(workspace):
    first, second = publish(workspace), publish(workspace)
    for folder, month in ((first, 1), (second, 2), (first, 3)):
        workspace.promote(folder, by="ann", at=at(month), reason="test")
    assert workspace.champion() == first
    assert [(r.id.version, r.since.month, r.until and r.until.month) for r in reigns(workspace.notes())] == [
        ("1", 1, 2),
        ("2", 2, 3),
        ("1", 3, None),
    ]


def test_a_log_cut_at_its_end_is_found_by_whoever_reads_it(workspace):
    first, second = publish(workspace), publish(workspace)
    workspace.promote(first, by="ann", at=at(1), reason="first")
    workspace.record(Step.REFUSED, second, by="ann", at=at(2))
    whole = workspace.log.read_bytes()
    lines = whole.splitlines(keepends=True)
    for cut, left in ((lines[0], 1), (b"", 0)):
        workspace.log.write_bytes(cut)
        with pytest.raises(InputError, match=f"cut at its end: it had 2 lines, {left} are left"):
            workspace.notes()
        with pytest.raises(InputError, match="cut at its end"):
            workspace.record(Step.SHADOW, second, by="bob", at=at(3))
    workspace.log.unlink()
    with pytest.raises(InputError, match="cut at its end"):
        workspace.holders()
    workspace.log.write_bytes(whole)
    assert len(workspace.notes()) == 2


def test_a_log_written_anew_to_the_same_length_is_found(workspace, tmp_path):
    first = publish(workspace)
    workspace.promote(first, by="ann", at=at(1), reason="first")
    end = (workspace.root / "models.end.json").read_text(encoding="utf-8")
    workspace.log.unlink()
    (workspace.root / "models.end.json").unlink()
    workspace.promote(first, by="eve", at=at(1), reason="first")
    (workspace.root / "models.end.json").write_text(end, encoding="utf-8")
    with pytest.raises(InputError, match="written anew"):
        workspace.notes()
    (workspace.root / "models.end.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="does not say which line is the last"):
        workspace.notes()


def test_an_interrupted_step_leaves_a_log_that_goes_on(workspace):
    """The line was written, what says it is the last was not: the step stands."""
    first = publish(workspace)
    workspace.promote(first, by="ann", at=at(1), reason="first")
    before = (workspace.root / "models.end.json").read_bytes()
    workspace.record(Step.SHADOW, publish(workspace), by="ann", at=at(2))
    (workspace.root / "models.end.json").write_bytes(before)
    workspace.record(Step.CHALLENGER, publish(workspace), by="ann", at=at(3))
    assert [n.step for n in workspace.notes()] == [Step.PROMOTED, Step.SHADOW, Step.CHALLENGER]


def test_a_rollback_goes_back_one_champion_at_a_time(workspace):
    for month in (1, 2, 3):
        workspace.promote(publish(workspace), by="ann", at=at(month), reason="test")
    assert [workspace.roll_back(by="bob", at=at(m), reason="worse").id.version for m in (4, 5)] == ["2", "1"]
    assert workspace.champion().name == "1"
    with pytest.raises(FindingsError, match="no champion before"):
        workspace.roll_back(by="bob", at=at(6), reason="worse")
    assert workspace.holders() == {Role.CHAMPION: workspace.notes()[0].id}


def test_roles_follow_the_log(workspace):
    first, second, third = (publish(workspace) for _ in range(3))
    workspace.promote(first, by="ann", at=at(1), reason="first")
    workspace.record(Step.CHALLENGER, second, by="ann", at=at(2))
    workspace.record(Step.SHADOW, third, by="ann", at=at(3))
    assert {role.value: held.version for role, held in workspace.holders().items()} == {
        "champion": "1",
        "challenger": "2",
        "shadow": "3",
    }
    workspace.promote(second, by="bob", at=at(4), reason="better")
    workspace.record(Step.RELIEVED, third, by="bob", at=at(5))
    assert {role.value: held.version for role, held in workspace.holders().items()} == {"champion": "2"}


def test_a_log_that_was_changed_is_refused_and_nothing_is_added_to_it(workspace):
    folder = publish(workspace)
    workspace.promote(folder, by="ann", at=at(1), reason="test")
    workspace.log.write_text(workspace.log.read_text().replace('"ann"', '"bob"'))
    before = workspace.log.read_bytes()
    with pytest.raises(InputError, match="was edited"):
        workspace.promote(folder, by="ann", at=at(2), reason="test")
    assert workspace.log.read_bytes() == before


def test_versions_are_found_by_number_by_model_and_by_role(workspace):
    folder = publish(workspace)
    workspace.promote(folder, by="ann", at=at(1), reason="test")
    assert [workspace.find(w) for w in ("1", "pd_small/1", "champion")] == [folder] * 3
    for wanted, said in (("2", "pd_small/1"), ("shadow", "no model is shadow")):
        with pytest.raises(UsageError, match=said):
            workspace.find(wanted)
    write_bundle(trained(), workspace.bundle_folder("other", "1"), version="1")
    with pytest.raises(UsageError, match="may be other/1 or pd_small/1"):
        workspace.find("1")


def test_a_time_needs_its_zone(workspace):
    with pytest.raises(UsageError, match="no time with its zone"):
        workspace.promote(publish(workspace), by="ann", at="2024-01-01T00:00:00", reason="test")


def test_no_champion_says_what_to_do(workspace):
    with pytest.raises(InputError, match="riskengine train"):
        workspace.champion()


def test_another_bundle_in_the_champions_place_is_refused(workspace):
    folder = publish(workspace)
    workspace.promote(folder, by="ann", at=at(1), reason="test")
    write_bundle(trained(), folder, version="1")
    assert workspace.champion() == folder
    write_bundle(trained(), folder, version="7")
    with pytest.raises(InputError, match="not the one that was promoted"):
        workspace.champion()


def test_a_record_that_is_not_what_the_log_says_rates_nobody_and_the_log_restores_it(workspace):
    first, second = publish(workspace), publish(workspace)
    workspace.promote(first, by="ann", at=at(1), reason="first")
    record = workspace.root / "champion.json"
    before = record.read_text(encoding="utf-8")
    workspace.promote(second, by="ann", at=at(2), reason="better")
    record.write_text(before, encoding="utf-8")
    with pytest.raises(InputError, match=r"names pd_small 1, the log names pd_small 2. Remedy: .*delete the record"):
        workspace.champion()
    record.unlink()
    assert workspace.has_champion()
    assert workspace.champion() == second


def test_without_a_log_the_record_alone_says_who_rates(workspace):
    folder = publish(workspace)
    workspace.promote(folder, by="ann", at=at(1), reason="first")
    workspace.log.unlink()
    assert workspace.champion() == folder


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"kind": "something else"})])
def test_a_damaged_champion_record_is_refused(workspace, content):
    workspace.root.mkdir()
    (workspace.root / "champion.json").write_text(content)
    with pytest.raises(InputError, match="not a champion record"):
        workspace.champion()

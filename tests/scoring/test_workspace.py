import json

import pytest

from riskengine.scoring.bundle import read_identity, write_bundle
from riskengine.scoring.workspace import Workspace
from riskengine.terms.errors import InputError
from support.small_model import trained


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
    for folder, at in ((first, "2024-01-01"), (second, "2024-02-01"), (first, "2024-03-01")):
        workspace.promote(folder, by="ann", at=at, reason="test")
    assert workspace.champion() == first
    log = workspace.promotions()
    assert [line["version"] for line in log] == ["1", "2", "1"]
    assert log[0]["replaces"] is None
    assert log[2]["replaces"]["version"] == "2"


def test_no_champion_says_what_to_do(workspace):
    with pytest.raises(InputError, match="riskengine train"):
        workspace.champion()


def test_another_bundle_in_the_champions_place_is_refused(workspace):
    folder = publish(workspace)
    workspace.promote(folder, by="ann", at="2024-01-01", reason="test")
    write_bundle(trained(), folder, version="1")
    assert workspace.champion() == folder
    write_bundle(trained(), folder, version="7")
    with pytest.raises(InputError, match="not the one that was promoted"):
        workspace.champion()


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"kind": "something else"})])
def test_a_damaged_champion_record_is_refused(workspace, content):
    workspace.root.mkdir()
    (workspace.root / "champion.json").write_text(content)
    with pytest.raises(InputError, match="not a champion record"):
        workspace.champion()

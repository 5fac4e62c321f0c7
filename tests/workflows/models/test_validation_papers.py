"""The papers of a validation beside the version they speak of."""

import json
from dataclasses import replace

import pytest

from riskengine.scoring.workspace import Workspace
from riskengine.tables.publish import MANIFEST
from riskengine.terms.errors import InputError
from riskengine.workflows.models.validation_papers import (
    Papers,
    keep_papers,
    kept_validations,
    list_papers,
    verify_papers,
    whole_papers,
)

DOCUMENT = {
    "model": "m",
    "version": "3",
    "digest": "d",
    "test_dates": ["2024-01-31", "2024-03-31"],
    "verdicts": [{"level": "green"}, {"level": "red"}, {"level": "green"}],
    "worst": "red",
}
PAPERS = Papers(DOCUMENT, {"validation.json": json.dumps(DOCUMENT), "card.md": "# m", "report.html": "<p>"})


@pytest.fixture
def space(tmp_path):
    return Workspace(tmp_path)


def test_they_are_kept_by_test_window_and_listed(space):
    folder = keep_papers(PAPERS, space)
    assert folder.relative_to(space.root).as_posix() == "validations/m/3/2024-01-31_2024-03-31"
    later = replace(PAPERS, document={**DOCUMENT, "test_dates": ["2024-06-30"]})
    assert keep_papers(later, space).name == "2024-06-30_2024-06-30"
    bundle = space.bundle_folder("m", "3")
    assert [f.name for f in kept_validations(space, bundle)] == [folder.name, "2024-06-30_2024-06-30"]
    first = list_papers(space, bundle, "d")[0]
    assert first["verdicts"] == {"green": 2, "red": 1}
    assert first["files"] == ["card.md", "report.html", "validation.json"]
    assert kept_validations(space, space.bundle_folder("m", "4")) == ()


def test_a_second_validation_of_a_window_replaces_all_but_what_only_the_training_tells(space):
    keep_papers(replace(PAPERS, texts={**PAPERS.texts, "moved.md": "# moved", "old.svg": "<svg/>"}), space)
    folder = keep_papers(replace(PAPERS, texts={**PAPERS.texts, "card.md": "# again"}), space)
    assert (folder / "card.md").read_text() == "# again"
    assert (folder / "moved.md").read_text() == "# moved"
    assert not (folder / "old.svg").exists()
    (folder / "moved.md").write_text("# edited")
    assert not (keep_papers(PAPERS, space) / "moved.md").exists()  # what was edited is not carried on


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "card.md").write_text("# better"), "card.md: is not what the validation wrote"),
        (lambda folder: (folder / "card.md").unlink(), "card.md: is missing"),
        (lambda folder: (folder / "note.txt").write_text("fine"), "note.txt: was added"),
        (lambda folder: (folder / MANIFEST).unlink(), "no manifest.json"),
    ],
)
def test_what_was_changed_is_found_and_not_passed_on(space, spoil, said):
    folder, bundle = keep_papers(PAPERS, space), space.bundle_folder("m", "3")
    assert not list(verify_papers(folder, "d"))
    assert whole_papers(space, bundle, "d") == (folder,)
    spoil(folder)
    assert any(said in str(finding) for finding in verify_papers(folder, "d"))
    assert "fault" in list_papers(space, bundle, "d")[0]
    with pytest.raises(InputError):
        whole_papers(space, bundle, "d")


def test_papers_of_another_bundle_are_found(space):
    folder = keep_papers(PAPERS, space)
    assert any("another bundle" in str(finding) for finding in verify_papers(folder, "e"))

"""A second version in a copy of the small world's workspace: the champion with some of its trees taken away."""

import shutil

from riskengine.scoring.bundle import Trained, load_bundle, read_card, read_metrics, write_bundle
from riskengine.scoring.promotion_log import Step
from riskengine.scoring.workspace import Workspace

TRAINER = "Li Wei"


def workspace_with_two(small_world, root):
    """The workspace, and the folder of version 2, which Li Wei trained and nobody promoted."""
    shutil.copytree(small_world.workspace, root)
    workspace = Workspace(root)
    return workspace, add_version(workspace, trees=30)


def add_version(workspace, trees, **changes):
    bundle = workspace.champion()
    model, card = load_bundle(bundle), read_card(bundle)
    parts = {
        "name": model.name,
        "features": model.features,
        "horizon_days": model.horizon_days,
        "booster_text": model.booster.model_to_string(num_iteration=trees),
        "calibration": model.calibration,
        "seen_missing": model.seen_missing,
        "spec_text": (bundle / "spec.yaml").read_text(encoding="utf-8"),
        "metrics": read_metrics(bundle),
        "provenance": card["provenance"],
    }
    version = workspace.next_version(model.name)
    folder = workspace.bundle_folder(model.name, version)
    write_bundle(Trained(**{**parts, **changes}), folder, version=version)
    workspace.record(Step.TRAINED, folder, by=TRAINER, at="2025-02-01T00:00:00+00:00", evidence={"accepted": True})
    return folder

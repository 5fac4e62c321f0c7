"""The small world's champion under a harder outcome, so that enough has ripened, and its level is wrong."""

import shutil

from riskengine.scoring.bundle import Trained, load_bundle, read_card, read_development, read_metrics, write_bundle
from riskengine.scoring.promotion_log import Step
from riskengine.scoring.workspace import Workspace
from support.small_world import SPEC

AUTHOR = "Li Wei"
HORIZON = 90
THRESHOLDS = "monitoring: {outcomes: {months: 6, min_defaults: 10, min_expected: 5.0}}\n"
_OUTCOME = SPEC[SPEC.index("outcome:") : SPEC.index("population:")]
_HARDER = (
    f"outcome: {{horizon_days: {HORIZON}, days_past_due: 20, material_amount: 100, material_share: 0.0, "
    "write_off_above: 100, insolvency_signals: []}\n"
)


def workspace_with_other_outcome(small_world, root):
    """A workspace whose champion's spec counts 20 days late within 90 days as default."""
    old = small_world.bundle
    workspace = Workspace(root)
    model, card = load_bundle(old), read_card(old)
    bundle = workspace.bundle_folder(model.name, "1")
    write_bundle(
        Trained(
            name=model.name,
            features=model.features,
            horizon_days=HORIZON,
            booster_text=(old / "booster.txt").read_text(encoding="utf-8"),
            calibration=model.calibration,
            seen_missing=model.seen_missing,
            spec_text=SPEC.replace(_OUTCOME, _HARDER) + THRESHOLDS,
            metrics=read_metrics(old),
            provenance=card["provenance"],
            development=read_development(old),
        ),
        bundle,
        version="1",
    )
    workspace.record(Step.TRAINED, bundle, by=AUTHOR, at="2025-01-01T00:00:00+00:00", evidence={"accepted": True})
    workspace.promote(bundle, by="tests", at="2025-01-01T00:00:01+00:00", reason="the only one")
    return workspace


def copied(workspace, root):
    shutil.copytree(workspace.root, root)
    return Workspace(root)

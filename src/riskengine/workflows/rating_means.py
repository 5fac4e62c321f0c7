"""Where a rating finds its model and its policy."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from riskengine.policy.bundle import Policy
from riskengine.policy.release.published import open_policy
from riskengine.scoring.bundle import load_bundle, read_metrics
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.workspace import DEFAULT_ROOT, Workspace

DEFAULT_RULES = Path("rules")


@dataclass(frozen=True, slots=True)
class Means:
    """What customers are rated with."""

    policy: Policy
    model: PdModel
    model_metrics: dict[str, Any]


def find_means(
    as_of: date, *, rules: Path = DEFAULT_RULES, workspace: Path = DEFAULT_ROOT, bundle: Path | None = None
) -> Means:
    """The policy in force on `as_of`, and a model: the given bundle, else the champion of the workspace.

    `rules` is the folder of a policy or of published ones. Raises PolicyFindings if the policy is unsound; InputError
    if there is no champion, or the bundle or what was published was changed; UsageError if no policy is in force.
    """
    policy = open_policy(rules, as_of)
    place = Workspace(workspace).champion() if bundle is None else bundle
    return Means(policy, load_bundle(place), read_metrics(place))

"""Telling MLflow of a version: its bundle, its validations, its roles."""

from pathlib import Path

from riskengine.scoring.bundle import read_identity
from riskengine.scoring.promotion_log import Step
from riskengine.scoring.registration import papers_at, registration_of
from riskengine.scoring.registry import follow_roles, register
from riskengine.scoring.workspace import Workspace
from riskengine.workflows.models.validation_papers import whole_papers


def register_model(workspace: Workspace, bundle: Path) -> str:
    """Register a bundle with everything that is kept beside it, set all aliases by the log; MLflow's version.

    What MLflow has already is left as it is, so it can be repeated. Raises InputError if bundle, validations or log
    were changed, RiskEngineError if MLflow cannot be written to.
    """
    digest = read_identity(bundle)[2]
    trained = (n for n in workspace.notes() if n.step is Step.TRAINED and n.id.digest == digest)
    papers = tuple(papers_at(folder) for folder in whole_papers(workspace, bundle, digest))
    version = register(workspace, registration_of(bundle, next(trained, None), papers), alias=None)
    follow_roles(workspace)
    return version

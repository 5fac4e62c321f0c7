"""MLflow: what was tried, and which versions are registered. The only module that imports it.

Rating never comes here: it reads the verified bundle. MLflow holds the same bundle as the artefact of a registered
model; its loader is this module, so `mlflow.pyfunc.load_model` verifies the bundle and unpickles nothing.
"""

import logging
import math
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from riskengine.scoring.bundle import load_bundle
from riskengine.scoring.calibration import Floats
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.workspace import Workspace
from riskengine.terms.errors import RiskEngineError

if TYPE_CHECKING:
    import pandas as pd

CHAMPION, CHALLENGER = "champion", "challenger"


@dataclass(frozen=True, slots=True)
class Registration:
    """What to record of a trained bundle. `example` holds a few rows (rows, features) for the input example."""

    bundle: Path
    params: Mapping[str, str | int | float]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    example: Floats


def register(workspace: Workspace, registration: Registration, *, alias: str | None) -> str:
    """Log a run, register the bundle as a new version of its model with `alias`, if any; returns MLflow's version.

    Raises RiskEngineError if MLflow cannot write to the workspace.
    """
    model = load_bundle(registration.bundle)
    with _explained(workspace), _quiet_mlflow(workspace) as mlflow:
        workspace.artifacts.mkdir(parents=True, exist_ok=True)
        if mlflow.get_experiment_by_name(model.name) is None:
            mlflow.create_experiment(model.name, artifact_location=workspace.artifacts.as_uri())
        mlflow.set_experiment(model.name)
        with mlflow.start_run(run_name=f"{model.name} {model.version}"):
            mlflow.log_params(dict(registration.params))
            mlflow.log_metrics(dict(registration.metrics))
            mlflow.set_tags({**registration.tags, "bundle_digest": model.digest})
            run_id, source = _log_model(mlflow, model, registration)
        client = mlflow.MlflowClient()
        if not client.search_registered_models(f"name='{model.name}'"):
            client.create_registered_model(model.name)
        version = str(client.create_model_version(model.name, source, run_id).version)
        if alias is not None:
            client.set_registered_model_alias(model.name, alias, version)
        for key, value in {**registration.tags, "bundle_digest": model.digest, "bundle": model.version}.items():
            client.set_model_version_tag(model.name, version, key, value)
    return version


def _log_model(mlflow: ModuleType, model: PdModel, registration: Registration) -> tuple[str, str]:
    from mlflow.models import ModelSignature  # noqa: PLC0415 - seconds to import
    from mlflow.types import ColSpec, Schema  # noqa: PLC0415 - seconds to import

    inputs = Schema([ColSpec("double", name, required=False) for name in model.features])
    outputs = Schema([ColSpec("double", "raw"), ColSpec("double", "pd_12m")])
    example = {"columns": list(model.features), "data": _json_rows(registration.example)}
    logged = mlflow.pyfunc.log_model(
        name="bundle",
        loader_module=__name__,
        data_path=str(registration.bundle),
        signature=ModelSignature(inputs=inputs, outputs=outputs),
        pip_requirements=["riskengine"],
    )
    mlflow.log_dict(example, "input_example.json")
    mlflow.log_artifact(str(registration.bundle / "metrics.json"))
    mlflow.log_artifact(str(registration.bundle / "spec.yaml"))
    return mlflow.active_run().info.run_id, logged.model_uri


class _PyfuncModel:
    """What mlflow.pyfunc calls: a frame of features in, raw score and PD out."""

    def __init__(self, model: PdModel) -> None:
        self.model = model

    def predict(self, frame: "pd.DataFrame", params: Mapping[str, Any] | None = None) -> "pd.DataFrame":  # noqa: ARG002 - MLflow's signature
        prediction = self.model.predict(frame[list(self.model.features)].to_numpy(dtype=np.float64))
        return type(frame)({"raw": prediction.raw, "pd_12m": prediction.pd_12m}, index=frame.index)


def _load_pyfunc(data_path: str) -> _PyfuncModel:
    """MLflow's hook for `loader_module`."""
    return _PyfuncModel(load_bundle(Path(data_path)))


@contextmanager
def _explained(workspace: Workspace) -> Iterator[None]:
    """A full disk reaches us from MLflow as an error of the system, of SQLAlchemy or its own, by where it struck."""
    try:
        yield
    except Exception as error:
        first: BaseException = error
        while (before := first.__cause__ or first.__context__) is not None:
            first = before
        raise RiskEngineError(
            f"MLflow could not record the model ({first}); no role was given",
            where=str(workspace.root),
            remedy="make sure there is space and permission to write, then train again",
        ) from error


@contextmanager
def _quiet_mlflow(workspace: Workspace) -> Iterator[ModuleType]:
    """MLflow bound to the workspace, sending nothing anywhere and saying only what is wrong."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    workspace.root.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations inside MLflow and its dependencies
        import mlflow  # noqa: PLC0415 - seconds to import

        tracking, disabled = mlflow.get_tracking_uri(), logging.root.manager.disable
        try:
            logging.disable(logging.WARNING)
            mlflow.set_tracking_uri(workspace.mlflow_uri)
            yield mlflow
        finally:
            mlflow.set_tracking_uri(tracking)
            logging.disable(disabled)


def _json_rows(values: Floats) -> list[list[float | None]]:
    return [[None if math.isnan(v) else v for v in row] for row in values.tolist()]

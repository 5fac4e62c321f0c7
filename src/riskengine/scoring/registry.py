"""MLflow: what was tried, and which versions are registered. The only module that imports it.

Rating never comes here: it reads the verified bundle. MLflow holds the same bundle as the artefact of a registered
model; its loader is this module, so `mlflow.pyfunc.load_model` verifies the bundle and unpickles nothing. The log of
the workspace says who is champion; MLflow's aliases follow it, and can be set again from it at any time.
"""

import logging
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from riskengine.scoring.bundle import load_bundle
from riskengine.scoring.calibration import Floats
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.promotion_log import Role
from riskengine.scoring.workspace import Workspace
from riskengine.terms.errors import RiskEngineError, UsageError

if TYPE_CHECKING:
    import pandas as pd

CHAMPION, CHALLENGER = Role.CHAMPION.value, Role.CHALLENGER.value
WAIT_SECONDS = 10.0  # for a database that somebody else writes to, and for each answer of a server
_URI = "MLFLOW_TRACKING_URI"
_TEXTS = (".json", ".yaml", ".html", ".md", ".csv", ".svg")


@dataclass(frozen=True, slots=True)
class Papers:
    """A validation of a bundle, as the run of its version is to hold it.

    `name`: where in the run; `digest`: of the folder, which tells whether the run holds it; `step`: what orders the
    metrics of several validations, such as 20251231 for the last test date.
    """

    name: str
    folder: Path
    digest: str
    metrics: Mapping[str, float]
    step: int


@dataclass(frozen=True, slots=True)
class Registration:
    """What to record of a trained bundle. `example`: a few rows (rows, features) for the input example, if there are.

    The texts of the bundle are logged beside the model, and so are its validations: figures, plots, report, card.
    """

    bundle: Path
    params: Mapping[str, str | int | float]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    example: Floats | None = None
    papers: tuple[Papers, ...] = ()


def register(workspace: Workspace, registration: Registration, *, alias: str | None) -> str:
    """Log a run and register the bundle as a new version of its model with `alias`, if any; returns MLflow's version.

    A bundle that is registered already gets the alias, and the papers its run lacks. Raises RiskEngineError if MLflow
    cannot be written to; the bundle is what it was, and registering it can be repeated.
    """
    model = load_bundle(registration.bundle)
    with _explained(workspace, f"register {model.name}/{model.version}"), _quiet_mlflow(workspace) as mlflow:
        client = mlflow.MlflowClient()
        version = _versions(client, model.name).get(model.digest)
        if version is None:
            version = _create_version(mlflow, workspace, model, registration)
        _add_papers(client, client.get_model_version(model.name, version).run_id, registration.papers)
        if alias is not None:
            client.set_registered_model_alias(model.name, alias, version)
    return version


def follow_roles(workspace: Workspace) -> None:
    """Set MLflow's aliases to what the log of the workspace says, and take away those nobody holds any more.

    A model that is not registered gets none. Raises RiskEngineError if MLflow cannot be written to.
    """
    held = workspace.holders()
    if not _has_records(workspace):
        return
    with _explained(workspace, "register VERSION"), _quiet_mlflow(workspace) as mlflow:
        client = mlflow.MlflowClient()
        for name in sorted({model for model, _ in workspace.versions()}):
            known = _versions(client, name)
            for role in Role if known else ():
                one = held.get(role)
                if one is not None and one.model == name and one.digest in known:
                    client.set_registered_model_alias(name, role.value, known[one.digest])
                else:
                    client.delete_registered_model_alias(name, role.value)


def read_aliases(workspace: Workspace) -> dict[str, str]:
    """The digest of the bundle behind each alias of the workspace's models in MLflow, as `model@alias`.

    Raises RiskEngineError if MLflow cannot be reached.
    """
    found: dict[str, str] = {}
    if not _has_records(workspace):
        return found
    with _explained(workspace, "verify"), _quiet_mlflow(workspace) as mlflow:
        client = mlflow.MlflowClient()
        for name in sorted({model for model, _ in workspace.versions()}):
            digests = {version: digest for digest, version in _versions(client, name).items()}
            for model in client.search_registered_models(f"name='{name}'"):
                for alias, version in model.aliases.items():
                    found[f"{name}@{alias}"] = digests.get(str(version), "")
    return found


def _has_records(workspace: Workspace) -> bool:
    """Whether MLflow was ever told anything: making its database takes many seconds."""
    return workspace.server is not None or (workspace.root / "mlflow.db").is_file()


def _versions(client: Any, name: str) -> dict[str, str]:  # noqa: ANN401 - MLflow is not typed where it is not imported
    """MLflow's number of each registered bundle, by digest; the first one where several have it."""
    found: dict[str, str] = {}
    for version in sorted(client.search_model_versions(f"name='{name}'"), key=lambda v: -int(v.version)):
        if "bundle_digest" in version.tags:
            found[version.tags["bundle_digest"]] = str(version.version)
    return found


def _create_version(mlflow: ModuleType, workspace: Workspace, model: PdModel, registration: Registration) -> str:
    client = mlflow.MlflowClient()
    tags = {**registration.tags, "bundle_digest": model.digest, "bundle": model.version}
    if mlflow.get_experiment_by_name(model.name) is None:
        place = None
        if workspace.server is None:  # a server has a place of its own
            workspace.artifacts.mkdir(parents=True, exist_ok=True)
            place = workspace.artifacts.as_uri()
        mlflow.create_experiment(model.name, artifact_location=place)
    mlflow.set_experiment(model.name)
    with mlflow.start_run(run_name=f"{model.name} {model.version}"):
        mlflow.log_params(dict(registration.params))
        mlflow.log_metrics(dict(registration.metrics))
        mlflow.set_tags(tags)
        run_id, source, model_id = _log_model(mlflow, model, registration)
    if not client.search_registered_models(f"name='{model.name}'"):
        client.create_registered_model(model.name)
    return str(client.create_model_version(model.name, source, run_id, tags=tags, model_id=model_id).version)


def _log_model(mlflow: ModuleType, model: PdModel, registration: Registration) -> tuple[str, str, str]:
    import pandas as pd  # noqa: PLC0415 - comes with MLflow
    from mlflow.models import ModelSignature  # noqa: PLC0415 - seconds to import
    from mlflow.types import ColSpec, Schema  # noqa: PLC0415 - seconds to import

    inputs = Schema([ColSpec("double", name, required=False) for name in model.features])
    outputs = Schema([ColSpec("double", "raw"), ColSpec("double", "pd_12m")])
    example = registration.example
    logged = mlflow.pyfunc.log_model(
        name="bundle",
        loader_module=__name__,
        data_path=str(registration.bundle),
        signature=ModelSignature(inputs=inputs, outputs=outputs),
        input_example=None if example is None else pd.DataFrame(example, columns=list(model.features)),
        pip_requirements=["riskengine"],
    )
    texts = [p for p in sorted(registration.bundle.iterdir()) if p.suffix in _TEXTS]
    for path in texts:
        mlflow.log_artifact(str(path))
    return mlflow.active_run().info.run_id, logged.model_uri, logged.model_id


def _add_papers(client: Any, run_id: str, papers: tuple[Papers, ...]) -> None:  # noqa: ANN401 - as above
    """Log the validations that the run does not hold as they are now. The tag comes last: it says all is there."""
    held = client.get_run(run_id).data.tags if papers else {}
    for one in papers:
        tag = one.name.replace("/", ".")
        if held.get(tag) == one.digest:
            continue
        client.log_artifacts(run_id, str(one.folder), artifact_path=one.name)
        for name, value in one.metrics.items():
            client.log_metric(run_id, name, value, step=one.step)
        client.set_tag(run_id, tag, one.digest)


class _PyfuncModel:
    """What mlflow.pyfunc calls: a frame of features in, raw score and PD out."""

    def __init__(self, model: PdModel) -> None:
        self.model = model

    def predict(self, frame: "pd.DataFrame", params: Mapping[str, Any] | None = None) -> "pd.DataFrame":  # noqa: ARG002 - MLflow's signature
        absent = [name for name in self.model.features if name not in frame.columns]
        if absent:
            raise UsageError(
                f"the frame lacks the column{'s' if len(absent) > 1 else ''} {', '.join(map(repr, absent[:5]))}",
                where=f"model {self.model.name} {self.model.version}",
                remedy="give a column for every feature, null where its value is missing",
            )
        prediction = self.model.predict(frame[list(self.model.features)].to_numpy(dtype=np.float64))
        return type(frame)({"raw": prediction.raw, "pd_12m": prediction.pd_12m}, index=frame.index)


def _load_pyfunc(data_path: str) -> _PyfuncModel:
    """MLflow's hook for `loader_module`."""
    return _PyfuncModel(load_bundle(Path(data_path)))


@contextmanager
def _explained(workspace: Workspace, repeat: str) -> Iterator[None]:
    """A full disk reaches us from MLflow as an error of the system, of SQLAlchemy or its own, by where it struck."""
    try:
        _refuse_unreachable(workspace)
        yield
    except Exception as error:  # whatever struck; its first cause is told
        first: BaseException = error
        while (before := first.__cause__ or first.__context__) is not None:
            first = before
        said = (str(first).strip() or type(first).__name__).splitlines()[0]
        raise RiskEngineError(
            f"MLflow could not be brought up to date ({said}); bundles, champion and log are not touched by it",
            where=_without_password(workspace.server or str(workspace.root)),
            remedy=f"make sure it can be reached and written to, then repeat: riskengine models {repeat}",
        ) from error


def _refuse_unreachable(workspace: Workspace) -> None:
    """MLflow itself tries again for minutes before it says that a database is locked or a server is down."""
    if workspace.server is None:
        file = workspace.root / "mlflow.db"
        if file.is_file():
            import sqlite3  # noqa: PLC0415 - only here

            with closing(sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None)) as database:
                database.execute("BEGIN IMMEDIATE")
                database.execute("ROLLBACK")
    elif workspace.server.startswith(("http://", "https://")):
        from urllib.error import HTTPError  # noqa: PLC0415 - only here
        from urllib.request import urlopen  # noqa: PLC0415 - only here

        try:
            with urlopen(workspace.server, timeout=WAIT_SECONDS):  # noqa: S310 - http only, checked above
                pass
        except HTTPError as error:
            if error.code >= 500:
                raise
            # It answers; what it refuses here it may grant to MLflow.


def _without_password(address: str) -> str:
    return re.sub(r"(?<=://)[^/@]*@", "", address)


@contextmanager
def _quiet_mlflow(workspace: Workspace) -> Iterator[ModuleType]:
    """MLflow bound to the workspace, sending nothing anywhere and saying only what is wrong."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")  # stdout is for data
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", str(ceil(WAIT_SECONDS)))
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")  # 7 by default, ever further apart: minutes
    workspace.root.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations inside MLflow and its dependencies
        import mlflow  # noqa: PLC0415 - seconds to import

        tracking, disabled = mlflow.get_tracking_uri(), logging.root.manager.disable
        said = os.environ.get(_URI)
        try:
            logging.disable(logging.WARNING)
            mlflow.set_tracking_uri(workspace.mlflow_uri)
            yield mlflow
        finally:
            mlflow.set_tracking_uri(tracking)
            # MLflow writes into the environment what it was told; the next one to look there would find our workspace.
            if said is None:
                os.environ.pop(_URI, None)
            else:
                os.environ[_URI] = said
            logging.disable(disabled)

import warnings

import numpy as np
import pytest

from riskengine.scoring.bundle import load_bundle, write_bundle
from riskengine.scoring.registry import CHALLENGER, CHAMPION, Registration, register
from riskengine.scoring.workspace import Workspace
from riskengine.terms.errors import RiskEngineError
from support.small_model import rows, trained


@pytest.fixture(scope="module")
def registered(tmp_path_factory):
    """A workspace with two registered versions, the first champion, the second challenger."""
    workspace = Workspace(tmp_path_factory.mktemp("space"))
    for version, alias in (("1", CHAMPION), ("2", CHALLENGER)):
        bundle = workspace.bundle_folder("pd_small", version)
        write_bundle(trained(), bundle, version=version)
        example = rows(3, missing=0.3)[0]
        record = Registration(bundle, {"trees": 20}, {"test_auc": 0.7}, {"data_fingerprint": "abc"}, example)
        assert register(workspace, record, alias=alias) == version
    return workspace


def test_mlflow_gives_the_same_pd_as_the_bundle(registered):
    values, _ = rows(50, seed=9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of MLflow's own making
        import mlflow  # noqa: PLC0415 - seconds to import
        import pandas as pd  # noqa: PLC0415

        mlflow.set_tracking_uri(registered.mlflow_uri)
        loaded = mlflow.pyfunc.load_model(f"models:/pd_small@{CHAMPION}")
        found = loaded.predict(pd.DataFrame(values, columns=["late", "equity", "noise"]))
    expected = load_bundle(registered.bundle_folder("pd_small", "1")).predict(values)
    assert np.array_equal(found["pd_12m"], expected.pd_12m)


def test_aliases_tags_signature_and_example_are_recorded(registered):
    import mlflow  # noqa: PLC0415 - seconds to import

    client = mlflow.MlflowClient(registered.mlflow_uri)
    champion = client.get_model_version_by_alias("pd_small", CHAMPION)
    challenger = client.get_model_version_by_alias("pd_small", CHALLENGER)
    assert (str(champion.version), str(challenger.version)) == ("1", "2")
    assert champion.tags["data_fingerprint"] == "abc"
    assert champion.tags["bundle_digest"] == load_bundle(registered.bundle_folder("pd_small", "1")).digest
    run = client.get_run(champion.run_id)
    assert run.data.params["trees"] == "20"
    assert run.data.metrics["test_auc"] == 0.7
    assert "input_example.json" in {f.path for f in client.list_artifacts(champion.run_id)}
    [logged] = list(registered.artifacts.glob("models/*/artifacts/MLmodel"))[:1]
    assert '"late"' in logged.read_text(encoding="utf-8")


def test_nothing_in_the_workspace_is_a_pickle(registered):
    assert not [p for p in registered.root.rglob("*") if p.suffix in (".pkl", ".pickle", ".joblib")]


def test_a_workspace_that_mlflow_cannot_write_to_is_an_error_with_a_remedy(tmp_path):
    workspace = Workspace(tmp_path)
    bundle = workspace.bundle_folder("pd_small", "1")
    write_bundle(trained(), bundle, version="1")
    (tmp_path / "artifacts").write_text("in the way")
    record = Registration(bundle, {}, {}, {}, rows(3)[0])
    with pytest.raises(RiskEngineError, match=r"could not record the model \(.*File exists.*Remedy"):
        register(workspace, record, alias=CHAMPION)
    assert not workspace.has_champion()

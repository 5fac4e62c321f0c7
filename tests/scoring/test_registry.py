import contextlib
import dataclasses
import gc
import http.server
import os
import sqlite3
import threading
import time
import warnings

import numpy as np
import pytest

from riskengine.scoring import registry
from riskengine.scoring.bundle import load_bundle, write_bundle
from riskengine.scoring.promotion_log import Step
from riskengine.scoring.registration import registration_of
from riskengine.scoring.registry import (
    CHALLENGER,
    CHAMPION,
    Papers,
    Registration,
    follow_roles,
    read_aliases,
    register,
)
from riskengine.scoring.workspace import Workspace
from riskengine.terms.errors import RiskEngineError, UsageError
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


def test_mlflow_gives_the_same_pd_as_the_bundle(registered, monkeypatch):
    values, _ = rows(50, seed=9)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", registered.mlflow_uri)  # MLflow sets it too, and for all tests to come
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of MLflow's own making
        import mlflow  # noqa: PLC0415 - seconds to import
        import pandas as pd  # noqa: PLC0415

        mlflow.set_tracking_uri(registered.mlflow_uri)
        loaded = mlflow.pyfunc.load_model(f"models:/pd_small@{CHAMPION}")
        found = loaded.predict(pd.DataFrame(values, columns=["late", "equity", "noise"]))
    expected = load_bundle(registered.bundle_folder("pd_small", "1")).predict(values)
    assert np.array_equal(found["pd_12m"], expected.pd_12m)


def test_mlflow_is_left_as_it_was_found(registered, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    read_aliases(registered)
    assert "MLFLOW_TRACKING_URI" not in os.environ
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://elsewhere")
    read_aliases(registered)
    assert os.environ["MLFLOW_TRACKING_URI"] == "http://elsewhere"


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
    assert {"metrics.json", "spec.yaml", "model.json"} <= {f.path for f in client.list_artifacts(champion.run_id)}
    [logged] = list(registered.artifacts.glob("models/*/artifacts/MLmodel"))[:1]
    assert '"late"' in logged.read_text(encoding="utf-8")
    assert "late" in (logged.parent / "input_example.json").read_text(encoding="utf-8")


def test_validations_go_to_the_run_of_the_version_and_are_not_told_twice(registered, tmp_path):
    import mlflow  # noqa: PLC0415 - seconds to import

    (tmp_path / "roc_cap.svg").write_text("<svg/>")
    (tmp_path / "card.md").write_text("# a card")
    bundle = registered.bundle_folder("pd_small", "2")
    months = [Papers(f"validation/2024-0{m}", tmp_path, f"d{m}", {"validation_auc": 0.7 + m / 100}, m) for m in (1, 2)]
    for papers in (months[:1], months, months):
        register(registered, Registration(bundle, {}, {}, {}, papers=tuple(papers)), alias=None)
    client = mlflow.MlflowClient(registered.mlflow_uri)
    run = client.get_model_version_by_alias("pd_small", CHALLENGER).run_id
    assert [(m.step, m.value) for m in client.get_metric_history(run, "validation_auc")] == [(1, 0.71), (2, 0.72)]
    assert [f.path for f in client.list_artifacts(run, "validation/2024-02")] == [
        "validation/2024-02/card.md",
        "validation/2024-02/roc_cap.svg",
    ]
    assert load_bundle(bundle)  # nothing was added to it


def test_aliases_follow_the_log_and_registering_again_changes_nothing(registered):
    first, second = (registered.bundle_folder("pd_small", v) for v in "12")
    registered.promote(first, by="ann", at="2024-01-01T00:00:00+00:00", reason="first")
    registered.promote(second, by="ann", at="2024-01-02T00:00:00+00:00", reason="better")
    follow_roles(registered)
    digests = [load_bundle(bundle).digest for bundle in (first, second)]
    assert read_aliases(registered) == {"pd_small@champion": digests[1]}
    assert register(registered, Registration(first, {}, {}, {}), alias=None) == "1"
    registered.roll_back(by="bob", at="2024-01-03T00:00:00+00:00", reason="worse after all")
    follow_roles(registered)
    assert read_aliases(registered) == {"pd_small@champion": digests[0]}


def test_a_locked_database_is_said_and_the_bundle_stays(registered, monkeypatch):
    monkeypatch.setattr(registry, "WAIT_SECONDS", 0.05)
    before = registered.log.read_bytes() if registered.log.is_file() else b""
    with contextlib.closing(sqlite3.connect(registered.root / "mlflow.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RiskEngineError, match=r"database is locked.*repeat: riskengine models register pd_small/2"):
            register(registered, Registration(registered.bundle_folder("pd_small", "2"), {}, {}, {}), alias=CHAMPION)
    assert load_bundle(registered.bundle_folder("pd_small", "2"))
    assert (registered.log.read_bytes() if registered.log.is_file() else b"") == before


def test_a_server_that_is_down_is_said_at_once(registered):
    away = dataclasses.replace(registered, server="http://127.0.0.1:9")
    with pytest.raises(RiskEngineError, match=r"127\.0\.0\.1:9: MLflow could not be brought up to date .*refused"):
        register(away, Registration(registered.bundle_folder("pd_small", "2"), {}, {}, {}), alias=None)


@contextlib.contextmanager
def answering(status, body=b""):
    """The address of a server that says the same to everybody; status None: it lets everybody wait."""
    waited = threading.Event()

    class Same(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if status is None and self.path != "/":
                waited.wait(20)
                return
            self.send_response(status or 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name http.server looks for

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Same) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        waited.set()
        server.shutdown()
        thread.join()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # MLflow leaves its sockets to the
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # garbage collector, which is called here
@pytest.mark.parametrize(
    ("status", "body", "said"),
    [(503, b"", "503"), (None, b"", "timed out"), (200, b"<html>a proxy</html>", "not in a valid JSON format")],
)
def test_a_server_that_cannot_work_is_not_tried_for_minutes(registered, monkeypatch, status, body, said):
    monkeypatch.setattr(registry, "WAIT_SECONDS", 1)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    begun = time.monotonic()
    with answering(status, body) as address:
        away = dataclasses.replace(registered, server=address)
        with pytest.raises(RiskEngineError, match=rf"could not be brought up to date \(.*{said}") as caught:
            register(away, Registration(registered.bundle_folder("pd_small", "2"), {}, {}, {}), alias=None)
    assert time.monotonic() - begun < 15
    assert "\n" not in str(caught.value)
    del caught
    gc.collect()


def test_a_password_in_the_address_is_not_repeated(registered):
    away = dataclasses.replace(registered, server="http://ann:geheim@127.0.0.1:9")
    with pytest.raises(RiskEngineError) as caught:
        register(away, Registration(registered.bundle_folder("pd_small", "2"), {}, {}, {}), alias=None)
    assert "geheim" not in str(caught.value)
    assert caught.value.where == "http://127.0.0.1:9"


def test_a_frame_without_a_feature_is_no_frame_of_missing_values(registered):
    import mlflow  # noqa: PLC0415 - seconds to import
    import pandas as pd  # noqa: PLC0415

    with registry._quiet_mlflow(registered):
        served = mlflow.pyfunc.load_model("models:/pd_small/1")
        with pytest.raises(UsageError, match=r"lacks the column 'equity'"):
            served.predict(pd.DataFrame({"late": [1.0], "noise": [0.0]}))


def test_what_mlflow_is_told_comes_from_the_bundle_and_the_log(tmp_path):
    spec = "model: pd_small\nowner: credit-risk\nbooster: {trees: 20, depth: 3}\n"
    contenders = [{"name": "lightgbm", "auc": 0.8, "brier": 0.02}, {"name": "naive rule", "auc": 0.7, "brier": None}]
    metrics = {"contenders": contenders, "gates": [], "search": {"best": {"booster.trees": 40}}}
    parts = dataclasses.replace(trained(), spec_text=spec, metrics=metrics, example=((1.0, None, 0.5),))
    space = Workspace(tmp_path)
    bundle = space.bundle_folder("pd_small", "1")
    write_bundle(parts, bundle, version="1")
    policy = {"version": "2024-01", "content_hash": "ab"}
    note = space.record(Step.TRAINED, bundle, by="Li", at="2024-01-01T00:00:00+00:00", evidence={"policy": policy})
    told = registration_of(bundle, note)
    assert told.params == {"booster.trees": "40", "booster.depth": "3", "seed": "1", "features": 3}
    assert told.metrics == {"test_auc": 0.8, "test_brier": 0.02, "test_auc_naive_rule": 0.7}
    assert told.tags == {
        "policy_version": "2024-01",
        "policy_hash": "ab",
        "trained_by": "Li",
        "accepted": "true",
        "owner": "credit-risk",
    }
    assert np.array_equal(told.example, [[1.0, np.nan, 0.5]], equal_nan=True)


def test_nothing_in_the_workspace_is_a_pickle(registered):
    assert not [p for p in registered.root.rglob("*") if p.suffix in (".pkl", ".pickle", ".joblib")]


def test_a_workspace_that_mlflow_cannot_write_to_is_an_error_with_a_remedy(tmp_path):
    workspace = Workspace(tmp_path)
    bundle = workspace.bundle_folder("pd_small", "1")
    write_bundle(trained(), bundle, version="1")
    (tmp_path / "artifacts").write_text("in the way")
    record = Registration(bundle, {}, {}, {}, rows(3)[0])
    with pytest.raises(RiskEngineError, match=r"could not be brought up to date \(.*File exists.*Remedy"):
        register(workspace, record, alias=CHAMPION)
    assert not workspace.has_champion()

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskengine.scoring.bundle import (
    load_bundle,
    read_card,
    read_development,
    read_identity,
    read_metrics,
    write_bundle,
)
from riskengine.scoring.monitoring.development import Development, FeatureBins
from riskengine.terms.errors import InputError
from support.small_model import rows, trained

FILES = ("booster.txt", "manifest.json", "metrics.json", "model.json", "spec.yaml")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "1"
    write_bundle(trained(), folder, version="1")
    return folder


def test_what_was_written_is_what_is_loaded(bundle):
    model = load_bundle(bundle)
    assert (model.name, model.version, model.digest) == read_identity(bundle)
    assert model.features == trained().features
    assert model.calibration == trained().calibration
    assert model.seen_missing == trained().seen_missing
    assert read_metrics(bundle) == {"auc": 0.7}
    assert read_card(bundle)["horizon_days"] == 365


def test_the_same_model_has_the_same_bytes(bundle, tmp_path):
    digest = write_bundle(trained(), tmp_path / "again", version="1")
    assert digest == read_identity(bundle)[2]
    assert all((tmp_path / "again" / name).read_bytes() == (bundle / name).read_bytes() for name in FILES)


def test_a_bundle_is_plain_text_and_nothing_else(bundle):
    assert {p.name for p in bundle.iterdir()} == set(FILES)
    for name in FILES:
        (bundle / name).read_bytes().decode("utf-8")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.sampled_from(FILES), position=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_any_changed_byte_is_refused_before_lightgbm_reads_it(bundle, monkeypatch, name, position, change):
    import lightgbm  # noqa: PLC0415 - to prove that it is not called

    def never(*_args, **_kwargs):
        pytest.fail("LightGBM was given unverified bytes")

    path = bundle / name
    before = path.read_bytes()
    damaged = bytearray(before)
    damaged[int(position * len(damaged))] ^= change
    try:
        path.write_bytes(damaged)
        with monkeypatch.context() as patch:
            patch.setattr(lightgbm, "Booster", never)
            with pytest.raises(InputError) as caught:
                load_bundle(bundle)
        assert caught.value.remedy
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize("name", [n for n in FILES if n != "manifest.json"])
def test_a_missing_file_is_refused(tmp_path, name):
    write_bundle(trained(), tmp_path / "m", version="1")
    (tmp_path / "m" / name).unlink()
    with pytest.raises(InputError, match=name):
        load_bundle(tmp_path / "m")


def test_an_added_file_is_refused(tmp_path):
    write_bundle(trained(), tmp_path / "m", version="1")
    (tmp_path / "m" / "extra.pkl").write_bytes(b"x")
    with pytest.raises(InputError, match=r"extra\.pkl"):
        load_bundle(tmp_path / "m")


def test_a_manifest_that_was_made_to_fit_the_damage_has_another_digest(tmp_path):
    write_bundle(trained(), tmp_path / "m", version="1")
    manifest = json.loads((tmp_path / "m" / "manifest.json").read_text(encoding="utf-8"))
    manifest["version"] = "2"
    (tmp_path / "m" / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
    with pytest.raises(InputError, match="changed after it was written"):
        read_identity(tmp_path / "m")


@pytest.mark.parametrize("name", [n for n in FILES if n != "manifest.json"])
def test_a_file_cut_short_or_replaced_by_a_folder_is_refused(tmp_path, name):
    write_bundle(trained(), tmp_path / "m", version="1")
    file = tmp_path / "m" / name
    whole = file.read_bytes()
    for size in (0, 1, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:size])
        with pytest.raises(InputError, match=rf"{name}: the file does not match its SHA-256. Remedy: do not use it"):
            load_bundle(tmp_path / "m")
    file.unlink()
    file.mkdir()
    with pytest.raises(InputError, match=rf"files are missing or were added \({name}, {name}/\)"):
        load_bundle(tmp_path / "m")


@pytest.mark.parametrize("size", [0, 1, 100, -1])
def test_a_manifest_cut_short_is_refused(tmp_path, size):
    write_bundle(trained(), tmp_path / "m", version="1")
    manifest = tmp_path / "m" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:size])
    with pytest.raises(InputError, match=r"manifest\.json: (not readable as JSON|the manifest was changed)") as caught:
        load_bundle(tmp_path / "m")
    assert caught.value.remedy


@pytest.mark.parametrize("files", [None, [], {}, "booster.txt"])
def test_a_manifest_that_names_no_files_is_refused_whatever_its_digest(tmp_path, files):
    write_bundle(trained(), tmp_path / "m", version="1")
    place = tmp_path / "m" / "manifest.json"
    manifest = json.loads(place.read_text(encoding="utf-8"))
    body = {key: manifest[key] for key in ("name", "version")} | ({} if files is None else {"files": files})
    text = json.dumps(body, indent=2, sort_keys=True) + "\n"
    made = {"kind": manifest["kind"], "format": manifest["format"], **body}
    made["digest"] = hashlib.sha256(text.encode()).hexdigest()
    place.write_text(json.dumps(made, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="does not name the files of a bundle"):
        read_identity(tmp_path / "m")


def test_no_bundle_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        load_bundle(tmp_path / "nowhere")


def test_predictions_survive_the_round_trip(bundle, tmp_path):
    write_bundle(replace(trained(), name="other"), tmp_path / "m", version="9")
    values, _ = rows(seed=5)
    assert np.array_equal(
        load_bundle(bundle).predict(values).pd_12m, load_bundle(tmp_path / "m").predict(values).pd_12m
    )


DEVELOPMENT = Development(
    customers=40,
    rows=60,
    snapshots=("2022-12-31", "2023-06-30"),
    quantiles=(-3.0, -2.0, 0.5),
    features=(
        FeatureBins("late", (0.0, 1.5), (20, 20, 15, 5), 0.6, -0.1),
        FeatureBins("equity", (), (30, 30), 0.4, 0.2),
        FeatureBins("noise", (0.5,), (30, 30, 0), 0.0, 0.0),
    ),
)


def test_a_bundle_that_says_what_it_was_developed_on_is_of_format_2_and_as_safe(tmp_path):
    place = tmp_path / "m"
    write_bundle(replace(trained(), development=DEVELOPMENT), place, version="1")
    assert json.loads((place / "manifest.json").read_text(encoding="utf-8"))["format"] == 2
    assert read_development(place) == DEVELOPMENT
    assert load_bundle(place).features == trained().features
    file = place / "development.json"
    file.write_bytes(file.read_bytes().replace(b"60", b"61", 1))
    with pytest.raises(InputError, match=r"development\.json: the file does not match"):
        read_development(place)
    file.unlink()
    with pytest.raises(InputError, match=r"files are missing or were added \(development\.json\)"):
        load_bundle(place)


def test_a_bundle_of_before_is_read_and_says_nothing_of_its_development(bundle):
    assert json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))["format"] == 1
    assert read_development(bundle) is None


def test_a_bundle_of_a_format_to_come_is_refused(tmp_path):
    place = tmp_path / "m"
    write_bundle(trained(), place, version="1")
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    (place / "manifest.json").write_text(json.dumps({**manifest, "format": 3}), encoding="utf-8")
    with pytest.raises(InputError, match="format 3, which this version does not read"):
        load_bundle(place)

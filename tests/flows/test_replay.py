"""Certificates: decided again bit for bit, found when altered, and told apart when rules or model moved."""

import json
import shutil
from pathlib import Path
from time import perf_counter

import polars as pl
import pytest

from riskengine.decision.canonical import sha256_of
from riskengine.terms.errors import InputError
from riskengine.workflows.assess import assess, load_case
from riskengine.workflows.assessment import write_certificate
from riskengine.workflows.replay import read_certificate, replay_file, replayed_text
from riskengine.workflows.rerate_folder import rerate_folder
from riskengine.workflows.run_folder import certificate_name
from support.small_world import LAST_DAY, ROOT, RULES, SmallWorld


@pytest.fixture(scope="module")
def run(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with certificates of every kind of customer."""
    ratings = pl.read_parquet(small_world.run / "ratings.parquet")
    chosen = ratings.group_by("status", "grade", maintain_order=True).first()["customer_id"].to_list()
    out = tmp_path_factory.mktemp("certified") / "run"
    request = small_world.request(out, certified=tuple(chosen), previous=str(small_world.runs / "2024-11-30"))
    rerate_folder(request, clock=perf_counter)
    return out


def certificates(run: Path) -> list[Path]:
    return sorted((run / "certificates").glob("*.json"))


def test_certificates_of_a_run_replay_bit_for_bit_on_the_other_engine(small_world: SmallWorld, run: Path) -> None:
    assert len(certificates(run)) >= 3
    for path in certificates(run):
        found = replay_file(path, rules=RULES, workspace=small_world.workspace)
        assert found.differences == (), replayed_text(found)


def test_a_case_replays_bit_for_bit(small_world: SmallWorld, tmp_path: Path) -> None:
    case = load_case(ROOT / "examples" / "cases" / "new_customer.json")
    write_certificate(assess(case, case.as_of, small_world.means), tmp_path / "c.json")
    found = replay_file(tmp_path / "c.json", rules=RULES, workspace=small_world.workspace)
    assert found.differences == ()
    assert replay_file(tmp_path / "c.json", rules=RULES, with_model=False).differences == ()


@pytest.mark.parametrize(
    ("part", "value"),
    [("available_credit", 1.0), ("status", "rated "), ("customer_id", "other"), ("as_of", "2024-12-30")],
)
def test_an_altered_record_is_found(run: Path, tmp_path: Path, part: str, value: object) -> None:
    altered = {**json.loads(certificates(run)[0].read_text(encoding="utf-8")), part: value}
    (tmp_path / "c.json").write_text(json.dumps(altered), encoding="utf-8")
    with pytest.raises(InputError, match="decision_sha256 does not fit"):
        read_certificate(tmp_path / "c.json")


def test_altered_facts_are_found_even_with_a_new_hash_of_the_record(run: Path, tmp_path: Path) -> None:
    content = json.loads(certificates(run)[0].read_text(encoding="utf-8"))
    content["input"]["numbers"]["cus_exposure"] = 1.0
    content["decision_sha256"] = sha256_of({k: v for k, v in content.items() if k != "decision_sha256"})
    (tmp_path / "c.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match="input_sha256 does not fit"):
        read_certificate(tmp_path / "c.json")


def test_a_conclusion_that_never_was_differs_though_its_hashes_fit(
    small_world: SmallWorld, run: Path, tmp_path: Path
) -> None:
    content = json.loads(certificates(run)[0].read_text(encoding="utf-8"))
    content["limit_path"]["limit"] = 123456.0
    content["decision_sha256"] = sha256_of({k: v for k, v in content.items() if k != "decision_sha256"})
    (tmp_path / "c.json").write_text(json.dumps(content), encoding="utf-8")
    found = replay_file(tmp_path / "c.json", rules=RULES, workspace=small_world.workspace)
    assert "limit_path.limit" in {d.path for d in found.differences}
    assert "recorded 123456.0" in replayed_text(found)


def test_another_policy_shows_as_a_difference(small_world: SmallWorld, run: Path, tmp_path: Path) -> None:
    shutil.copytree(RULES, tmp_path / "rules")
    limits = tmp_path / "rules" / "limits.yaml"
    text = limits.read_text(encoding="utf-8")
    changed = text.replace("headroom: ", "headroom: 0.5 # was ", 1)
    assert changed != text
    limits.write_text(changed, encoding="utf-8")
    rated = certificates(run)[0]
    found = replay_file(rated, rules=tmp_path / "rules", workspace=small_world.workspace)
    assert "policy.content_hash" in {d.path for d in found.differences}


@pytest.mark.parametrize("content", ["{}", '{"schema": "other"}', "[1]"])
def test_what_is_no_certificate_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "c.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError):
        read_certificate(tmp_path / "c.json")


@pytest.mark.parametrize("model", [[], {}, "small 1"])
def test_a_certificate_without_a_model_is_refused(run: Path, tmp_path: Path, model: object) -> None:
    altered = {**json.loads(certificates(run)[0].read_text(encoding="utf-8")), "model": model}
    altered["decision_sha256"] = sha256_of({k: v for k, v in altered.items() if k != "decision_sha256"})
    (tmp_path / "c.json").write_text(json.dumps(altered), encoding="utf-8")
    with pytest.raises(InputError, match="which model"):
        replay_file(tmp_path / "c.json", rules=RULES, workspace=tmp_path)


def test_half_a_character_is_refused(run: Path, tmp_path: Path) -> None:
    altered = {**json.loads(certificates(run)[0].read_text(encoding="utf-8")), "customer_id": "\ud800"}
    (tmp_path / "c.json").write_text(json.dumps(altered), encoding="utf-8")
    with pytest.raises(InputError, match="holds half a character"):
        read_certificate(tmp_path / "c.json")


def test_long_ids_have_certificates_of_their_own() -> None:
    first, second = (certificate_name("客户" * 40 + last) for last in "甲乙")
    assert first != second
    assert max(len(Path(name).name) for name in (first, second)) <= 255


def test_a_model_that_is_not_there_is_named(small_world: SmallWorld, run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the model small 1 of the certificate is not there"):
        replay_file(certificates(run)[0], rules=RULES, workspace=tmp_path)
    found = replay_file(certificates(run)[0], rules=RULES, workspace=tmp_path, bundle=small_world.bundle)
    assert found.differences == ()
    assert found.as_of == LAST_DAY

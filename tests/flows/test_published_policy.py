"""Rating, assessing and replaying with published policies instead of the folder people edit."""

import datetime as dt
import json
import shutil
from pathlib import Path
from time import perf_counter

import polars as pl
import pytest

import riskengine
from riskengine.policy.release.published import PUBLISHED
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.assess import assess, load_case
from riskengine.workflows.rating_means import find_means
from riskengine.workflows.release.policy import Place, place_of
from riskengine.workflows.replay import replay_file
from riskengine.workflows.rerate_folder import rerate_folder
from riskengine.workflows.rules.missing_cases import write_missing_cases
from riskengine.workflows.rules.prove_policy import prove_policy
from support.released import release
from support.small_world import EARLIER, LAST_DAY, ROOT, RULES, SmallWorld

BEGAN = dt.datetime(2024, 11, 1, 9, 0, tzinfo=dt.UTC)
STRICTER = dt.date(2025, 1, 15)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The shipped policy published from November 2024, and one with less headroom from 15 January 2025."""
    root = tmp_path_factory.mktemp("released") / "rules"
    shutil.copytree(RULES, root, ignore=shutil.ignore_patterns(PUBLISHED))
    place = place_of(root)
    release(place, BEGAN.date(), BEGAN)
    limits = root / "limits.yaml"
    text = limits.read_text(encoding="utf-8")
    version = text[text.index("  - from:") :]
    later = version.replace("  - from: 2015-01-01", f"  - from: {STRICTER}", 1).replace(
        "headroom: ", "headroom: 0.5 # ", 1
    )
    limits.write_text(text.rstrip("\n") + "\n" + later, encoding="utf-8")
    entry = f"# Changes\n\n## {STRICTER}\n\n- Half the headroom.\n"
    changes = root / "CHANGELOG.md"
    changes.write_text(entry + changes.read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")
    release(place, STRICTER, BEGAN + dt.timedelta(days=60))
    return place


def test_a_run_with_the_published_policy_is_the_run_with_its_folder(
    small_world: SmallWorld, place: Place, tmp_path: Path
) -> None:
    previous = str(small_world.runs / EARLIER.isoformat())
    request = small_world.request(tmp_path / "run", rules=place.store, previous=previous)
    rerate_folder(request, clock=perf_counter)
    now, then = (pl.read_parquet(run / "ratings.parquet") for run in (tmp_path / "run", small_world.run))
    assert now.equals(then)


def test_a_certificate_finds_its_very_policy_among_the_published(
    small_world: SmallWorld, place: Place, tmp_path: Path
) -> None:
    customer = pl.read_parquet(small_world.run / "ratings.parquet").filter(pl.col("status") == "rated")["customer_id"][
        0
    ]
    request = small_world.request(tmp_path / "run", rules=place.store, previous="none", certified=(customer,))
    rerate_folder(request, clock=perf_counter)
    (certificate,) = (tmp_path / "run" / "certificates").glob("*.json")
    for rules in (place.store, RULES):
        assert replay_file(certificate, rules=rules, workspace=small_world.workspace).differences == ()


def test_a_certificate_of_a_policy_that_was_never_published_is_told(
    small_world: SmallWorld, place: Place, tmp_path: Path
) -> None:
    case = load_case(ROOT / "examples" / "cases" / "new_customer.json")
    shutil.copytree(RULES, tmp_path / "rules", ignore=shutil.ignore_patterns(PUBLISHED))
    limits = tmp_path / "rules" / "limits.yaml"
    limits.write_text(limits.read_text(encoding="utf-8").replace("headroom: ", "headroom: 0.9 # ", 1), encoding="utf-8")
    day = dt.date(2024, 12, 1)
    means = find_means(day, rules=tmp_path / "rules", workspace=small_world.workspace)
    certificate = dict(assess(case, case.as_of, means).certificate)
    (tmp_path / "c.json").write_text(json.dumps(certificate, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(InputError, match="no published policy has the content"):
        replay_file(tmp_path / "c.json", rules=place.store, with_model=False)


def test_the_python_api_takes_published_policies(small_world: SmallWorld, place: Place) -> None:
    means = {"policy": place.store, "workspace": small_world.workspace}
    written = json.loads((ROOT / "examples" / "cases" / "new_customer.json").read_text(encoding="utf-8"))
    case = {part: written[part] for part in ("currency", "customer", "request")}
    decision = riskengine.assess({**case, "as_of": LAST_DAY.isoformat()}, **means)
    assert decision.certificate["policy"]["content_hash"] == small_world.policy.content_hash
    later = riskengine.assess({**case, "as_of": STRICTER.isoformat()}, **means)
    assert later.certificate["policy"]["content_hash"] != small_world.policy.content_hash
    with pytest.raises(UsageError, match="no policy was published for 2024-10-31"):
        riskengine.assess({**case, "as_of": "2024-10-31"}, **means)


def test_what_is_published_is_proved(place: Place) -> None:
    report = prove_policy(place.store, only="INV-CAP-001", as_of=STRICTER)
    assert report.is_good
    (policy,) = report.policies
    assert (policy.as_of, policy.limit.need.headroom) == (STRICTER, 0.5)


def test_no_cases_are_drafted_into_what_is_published(place: Place) -> None:
    for folder in (place.store, next(path for path in place.store.iterdir() if path.is_dir())):
        with pytest.raises(UsageError, match="what is published is never edited"):
            write_missing_cases(folder)

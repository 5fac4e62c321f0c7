"""What people agreed for single customers, from exceptions.yaml to the files of a run."""

import json
import shutil
from pathlib import Path
from time import perf_counter

import polars as pl
import pytest

from riskengine.terms.errors import InputError
from riskengine.workflows.rerate_folder import rerate_folder
from support.policy_folder import shipped_policy_in
from support.small_world import EARLIER, LAST_DAY, RULES, SmallWorld

AGREED = "from: 2015-01-01, until: 2999-01-01, reason: Season, requested_by: a.meier, approved_by: b.chen"


@pytest.fixture(scope="module")
def plain(small_world: SmallWorld) -> pl.DataFrame:
    return pl.read_parquet(small_world.run / "ratings.parquet")


@pytest.fixture(scope="module")
def chosen(plain: pl.DataFrame) -> dict[str, str]:
    """A customer whom a rule warns of arrears, and one with a limit that a larger grant would lift."""
    frozen = plain.filter(pl.col("rules_applied").list.contains("HST-PAY-001") & (pl.col("status") == "rated"))
    lifted = plain.filter((pl.col("limit") > 0) & (pl.col("limit") < 100_000) & pl.col("rule_limit_cap").is_null())
    return {"frozen": frozen["customer_id"][0], "lifted": lifted["customer_id"][0]}


@pytest.fixture(scope="module")
def run(small_world: SmallWorld, chosen: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("agreed")
    shutil.copytree(RULES, folder / "rules")
    (folder / "rules" / "exceptions.yaml").write_text(
        f"exclusions:\n  - {{rule: HST-PAY-001, customer: {chosen['frozen']}, {AGREED}}}\n"
        f"  - {{rule: HST-PAY-001, group: GONE, {AGREED}}}\n"
        f"temporary_limits:\n  - {{customer: {chosen['lifted']}, limit: 300000, {AGREED}}}\n"
        f"  - {{customer: NOBODY, limit: 300000, {AGREED}}}\n",
        encoding="utf-8",
    )
    request = small_world.request(
        folder / "run",
        rules=folder / "rules",
        previous=str(small_world.runs / EARLIER.isoformat()),
        certified=tuple(chosen.values()),
    )
    rerate_folder(request, clock=perf_counter)
    return folder / "run"


def test_only_those_two_customers_are_treated_otherwise(plain: pl.DataFrame, run: Path, chosen: dict[str, str]) -> None:
    found = pl.read_parquet(run / "ratings.parquet")
    decided = ["customer_id", "limit", "terms_days", "grade", "frozen", "actions", "rules_applied"]
    others = ~pl.col("customer_id").is_in(list(chosen.values()))
    assert found.filter(others).select(decided).equals(plain.filter(others).select(decided))
    row = {name: found.row(by_predicate=pl.col("customer_id") == id_, named=True) for name, id_ in chosen.items()}
    assert row["frozen"]["rules_snoozed"] == ["HST-PAY-001"]
    assert "HST-PAY-001" not in row["frozen"]["rules_applied"]
    assert row["lifted"]["temporary_limit"] == 300_000
    assert (
        row["lifted"]["limit"] > plain.row(by_predicate=pl.col("customer_id") == chosen["lifted"], named=True)["limit"]
    )
    assert any("approved by b.chen" in reason for reason in row["frozen"]["reasons_en"])


def test_the_run_counts_them_and_names_those_that_mean_nobody(run: Path) -> None:
    summary = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert summary["exceptions"] == {
        "exclusions": 2,
        "temporary_limits": 2,
        "of_nobody": ["exclusion of group GONE from HST-PAY-001", "temporary limit of customer NOBODY"],
    }


def test_the_certificate_names_who_agreed_and_until_when(run: Path, chosen: dict[str, str]) -> None:
    certificate = json.loads((run / "certificates" / f"{chosen['frozen']}.json").read_text(encoding="utf-8"))
    assert certificate["rules"]["HST-PAY-001"] == "snoozed"
    assert [one["approved_by"] for one in certificate["exclusions"]] == ["b.chen"]
    granted = json.loads((run / "certificates" / f"{chosen['lifted']}.json").read_text(encoding="utf-8"))
    assert granted["limit_path"]["temporary_limit"]["until"] == "2999-01-01"
    assert granted["limit_path"]["binding_constraint"] == "temporary_limit"


def test_amounts_in_another_currency_than_the_policy_are_refused(small_world: SmallWorld, tmp_path: Path) -> None:
    rules = shipped_policy_in(tmp_path, "EUR")
    with pytest.raises(InputError, match="tables are in CNY, the amounts of the policy are in EUR") as caught:
        rerate_folder(small_world.request(tmp_path / "run", LAST_DAY, rules=rules), clock=perf_counter)
    assert "currency: CNY" in str(caught.value.remedy)
    assert not (tmp_path / "run").exists()

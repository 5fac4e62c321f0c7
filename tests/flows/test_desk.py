"""From a run to the people who answer its warnings, and back into the next run."""

import json
import shutil
from datetime import date, datetime, timedelta, timezone

import polars as pl
import pytest
from typer.testing import CliRunner

import riskengine
from riskengine.cli.main import app
from riskengine.records.database import RECORDS
from riskengine.records.records import open_records
from riskengine.terms.errors import RiskEngineError, UsageError
from riskengine.workflows.desk.customer_case import customer_case
from riskengine.workflows.desk.open_desk import open_desk
from riskengine.workflows.rerate_folder import RerateRequest, rerate_folder
from support.small_world import EARLIER, LAST_DAY, RULES, SmallWorld


def rerate(world: SmallWorld, root, as_of: date, name: str | None = None, **options):
    said: list[str] = []
    request = RerateRequest(
        world.tables, as_of, root / "runs" / (name or str(as_of)), RULES, root / "workspace", **options
    )
    rerate_folder(request, clock=lambda: 0.0, tell=said.append)
    return said


@pytest.fixture(scope="module")
def begun(small_world: SmallWorld, tmp_path_factory):
    """A workspace of its own, and the run as of EARLIER in it."""
    root = tmp_path_factory.mktemp("desk")
    shutil.copytree(small_world.workspace, root / "workspace", ignore=shutil.ignore_patterns(f"{RECORDS}*"))
    rerate(small_world, root, EARLIER, previous="none")
    return root


@pytest.fixture
def root(begun, tmp_path):
    return shutil.copytree(begun, tmp_path / "root")


def run(root, *words: str):
    arguments = [*words, "--workspace", str(root / "workspace")]
    if words[1] not in ("outbox", "delivered"):
        arguments += ["--rules", str(RULES)]
    done = CliRunner().invoke(app, arguments)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def cases(root):
    return json.loads(run(root, "warnings", "list", "--json"))


def outbox(root, *words: str):
    return [json.loads(line) for line in run(root, "warnings", "outbox", "--json", *words).splitlines()]


def test_a_run_is_in_the_records(small_world: SmallWorld, root) -> None:
    records = open_records(root / "workspace" / RECORDS)
    published = pl.read_parquet(root / "runs" / str(EARLIER) / "cases.parquet")
    stand = records.cases()
    assert [one.customer_id for one in stand] == published["customer_id"].to_list()
    assert records.days() == (EARLIER, EARLIER)
    told = outbox(root)
    assert len([one for one in told if one["topic"] == "case"]) == published.height
    assert [one["number"] for one in told] == list(range(1, len(told) + 1))
    rerate(small_world, root, EARLIER, previous="none")
    assert outbox(root) == told
    published_list = json.loads((root / "runs" / str(EARLIER) / "cases.json").read_text("utf-8"))
    assert cases(root) == {name: published_list[name] for name in published_list if name != "warnings"}


def test_an_answer_and_a_snooze_count_in_the_next_run(small_world: SmallWorld, root) -> None:
    frozen, dismissed, later, *_ = [one["customer_id"] for one in cases(root)["cases"] if one["place"] == "now"]
    by = ("--by", "Li Wei", "--reason", "talked to them")
    run(root, "warnings", "answer", frozen, "acted_on", "--action", "freeze_credit", *by)
    said = run(root, "warnings", "answer", dismissed, "dismissed", *by)
    assert "ended on 2024-11-30: dismissed by Li Wei" in said
    run(root, "warnings", "snooze", later, "--until", "2025-03-01", "--up-to", "red", *by)
    places = {one["customer_id"]: one["place"] for one in cases(root)["cases"]}
    assert not {frozen, dismissed} & places.keys()
    assert places[later] == "put_off"
    assert [one["case"]["end"] for one in outbox(root)[-2:]] == ["acted_on", "dismissed"]
    with open_desk(root / "workspace", RULES) as desk:
        own = customer_case(desk, frozen)
        assert own.open_case is None
        assert own.cases[0].by == "Li Wei"
        assert own.standing.freeze_flag == 1
        assert customer_case(desk, dismissed).standing.freeze_flag == 0

    rerate(small_world, root, LAST_DAY)
    after = pl.read_parquet(root / "runs" / str(LAST_DAY) / "cases.parquet")
    (kept,) = after.filter((pl.col("customer_id") == frozen) & (pl.col("opened_on") <= EARLIER)).iter_rows(named=True)
    assert (kept["end"], kept["taken"], kept["freezes"]) == ("acted_on", ["freeze_credit"], True)
    assert not after.filter((pl.col("customer_id") == dismissed) & (pl.col("opened_on") <= EARLIER)).height
    episodes = pl.read_parquet(root / "runs" / str(LAST_DAY) / "episodes.parquet")
    snoozed = episodes.filter((pl.col("customer_id") == later) & pl.col("closed_on").is_null())
    assert set(snoozed["snoozed_until"]) == {date(2025, 3, 1)}
    assert set(snoozed["opened_on"]) == {EARLIER}
    summary = json.loads((root / "runs" / str(LAST_DAY) / "run.json").read_text("utf-8"))
    assert (summary["inputs"]["said"]["answers"], summary["inputs"]["said"]["snoozes"]) == (2, 1)
    ratings = pl.read_parquet(root / "runs" / str(LAST_DAY) / "ratings.parquet")
    assert ratings.filter(pl.col("customer_id") == frozen)["frozen"].item()


def test_runs_that_are_not_for_the_records(small_world: SmallWorld, root) -> None:
    rerate(small_world, root, LAST_DAY, name="tried", records=False)
    rerate(small_world, root, LAST_DAY, name="other", bundle=small_world.bundle)
    records = open_records(root / "workspace" / RECORDS)
    assert records.days() == (EARLIER, EARLIER)
    rerate(small_world, root, LAST_DAY)
    assert records.days() == (LAST_DAY, LAST_DAY)
    before = outbox(root)
    (said,) = (line for line in rerate(small_world, root, EARLIER, "again", previous="none") if "records" in line)
    assert "stand on 2024-12-31" in said
    assert outbox(root) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("answer", "C9", "dismissed"), "there is no customer 'C9'"),
        (("answer", "@first", "dismised"), "did you mean 'dismissed'"),
        (("answer", "@first", "acted_on", "--action", "freeze"), "did you mean 'freeze_credit'"),
        (("answer", "@first", "dismissed", "--action", "insure"), "takes no action"),
        (("snooze", "@first", "--until", "2024-11-01"), "cannot end on 2024-11-01"),
        (("snooze", "@first", "--until", "2025-01-01", "--indicator", "utilization"), "did you mean 'utilisation'"),
        (("snooze", "@first", "--until", "2025-01-01", "--up-to", "orange"), "there is no severity 'orange'"),
    ],
)
def test_what_a_person_cannot_say(begun, words, message) -> None:
    first = cases(begun)["cases"][0]["customer_id"]
    asked = ["warnings", *(first if word == "@first" else word for word in words), "--by", "Li", "--reason", "x"]
    with pytest.raises(UsageError, match=message):
        run(begun, *asked)


def test_the_list_for_people_says_what_is_left_out(root, tmp_path) -> None:
    said = run(root, "warnings", "list")
    assert "open cases; people can answer 20 in 7 days" in said
    assert "answer now: " in said
    assert "未结预警个案" in run(root, "warnings", "list", "--language", "zh", "--all")
    files = ("--csv", str(tmp_path / "c.csv"), "--xlsx", str(tmp_path / "c.xlsx"))
    run(root, "warnings", "list", *files)
    assert (tmp_path / "c.csv").read_text("utf-8-sig").startswith("Place 次序,")
    assert (tmp_path / "c.xlsx").stat().st_size > 5000
    with pytest.raises(RiskEngineError, match="did you mean 'head_of_credit'"):
        run(root, "warnings", "list", "--owner", "head_credit")
    assert len(outbox(root, "--after", "2", "--limit", "3")) == 3


def test_a_sender_delivers_each_message_once(root) -> None:
    told = outbox(root)
    sent = []
    while batch := outbox(root, "--undelivered", "--limit", "50"):
        sent += batch
        last = str(batch[-1]["number"])
        assert json.loads(run(root, "warnings", "delivered", last, "--json"))["marked"] == len(batch)
    assert sent == told
    assert outbox(root, "--after", "3", "--limit", "1")[0]["delivered_at"] is not None
    said = run(root, "warnings", "delivered", str(len(told)))
    assert f"messages up to {len(told)} are delivered; 0 of them were not before" in said
    with pytest.raises(UsageError, match=f"no message {len(told) + 1}; the numbers go from 1 to {len(told)}"):
        run(root, "warnings", "delivered", str(len(told) + 1))


def test_a_sender_in_python(root) -> None:
    moment = datetime(2024, 12, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    with riskengine.outbox(root / "workspace") as messages:
        every = messages.messages()
        assert messages.mark_delivered(3, at=moment) == 3
        assert messages.messages(limit=4)[2:] == [{**every[2], "delivered_at": "2024-12-01T00:00:00+00:00"}, every[3]]
        assert messages.undelivered(limit=2) == every[3:5]
        with pytest.raises(UsageError, match="has no time zone"):
            messages.mark_delivered(4, at=datetime(2024, 12, 1))

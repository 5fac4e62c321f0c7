"""A watch that begins with the records of a run."""

import shutil
import time
from datetime import timedelta

from riskengine.records.database import RECORDS
from riskengine.records.records import open_records
from riskengine.workflows.rerate_folder import rerate_folder
from riskengine.workflows.watch.python_call import watch
from support.small_world import LAST_DAY, RULES


def test_it_goes_on_with_the_warnings_of_the_run(small_world, tmp_path):
    workspace = tmp_path / "workspace"
    shutil.copytree(small_world.workspace, workspace)
    (workspace / RECORDS).unlink(missing_ok=True)
    request = small_world.request(tmp_path / "run", workspace=workspace, previous="none", records=True)
    rerate_folder(request, clock=time.perf_counter)
    records = open_records(workspace / RECORDS)
    before = [one for one in records.episodes() if one.is_open]
    records.close()
    assert before
    customer = before[0].customer_id
    tomorrow = LAST_DAY + timedelta(days=1)
    with watch(small_world.tables, tomorrow, workspace=workspace, rules=RULES) as watching:
        assert watching.day == tomorrow
        said = {"event": "signal", "kind": "insolvency_filing", "occurred_on": tomorrow, "source": "court"}
        told = watching.take([{**said, "event_id": "x", "customer_id": customer}])
        assert {one["customer_id"] for one in told} >= {customer}
        watching.settle()
    records = open_records(workspace / RECORDS)
    after = {(*one.key, one.opened_on) for one in records.episodes()}
    records.close()
    assert {(*one.key, one.opened_on) for one in before} <= after

# %% [markdown]
# # Tuning a rule
#
# Look at what a rule does to a portfolio, choose its threshold on the past, try the changed policy against the present
# one, and look at the customers it moves. The script runs as it is (`python notebooks/tuning_a_rule.py`) or cell by
# cell in any editor that knows `# %%`. It needs what `make demo` leaves behind; `RISKENGINE_DEMO` names another folder
# with `tables`, `workspace` and `runs` in it.

# %%
import os
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter

import pandas as pd

import riskengine
from riskengine.terms.days import month_later
from riskengine.workflows.rules.diff_policies import diff_policies
from riskengine.workflows.trial.history import month_ends_between
from riskengine.workflows.trial.simulate_folder import SimulateRequest, simulate_folder
from riskengine.workflows.trial.tune_folder import TuneRequest, tune_folder

DEMO = Path(os.environ.get("RISKENGINE_DEMO", "demo"))
if not DEMO.is_dir():
    sys.exit(f"there is no folder {DEMO}; run make demo first, or set RISKENGINE_DEMO")
RULES = Path(__file__).parents[1] / "rules" if "__file__" in globals() else Path("rules")
WORK = Path(tempfile.mkdtemp(prefix="tuning."))

# %% [markdown]
# ## What the rules do today
# One row per rule that applied to somebody on the last month end, by how many customers and how much they owe.

# %%
last = max(run.name for run in (DEMO / "runs").iterdir() if run.is_dir())
now = riskengine.rerate(DEMO / "tables", last, policy=RULES, workspace=DEMO / "workspace", reasons=False)
applied = now.ratings[["customer_id", "exposure", "frozen", "rules_applied"]].explode("rules_applied")
by_rule = applied.groupby("rules_applied").agg(
    customers=("customer_id", "size"), frozen=("frozen", "sum"), exposure=("exposure", "sum")
)
print(by_rule.sort_values("customers", ascending=False).head(12).round(0))

# %% [markdown]
# ## Where should a threshold stand?
# `hold_dpd` says from how many days past due deliveries on credit stop (HST-PAY-001). Every value is tried on every
# third month end of a year and a half, each time with what was known then; what happened afterwards is only looked at.

# %%
end = date.fromisoformat(last)
month_ends = month_ends_between(month_later(end, -18), end)[::3]
_, tuned = tune_folder(
    TuneRequest(
        parameter="hold_dpd",
        first=30,
        last=90,
        steps=5,
        tables=DEMO / "tables",
        dates=month_ends,
        rules=RULES,
        workspace=DEMO / "workspace",
        budget="2 hits a week",
    )
)
curve = pd.DataFrame(tuned["points"]).set_index("value")
print(curve[["hits", "hits_per_week", "precision", "caught", "lead_days", "good_hits", "gain"]].round(2))
print("within two hits a week:", tuned["choice"])

# %% [markdown]
# ## A challenger
# Say the committee wants 45 days. A change is a new value with a date; the copy is another folder, and what is in force
# stays as it is.

# %%
CHANGES_ON = date(2027, 1, 1)
challenger = WORK / "rules"
shutil.copytree(RULES, challenger, ignore=shutil.ignore_patterns("published"))
parameters = challenger / "parameters.yaml"
text = parameters.read_text(encoding="utf-8")
start = text.index("  hold_dpd:")
place = text.index("\n", text.rindex("- {from:", start, text.index("  hold_amount:", start))) + 1
value = f"      - {{from: {CHANGES_ON}, value: 45, reference: a trial, decided_by: nobody yet}}\n"
parameters.write_text(text[:place] + value + text[place:], encoding="utf-8")

print("\n".join(diff_policies(str(RULES), str(challenger)).lines("en")))

# %% [markdown]
# ## On the past
# Both policies rate the same month ends. The change begins later, so the challenger is tried as it stands on that day
# (`challenger_day`).

# %%
request = SimulateRequest(
    tables=DEMO / "tables",
    policy=RULES,
    challenger=challenger,
    dates=month_ends,
    out=WORK / "trial",
    workspace=DEMO / "workspace",
    policy_day=CHANGES_ON,
    challenger_day=CHANGES_ON,
)
found = simulate_folder(request, clock=perf_counter)
print(f"{found['total']['moved']:,} of {found['total']['rows']:,} decisions differ on {len(found['dates'])} dates")
by_date = pd.DataFrame(found["by_date"]).set_index("as_of")
print(by_date[["rows", "moved"]])

# %% [markdown]
# ## Was it worth it?
# Only dates whose whole horizon lies in the data know their outcomes. Costs are assumptions: give your own with
# `costs=Path("costs.yaml")`.

# %%
print(f"dates with an outcome: {len(found['ripe_dates'])} of {len(found['dates'])}")
print(pd.DataFrame(found["detection"]).loc[["defaults", "refused", "warned", "missed"]])
for name, interval in found["differences"].items():
    print(f"{name:14} {interval['value']:>14,.0f}  ({interval['low']:,.0f} to {interval['high']:,.0f})")

# %% [markdown]
# ## Who moves
# The largest movers, with what they owe; the report shows their trace under both policies.

# %%
movers = pd.read_parquet(WORK / "trial" / "movers.parquet")
told = ["as_of", "customer_id", "exposure", "frozen_policy", "frozen_challenger", "limit_policy", "limit_challenger"]
print(movers[[*told, "defaulted"]].head(10).to_string(index=False))

# %% [markdown]
# ## What people read

# %%
print(f"report: {WORK / 'trial' / 'report.html'}")

"""A small policy on the project's own facts, and a store in which it was released."""

import datetime as dt
import shutil
from pathlib import Path

from riskengine.policy.release.log import Entry, Step
from riskengine.policy.release.published_bundle import contents_of, read_bundle
from riskengine.policy.release.timeline import last_published
from riskengine.policy.source import load_policy
from riskengine.workflows.release.policy import Place, add_evidence, approve, person, place_of, publish, start
from riskengine.workflows.release.store import read_log
from support.policy_folder import SHIPPED

MORNING = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TODAY = MORNING.date()

PARAMETERS = """
parameters:
  hold_dpd:
    text: {en: Days past due from which deliveries on credit stop, zh: 停止赊销的逾期天数}
    unit: days
    values:
      - {from: 2015-01-01, value: 90, reference: Manual 2.3, decided_by: Committee}
      - {from: 2020-01-01, value: 60, reference: Minutes 2019-11, decided_by: Committee}
"""
RULES = """
ruleset: hard_stops.hold
stage: hard_stops
owner: credit-policy
rules:
  - id: HST-PAY-001
    name: {en: On hold, zh: 停止赊销}
    reason:
      en: "{pay_dpd_max} days past due, on hold from {@hold_dpd}"
      zh: "逾期{pay_dpd_max}天，{@hold_dpd}天起停止赊销"
    in_force: {from: 2015-01-01}
    when: pay_dpd_max >= @hold_dpd
    on_missing: no_hit
    then: {freeze: true}
"""
CASES = """
cases:
  - {name: at 90 days before, as_of: 2019-12-31, facts: {pay_dpd_max: 90}, expect: {HST-PAY-001: hit}}
  - {name: below 90 days before, as_of: 2019-12-31, facts: {pay_dpd_max: 89}, expect: {HST-PAY-001: no_hit}}
  - {name: at 60 days since, as_of: 2020-01-01, facts: {pay_dpd_max: 60}, expect: {HST-PAY-001: hit}}
  - {name: below 60 days, as_of: 2020-01-01, facts: {pay_dpd_max: 59}, expect: {HST-PAY-001: no_hit}}
  - {name: not known, as_of: 2020-01-01, facts: {}, expect: {HST-PAY-001: missing}}
"""
CHANGES = """# Changes

## 2020-01-01

- `hold_dpd` 90 -> 60. Committee.

## 2015-01-01

- First version. Committee.
"""


def small_policy(folder: Path) -> Path:
    """A sound policy of one rule with all its cases, in `folder/rules`; scale, limits and terms of the project."""
    root = folder / "rules"
    (root / "hard_stops").mkdir(parents=True)
    for name in ("master_scale.yaml", "limits.yaml", "terms.yaml", "policy.yaml"):
        if (SHIPPED / name).is_file():
            shutil.copy(SHIPPED / name, root / name)
    written = {
        "parameters.yaml": PARAMETERS,
        "hard_stops/hold.yaml": RULES,
        "hard_stops/hold.test.yaml": CASES,
        "CHANGELOG.md": CHANGES,
    }
    for name, text in written.items():
        (root / name).write_text(text.lstrip("\n"), encoding="utf-8")
    return root


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def change_hold(root: Path, day: str, value: int) -> None:
    """A new value of hold_dpd from a day on, with its entry in the changelog."""
    line = "      - {from: 2020-01-01, value: 60, reference: Minutes 2019-11, decided_by: Committee}\n"
    new = f"      - {{from: {day}, value: {value}, reference: Minutes, decided_by: Committee}}\n"
    path = root / "parameters.yaml"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + new, encoding="utf-8")
    assert line in path.read_text(encoding="utf-8")
    edit(root / "CHANGELOG.md", "# Changes\n", f"# Changes\n\n## {day}\n\n- `hold_dpd` {value}. Committee.\n")


def trial_of(place: Place) -> dict[str, object]:
    """What is recorded of a simulation of all that the folder and the last publication hold."""
    published = last_published(read_log(place.store))
    tried = [content.content_hash for content in contents_of(load_policy(place.rules))]
    if published is None:
        return {"baseline": None, "tried": tried, "against": []}
    against = [content.content_hash for content in read_bundle(place.store / published.bundle).contents]
    return {"baseline": published.bundle, "tried": tried, "against": against}


def make_ready(place: Place, at: dt.datetime, author: str = "Li Wei") -> None:
    """Started, with all evidence, as if all had been looked at."""
    start(place, person(author, at), "a change")
    tried = trial_of(place)
    for step in (Step.CHECKED, Step.PROVED):
        add_evidence(place, step, lambda _draft, _log: {}, by=None, at=at)
    add_evidence(place, Step.SIMULATED, lambda _draft, _log: tried, by=None, at=at)


def release(place: Place, first_day: dt.date, at: dt.datetime = MORNING) -> Entry:
    """From a draft by Li Wei to a publication by Chen Jing, all at one time."""
    make_ready(place, at)
    approve(place, person("Chen Jing", at))
    return publish(place, person("Chen Jing", at), first_day)


def released_place(folder: Path, first_day: dt.date = TODAY) -> Place:
    place = place_of(small_policy(folder))
    release(place, first_day)
    return place

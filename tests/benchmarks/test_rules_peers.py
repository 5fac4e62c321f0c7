"""The benchmark of the rule engines runs, and all peers answer alike."""

import re
import subprocess
import sys

from support.policy_folder import PROJECT


def test_every_peer_answers_alike() -> None:
    """Exit code 0 says that no answer of any peer differs from ours."""
    arguments = ["--rules", "20", "--customers", "3000", "--samples", "60", "--repeats", "1"]
    done = subprocess.run(
        [sys.executable, str(PROJECT / "benchmarks" / "rules"), *arguments], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "all answers are the same"
    for peer in ("polars, streaming", "zen-engine", "rule-engine", "json-logic", "durable_rules, its own host"):
        assert re.search(rf"^  {peer}.* customers/s", done.stdout, re.MULTILINE), peer
    assert len(re.findall("single decisions.*99 % within", done.stdout)) == 2

"""What the documentation says about intake is executed or complete."""

import re
from pathlib import Path

import pytest

from riskengine.tables.mapping import checked_mapping, load_mapping
from riskengine.tables.reason import Reason, Repair
from riskengine.tables.yaml_file import parse_yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "intake.md").read_text(encoding="utf-8")


def test_the_mapping_in_the_page_is_valid():
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    assert set(checked_mapping(parse_yaml(block, where="docs")).spec.sources) == {"customers", "invoices", "payments"}


@pytest.mark.parametrize("name", [*Reason, *Repair])
def test_every_reason_and_repair_is_documented(name):
    assert f"`{name.value}`" in PAGE


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_speaks_both_languages(reason):
    assert reason.text.en.isascii()
    assert re.search(r"[一-鿿]", reason.text.zh)


@pytest.mark.parametrize("name", ["closed_invoices.yaml", "open_invoices.yaml", "both_ledgers.yaml"])
def test_every_example_is_a_valid_mapping(name):
    assert load_mapping(ROOT / "examples" / "highradius" / name).spec.reporting_currency == "USD"

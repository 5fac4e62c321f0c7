import json
import re
from pathlib import Path

from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.tables.events.forms import FORMS
from riskengine.tables.events.reading import Bounds, read_events
from riskengine.terms.days import parse_day
from riskengine.workflows.events_page import COMMAND, events_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "events.md"


def test_the_committed_page_is_made_from_the_forms() -> None:
    stale = PAGE.read_text(encoding="utf-8") != events_page()
    assert not stale, f"run: {COMMAND} > docs/reference/events.md"


def test_every_kind_and_its_fields_are_on_the_page() -> None:
    sections = events_page().split("\n### ")
    for form in FORMS.values():
        (section,) = (s for s in sections if s.startswith(f"`{form.kind.value}`"))
        assert re.findall(r"^\| `(\w+)` \|", section.split("## Reasons")[0], re.MULTILINE) == list(form.fields)


def test_the_example_is_an_event() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", events_page(), flags=re.DOTALL)
    line = json.dumps(json.loads(example))
    assert len(read_events([line], Bounds(parse_day("2025-03-20"))).events) == 1


def test_the_command_prints_the_page() -> None:
    result = CliRunner().invoke(app, COMMAND.split()[1:])
    assert result.stdout == events_page()

from pathlib import Path

import narwhals as nw
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.features.catalogue import CATALOGUE
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.terms.errors import UsageError
from riskengine.terms.text import Text
from riskengine.workflows.features_page import COMMAND, SOURCE_TEXTS, features_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "features.md"


def test_the_committed_page_is_the_catalogue() -> None:
    stale = PAGE.read_text(encoding="utf-8") != features_page(CATALOGUE.values())
    assert not stale, f"run: {COMMAND} > docs/reference/features.md"


def test_every_feature_is_on_the_page_in_both_languages() -> None:
    page = features_page(CATALOGUE.values())
    for feature in CATALOGUE.values():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{feature.name}` |"))
        for text in (feature.text, feature.missing):
            assert f"{text.en}<br>{text.zh}".replace("|", "\\|") in row


def test_every_source_has_a_heading() -> None:
    assert set(SOURCE_TEXTS) == set(Source)


def test_a_bar_in_a_text_does_not_break_the_table() -> None:
    text = Text("a | b", "甲|乙")
    page = features_page(
        [Feature("x", text, Unit.RATIO, Source.ORDER, text, nw.lit(1.0), low=0, high=0.5, risk=Risk.DOWN)]
    )
    assert "| `x` | a \\| b<br>甲\\|乙 | ratio | 0 to 0.5 | a \\| b<br>甲\\|乙 | down | yes |" in page


def test_the_command_prints_the_page() -> None:
    result = CliRunner().invoke(app, COMMAND.split()[1:])
    assert result.exit_code == 0
    assert result.stdout == features_page(CATALOGUE.values())


def test_one_form_at_a_time() -> None:
    result = CliRunner().invoke(app, ["features", "list", "--markdown", "--json"])
    assert isinstance(result.exception, UsageError)


def test_one_source_of_it() -> None:
    result = CliRunner().invoke(app, ["features", "list", "--markdown", "--source", "industry"])
    assert [line for line in result.stdout.splitlines() if line.startswith("## ")] == ["## Industry · 行业"]

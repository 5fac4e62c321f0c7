"""In words: which row of a table, and whose values."""

from riskengine.policy.condition import Comparison, Condition, leaves
from riskengine.policy.draft import AuthoredRule, TableRow
from riskengine.policy.variant import Variant
from riskengine.terms.text import Text


def part_of(rule: AuthoredRule, when: Condition, variant: Variant) -> Text | None:
    """Which row of its table a rule is (by its resolved condition `when`), and for which segments; None for neither."""
    texts = [] if rule.row is None else [_row_text(rule.row, when)]
    texts.extend(segment.text for segment in variant.segments)
    if not texts:
        return None
    return Text("; ".join(text.en for text in texts), "；".join(text.zh for text in texts))


def row_value(rule: AuthoredRule) -> float | str | None:
    """The last entry of a row: a number or "@parameter"; None where nothing follows."""
    written = rule.written.then
    return next((value for part, value in written if part in written.model_fields_set), None)


def _row_text(row: TableRow, when: Condition) -> Text:
    asked = [leaf for leaf in leaves(when) if isinstance(leaf, Comparison)]
    said = [(fact, " & ".join(_comparison(leaf) for leaf in asked if leaf.fact == fact.name)) for fact in row.facts]
    english = ", ".join(f"{fact.text.en} {what}" for fact, what in said if what)
    chinese = "，".join(f"{fact.text.zh} {what}" for fact, what in said if what)
    return Text(f"row {row.number}: {english}", f"第{row.number}行：{chinese}")


def _comparison(leaf: Comparison) -> str:
    """The leaf without its fact.

    >>> from riskengine.policy.condition import Op
    >>> _comparison(Comparison("grade", Op.LE, 3.0))
    '<= 3'
    """
    return str(leaf).removeprefix(f"{leaf.fact} ")

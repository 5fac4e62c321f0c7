"""What of the cases people can answer now, what is left out, and what that is worth."""

from collections.abc import Sequence

from riskengine.early_warning.ranking import RankedCase, total_loss
from riskengine.policy.bundle import Policy
from riskengine.reports.cases.words import severity_mark
from riskengine.reports.markup import Markup
from riskengine.reports.numbers import amount_text, counted, percent, whole
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text


def budget_text(found: Sequence[RankedCase], policy: Policy, currency: str) -> Text:
    """What can be answered, what is left out, and what that is worth."""
    taken, left, lost = _parts(found)
    share = percent(policy.episodes.loss_given_default, 0)
    said = [
        Text(
            "Ranked by expected loss: PD over 12 months x what is owed and neither guaranteed nor insured x "
            f"{share} lost in a default; who could not be rated counts with a PD of 100%.",
            f"按预期损失排序：12个月违约概率×未担保且未投保的敞口×违约损失率{share}；无法评级的客户违约概率按100%计。",
        )
    ]
    budget = policy.episodes.budget
    if budget is not None:
        said.append(
            Text(
                f"People can answer {budget.cases} cases in {budget.days} days.",
                f"人工每{budget.days}天可处理{budget.cases}件。",
            )
        )
    said.append(_worth(Text("To be answered now", "现在安排"), taken, currency))
    if left:
        said.append(_worth(Text("Left out for now", "暂未安排"), left, currency))
    covered = sum(one.severity is Severity.RED and one.expected_loss == 0.0 for one in left)
    if covered:
        said.append(
            Text(
                "Red among them, but with nothing at stake that is not covered: "
                f"{counted(covered, 'case', 'cases')}; watch the deadlines of insurers and guarantors.",
                f"其中{whole(covered)}件为红色但无未覆盖敞口：请关注保险与担保的时限。",
            )
        )
    if lost:
        said.append(_worth(Text("Already in default and so with collection", "已违约（转入催收）"), lost, currency))
    return Text(" ".join(one.en for one in said), "".join(one.zh for one in said))


def _parts(found: Sequence[RankedCase]) -> tuple[list[RankedCase], list[RankedCase], list[RankedCase]]:
    """Within the budget, left out, and those of customers in default."""
    taken = [one for one in found if one.within_budget]
    left = [one for one in found if not one.within_budget and not one.in_default]
    return taken, left, [one for one in found if one.in_default]


def _worth(which: Text, cases: Sequence[RankedCase], currency: str) -> Text:
    loss = amount_text(total_loss(cases), currency)
    return Text(
        f"{which.en}: {counted(len(cases), 'case', 'cases')} with an expected loss of {loss.en}.",
        f"{which.zh}：{whole(len(cases))}件，预期损失{loss.zh}。",
    )


def budget_table(found: Sequence[RankedCase], currency: str) -> Markup:
    caption = Text(
        f"Answered now and left out, without customers in default ({currency})",
        f"现在安排与暂未安排，不含已违约客户（{currency}）",
    )
    loss = Heading(Text("Expected loss", "预期损失"), number=True)
    headings = (
        Heading(Text("Severity", "级别")),
        Heading(Text("Answered now", "现在安排"), number=True),
        loss,
        Heading(Text("Left out", "暂未安排"), number=True),
        loss,
    )
    taken, left, _ = _parts(found)
    rows = []
    for severity in reversed(Severity):
        own = [[one for one in part if one.severity is severity] for part in (taken, left)]
        cells = [cell for part in own for cell in (whole(len(part)), amount_cell(total_loss(part)))]
        rows.append((severity_mark(severity), *cells))
    return table(caption, headings, rows)

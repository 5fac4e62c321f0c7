"""What a simulation assumes, and what its words mean."""

from riskengine.portfolio.trial.trial_money import CostAssumptions
from riskengine.reports.markup import Markup, both, data_text, element, joined
from riskengine.reports.numbers import decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.tables import Heading, table
from riskengine.scoring.spec import OutcomeSpec
from riskengine.terms.text import Text


def assumptions_section(costs: CostAssumptions, outcome: OutcomeSpec, severe_days: int) -> Section:
    return Section(
        "assumptions",
        Text("Assumptions and definitions", "假设与定义"),
        joined((costs_stated(costs), _definitions(outcome, severe_days))),
    )


def costs_stated(costs: CostAssumptions) -> Markup:
    """Who says what losses, margins and work cost, and what they say."""
    return joined((_source(costs), _costs(costs)))


def _source(costs: CostAssumptions) -> Markup:
    if costs.reference is None:
        return paragraph(
            Text(
                "Nobody stated the costs: these are the program's own, not yours. State yours with --cost.",
                "未提供成本假设：以下为程序默认值，并非贵公司数据。请用 --cost 提供。",
            )
        )
    return element("p", both(Text("Costs by: ", "成本依据：")), data_text(costs.reference))


def _costs(costs: CostAssumptions) -> Markup:
    rows = (
        (
            Text("Loss given default, of what is not covered", "违约损失率（未覆盖部分）"),
            percent(costs.loss_given_default),
        ),
        (Text("Margin on sales", "销售毛利率"), percent(costs.margin_share)),
        (
            Text(f"Handling of a warning, {costs.currency}", f"每条预警处理成本（{costs.currency}）"),
            decimal(costs.warning_cost, 2),
        ),
        (
            Text(f"Manual review, {costs.currency}", f"每次人工审批成本（{costs.currency}）"),
            decimal(costs.review_cost, 2),
        ),
        (Text("Refused sales that go on against prepayment", "被拒销售改为预付的比例"), percent(costs.prepaid_share)),
        (Text("What a guarantee brings", "担保可收回比例"), percent(costs.guaranteed_share)),
        (Text("What insurance brings", "保险可收回比例"), percent(costs.insured_share)),
    )
    headings = (Heading(Text("Assumption", "假设")), Heading(Text("Value", "数值"), number=True))
    return table(Text("Costs", "成本假设"), headings, [(both(text), value) for text, value in rows])


def _definitions(outcome: OutcomeSpec, severe_days: int) -> Markup:
    days = outcome.horizon_days
    default = Text(
        f"Default: {outcome.days_past_due} days past due on more than {whole(outcome.material_amount)} and "
        f"{percent(outcome.material_share)} of what is open, a write-off or insolvency as the model's spec "
        "says, within "
        f"{days} days. Severe delay: {severe_days} days past due without default; such a customer is neither "
        "good nor bad. "
        "Customers whose horizon runs past the end of the data are left out, never counted as good.",
        f"违约：{days}天内逾期{outcome.days_past_due}天以上且金额超过{whole(outcome.material_amount)}及未清应收款的"
        f"{percent(outcome.material_share)}，或模型规格规定的核销、破产。严重拖延："
        f"逾期{severe_days}天但未违约，既非优质也非违约。"
        "观察期超出数据末日的客户不计，绝不视为优质。",
    )
    money = Text(
        "Each invoice is governed by the decision of the last date before it. Of what was really sold a "
        "decision allows "
        "nothing where credit is refused, everything where no limit is set, else the limit's share of the "
        "highest balance. "
        "Loss is what of the allowed sales was still owed on the eve of default, uncovered, times loss given default. "
        "What was owed before the first date is lost under both. Loss given default must fit the outcome above: where "
        "that is milder than default, far less of the debt is lost.",
        "每张发票适用其之前最后一个日期的决定。对实际销售：拒绝赊销则为零，未设额度则全部，否则按额度占最高余额的比例。"
        "损失为已允许销售中违约前夕未收回且未覆盖部分乘以违约损失率。首个日期之前的欠款在两项政策下均视为损失。"
        "违约损失率须与上述结果定义相符：若其轻于违约，损失远低于此。",
    )
    limits = Text(
        "The past is what was really granted. A challenger that allows more than customers used shows no extra "
        "sales, and "
        "customers refused at the time show no outcome: differences towards more credit are known less well than those "
        "towards less. Changes of terms are counted, not priced. Intervals are of 1,000 draws of customers "
        "with all their "
        "dates; they hold chance among customers, not a different economy.",
        "历史反映的是当时实际授予的信用。若挑战政策允许的额度超过客户实际使用，不会显示额外销售；"
        "当时被拒绝的客户没有结果："
        "放宽方向的差异不如收紧方向可靠。账期变动只计数，不计价。区间由客户（含其全部日期）重抽样1,000次得到，"
        "仅反映客户间的随机性，不反映不同的经济环境。",
    )
    return joined(paragraph(text) for text in (default, money, limits))

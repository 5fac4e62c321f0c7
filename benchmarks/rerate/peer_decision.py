"""The peer's arithmetic after the rules: effects joined, grade, limit, terms, actions, warnings, for all at once."""

import numpy as np
import pandas as pd

WORST_GRADE, DEFAULT = 8, 9
SEVERITIES = [None, "watch", "amber", "red"]


class Effects:
    """What the rules that hit say together; each part joins so that the order of rules does not matter."""

    def __init__(self, count, actions):
        self.grade_cap, self.notch = np.ones(count), np.zeros(count)
        self.limit_cap, self.limit_factor = np.full(count, np.inf), np.ones(count)
        self.terms_cap, self.terms_add = np.full(count, np.inf), np.zeros(count)
        self.severity = np.zeros(count, dtype="int64")
        self.freeze, self.refer, self.in_default = (np.zeros(count, dtype=bool) for _ in range(3))
        self.actions = {action: np.zeros(count, dtype=bool) for action in actions}

    def add(self, rules, hits, referred):
        for rule in rules:
            rows, then = np.unique(np.array(hits[rule["id"]], dtype="int64")), rule["then"]
            for part, value, join in (
                (self.grade_cap, then["grade_cap"], np.maximum),
                (self.limit_cap, then["limit_cap"], np.minimum),
                (self.limit_factor, then["limit_factor"], np.minimum),
                (self.terms_cap, then["terms_cap_days"], np.minimum),
                (self.severity, then["severity"], np.maximum),
            ):
                if value is not None:
                    part[rows] = join(part[rows], value)
            self.notch[rows] += then["notch"]
            self.terms_add[rows] += then["terms_add_days"]
            self.freeze[rows] |= then["freeze"]
            self.refer[rows] |= then["refer"]
            self.in_default[rows] |= then["in_default"]
            for action in then["actions"]:
                self.actions[action][rows] = True
            if then["freeze"]:
                self.actions["freeze_credit"][rows] = True
            self.refer[referred.get(rule["id"], [])] = True


def or_else(values, instead):
    return np.where(np.isnan(values), instead, values)


def pd_grade(pd_12m, grades):
    bounds = [grade["pd_to"] for grade in grades[:-2]]
    return np.where(np.isnan(pd_12m), np.nan, np.searchsorted(bounds, pd_12m, side="right") + 1.0)


def apply_grade_rules(grade, effects):
    """Cap, notches, and the cap again; 'D' for those in default."""
    notched = np.clip(np.maximum(grade, effects.grade_cap) + effects.notch, 1, WORST_GRADE)
    held = np.minimum(np.maximum(notched, effects.grade_cap), WORST_GRADE)
    return np.where(effects.in_default, DEFAULT, held)


def of_grade(grade, grades, column):
    values = np.array([np.nan if g[column] is None else g[column] for g in grades], dtype="float64")
    return np.where(np.isnan(grade), np.nan, values[or_else(grade, 1).astype("int64") - 1])


def bound_pd(pd_12m, known, policy):
    """The upper bound of the PD that a limit is computed with while little is known of the customer."""
    evidence, oldest = policy["evidence"], policy["capacity"]["statement_oldest_days"]
    statement = np.where(known["fin_statement_age_days"] <= oldest, evidence["statement_experiences"], 0.0)
    experiences = known["pay_settled_count_all"] + statement
    full = float(evidence["full_file_experiences"])
    seen = np.minimum(experiences, full)
    weight = evidence["model_weight"] + evidence["experience_weight"] * seen
    z = evidence["deviations"] * (1.0 - seen / full)
    share = z * z / weight
    spread = np.sqrt(pd_12m * (1.0 - pd_12m) / weight + share / (4.0 * weight)) * z
    return np.minimum(np.maximum((pd_12m + share / 2.0 + spread) / (1.0 + share), pd_12m), 1.0)


def estimate_need(known, terms, policy):
    delay = np.clip(or_else(known["pay_late_days_wmean_365d"], 0.0), 0.0, policy["longest_delay_days"])
    bought = known["pay_purchases_month_mean_365d"] * (1.0 + policy["headroom"]) * (terms + delay) / 30.0
    usual = np.maximum(bought, np.fmax(known["pay_invoice_amount_max_365d"], policy["least"]))
    usual = usual + known["ord_open_amount"]
    known_by = [~np.isnan(known["pay_purchases_month_mean_365d"]), known["cus_current_limit"] > 0]
    return np.select(known_by, [usual, known["cus_current_limit"]], policy["least"])


def estimate_capacity(known, policy):
    equity = np.maximum(known["fin_equity"] * policy["equity_share"], 0.0)
    working = np.maximum(known["fin_working_capital"] * policy["working_capital_share"], 0.0)
    revenue = np.maximum(known["fin_revenue"] * policy["revenue_share"], 0.0)
    middle = np.maximum(np.minimum(equity, working), np.minimum(np.maximum(equity, working), revenue))
    stated = np.where(np.isnan(middle), np.fmin(np.fmin(equity, working), revenue), middle)
    current = (known["fin_statement_age_days"] <= policy["statement_oldest_days"]) & ~np.isnan(stated)
    proven = known["pay_settled_count_all"] >= policy["paid_least_count"]
    paid = np.maximum(known["pay_paid_amount_365d"] * policy["paid_share"], policy["starter"])
    return np.select([current, proven], [stated, paid], policy["starter"])


def set_limit(known, grade, terms, effects, policy, portfolio):  # noqa: PLR0917 - what a limit is made of
    pd_12m, caps = known["pd_12m"], policy["limit"]["caps"]
    bounded = apply_grade_rules(pd_grade(bound_pd(pd_12m, known, policy["limit"]), policy["grades"]), effects)
    factor = of_grade(bounded, policy["grades"], "limit_factor")
    whole = max(portfolio * caps["portfolio_share"], caps["portfolio_share_least"])
    sisters = np.maximum(known["grp_exposure"] - known["cus_exposure"], 0.0)
    cap = np.minimum(np.maximum(whole - sisters, 0.0), caps["customer"])
    allowed = np.minimum(terms, of_grade(grade, policy["grades"], "terms_cap_days"))
    need = estimate_need(known, allowed, policy["limit"]["need"])
    least = np.fmin(np.fmin(need, estimate_capacity(known, policy["limit"]["capacity"])), cap)
    before = np.fmin(least * factor, cap)
    after = np.round(np.minimum(before * effects.limit_factor, effects.limit_cap), 2)
    steps = policy["limit"]["rounding"][::-1]
    step = np.select([after >= s["above"] for s in steps], [s["step"] for s in steps], np.nan)
    shut = effects.freeze | effects.in_default
    return np.where(shut, 0.0, np.where(~np.isnan(pd_12m), np.floor(after / step) * step, np.nan))


def set_terms(wanted, grade, limit, effects, policy):
    terms = policy["terms"]
    longest = of_grade(grade, policy["grades"], "terms_cap_days")
    added = np.where(longest > 0, np.minimum(effects.terms_add, terms["longest_extension_days"]), 0.0)
    longest = np.minimum(np.clip(longest + added, 0.0, terms["longest_days"]), effects.terms_cap)
    longest = np.where(limit == 0, 0.0, longest)
    ladder = np.array([0, *terms["steps_days"]], dtype="float64")
    stepped = ladder[np.searchsorted(ladder, or_else(longest, 0.0), side="right") - 1]
    return np.where(np.isnan(longest), np.nan, np.minimum(wanted, stepped))


def wanted_terms(known, policy):
    return np.minimum(or_else(known["cus_current_terms_days"], policy["standard_days"]), policy["longest_days"])


def available_credit(known, effects, policy):
    secured = or_else(known["cus_guarantee_amount"], 0.0) * policy["guaranteed_share"]
    secured = secured + or_else(known["cus_insured_amount"], 0.0) * policy["insured_share"]
    room = np.round(known["limit"] - known["cus_exposure"] + secured, 2)
    return np.where(effects.freeze | effects.in_default, np.minimum(room, 0.0), room)


def ratings_table(ids, as_of, known, effects, policy):
    actions = np.array(list(effects.actions))
    called = np.stack(list(effects.actions.values()), axis=1)
    patterns, place = np.unique(called, axis=0, return_inverse=True)
    lists = np.empty(len(patterns), dtype=object)
    lists[:] = [actions[pattern].tolist() for pattern in patterns]
    labels = np.array([None, *(str(n) for n in range(1, DEFAULT)), "D"], dtype=object)
    return pd.DataFrame(
        {
            "customer_id": ids,
            "as_of": as_of,
            "pd_12m": known["pd_12m"],
            "grade": labels[or_else(known["grade"], 0).astype("int64")],
            "limit": known["limit"],
            "terms_days": known["terms_days"],
            "available_credit": available_credit(known, effects, policy["limit"]["available"]),
            "frozen": effects.freeze | effects.in_default,
            "refer": effects.refer,
            "severity": np.array(SEVERITIES, dtype=object)[effects.severity],
            "actions": lists[place.ravel()],
        }
    )


def warnings_table(ids, as_of, rules, hits, policy):
    """One row per customer and rule with a severity, most severe first within a customer."""
    parts = []
    for rule in sorted((r for r in rules if r["then"]["severity"]), key=lambda r: (-r["then"]["severity"], r["id"])):
        rows = np.unique(np.array(hits[rule["id"]], dtype="int64"))
        word = SEVERITIES[rule["then"]["severity"]]
        follow_up = policy["terms"]["follow_up"][word]
        parts.append(
            pd.DataFrame(
                {
                    "row": rows,
                    "rule_id": rule["id"].partition("@")[0],  # one warning, whatever the segment
                    "severity": word,
                    "name_en": rule["name"]["en"],
                    "name_zh": rule["name"]["zh"],
                    "actions": [rule["then"]["actions"]] * len(rows),
                    "owner": follow_up["owner"],
                    "due_on": as_of + pd.Timedelta(days=follow_up["due_days"]),
                }
            )
        )
    found = pd.concat(parts).sort_values("row", kind="stable", ignore_index=True)
    found.insert(0, "customer_id", ids.to_numpy()[found["row"]])
    return found.drop(columns="row")

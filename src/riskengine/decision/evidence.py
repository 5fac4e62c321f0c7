"""How far a PD may be trusted: the bound a limit is computed with while a customer is little known."""

import numpy as np

from riskengine.decision.arrays import Floats
from riskengine.policy.limit_policy import EvidencePolicy


def bound_pd(pd_12m: Floats, experiences: Floats, policy: EvidencePolicy) -> Floats:
    """Upper score bound (Wilson 1927) of the PD, narrowing to the PD itself at a full file.

    `experiences`: settled invoices known to us, plus what a current statement stands for; shape (n,) as the PD.
    With z standard deviations and weight n the bound is the larger root U of (U - p)^2 = z^2 U (1 - U) / n:

        U = (p + z^2/2n + z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)

    It rises with p and falls with n; z falls to 0 as experiences reach the full file. So a worse PD never has a
    smaller bound, and another settled invoice never a larger one. Only + - x / and sqrt are used, which every machine
    rounds alike, so that a replay gives the same bits.
    """
    full = float(policy.full_file_experiences)
    known = np.minimum(experiences, full)
    weight = policy.model_weight + policy.experience_weight * known
    z = policy.deviations * (1.0 - known / full)
    share = z * z / weight
    spread = np.sqrt(pd_12m * (1.0 - pd_12m) / weight + share / (4.0 * weight)) * z
    bound = (pd_12m + share / 2.0 + spread) / (1.0 + share)
    return np.minimum(np.maximum(bound, pd_12m), 1.0)


def count_experiences(
    settled: Floats, statement_age_days: Floats, oldest_statement_days: int, policy: EvidencePolicy
) -> Floats:
    """Settled invoices plus the worth of a current statement; unknown counts are no evidence, so 0."""
    statement = np.where(statement_age_days <= oldest_statement_days, float(policy.statement_experiences), 0.0)
    return np.where(np.isnan(settled), 0.0, settled) + statement

"""The credit policy read from rules/: strict YAML, dated values, one immutable bundle with a content hash.

A policy folder holds

- `parameters.yaml`: dated values, see `parameters`
- `master_scale.yaml`: dated scales, see `scale_document`
- `limits.yaml`, `terms.yaml`: `versions: [{from, reference, decided_by, policy: {...}}]` with the fields of
  `limit_policy.LimitPolicy` and `terms_policy.TermsPolicy` under `policy`
- `<stage>/<topic>.yaml`: a rule set, see `rule_document`
- `<stage>/<topic>.test.yaml`: its cases, see `case_document`
- `CHANGELOG.md`: what changed, by the date on which it takes effect
"""

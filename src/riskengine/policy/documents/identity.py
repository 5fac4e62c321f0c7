"""policy.yaml as a checked document: what the policy is called and which currency its amounts are in.

```yaml
name: Trade credit policy
currency: CNY         # ISO 4217; of every amount in this folder
owner: credit-policy
```
Tables in another reporting currency are refused: 20,000 in yuan and 20,000 in dollars are two policies.
"""

from pydantic import Field

from riskengine.tables.yaml_model import StrictModel


class IdentityDocument(StrictModel):
    name: str = Field(min_length=1, description="what people call the policy")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217; every amount of the policy is in it")
    owner: str = Field(min_length=1, description="who answers for the whole")

"""riskengine: how far to trust a business customer with open account credit, and when to stop."""

__version__ = "0.1.0"

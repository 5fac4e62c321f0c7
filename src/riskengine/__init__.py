"""riskengine: how far to trust a business customer with open account credit, and when to stop.

`riskengine.rerate` and `riskengine.assess` take and give pandas frames; see `riskengine.workflows.frames_api`.
"""

from typing import TYPE_CHECKING

from riskengine.terms.version import VERSION

if TYPE_CHECKING:
    from riskengine.workflows.frames_api import assess, rerate

__version__ = VERSION
__all__ = ["__version__", "assess", "rerate"]


def __getattr__(name: str) -> object:
    """Import the API when first asked for, so that `import riskengine` stays quick."""
    if name in ("assess", "rerate"):
        from riskengine.workflows import frames_api  # noqa: PLC0415 - on first use

        return getattr(frames_api, name)
    raise AttributeError(f"module 'riskengine' has no attribute {name!r}")

"""riskengine: how far to trust a business customer with open account credit, and when to stop.

`riskengine.rerate` and `riskengine.assess` take and give pandas frames; see `riskengine.workflows.frames_api`.
`riskengine.watch` follows warnings event by event, `riskengine.outbox` gives what is to be told of them.
"""

from typing import TYPE_CHECKING

from riskengine.terms.version import VERSION

if TYPE_CHECKING:
    from riskengine.workflows.desk.outbox_call import outbox
    from riskengine.workflows.frames_api import assess, rerate
    from riskengine.workflows.watch.python_call import watch

__version__ = VERSION
__all__ = ["__version__", "assess", "outbox", "rerate", "watch"]


def __getattr__(name: str) -> object:
    """Import the API when first asked for, so that `import riskengine` stays quick."""
    if name in ("assess", "rerate"):
        from riskengine.workflows import frames_api  # noqa: PLC0415 - on first use

        return getattr(frames_api, name)
    if name == "watch":
        from riskengine.workflows.watch import python_call  # noqa: PLC0415 - on first use

        return python_call.watch
    if name == "outbox":
        from riskengine.workflows.desk import outbox_call  # noqa: PLC0415 - on first use

        return outbox_call.outbox
    raise AttributeError(f"module 'riskengine' has no attribute {name!r}")

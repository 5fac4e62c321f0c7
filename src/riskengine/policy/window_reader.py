"""What versions of windows.yaml declare, whether or not they are sound."""

from collections.abc import Sequence
from functools import cache

from riskengine.features.event_window import EventWindow
from riskengine.policy.bundle import Policy
from riskengine.policy.draft import PlacedPolicy
from riskengine.policy.vocabulary import Vocabulary, standard_vocabulary
from riskengine.policy.window_facts import with_windows
from riskengine.terms.text import Text


def known_in(policy: Policy) -> Vocabulary:
    """Every fact that rules of a policy may name: the standard ones and those of its patterns."""
    return _known(policy.windows)


@cache
def _known(windows: tuple[EventWindow, ...]) -> Vocabulary:
    return with_windows(standard_vocabulary(), {window.id: window.text for window in windows})


def declared_in(version: PlacedPolicy) -> dict[str, object]:
    """The patterns of a version by id, as written."""
    written = version.document.mapping()["versions"][int(version.path[1])]["policy"]
    windows = written.get("windows")
    return windows if isinstance(windows, dict) else {}


def texts_of(versions: Sequence[PlacedPolicy]) -> dict[str, Text]:
    """What people call each pattern that any version declares; the last name counts, the id where there is none."""
    found: dict[str, Text] = {}
    for version in versions:
        for name, written in declared_in(version).items():
            text = written.get("text") if isinstance(written, dict) else None
            said = text if isinstance(text, dict) else {}
            found[str(name)] = Text(str(said.get("en", name)), str(said.get("zh", name)))
    return found

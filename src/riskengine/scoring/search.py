"""Settings of a spec searched with Optuna, within a budget of trials or of time.

The first trial is the spec as it is written, so a search cannot end worse on its validation folds than no search. The
same settings are never fitted twice. For a seed and a budget of trials the result is the same everywhere.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from riskengine.scoring.spec import Between, Choices, SearchSpec
from riskengine.tables.yaml_model import StrictModel
from riskengine.terms.errors import RiskEngineError, UsageError, nearest

if TYPE_CHECKING:
    from optuna import Trial

Value = int | float | bool | str | None
Settings = Mapping[str, Value]
Spec = TypeVar("Spec", bound=StrictModel)


@dataclass(frozen=True, slots=True)
class Tried:
    """Settings by `section.key`, and the mean of the metric over the validation folds."""

    settings: dict[str, Value]
    score: float


@dataclass(frozen=True, slots=True)
class Search:
    """All distinct trials in order; the first is the spec as written. `timed`: a time budget ended it."""

    tried: tuple[Tried, ...]
    timed: bool

    @property
    def best(self) -> Tried:
        """The highest score, the earlier one of equals."""
        return max(self.tried, key=lambda tried: tried.score)

    def as_json(self) -> dict[str, Any]:
        shown = [{"settings": t.settings, "score": t.score} for t in self.tried]
        return {"best": self.best.settings, "score": self.best.score, "timed": self.timed, "trials": shown}


def search_settings(
    spec: StrictModel,
    search: SearchSpec,
    score: Callable[[Settings], float],
    seed: int,
    *,
    tick: Callable[[int, int], None] = lambda _done, _total: None,
) -> Search:
    """Try settings until the budget is spent. `score`: higher is better, and the same for the same settings.

    Raises UsageError if the space names what the spec has not or Optuna is not installed.
    """
    optuna = _import_optuna()
    check_space(spec, search)
    written = {key: written_value(spec, key) for key in search.space}
    found: dict[tuple[Value, ...], Tried] = {}
    begun = time.monotonic()

    def spent() -> bool:
        return search.seconds is not None and time.monotonic() - begun >= search.seconds

    def measure(settings: dict[str, Value]) -> float:
        key = tuple(settings.values())
        if key not in found:
            found[key] = Tried(settings, score(settings))
        return found[key].score

    measure(written)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    done = 1
    tick(done, search.trials)
    while done < search.trials and not spent():
        trial = study.ask()
        study.tell(trial, measure({key: _suggest(trial, key, room) for key, room in search.space.items()}))
        done += 1
        tick(done, search.trials)
    return Search(tuple(found.values()), timed=done < search.trials)


def check_space(spec: StrictModel, search: SearchSpec) -> None:
    """Raises UsageError for a key the spec has not, and for a range that begins or ends where the spec may not be.

    A choice is judged when it is tried: it may fit only beside others.
    """
    for key, room in search.space.items():
        written_value(spec, key)
        if isinstance(room, Between):
            for end in (room.low, room.high):
                with_settings(spec, {key: end})


def with_settings(spec: Spec, settings: Settings) -> Spec:
    """The spec with these settings, checked as if they had been written. Raises UsageError naming what does not fit."""
    sections: dict[str, StrictModel] = {}
    for key, value in settings.items():
        written_value(spec, key)
        name, _, field = key.partition(".")
        section = sections.get(name, getattr(spec, name))
        sections[name] = section.model_copy(update={field: value})
    for name, section in sections.items():
        try:
            type(section).model_validate(section.model_dump(by_alias=True))
        except ValidationError as error:
            raise UsageError(
                f"the settings {dict(settings)} do not fit: {error.errors()[0]['msg']}",
                where="search.space",
                remedy=f"narrow the space of {name}",
            ) from error
    return spec.model_copy(update=sections)


def written_value(spec: StrictModel, key: str) -> Value:
    """What a spec says under `section.key`. Raises UsageError if it has no such key, or none that can be searched."""
    name, _, field = key.partition(".")
    sections = {n: v for n in type(spec).model_fields if isinstance(v := getattr(spec, n), StrictModel)}
    if name not in sections or field not in type(sections[name]).model_fields:
        known = [f"{n}.{f}" for n, section in sections.items() for f in type(section).model_fields]
        raise UsageError(f"the spec has no '{key}'", where="search.space", remedy=nearest(key, known))
    value = getattr(sections[name], field)
    if value is not None and not isinstance(value, int | float | bool | str):
        raise UsageError(f"'{key}' is no single value", where="search.space", remedy="search numbers, names or flags")
    return value


def _suggest(trial: "Trial", key: str, room: Choices | Between) -> Value:
    if isinstance(room, Choices):
        chosen: Value = trial.suggest_categorical(key, list(room.choices))
        return chosen
    if isinstance(room.low, int) and isinstance(room.high, int):
        return int(trial.suggest_int(key, room.low, room.high, log=room.log))
    return float(trial.suggest_float(key, room.low, room.high, log=room.log))


def _import_optuna() -> Any:  # noqa: ANN401 - a module
    try:
        import optuna  # noqa: PLC0415 - only where a spec asks for a search
    except ImportError as error:
        raise RiskEngineError(
            "the spec asks for a search, and Optuna is not installed",
            where="search",
            remedy="pip install 'riskengine[search]', or leave out search",
        ) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna

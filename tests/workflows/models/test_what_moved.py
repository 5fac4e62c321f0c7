"""What moved since a version, and what is said where that cannot be said."""

from dataclasses import replace

import numpy as np
import pytest

from riskengine.scoring.bundle import load_bundle, write_bundle
from riskengine.scoring.matrix import Matrix
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.models.what_moved import moved_papers, moved_since, recipe_of
from riskengine.workflows.same_rows import features_of, last_training_day
from support.small_model import trained

WINDOW = {"snapshots": ["2024-01-31"], "rows": 10, "bad": 1, "bad_rate": 0.1}


def rows_on(day, model, count=30):
    """Rows of which nothing is known, one of each customer, the first one bad."""
    values = np.full((count, len(model.features)), np.nan)
    names = [name for name in model.features if name not in model.seen_missing]
    values[:, [model.features.index(n) for n in names]] = 1.0
    customers = np.array([f"C{i}" for i in range(count)], dtype=object)
    return Matrix(values, np.eye(1, count)[0], customers, np.full(count, day, dtype=np.int32))


@pytest.fixture
def known(small_world):
    model = load_bundle(small_world.bundle)
    return model, features_of(model), day_number(last_training_day(small_world.bundle))


def own_columns(model, features):
    """The features in the order of the model's columns."""
    by_name = {f.name: f for f in features}
    return tuple(by_name[name] for name in model.features)


def test_rows_later_than_its_training_are_compared(small_world, known):
    model, features, last = known
    now = replace(model, version="2")
    found = moved_since(
        small_world.bundle, now, rows_on(last + 200, model), own_columns(model, features), WINDOW, seed=1
    )
    assert found.why_not == ""
    assert (found.movement.rows, found.movement.bad, found.movement.stayed) == (30, 1, 1)
    assert found.trained[1] == WINDOW
    assert found.trained[0]["snapshots"][-1] == last_training_day(small_world.bundle).isoformat()
    papers = moved_papers(found.named("small 7"))
    assert "from small 1 to small 7" in papers["moved.md"]
    assert '"why_not": ""' in papers["moved.json"]


def test_rows_it_was_trained_on_are_not(small_world, known):
    model, features, last = known
    found = moved_since(small_world.bundle, model, rows_on(last, model), own_columns(model, features), WINDOW, seed=1)
    assert found.movement is None
    assert "no rows" in found.why_not
    assert moved_papers(found)["moved.md"].startswith("What moved cannot be said: small 1: there are no rows")


def test_a_feature_the_spec_no_longer_gives_is_named(small_world, known):
    model, features, last = known
    fewer = own_columns(model, features)[1:]
    rows = rows_on(last + 200, model)
    found = moved_since(small_world.bundle, model, replace(rows, values=rows.values[:, 1:]), fewer, WINDOW, seed=1)
    assert found.movement is None
    assert model.features[0] in found.why_not


def test_a_recipe_is_spec_and_seed_of_a_whole_bundle(small_world, tmp_path):
    recipe = recipe_of(small_world.bundle)
    assert recipe.spec.read_text(encoding="utf-8") == (small_world.bundle / "spec.yaml").read_text(encoding="utf-8")
    with pytest.raises(InputError):
        recipe_of(tmp_path)
    own = tmp_path / "own"
    write_bundle(replace(trained(), provenance={"columns": ["late"], "seed": 1}), own, version="1")
    with pytest.raises(UsageError, match="feature table"):
        recipe_of(own)

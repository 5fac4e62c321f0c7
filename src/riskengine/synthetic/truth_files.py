"""Where the truth of a generated portfolio is kept: beside its tables, in a folder that no rating ever opens."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

FOLDER = "truth"


def write_truth(frames: Mapping[str, pl.LazyFrame], folder: Path) -> None:
    """One Parquet file per frame in the folder `truth` of a folder of tables."""
    (folder / FOLDER).mkdir()
    for name, frame in frames.items():
        frame.sink_parquet(folder / FOLDER / f"{name}.parquet", compression="zstd", statistics=True)


def read_true_pd(folder: Path) -> pl.DataFrame | None:
    """customer_id, as_of (date), pd_12m of a folder of generated tables; None where tables have no truth beside them.

    For measuring what a model could have reached; nothing that rates may ask for it.
    """
    path = folder / FOLDER / "pd.parquet"
    return pl.read_parquet(path, columns=["customer_id", "as_of", "pd_12m"]) if path.is_file() else None

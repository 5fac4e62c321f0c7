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

"""Time and peak memory of `riskengine generate`.

    python benchmarks/generate.py --customers 1000000 --months 12

Peak memory is that of this process; on Linux `ru_maxrss` is in KiB.
"""

import argparse
import json
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

from riskengine.tables.publish import read_manifest
from riskengine.tables.store import TABLES
from riskengine.workflows.generate import generate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the temporary portfolio is written")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        out = Path(folder) / "portfolio"
        begin = time.perf_counter()
        generate(
            customers=arguments.customers,
            months=arguments.months,
            seed=arguments.seed,
            end=date(2025, 12, 31),
            out=out,
        )
        seconds = time.perf_counter() - begin
        rows = {name: table["rows"] for name, table in read_manifest(out, TABLES)["tables"].items()}
        size = sum(path.stat().st_size for path in out.rglob("*.parquet"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    figures = {"seconds": round(seconds, 1), "peak_gb": round(peak / 1e9, 2), "disk_gb": round(size / 1e9, 2)}
    print(json.dumps(figures | {"rows": rows}, indent=2))


if __name__ == "__main__":
    main()

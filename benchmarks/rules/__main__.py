"""Rules beside their peers: whole portfolios beside polars, single customers beside four rule engines. Outputs equal.

python benchmarks/rules [--rules 50 200] [--customers 1000000] [--samples 2000] [--repeats 5] [--threads 1]

Every figure is the fastest of so many runs, taken in turns; with one thread in seconds of the processor. The run ends
with exit code 1 if an answer differs. Peers that decide one customer at a time are run on `--samples` customers.
"""

import argparse
import os
import sys


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--samples", type=int, default=2_000, help="customers for the peers that take one at a time")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1, help="for polars and for our columns")
    options = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = str(options.threads)
    from comparison import compare  # noqa: PLC0415 - polars reads the number of threads when it is imported

    differing = [
        difference
        for count in options.rules
        for difference in compare(count, options.customers, options.samples, options.repeats, options.threads)
    ]
    print("\n".join(differing) or "all answers are the same")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())

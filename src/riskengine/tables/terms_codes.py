"""What a ledger's own dates say about its terms codes."""

import polars as pl

MOST_CODES = 100
_AGREEMENT = 0.9


def days_of_codes(codes: pl.Series, issued: pl.Series, due: pl.Series) -> dict[str, int]:
    """Code -> days from issue to due, where at least nine in ten rows of the code agree. Days as day numbers.

    >>> days_of_codes(pl.Series(["N30", "N30", "N10"]), pl.Series([0, 5, 7]), pl.Series([30, 35, 17]))
    {'N10': 10, 'N30': 30}
    """
    frame = pl.DataFrame({"code": codes, "days": due - issued}).drop_nulls().filter(pl.col("days") >= 0)
    counted = frame.group_by("code", "days").len().with_columns(share=pl.col("len") / pl.col("len").sum().over("code"))
    agreed = counted.filter(pl.col("share") >= _AGREEMENT).sort("code")
    return {str(code): int(days) for code, days in agreed.select("code", "days").head(MOST_CODES).rows()}

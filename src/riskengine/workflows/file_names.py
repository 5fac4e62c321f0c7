"""Names of files that are each of one customer."""

from urllib.parse import quote

from riskengine.decision.canonical import sha256_of

MOST_NAME = 200  # of the 255 bytes that file systems allow


def file_stem(customer_id: str) -> str:
    """Ids may hold what file names may not, or be too long for one.

    >>> file_stem("../a b")
    '..%2Fa%20b'
    """
    name = quote(customer_id, safe="")
    return name if len(name) <= MOST_NAME else f"{name[:120]}-{sha256_of(customer_id)}"

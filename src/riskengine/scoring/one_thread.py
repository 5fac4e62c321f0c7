"""Sums that do not depend on how many threads there are.

BLAS adds up long rows in as many parts as it has threads, and the last digits of a sum depend on its parts: one bit of
a calibration, and the same training has another digest. LightGBM is told its threads by the spec and sums the same way
whatever they are; this is for what NumPy, SciPy and scikit-learn hand to BLAS.
"""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """BLAS with one thread, as a context or as a decorator (`@one_thread()`), and then with what it had before.

    It holds for the whole process while it lasts.
    """
    import scipy.linalg  # noqa: F401, PLC0415 - brings a BLAS of its own, which can only be told once it is there
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - looks at every loaded library

    with threadpool_limits(1, user_api="blas"):
        yield

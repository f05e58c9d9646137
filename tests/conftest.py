"""Before anything is tested: kernels that were compiled before a file they take from changed are forgotten."""

import clustering.pipeline  # noqa: F401 - loads every module with kernels
from jobs.kernels import forget_stale

forget_stale()

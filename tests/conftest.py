"""One thread for each test process.

The processes of the suite share the cores, and OpenMP's threads wait in loops for one that has none: scikit-learn's
histogram boosting then takes fifty times as long.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

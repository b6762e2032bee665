"""Run scikit-learn's own tests on groundup's classes, and compare the failures with the list `failing.toml`.

The list holds a reason for each group of tests. A test that fails and is not listed is an error, and so is a listed one
that passes, unless its reason begins with "on some processors". With ``--write`` the list is brought up to date; what
fails for a reason not known yet stands under "unexplained", which is an error until somebody gives the reason. Paths of
test files may be given to run only these.
"""

import json
import os
import sys
import tomllib
from contextlib import redirect_stdout
from pathlib import Path

import pytest
import sklearn

FILES = (
    "linear_model/tests/test_base.py",
    "linear_model/tests/test_ridge.py",
    "linear_model/tests/test_coordinate_descent.py",
    "linear_model/tests/test_logistic.py",
    "cluster/tests/test_k_means.py",
    "feature_extraction/tests/test_text.py",
    "mixture/tests/test_gaussian_mixture.py",
    "mixture/tests/test_mixture.py",
    "neural_network/tests/test_mlp.py",
    "svm/tests/test_bounds.py",
    "svm/tests/test_sparse.py",
    "svm/tests/test_svm.py",
    "tests/test_naive_bayes.py",
    "tree/tests/test_tree.py",
    "ensemble/tests/test_gradient_boosting.py",
    "inspection/tests/test_partial_dependence.py",
    "inspection/tests/test_permutation_importance.py",
    "ensemble/_hist_gradient_boosting/tests/test_gradient_boosting.py",
    "ensemble/_hist_gradient_boosting/tests/test_monotonic_constraints.py",
    "ensemble/_hist_gradient_boosting/tests/test_warm_start.py",
    "decomposition/tests/test_pca.py",
    "decomposition/tests/test_incremental_pca.py",
    "decomposition/tests/test_kernel_pca.py",
    "decomposition/tests/test_truncated_svd.py",
    "tests/test_kernel_approximation.py",
)
HERE, THEIRS = Path(__file__).parent, Path(sklearn.__file__).parent
SOMETIMES = "on some processors"  # Begins the reason of a test that a processor's rounding decides.
LIST, VERSION, UNEXPLAINED = HERE / "failing.toml", "1.9.1", "unexplained"
Reasons = dict[str, dict[str, list[str]]]  # File, reason, names of tests.


class Outcomes:
    """Names of the tests of each file that use our code, by whether they pass."""

    def __init__(self):
        self.passed = {file: set() for file in FILES}
        self.failed = {file: {} for file in FILES}

    def pytest_runtest_logreport(self, report):
        file, _, name = report.nodeid.partition("::")
        if report.failed:
            message = getattr(getattr(report.longrepr, "reprcrash", None), "message", str(report.longrepr))
            self.failed[file][name] = message.strip().partition("\n")[0]
        elif report.when == "call" and report.passed and dict(report.user_properties)["used"]:
            self.passed[file].add(name)


def run(files):
    """Return the outcomes of scikit-learn's test files."""
    sys.path.insert(0, str(HERE))
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # two processes, whose threads would wait for each other in loops
    outcomes = Outcomes()
    options = ["-c", "/dev/null", f"--rootdir={THEIRS}", "-p", "plugin", "-p", "no:cacheprovider", "-n", "2"]
    show = ["-q", "--tb=no", "--no-summary", "--disable-warnings", "--import-mode=importlib"]
    print(f"running {', '.join(files)} …", flush=True)
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):  # "65 failed" is no failure here
        code = pytest.main([*options, *show, *(str(THEIRS / file) for file in files)], plugins=[outcomes])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(f"pytest could not run scikit-learn's tests ({code!r}).")
    return outcomes


def listed_under(reasons):
    """Return the reason of each listed test of a file."""
    return {name: reason for reason, names in reasons.items() for name in names}


def updated(reasons, failed):
    """Return the reasons of the tests of a file that fail."""
    known, groups = listed_under(reasons), {reason: [] for reason in reasons}
    kept = {name for name, reason in known.items() if reason.startswith(SOMETIMES)}
    for name in sorted(kept | set(failed)):
        groups.setdefault(known.get(name, UNEXPLAINED), []).append(name)
    return {reason: names for reason, names in groups.items() if names}


def as_toml(listed):
    """Return the text of the list."""
    lines = ["# scikit-learn's tests that fail on groundup's classes, by reason; `make conformity` holds them to it."]
    for file, reasons in listed.items():
        lines += ["", f"[{json.dumps(file)}]"]
        for reason, names in reasons.items():
            lines += [f"{json.dumps(reason)} = [", *(f"    {json.dumps(name)}," for name in names), "]"]
    return "\n".join(lines) + "\n"


def main(arguments):
    """Run the tests, print a line for each file and each surprise, and return whether there is one."""
    if sklearn.__version__ != VERSION:
        raise SystemExit(f"The list is of scikit-learn {VERSION}, installed is {sklearn.__version__}.")
    files = [file for file in FILES if any(word in file for word in arguments if word != "--write")] or FILES
    listed = tomllib.loads(LIST.read_text(encoding="utf-8")) if LIST.exists() else {}
    outcomes = run(files)
    if "--write" in arguments:
        listed |= {file: updated(listed.get(file, {}), outcomes.failed[file]) for file in files}
        LIST.write_text(as_toml({file: listed.get(file, {}) for file in FILES}), encoding="utf-8")
    surprises = []
    for file in files:
        passed, failed = outcomes.passed[file], outcomes.failed[file]
        known = listed_under(listed.get(file, {}))
        print(f"{file}: {len(passed)} of {len(passed) + len(failed)} pass, {len(known)} failures are listed")
        surprises += [f"fails: {file}::{name}: {why}" for name, why in failed.items() if name not in known]
        always = [name for name, why in known.items() if not why.startswith(SOMETIMES)]
        surprises += [f"is listed and does not fail: {file}::{name}" for name in always if name not in failed]
        surprises += [f"has no reason: {file}::{name}" for name, why in known.items() if why == UNEXPLAINED]
    print(*surprises, sep="\n")
    return bool(surprises)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

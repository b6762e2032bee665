"""A ratio that falls between two benchmarks is told, and one that does not is not."""

import runpy
from pathlib import Path

import pytest

compare = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "compare.py"))


def results(single=9.0, **ratios):
    """Three pairs a workload, the middle one of two threads at the given ratio; None for objectives that differ."""
    return {
        "rows": [
            {
                "workload": name,
                "equal": ratio is not None,
                "timings": [
                    {"threads": 1, "ours": [1.0] * 3, "peer": [single] * 3},
                    {"threads": 2, "ours": [1.0, 2.0, 1.0], "peer": [0.01, 2 * (ratio or 1.0), 99.0]},
                ],
            }
            for name, ratio in ratios.items()
        ]
    }


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ({"kmeans": 4.01}, []),
        ({"kmeans": 6.0, "ridge": 0.1}, []),
        ({"kmeans": 3.99}, ["kmeans, 2 threads: ratio fell from 5.00 to 3.99"]),
        ({"kmeans": 5.0, "single": 4.5}, ["kmeans, 1 thread: ratio fell from 9.00 to 4.50"]),
        (
            {"kmeans": None},
            ["kmeans, 1 thread: the objectives differ now", "kmeans, 2 threads: the objectives differ now"],
        ),
        ({}, ["kmeans, 1 thread: not measured any more", "kmeans, 2 threads: not measured any more"]),
    ],
)
def test_a_fall_of_a_fifth_is_told(new, expected):
    """Bug caught: times compared instead of ratios, a mean that one slow pair decides, or a rise told as a fall."""
    assert list(compare["notes"](results(kmeans=5.0), results(**new))) == expected


def test_a_row_without_a_ratio_before_has_nothing_to_lose():
    """Bug caught: a comparison of None with a number."""
    assert list(compare["notes"](results(kmeans=None), results(kmeans=0.1))) == []
    assert list(compare["notes"](results(kmeans=None), results(kmeans=None))) == []

"""Real data that scikit-learn ships: nothing is downloaded. Functions take a seed as the synthetic ones do, unused."""

import numpy as np

from groundup.data.dataset import Dataset


def diabetes(seed: int) -> Dataset:
    """Progression of diabetes one year after ten baseline measurements of 442 patients."""
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(scaled=False)
    names = ("age (years)", "sex", "body mass index (kg/m²)", "blood pressure (mmHg)", "total cholesterol (mg/dl)",
             "LDL (mg/dl)", "HDL (mg/dl)", "cholesterol / HDL", "log triglycerides", "blood sugar (mg/dl)")  # fmt: skip
    return Dataset(
        "diabetes",
        "442 patients, ten baseline measurements each, and a measure of the disease's progression one year later "
        "(Efron, Hastie, Johnstone and Tibshirani, 2004; shipped with scikit-learn).",
        np.asarray(bunch.data, dtype=np.float64),
        np.asarray(bunch.target, dtype=np.float64),
        names,
        "progression",
    )

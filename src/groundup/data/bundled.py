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


def iris(seed: int) -> Dataset:
    """Four measurements of 150 irises of three species."""
    from sklearn.datasets import load_iris

    bunch = load_iris()
    return Dataset(
        "iris",
        "150 flowers of three species of iris, four lengths each (Anderson, 1935; Fisher, 1936; shipped with "
        "scikit-learn).",
        np.asarray(bunch.data, dtype=np.float64),
        np.asarray(bunch.target),
        tuple(bunch.feature_names),
        "species",
    )


def photograph(seed: int) -> Dataset:
    """Every fourth pixel, each way, of a photograph of a temple; a row is a pixel's colour."""
    from sklearn.datasets import load_sample_image

    pixels = load_sample_image("china.jpg")[::4, ::4]
    height, width, _ = pixels.shape
    return Dataset(
        "photograph",
        f"{height * width} pixels of a photograph of a temple, {width} x {height} (shipped with scikit-learn); "
        "a row is a pixel's share of red, green and blue.",
        pixels.reshape(-1, 3) / 255.0,
        None,
        ("red (share)", "green (share)", "blue (share)"),
        truth={"height": height, "width": width},
    )

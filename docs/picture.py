"""Draw the README's picture, from fitted models: python docs/picture.py."""

from pathlib import Path

from groundup.data.synthetic import clustering, regression
from groundup.plotting.style import canvas, encode, style
from groundup.projects import load
from groundup.projects.kmeans.figures import clusters as kmeans
from groundup.projects.linear_regression.figures import descent
from groundup.projects.linear_regression.figures import fit as linear

spring, blobs = regression.line(0), clustering.blobs(0)
line = load("linear_regression").models[0].estimator().fit(spring.X, spring.y)
groups = load("kmeans").models[0]
clusters = groups.estimator(random_state=0, **groups.parameters(blobs)).fit(blobs.X)

with style():
    fig, (left, middle, right) = canvas(1, 3, (13.5, 4.2))
    linear.draw_bands(left, line, spring)
    descent.descent_paths.draw(middle, line, spring)
    kmeans.draw_reported(right, clusters, blobs)
    left.set_title("a line, and how sure it is")
    middle.set_title("three ways down the same valley")
    right.set_title("k-means: cells, and the centres' trails")
    (Path(__file__).parent / "picture.png").write_bytes(encode(fig, "png"))

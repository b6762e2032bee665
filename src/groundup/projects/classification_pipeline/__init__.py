"""The classification pipeline: how a classifier is chosen, judged and watched, so that its numbers can be believed.

In reading order::

    theory.tex             the chapter
    textbook.py            scores, curves, folds, intervals and tests, plain: start here
    probabilities.py       calibration, and decisions of least cost
    resampling.py          the bootstrap and nested cross-validation
    drift.py               distances of samples, and many tests at once
    example.py             the numbers of the worked example, and the experiment on leakage
    exercise.py            inputs, typical mistakes and hints for learners
    judged.py              the rows that judge a classifier, and what errors cost
    figures/ animation.py  what is drawn
    families.py            pipelines of several families, compared on the same folds
    findings.py            what the fitted model says about the data
    workloads.py           the benchmark's tasks
    project.py             the declaration

The model of a run is `groundup.LogisticRegressionCV`, a search with states and a certificate; next to it stand
pipelines of scikit-learn, of several families, on the same rows. The commands of ``groundup pipeline``, in
`groundup.pipeline`, do in production what the chapter derives: there pipelines of several families are searched with
their parameters.
"""

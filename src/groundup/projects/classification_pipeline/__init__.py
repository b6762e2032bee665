"""The classification pipeline: how a classifier is chosen, judged and watched, so that its numbers can be believed.

In reading order::

    theory.tex             the chapter
    textbook.py            scores, curves, intervals and tests, plain: start here
    example.py             the numbers of the worked example, and the experiment on leakage
    models/                `SearchedClassifier`: a search over pipelines of scikit-learn, one state a candidate
    certificate.py         whether the reported score is what the folds give
    exercise.py            inputs, typical mistakes and hints for learners
    figures/ animation.py  what is drawn
    findings.py            what the fitted model says about the data
    project.py             the declaration

The commands of ``groundup pipeline``, in `groundup.pipeline`, do in production what the chapter derives.
"""

"""K-means: groups of rows around centres, by assignment and update in turn.

In reading order::

    theory.tex             the chapter
    textbook.py            its algorithms, plain: start here
    example.py             the numbers of the worked example
    models/                `KMeans`, `MiniBatchKMeans`; the functions `k_means` and `kmeans_plusplus`
    solvers/               Lloyd's algorithm, and faster ones with the same steps; sparse rows; seeding; restarts
    certificate.py         how far from a fixed point, and from the optimum
    exercise.py            inputs, typical mistakes and hints for learners
    demonstration.py       runs from poor starts, which figures and frames follow
    figures/ animation.py  what is drawn
    findings.py            what the fitted model says about the data
    workloads.py           benchmark rows
    project.py             the declaration
"""

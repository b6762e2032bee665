"""A tabular classifier in production: contract, search, evaluation, artifact, predictions, service, monitoring.

It stands on scikit-learn, pandera, skops and FastAPI, which `pip install 'groundup[pipeline]'` brings; nothing here is
imported by the other projects. In reading order::

    errors.py       what a user can mend
    settings.py     tables of TOML as classes
    config.py       one TOML file
    tables.py       the user's file as columns of four kinds
    contract.py     what a row must fulfil
    rows.py         the rows of a file that do
    inference.py    both files proposed from a table
    samples.py      tables to try it on
    preparation.py  from columns to features
    splits.py       which rows are learned from, and which are tested
    families.py     kinds of models that compete
    journal.py      what a training has done so far, on disk
    cluster.py      where fits are made
    fits.py         fits on some rows and scores on others, in parallel
    search.py       candidates of several families against each other
    costs.py        what decisions cost
    calibration.py  probabilities that mean what they say
    evaluation/     how good the model is, and how certain that is
    report.py       the same as a page, with the help of page.py
    fingerprint.py  how the training rows are distributed
    artifact.py     one directory that holds a trained model and all that belongs to it
    training.py     all steps of a training in their order
    prediction.py   predictions for a file, a piece after the other
    serving/        predictions over HTTP
    drift.py        tests of whether new rows are distributed as the training rows
    monitoring.py   drift, faults and scores of a file of new rows, with monitor_page.py for the page

and the commands, ``groundup pipeline init``, ``train``, ``evaluate``, ``predict``, ``monitor`` and ``serve``, are in
`groundup.cli.pipeline`.
"""

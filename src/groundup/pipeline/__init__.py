"""A tabular classifier in production: contract, search, evaluation, artifact, predictions, service, monitoring.

It stands on scikit-learn, pandera, skops and FastAPI, which `pip install 'groundup[pipeline]'` brings; nothing here is
imported by the other projects. In reading order::

    errors.py       what a user can mend
    settings.py     tables of TOML as classes
    config.py       one TOML file
    tables.py       the user's file as columns of four kinds
    contract.py     what a row must fulfil
    inference.py    both files proposed from a table
    samples.py      tables to try it on
    preparation.py  from columns to features
    splits.py       which rows are learned from, and which are tested
    families.py     kinds of models that compete
    fingerprint.py  how the training rows are distributed
    artifact.py     one directory that holds a trained model and all that belongs to it
    prediction.py   predictions for a file, a piece after the other
    serving/        predictions over HTTP

and the commands, ``groundup pipeline init``, ``train``, ``evaluate``, ``predict``, ``monitor`` and ``serve``, are in
`groundup.cli.pipeline`.
"""

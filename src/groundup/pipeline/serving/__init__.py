"""A trained model as an HTTP service.

In reading order::

    limits.py         what a request may cost
    schema.py         what a request must look like, from the contract
    batching.py       requests that wait together are predicted together
    observability.py  what the service tells of itself: logs, counts, times
    app.py            the addresses
    server.py         the process, and its end
"""

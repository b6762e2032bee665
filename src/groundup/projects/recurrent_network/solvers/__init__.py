"""What the models run, in order of increasing complexity.

In reading order::

    network.py      layers of cells, and what reads them
    carrying.py     long sequences in pieces, with the state carried from one to the next
    truncation.py   the objective whose derivatives go back a limited number of steps
    characters.py   streams of a text, and samples
"""

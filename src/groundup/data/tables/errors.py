"""Ways in which a table cannot be used as it is."""


class TableError(ValueError):
    """The table cannot be used as it is; the message says why and what to do."""


class Ambiguous(TableError):
    """The table can be read in more than one sense, and only its owner knows in which; the message asks."""

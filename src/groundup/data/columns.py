"""What became of the columns of a user's table, in words."""

from dataclasses import dataclass

TITLE, HEAD = "What became of the columns", ("column", "read as", "used as", "filled")


@dataclass(frozen=True)
class ColumnUse:
    """What became of one column of the user's table.

    Parameters
    ----------
    name : str
        In the table.
    read : str
        What its entries were taken for, as ``"number, with thousands separators"``.
    used : str
        What the model is given, as ``"one feature"`` or ``"left out: constant (3)"``.
    filled : str
        How many entries were missing, and what they were set to; "" where none was.
    """

    name: str
    read: str
    used: str
    filled: str = ""

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """Row of a table whose head is `HEAD`."""
        return self.name, self.read, self.used, self.filled

    @property
    def left_out(self) -> bool:
        """Whether no feature was made of it."""
        return self.used.startswith("left out")

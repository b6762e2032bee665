"""The history of a fit: what its states said, iteration by iteration."""

from html import escape

from groundup.core.display import brief, html_curve, html_table
from groundup.core.text import plural
from groundup.core.types import Array


class History(dict[str, Array]):
    """Each scalar field of the states over the iterations; a notebook shows last values and small curves."""

    def _repr_html_(self) -> str:
        iterations = max(map(len, self.values()), default=0)
        rows = [("field", "first", "last", "curve")] if iterations else []
        for name, values in self.items():
            first, last = (brief(values[0]), brief(values[-1])) if len(values) else ("", "")
            drawn = "" if values.dtype.kind in "iu" else html_curve(values, f"{name} over the iterations")
            rows.append((escape(name), escape(first), escape(last), drawn))  # whole numbers count: they need no curve
        return html_table(rows, caption=f"<b>history</b>: {plural(iterations, 'iteration')}")

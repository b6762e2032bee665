"""From a result to the terminal's summary, the report and the gallery."""

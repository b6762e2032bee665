"""Series of values in time: their times, their period, windows to learn from, and forecasts that need no model."""

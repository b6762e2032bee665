"""The evaluation as a page."""

from collections.abc import Mapping
from typing import Any

from groundup.pipeline.config import Config


def page(config: Config, metrics: Mapping[str, Any], created: str) -> str:
    """Return the page."""
    return f"<p>{metrics['summary']}</p>"

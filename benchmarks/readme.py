"""Put the table of the last benchmark into the README, between its two markers."""

import re
from pathlib import Path

root = Path(__file__).parents[1]
readme = root / "README.md"
table = (root / "benchmarks" / "results.md").read_text(encoding="utf-8")
text = readme.read_text(encoding="utf-8")
marked = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.DOTALL)
readme.write_text(marked.sub(lambda m: f"{m[1]}{table}{m[2]}", text), encoding="utf-8")

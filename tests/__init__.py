"""Mirrors `crawler/` and `parsers/`; `site/` is the demo portal, `benchmarks/` prints ratios."""

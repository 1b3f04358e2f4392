"""Benchmarks: figures for docs/performance.md, never tests. Each compares two things in one run and prints ratios."""

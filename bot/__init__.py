"""The outside world: entry points, web, platform adapters, simulator."""

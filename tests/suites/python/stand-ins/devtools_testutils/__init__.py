"""Stands in for the SDK repository's own test tools, which are not published: only what test_config.py imports."""

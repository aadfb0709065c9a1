"""Whether the tests run against something live."""


def is_live():
    """test_config.py stores the answer in `_cache`."""
    return is_live._cache

"""Where the tests would get a credential of Microsoft Entra ID from."""


def get_credential(is_async=False):
    """There is none; the tests authenticate with the account's key."""
    return None

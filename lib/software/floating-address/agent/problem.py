class Problem(Exception):
    """What went wrong, as the operator reads it. It is tried again; `retry_after` is what the API asked for, in seconds."""

    def __init__(self, text, retry_after=None):
        super().__init__(text)
        self.retry_after = retry_after

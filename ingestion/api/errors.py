"""What can go wrong with an API, where it concerns less than the whole source."""


class FeedError(Exception):
    """One feed cannot be read; the others can. The text is one line for a person, without secrets."""

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status
        """Of HTTP, where an answer with one is the reason."""


class TableError(Exception):
    """One table of a feed cannot be taken; the others can. The text is one line for a person, without values."""

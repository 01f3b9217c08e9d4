from dataclasses import dataclass


@dataclass(frozen=True)
class Holder:
    """Who has the address, as the API says."""

    # As the provider calls it; None: nobody has it.
    name: str | None
    mine: bool
    # The API is moving it at the moment and takes no other claim.
    moving: bool = False
    # Where it serves visitors as well, seen from inside the network; None: nowhere that is known.
    inside: str | None = None

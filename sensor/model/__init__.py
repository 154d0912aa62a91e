"""Values that travel through Handrail: frozen, without I/O.

They are `msgspec.Struct`s rather than dataclasses: construction is several times cheaper on the hot path, and the same
declaration encodes them for the journal.
"""

"""The peers HAL9 is measured against: the definitions all share, and one script a peer.

The scripts run in the peer's own environment and import nothing of hal9lib: what to simulate comes
as one JSON object, what was measured goes back as one.
"""

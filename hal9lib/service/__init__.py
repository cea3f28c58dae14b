"""The API: the one door to the store, for kernels, dashboards and scripts.

Every address needs a login token of the hub in the header ``Authorization``; reading needs the
scope ``custom:hal9:read``, anything else ``custom:hal9:write``. Every error is JSON with a sentence
in ``error`` and the ``request_id`` under which the log tells more.
"""

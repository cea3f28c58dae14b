"""The id of the request a piece of work belongs to, passed along without being a parameter."""

from contextvars import ContextVar

#: Set by the service for each request; PostgreSQL sees it as the connection's application_name.
request_id: ContextVar[str | None] = ContextVar("hal9_request_id", default=None)

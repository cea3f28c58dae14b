"""A real HTTP server that gives scripted answers: what a client does with bad weather."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answer:
    """What is said to one request."""

    status: int
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


class ScriptedServer:
    """Says `answers` one after the other, the last one for ever; `asked` lists the requests."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                authorization = self.headers.get("Authorization", "")
                server.asked.append((self.command, self.path, authorization))
                last = len(server.answers) == 1
                answer = server.answers[0] if last else server.answers.pop(0)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - names http.server looks for

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/services/api"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    """One that is stopped afterwards."""
    server = ScriptedServer()
    try:
        yield server
    finally:
        server.close()

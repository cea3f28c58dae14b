"""Run code in a user's own kernel, as a notebook does: over the hub's proxy, by websocket."""

import json
import uuid
from typing import Any

import httpx
from websockets.sync.client import connect


def run_in_kernel(client: httpx.Client, user: str, code: str, timeout_s: float = 120) -> str:
    """What `code` prints in a fresh kernel of the user's server; RuntimeError when it raises.

    `client` speaks to the platform with the user's token, as `start_server` returns it.
    """
    kernels = f"/user/{user}/api/kernels"
    kernel = client.post(kernels, json={})
    kernel.raise_for_status()
    address = f"{kernels}/{kernel.json()['id']}"
    try:
        return _execute(client, f"{address}/channels", code, timeout_s)
    finally:
        client.delete(address)


def _execute(client: httpx.Client, path: str, code: str, timeout_s: float) -> str:
    url = str(client.base_url.join(path)).replace("http", "ws", 1)
    headers = {"Authorization": client.headers["Authorization"]}
    asked = uuid.uuid4().hex
    printed = ""
    with connect(url, additional_headers=headers, proxy=None, max_size=None) as channel:
        channel.send(json.dumps(_request(asked, code)))
        while True:
            message: dict[str, Any] = json.loads(channel.recv(timeout=timeout_s))
            if message.get("parent_header", {}).get("msg_id") != asked:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                printed += content["text"]
            elif kind == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            elif kind == "status" and content["execution_state"] == "idle":
                return printed


def _request(identity: str, code: str) -> dict[str, Any]:
    header = {"msg_id": identity, "msg_type": "execute_request", "version": "5.3"}
    return {
        "header": {**header, "session": identity, "username": "test", "date": ""},
        "parent_header": {},
        "metadata": {},
        "channel": "shell",
        "buffers": [],
        "content": {"code": code, "silent": False, "stop_on_error": True},
    }

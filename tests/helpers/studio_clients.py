"""A studio's client in this process, and a page's side of the websocket."""

import json
import warnings

from sat2density.apps.studio.packets import unpack

URL = "ws://127.0.0.1/ws"
LIGHT = {"a": "clear-noon", "b": None, "t": 0}


def make_client(studio, door=None):
    """A client of a studio behind its door; None lets everybody in."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # starlette announces its test client's next library
        from starlette.testclient import TestClient

    from sat2density.apps.studio.routes import create_app

    return TestClient(create_app(studio, door), base_url="http://127.0.0.1")


class Page:
    """What a page does on its websocket."""

    def __init__(self, client, socket, session="", tab="t"):
        self.client, self.socket = client, socket
        self.say(do="hello", protocol=1, session=session, tab=tab)
        self.welcome = self.hear()
        self.headers = {"x-studio-session": self.welcome.get("session", "")}

    def say(self, **message):
        self.socket.send_text(json.dumps(message))

    def hear(self):
        from starlette.websockets import WebSocketDisconnect

        message = self.socket.receive()
        if message.get("bytes") is not None:
            return unpack(message["bytes"])
        if message["type"] == "websocket.close":
            raise WebSocketDisconnect(message["code"])
        return json.loads(message["text"])

    def enter(self):
        answer = self.client.post("/api/tile?example=opened", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["tile"]

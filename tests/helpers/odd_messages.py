"""Messages to the studio that no page would send: meant ones with members changed, and noise."""

import json

LIGHT = {"a": "clear-noon", "b": None, "t": 0}

ODD = [
    None,
    True,
    False,
    0,
    -1,
    2,
    10**400,
    -(10**400),
    2**63,
    1e308,
    5e-324,
    -0.0,
    "",
    "x" * 70,
    "dusk",
    "\x00",
    "\ud800",
    "../../x",
    "__proto__",
    "😀" * 40,
    [],
    [[]],
    [0.5, 0.5],
    [[0, 0]] * 3000,
    [[0, 0], [1, "1"]],
    [[0, 0], [1e308, -1e308]],
    {},
    {"a": "dusk"},
    {"a": {"a": {}}},
    {"east": 0, "south": 0},
]

MEANT = [
    {"do": "look", "seq": 1, "east": 0, "south": 0, "light": LIGHT, "need": ["picture"]},
    {
        "do": "look",
        "east": 0,
        "south": 0,
        "light": LIGHT,
        "look": "model",
        "detail": {"yaw": 3, "pitch": 4, "fov": 90, "width": 64, "height": 32},
    },
    {"do": "thumbs", "east": 0.5, "south": -0.5},
    {"do": "shape"},
    {"do": "cancel", "job": "x"},
    {"do": "drop", "token": "x"},
    {
        "do": "make",
        "what": "video",
        "style": "walk",
        "width": 512,
        "fps": 10,
        "light": LIGHT,
        "points": [[0, 0], [0.5, 0.5]],
    },
    {"do": "make", "what": "page", "light": LIGHT, "title": "t", "yaw": 3, "points": []},
    {"do": "make", "what": "glb"},
    {"do": "hello", "protocol": 1, "tab": "t", "session": ""},
]

TEXTS = ["", "{", "null", "[1]", '"x"', "NaN", '{"do": Infinity}', "[" * 9000, '{"do":' * 500]


def odd_message(rng):
    """A meant message with one to three members changed, left out or added; sometimes noise."""
    if rng.random() < 0.1:
        return rng.choice(TEXTS)
    message = json.loads(json.dumps(rng.choice(MEANT)))
    for _ in range(rng.randint(1, 3)):
        where = message
        if isinstance(message.get("light"), dict) and rng.random() < 0.3:
            where = message["light"]
        key = rng.choice([*where, "extra", "seq", "what"])
        if rng.random() < 0.2:
            where.pop(key, None)
        else:
            where[key] = rng.choice(ODD)
    if rng.random() < 0.5:  # else a copy of a tile's work is started each time
        message["do"] = message.get("do") if rng.random() < 0.7 else rng.choice(ODD)
    return json.dumps(message)

"""Articles that try everything: markup, script ends, script addresses, overrides of direction, a megabyte in a line, emoji first."""

from __future__ import annotations

import json
from pathlib import Path

WIRE = ("HALDEN (MPA) - The council of Halden voted on Thursday to close the old swing bridge to lorries from the first of April, "
        "after engineers found 17 cracked rivets in its northern span and warned that the weight of two loaded trucks could bend it. "
        "The harbour master said a ferry would carry goods across the Luna until a new bridge opens in the autumn of next year.")
EMOJI = "🚢🚢👩‍👩‍👧‍👦🇲🇱 "
SCRIPT = "</script><script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'>"
OVERRIDE = "\u202egnp.exe\u202c \u2066hidden\u2069"
ARABIC = "قال رئيس الميناء إن العبارة ستنقل البضائع عبر النهر حتى يفتح الجسر الجديد في الخريف المقبل."
ARTICLES = [
    {"id": "../../etc/passwd", "outlet": "<b onmouseover=alert(1)>Gazette</b>", "title": f"Bridge {SCRIPT}", "url": "javascript:alert(document.domain)",
     "text": f"{EMOJI}{WIRE}\n\n{SCRIPT} {{{{ 7 * 7 }}}} <!-- <![CDATA[", "published": "2024-03-14T09:00:00Z"},
    {"id": "a,b&p=x#y%2F\"><svg onload=alert(1)>", "outlet": f"Evening {OVERRIDE} Echo", "title": f"{OVERRIDE} Halden closes its bridge", "url": "https://echo.example/\"onclick=\"alert(1)",
     "text": f"{ARABIC}\n\n{WIRE.replace('17', '71')}\n\n\x1b[31m\x07 {OVERRIDE} {ARABIC}", "published": "2024-03-14"},
    {"id": "long", "outlet": "The Very Long Name of an Outlet That Was Founded in the Year of the Great Flood and Never Renamed Itself", "title": "x" * 3000,
     "url": "data:text/html,<script>alert(1)</script>", "text": f"{WIRE}\n\n{'unbroken' * 130_000}", "published": None},
    {"id": "plain", "outlet": "Halden Post", "title": "Lorries banned from the old bridge", "url": "https://post.example/1", "text": WIRE,
     "published": "2024-03-14T11:30:00+01:00"},
]


def write(path: Path) -> None:
    """JSON lines of an event."""
    path.write_text("".join(json.dumps(record | {"lang": "en"}) + "\n" for record in ARTICLES), encoding="utf-8")

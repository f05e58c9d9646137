"""Articles that try everything: markup, script addresses, overrides of direction, a megabyte in a line, emoji first."""

from __future__ import annotations

import json
from pathlib import Path

WIRE = ("The council of Halden voted on Thursday to close the old swing bridge to lorries from the first of April, after "
        "engineers found 17 cracked rivets in its northern span and warned that the weight of two loaded trucks could bend it. "
        "The harbour master said a ferry would carry goods across the Luna until a new bridge opens in the autumn of next year.")
OWN = [
    "Hauliers in Halden were angry: the swing bridge is the only way across the Luna, and a ferry carries six trucks an hour.",
    "Nobody at the harbour was surprised. Rivets of the northern span had cracked before; lorries crawl over the swing bridge.",
    "The Luna ferry is older than the swing bridge; Halden council bought it from the harbour when trucks were still small.",
    "A new bridge for Halden was promised twice. Engineers counted rivets, the council counted money, lorries kept coming.",
]
"""What each outlet wrote itself: the same names and things, so that nobody takes what they share for furniture."""
EMOJI = "🚢🚢👩‍👩‍👧‍👦🇲🇱 "
SCRIPT = "</script><script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'>"
OVERRIDE = "\u202egnp.exe\u202c \u2066hidden\u2069"
ARABIC = "قال رئيس الميناء إن العبارة ستنقل البضائع عبر النهر حتى يفتح الجسر الجديد في الخريف المقبل."
ARTICLES = [
    {"id": "../../etc/passwd", "outlet": "<b onmouseover=alert(1)>Gazette</b>", "title": f"Bridge {SCRIPT}",
     "url": "javascript:alert(document.domain)", "published": "2024-03-14T09:00:00Z",
     "text": f"{EMOJI}{WIRE}\n\n{OWN[0]}\n\n{SCRIPT} {{{{ 7 * 7 }}}} <!-- <![CDATA["},
    {"id": "a,b&p=x#y%2F'><svg onload=alert(1)>", "outlet": f"Evening {OVERRIDE} Echo",
     "title": f"{OVERRIDE} Halden closes its swing bridge", "url": "https://echo.example/'onclick='alert(1)",
     "published": "2024-03-14",
     "text": f"{OWN[1]}\n\n{ARABIC}\n\n{WIRE.replace('17', '71')}\n\n\x1b[31m\x07 {OVERRIDE} {ARABIC}"},
    {"id": "long", "outlet": "The Very Long Name of an Outlet That Was Founded in the Year of the Great Flood and Never Renamed",
     "title": "Halden swing bridge " + "x" * 3000, "url": "data:text/html,<script>alert(1)</script>", "published": None,
     "text": f"{WIRE}\n\n{OWN[2]}\n\n{'unbroken' * 130_000}"},
    {"id": "plain", "outlet": "Halden Post", "title": "Lorries banned from the swing bridge of Halden", "url": "https://post.example/1",
     "published": "2024-03-14T11:30:00+01:00", "text": f"HALDEN (MPA) - {WIRE}\n\n{OWN[3]}"},
]


def write(path: Path) -> None:
    """JSON lines of an event."""
    path.write_text("".join(json.dumps(record | {"lang": "en"}) + "\n" for record in ARTICLES), encoding="utf-8")

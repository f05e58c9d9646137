"""One event as large as they come: 300 articles of 40 outlets, made from one wire by the newsroom's own operators."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

from fixtures import compose, furniture, truth
from fixtures.sources import load

STORY = "port-alder-ferry"


def write(path: Path, articles: int = 300, outlets: int = 40) -> None:
    """JSON lines; the same each time."""
    wire = next(source for source in load() if source.form == "wire" and source.story == STORY)
    english = [outlet for outlet in furniture.outlets() if outlet.lang == "en"]
    desks = [replace(english[n % len(english)], name=f"{english[n % len(english)].name} {n // len(english) + 1}",
                     slug=f"{english[n % len(english)].slug}-{n}") for n in range(outlets)]
    local = furniture.LocalDesk()
    with path.open("w", encoding="utf-8") as lines:
        for n in range(articles):
            rng = random.Random(f"big:{n}")
            version = compose.version(rng, desks[n % outlets], [wire], compose.Edits(), local, [])
            text, _ = truth.put_together(furniture.dressed(rng, version.outlet, version.paragraphs, version.dress, None))
            lines.write(json.dumps({
                "id": f"big-{n:03d}", "outlet": version.outlet.name, "title": version.title, "text": text, "lang": "en",
                "url": f"https://{version.outlet.slug}.example/{n}",
                "published": furniture.stamped(version.outlet, version.minutes)}, ensure_ascii=False) + "\n")

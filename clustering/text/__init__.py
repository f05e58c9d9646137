"""What does an article say? Words with their place, language, and what is what: body, quotes, datelines, furniture.

Everything later reads the same tokens (:mod:`tokens`): words hashed by their folded characters, with spans in the untouched
text and flags. Zones are spans beside the text, never edits of it: ``find_zones`` labels by rules (headlines, datelines,
bylines, captions, quotes, and furniture that gives itself away by its wording or shape), so that it works for a single
article of an outlet nobody has seen. ``mark_zones`` copies the zones onto the tokens as bits; a token is of the body when
``zones & tokens.NOT_BODY == 0``, and quoted words belong to the body.

========================  ==============================================================================================
file                      what is in it
========================  ==============================================================================================
``tokens``                words, hashes, spans, flags; the bits of zones; ``characters``: what code points are and fold to
``language``              ISO 639-1 code: as given, else detected by py3langid's ``language_model``
``lines``                 the layout: lines, and paragraphs put together from hard-wrapped lines
``zones``                 the order of the rules; the others ask about one zone each
``headlines`` ...         the rules: ``datelines``, ``bylines``, ``captions``, ``quotes``, and ``furniture`` with ``lists``
                          and ``teasers``
``lexicon``               where listed phrases stand; ``phrases`` and ``places`` are data
``anchors``               where a pattern can begin
``membership``            which tokens are words of a list
``memory``                what was read of an article in an earlier run; ``alone``: which of its words nobody else had
``boilerplate``           furniture learnt from the window; ``repeats`` finds the repeated words, ``coherence`` asks what
                          else their articles have in common, by their ``remainders`` without ``function_words``;
                          ``runs`` and ``closing``: where furniture ends
``stand_ins``             texts that are a server's answer in place of articles
``dates``                 days that the text names
``templates``             numbers and the words around them: issues of one template on different days
``corrections``           what people say is no furniture
``times``                 when it was published, and how far that is to be believed
``credits``               agencies credited by the text; ``credit_forms`` are the rules, ``credit_patterns``
                          and ``agencies`` their data
========================  ==============================================================================================
"""

from clustering.text.alone import look_for_repeats, mark_repeats
from clustering.text.boilerplate import learn_boilerplate
from clustering.text.characters import fold
from clustering.text.corrections import uncover
from clustering.text.credits import find_credits
from clustering.text.dates import find_dates
from clustering.text.language import detect_languages
from clustering.text.memory import Read, credit, read_by_rules, remember
from clustering.text.stand_ins import find_stand_ins
from clustering.text.templates import Numbers, find_numbers, template_changes
from clustering.text.times import Moment, certainly_first, moments, published_seconds
from clustering.text.tokens import count, mark_zones, tokenise
from clustering.text.zones import find_zones

__all__ = [
    "Moment", "Numbers", "Read", "certainly_first", "count", "credit", "detect_languages", "find_credits", "find_dates",
    "find_numbers", "find_stand_ins", "find_zones", "fold", "learn_boilerplate", "look_for_repeats", "mark_repeats", "mark_zones",
    "moments", "published_seconds", "read_by_rules", "remember", "template_changes", "tokenise", "uncover",
]

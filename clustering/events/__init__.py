"""x"""

from clustering.events.grouping import group_events
from clustering.events.idf import UNSEEN, Background, DocumentShares
from clustering.events.neighbours import find_neighbours
from clustering.events.terms import phrase_keys
from clustering.events.vectors import Vectors, vectorise

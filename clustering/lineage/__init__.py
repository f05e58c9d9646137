"""The same as yesterday? Ids that stay, and a record of what became of the groups.

A group keeps its id while its members do: the groups of this run are matched to those of the parent run by weighted
overlap of members (an article counts 1 / articles in its duplicate group, so forty copies of one text are one voice). On a
split the larger side keeps the id, a merge leaves the ids that ended in ``previous_ids``, and what matches nothing gets a new
id, minted from its earliest article and never used before. Passages are matched by the words they hold in the articles of both
runs (:mod:`passages`). The grouping itself never looks at ids.

``matching`` gives the ids away, ``history`` tells from two memberships what became of the groups, ``naming`` does both for
the three levels of a run.
"""

from clustering.lineage.history import Became, became
from clustering.lineage.naming import Named, Parent, name
from clustering.lineage.passages import name_passages

__all__ = ["Became", "Named", "Parent", "became", "name", "name_passages"]

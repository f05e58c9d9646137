"""samestory's library: tables and arrays in, tables and arrays out.

The whole flow, in one screen (``clustering.pipeline.run`` is the same, as code)::

    articles ─ text ──────── what does an article say?   tokens, zones, boilerplate, credits, language
                 │
                 ├─ copies ── the same text?             shingles, signatures, candidates, verified pairs, groups
                 │
                 ├─ passages  the same words?            nominated pairs, alignment, columns, kinds
                 │
                 ├─ events ── the same happening?        vectors, neighbours, events, stories, labels, why
                 │      └───── passages.settle           background across events, credit, origin, shares
                 │
                 ├─ outlets ─ who ran what?              one outlet, one ordered pair
                 │
                 └─ lineage ─ the same as yesterday?     ids that last, what became of the groups

``clustering.scoring`` answers a question of its own: is it right?

Nothing in here touches a file, the clock, the environment or a network; that is the business of ``jobs``. Settings come in
as ``clustering.config.Settings``, data as Arrow tables whose columns are described in ``clustering.tables``.
"""

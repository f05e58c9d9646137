"""What earlier runs knew: a DuckDB file, the run directories beside it, and ``latest``, the link that says which run stands.

::

    STORE/lock            held (flock) while a run works; the kernel drops it when the process dies
    STORE/store.duckdb    articles in all versions, runs, ids ever used and where they lead (docs/store.md)
    STORE/runs/RUN_ID/    what each run published
    STORE/latest          link to the run that stands; swapping it is the commit (latest.json says the same)
    STORE/memory/         what the rules said of the articles of the last run (jobs/memory.py); may be removed at any time
    STORE/tmp/            scratch (what DuckDB spills, the files of jobs/shelf.py); emptied when a run begins and when it ends

A commit goes: run directory complete and renamed into place, database transaction, link swapped. Killed in between, the
database may know a run that ``latest`` does not name: the next run rolls that back (every row carries the number of the
run that added it and of the one that removed it, so this is one delete and one update) and removes what was left over.

=============  ======================================================================================================
file           what is in it
=============  ======================================================================================================
``opening``    the lock, the check that it is a store, start-up in order
``holding``    the store of one run: ids, new run directory, commit
``database``   the DuckDB file: tables, schema version and migration, transactions, rewriting it
``recovery``   what start-up undoes
``pointer``    ``latest``
``erasing``    withdrawn articles leave the file and the kept runs
``redaction``  ... file by file of a run directory
``pruning``    old runs go
=============  ======================================================================================================
"""

from jobs.store.database import at_rest
from jobs.store.erasing import erase_withdrawn
from jobs.store.holding import Learnt, Run, Store
from jobs.store.opening import open_store
from jobs.store.pointer import latest_run_id, point_to
from jobs.store.pruning import prune, removable

__all__ = ["Learnt", "Run", "Store", "at_rest", "erase_withdrawn", "latest_run_id", "open_store", "point_to", "prune",
           "removable"]

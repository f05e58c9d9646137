import sys, numpy as np, numba.core.caching as c, time
# only to make the window between "read the index" and "write it" wide: what a busy machine does
old = c.IndexDataCacheFile._load_index
slow = sys.argv[2] == 'slow'
def load(self):
    r = old(self)
    if slow and getattr(self, 'n', 0): time.sleep(2)
    self.n = 1
    return r
c.IndexDataCacheFile._load_index = load
from k import f
t = np.dtype(sys.argv[1])
a = np.arange(10).astype(t)
print(t, f(a), f.stats.cache_hits and 'from the cache' or '')

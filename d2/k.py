from numba import njit
@njit(cache=True)
def f(x):
    s = 0
    for i in range(x.size):
        s += x[i]
    return s

from numba import njit

from kept.below import FACTOR


@njit(cache=True)
def times(x):
    return FACTOR * x

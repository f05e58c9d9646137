"""Slow, obviously right twins of the fast kernels, one file a room."""

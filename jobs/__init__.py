"""The shell around the library: files, the clock, logs, processes and exit codes. One file a verb."""

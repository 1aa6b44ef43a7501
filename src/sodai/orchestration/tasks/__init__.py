"""The 13 task functions: each takes the run, works on artifacts in its folder, and returns a summary."""

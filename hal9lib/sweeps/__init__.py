"""Many runs of one model: parameters by seeds, in parallel processes, each run kept, resumable."""

"""An experiment: what a compiled kernel would give; see `benchmarks.compiled_kernel`."""

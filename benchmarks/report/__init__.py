"""Reports of benchmarks: one HTML page with plots, complete in itself."""

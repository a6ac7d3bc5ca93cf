"""The client of Amazon's APIs. It knows nothing of Kognitos."""

"""Everything that knows Amazon's wire, and nothing of Kognitos."""

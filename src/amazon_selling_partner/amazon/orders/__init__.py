"""Amazon's Orders API: one module for each version, and what they share."""

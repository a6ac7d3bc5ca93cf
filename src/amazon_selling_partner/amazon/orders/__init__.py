"""Amazon's Orders API: one module for each version, and what is common to them."""

"""Try the book on one machine: a local Amazon, and the command line to it. Not part of the wheel."""

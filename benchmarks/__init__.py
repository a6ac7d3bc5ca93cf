"""What the book costs, beside a floor and beside its peers: `make bench`."""

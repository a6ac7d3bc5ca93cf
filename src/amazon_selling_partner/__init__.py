"""Amazon Selling Partner for Kognitos: retrieve orders from Amazon's marketplaces in plain English."""

from .book import AmazonSellingPartnerBook
from .version import __version__

__all__ = ["AmazonSellingPartnerBook", "__version__"]

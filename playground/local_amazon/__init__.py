"""A local Amazon: Login with Amazon, the Tokens API and the Orders API on 127.0.0.1, by Amazon's real rules."""

from .amazon import LocalAmazon
from .wire import DEMONSTRATION_SELLER, Seller

__all__ = ["DEMONSTRATION_SELLER", "LocalAmazon", "Seller"]

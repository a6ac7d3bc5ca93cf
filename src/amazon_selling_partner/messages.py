"""Every sentence that a person can read, in one place: what happened, then what to do.

Kognitos finds the guidance that a person saved by the text of the message, so a sentence stays the same every time;
names, numbers and Amazon's answer follow in brackets, see `errors`. To change a message, change it here.
"""

from typing import Final

# Inputs

UNKNOWN_MARKETPLACE: Final = (
    'The marketplace is not one this book knows. Use one of the codes listed, for example: the marketplace is "US".'
)
INVALID_ORDER_ID: Final = (
    "The order id is not in Amazon's format of 3, 7 and 7 digits. "
    'Write it as Seller Central shows it, for example: the order id is "902-3159896-1390916".'
)
INVALID_DATE: Final = (
    "The {name} is not a date that can be read. Write it in ISO 8601, in UTC or with a zone, for example: "
    'the {name} is "2024-11-01T00:00:00Z".'
)
FUTURE_DATE: Final = "The {name} lies in the future, so no order can match. Give a date that has passed."
INVALID_WHOLE_NUMBER: Final = "The {name} must be a whole number, 0 or greater."

# Filters

UNKNOWN_ATTRIBUTE: Final = (
    "The filter names an attribute that orders do not have. Use one of the attributes listed, for example: "
    'whose order status is "Unshipped".'
)
HAS_PARTS: Final = (
    "The filter cannot compare this attribute as a whole, except with None. Compare one of its parts, for example: "
    "whose order total's amount is greater than 100."
)
UNSUITABLE_COMPARISON: Final = (
    "The filter cannot compare this attribute in this way. Use one of the comparisons listed."
)
UNKNOWN_OPERATOR: Final = (
    "The filter uses an operator that this version does not know. Use one of the operators listed."
)
UNDOCUMENTED_VALUE: Final = (
    "The filter compares an attribute with a value that Amazon does not document. Use one of the documented values."
)
INVALID_NUMBER: Final = "The {name} is not a number that can be compared. Write a number, for example 100."
NOT_ATTRIBUTE_AND_VALUE: Final = (
    "The filter compares something other than an attribute of the order with a value. Write each comparison "
    'as in: whose order status is "Unshipped".'
)
NOT_A_COMPARISON: Final = (
    "The filter has a part that is not a comparison. Compare each attribute with a value, "
    "for example: whose is prime is true."
)
NESTED_TOO_DEEPLY: Final = "The filter is nested too deeply to be read. Write it with fewer levels."
# The kit's own sentence for a value of the wrong type has a place for this: "type mismatch on ... expected number".
TYPE_MISMATCH: Final = "{attribute} (compared with {type}; write {instead})"

# Settings and credentials

# Network

# Login with Amazon

# Amazon's refusals

# Orders

# Quota and time

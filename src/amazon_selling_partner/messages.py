"""Every message, in one place: what happened, then what to do.

Kognitos looks up saved guidance by the text of the message, so a message never varies. Names, numbers and Amazon's
answer follow in brackets, see `errors`.
"""

from typing import Final

# Inputs

UNKNOWN_MARKETPLACE: Final = (
    'This book does not know the marketplace. Use one of the codes listed, for example: the marketplace is "US".'
)
INVALID_ORDER_ID: Final = (
    "The order id is not in Amazon's format of 3, 7 and 7 digits. "
    'Write it as Seller Central shows it, for example: the order id is "902-3159896-1390916".'
)
INVALID_DATE: Final = (
    "The {name} is not a valid date. Write it in ISO 8601, in UTC or with a time zone, for example: "
    'the {name} is "2024-11-01T00:00:00Z".'
)
FUTURE_DATE: Final = "The {name} is in the future, so no order can match. Use a date in the past."
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
    "The filter uses a comparison that does not work for this attribute. Use one of the comparisons listed."
)
UNKNOWN_OPERATOR: Final = (
    "The filter uses an operator that this version does not know. Use one of the operators listed."
)
UNDOCUMENTED_VALUE: Final = (
    "The filter compares an attribute with a value that Amazon does not document. Use one of the documented values."
)
INVALID_NUMBER: Final = "The {name} is not a number. Write a number, for example 100."
NOT_ATTRIBUTE_AND_VALUE: Final = (
    "The filter does not compare an attribute of the order with a value. Write each comparison like this one: "
    'whose order status is "Unshipped".'
)
NOT_A_COMPARISON: Final = (
    "Part of the filter is not a comparison. Compare each attribute with a value, for example: whose is prime is true."
)
NESTED_TOO_DEEPLY: Final = "The filter is nested too deeply. Write it with fewer levels."
# The kit inserts this into its own message: "type mismatch on ... expected number".
TYPE_MISMATCH: Final = "{attribute} (compared with {type}; write {instead})"

# Settings and credentials

NOT_CONNECTED: Final = "This step has no connection to Amazon Selling Partner. Connect first."
CREDENTIAL_EMPTY: Final = "A field of the connection is empty. Fill it in and connect again."
CREDENTIAL_MALFORMED: Final = (
    "A field of the connection contains a blank, a line break or another character that is not allowed. Copy it again "
    "from Seller Central and connect again."
)
APPLICATION_ID: Final = (
    "The Client ID of the connection is the application ID of the app, not its LWA client ID. In Seller Central or the "
    "Solution Provider Portal, open Develop Apps and choose View next to the app's LWA credentials; the client ID "
    'starts with "amzn1.application-oa2-client."'
)
NO_CLIENT_ID: Final = (
    "The Client ID of the connection is not an LWA client ID. In Seller Central or the Solution Provider Portal, open "
    "Develop Apps and choose View next to the app's LWA credentials; the client ID starts with "
    '"amzn1.application-oa2-client."'
)
DEADLINE_SETTING: Final = (
    "The environment variable AMAZON_SELLING_PARTNER_DEADLINE_SECONDS must be a number of seconds greater than 0 and "
    "at most 86400. Set it to 840, for example, or remove it."
)
ORDERS_API_SETTING: Final = (
    "The environment variable AMAZON_SELLING_PARTNER_ORDERS_API must be auto, v0 or 2026-01-01. Correct it, or remove "
    "it to use auto."
)
LOCAL_URL_SETTING: Final = (
    "The environment variable AMAZON_SELLING_PARTNER_LOCAL_URL must be an address on this machine, such as "
    "http://127.0.0.1:8080, because credentials are sent there. Correct it, or remove it to call Amazon itself."
)

# Network

AMAZON_UNREACHABLE: Final = (
    "Amazon could not be reached, so nothing was sent. "
    "Check that this deployment is allowed to connect to Amazon, then run the step again."
)
LOCAL_AMAZON_UNREACHABLE: Final = (
    "The local Amazon could not be reached. "
    "Start it, or remove the environment variable AMAZON_SELLING_PARTNER_LOCAL_URL to call Amazon itself."
)
PROXY_NOT_CONNECTED: Final = (
    "The proxy did not open a connection to Amazon, so nothing was sent. Check the address, user name and password in "
    "the environment variable, and that the proxy allows connections to Amazon."
)
CERTIFICATE_NOT_TRUSTED: Final = (
    "The server's certificate is not trusted, so nothing was sent to Amazon. If a proxy inspects connections, name its "
    "certificate authority in SSL_CERT_FILE or SSL_CERT_DIR; if the reason is a date, check this machine's clock."
)
AMAZON_TOO_SLOW: Final = "Amazon did not answer in time. Run the step again in a few minutes."
CONNECTION_BROKEN: Final = (
    "The connection to Amazon broke before the response was complete. Run the step again in a few minutes."
)
RESPONSE_TOO_LARGE: Final = (
    "Amazon's response is larger than 64 MiB, so it was discarded. Run the step again, and report the error if it "
    "comes back."
)
RESPONSE_UNDECODABLE: Final = (
    "Amazon's response is not in the content encoding that it declares. Run the step again, and report the error if "
    "it comes back."
)
PROXY_INVALID: Final = (
    "The environment names a proxy whose address is not like http://proxy.example.com:8080; SOCKS is not supported. "
    "Correct the environment variable, or remove it to reach Amazon without a proxy."
)
AUTHORITIES_UNREADABLE: Final = (
    "The certificate authorities of the environment cannot be read. Correct the environment variable, SSL_CERT_FILE "
    "for a PEM file or SSL_CERT_DIR for a folder, or remove it to trust the public authorities."
)

# Login with Amazon

REFRESH_TOKEN_REJECTED: Final = (
    "Amazon does not accept the Refresh Token of the connection. Copy it again from Seller Central; if the seller "
    "revoked the app, or its yearly authorization lapsed, authorize it again and connect with the new Refresh Token."
)
CLIENT_REJECTED: Final = (
    "Amazon does not accept the Client ID or the Client Secret of the connection. Copy both again from the app's LWA "
    "credentials in Seller Central; if the Client Secret is older than 180 days, create a new one."
)
CLIENT_OF_ANOTHER_APP: Final = (
    "The Refresh Token and the Client ID of the connection belong to different apps. Copy the Refresh Token, the "
    "Client ID and the Client Secret from the same app."
)
APP_NOT_AUTHORIZED: Final = (
    "The seller has not authorized this app. Authorize it in Seller Central and connect with the new Refresh Token."
)
CREDENTIALS_REJECTED: Final = (
    "Amazon does not accept the credentials of the connection. Copy the Refresh Token, the Client ID and the Client "
    "Secret again from Seller Central and connect again."
)
TOKEN_TOO_LATE: Final = "Amazon did not issue a token in time. Run the step again in a few minutes."

# Amazon's refusals

AMAZON_FAILED: Final = (
    "Amazon failed to answer, even after retries. Nothing is wrong with the step: run it again in a few minutes."
)
PROXY_REFUSED: Final = (
    "The proxy refused to forward the request to Amazon. Check the user name and the password in the proxy's address."
)
FRESH_TOKEN_REFUSED: Final = (
    "Amazon refused the access token, and then a fresh one. Run the step again in a few minutes; if that does not "
    "help, report the error with the request id."
)
ROLE_MISSING: Final = (
    "Amazon says that this app lacks a role for the personal data of these orders. Check the app's roles, authorize it "
    "again and run the step again."
)
PERSONAL_DATA_DENIED: Final = (
    "Amazon stopped giving this app personal data partway through the list. Run the step again in a few minutes; if "
    "that does not help, check the app's roles and authorize it again."
)
REQUEST_REFUSED: Final = (
    "Amazon refused the request as invalid, although the step passed all checks. Run it again later; if that does not "
    "help, report the error with the request id."
)
NO_RESOURCE: Final = (
    "Amazon has no such resource for this seller. Check that the seller sells in the marketplace; if so, report the "
    "error with the request id."
)
OPERATION_REMOVED: Final = (
    "Amazon has removed the operation that this step needs. Install the newest version of this book."
)
V0_REMOVED: Final = (
    "Amazon has removed Orders API v0, and the environment variable AMAZON_SELLING_PARTNER_ORDERS_API pins this "
    "deployment to it. Set it to auto or to 2026-01-01, then run the step again."
)
ACCESS_DENIED: Final = (
    "Amazon denies this app access to the orders of the marketplace. The Refresh Token must come from the region of "
    "the marketplace, and the app needs a role for orders and a new authorization after its roles have changed."
)
UNREADABLE_ANSWER: Final = (
    "Amazon reported success, but its response cannot be read. Run the step again in a few minutes; if that does not "
    "help, report the error with the request id."
)

# Orders

ORDER_NOT_FOUND: Final = (
    "Amazon has no such order in the region of the marketplace. Check the order id in Seller Central, and that the "
    "order was placed in this marketplace."
)
ANOTHER_ORDER: Final = (
    "Amazon returned a different order than the one requested. Run the step again in a few minutes; if that does not "
    "help, report the error with the request id."
)
UNREADABLE_ORDER: Final = (
    "Amazon returned the order in a form that cannot be read. Report the fields listed with the request id."
)
UNREADABLE_ORDERS: Final = (
    "Amazon returned orders that cannot be read, so the step returns nothing rather than an incomplete list. Exclude "
    "them with a narrower range of dates, and report the fields listed."
)
PAGING_BROKEN: Final = (
    "Amazon's pages of orders repeat or do not end, so the step returns nothing rather than an incomplete list. Run it "
    "again, or use a narrower range of dates."
)

# Quota and time

QUOTA_EXHAUSTED: Final = (
    "Amazon's quota is used up, and this step does not have the time to wait for more. Run it again at the time given, "
    "or request fewer orders with a limit or a narrower range of dates."
)
TOO_MANY_IDS: Final = (
    "Amazon's quota does not allow this many orders by id in the time of one step. Use fewer ids in each step."
)
TIME_USED_UP: Final = (
    "The step ran out of time before Amazon had returned everything. Run it again, or request fewer orders with a "
    "limit or a narrower range of dates."
)

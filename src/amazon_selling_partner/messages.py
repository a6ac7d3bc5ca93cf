"""Every sentence that a person can read, in one place: what happened, then what to do.

Kognitos finds the guidance that a person saved by the text of the message, so a sentence stays the same every time;
names, numbers and Amazon's answer follow in brackets, see `errors`. To change a message, change it here.
"""


# Inputs

# Filters

# Settings and credentials

# Network

AMAZON_UNREACHABLE = (
    "Amazon could not be reached, so nothing was sent. "
    "Check that this deployment may open connections to Amazon, then run the step again."
)
LOCAL_AMAZON_UNREACHABLE = (
    "The local Amazon could not be reached. "
    "Start it, or remove the environment variable AMAZON_SELLING_PARTNER_LOCAL_URL to call Amazon itself."
)
PROXY_NOT_CONNECTED = (
    "The proxy did not open a connection to Amazon, so nothing was sent. Check the address, user name and password in "
    "the environment variable, and that the proxy allows connections to Amazon."
)
CERTIFICATE_NOT_TRUSTED = (
    "The server's certificate is not trusted, so nothing was sent to Amazon. If a proxy inspects connections, name its "
    "certificate authority in SSL_CERT_FILE or SSL_CERT_DIR; if the reason is a date, check this machine's clock."
)
AMAZON_TOO_SLOW = "Amazon did not answer in time. Run the step again in a few minutes."
CONNECTION_BROKEN = (
    "The connection to Amazon broke before the response was complete. Run the step again in a few minutes."
)
TIME_USED_UP = (
    "The time this step may take was used up before Amazon had answered everything. "
    "Run it again, or ask for less: a limit, or a narrower window of dates."
)
RESPONSE_TOO_LARGE = (
    "Amazon's response is larger than 64 MiB, so it was discarded. Run the step again, and report it if it stays."
)
HEADER_NOT_SENDABLE = (
    "Amazon issued a token that cannot be sent back, so the call was not made. "
    "Run the step again in a few minutes, and report it if it stays."
)
PROXY_INVALID = (
    "The environment names a proxy whose address is not like http://proxy.example.com:8080; SOCKS is not supported. "
    "Correct the environment variable, or remove it to reach Amazon without a proxy."
)
AUTHORITIES_UNREADABLE = (
    "The certificate authorities that the environment names cannot be read. Correct the environment variable, "
    "SSL_CERT_FILE for a PEM file or SSL_CERT_DIR for a folder, or remove it to trust the public authorities."
)

# Login with Amazon

# Amazon's refusals

# Orders

# Quota and time

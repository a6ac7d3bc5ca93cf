"""Every sentence that a person can read, in one place: what happened, then what to do.

Kognitos finds the guidance that a person saved by the text of the message, so a sentence stays the same every time;
names, numbers and Amazon's answer follow in brackets, see `errors`. To change a message, change it here.
"""


# Inputs

# Filters

# Settings and credentials

# Network

# Login with Amazon

# Amazon's refusals

# Orders

# Quota and time

"""The workspace in a browser: connect, write steps, look at answers. Only this package imports NiceGUI."""

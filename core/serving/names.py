"""What the front and its web processes call each other."""

COOKIE = "gatescope_process"  # names the web process that holds a visitor's session
COPY = "GATESCOPE_COPY"  # a web process's own name in its environment: "1", "2", ...

"""Serves what moto knows of AWS, from nothing, until stdin ends.

stdout: one line when it can be asked, {"endpoint"}
"""

import json
import logging
import sys

from moto.server import ThreadedMotoServer

# A line for each request would hide what a test says.
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
host, port = server.get_host_and_port()
print(json.dumps({"endpoint": f"http://{host}:{port}"}), flush=True)
sys.stdin.read()

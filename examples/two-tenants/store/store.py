"""A store: serves its greeting, or with `stock` counts what is left."""
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GREETING = f"{os.environ['TENANT']} is open\n"


class Store(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(GREETING.encode())


if sys.argv[1:] == ["stock"]:
    print(f"{os.environ['TENANT']} has {len(os.environ['TENANT']) * 100} articles in stock")
else:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Store).serve_forever()

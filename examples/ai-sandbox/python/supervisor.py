"""Waits for code, runs each in a process of its own and answers with what it printed."""
import json
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Supervisor(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({"ready": True})

    def do_POST(self):
        call = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        command = [sys.executable, "-I", "-c", call["code"]]
        run = subprocess.run(
            command, input=call.get("input", ""), capture_output=True, text=True, timeout=call.get("timeout", 30)
        )
        self.answer({"code": run.returncode, "stdout": run.stdout, "stderr": run.stderr})

    def answer(self, value):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("", 8080), Supervisor).serve_forever()

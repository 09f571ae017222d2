# Runs a program on a terminal of its own; each time that it shows a text, what belongs to it is typed: [[text, typed], ...].
import json, os, pty, sys
script = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b''
while True:
    try: data = os.read(fd, 65536)
    except OSError: break
    if not data: break
    os.write(1, data)
    seen += data
    while script and script[0][0].encode() in seen:
        seen = seen.split(script[0][0].encode(), 1)[1]
        os.write(fd, script.pop(0)[1].encode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

/** @module The program that writes one file on a node: Python's standard library, carried in a ConfigMap. */

/** Arguments: the file's content, its path, and the path of a mark that exists while both are the same. */
export const NODE_CONFIG_SOURCE = String.raw`"""Writes a file where there is none. A file of another content stays as it is."""
import os, signal, sys, time

source, target, mark = sys.argv[1:]


def write(wanted):
    """The new file appears whole and takes the place of nothing."""
    draft = os.path.join(os.path.dirname(target), "." + os.path.basename(target) + ".hks")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(wanted)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, target)
    finally:
        os.unlink(draft)


def state():
    with open(source, "rb") as file:
        wanted = file.read()
    if not os.path.lexists(target):
        write(wanted)
        return "written: restart K3s on this node, so that it reads the file"
    with open(target, "rb") as file:
        if file.read() == wanted:
            return "as it should be"
    return "REFUSED: the node has another file; merge this into it by hand, then restart K3s:\n" + wanted.decode()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
said = None
while True:
    try:
        now = state()
    except OSError as error:
        now = "REFUSED: %s" % error
    if now != said:
        said = now
        print("registries.yaml is " + now if not now.startswith("REFUSED") else now, flush=True)
    if now.startswith("REFUSED"):
        if os.path.exists(mark):
            os.unlink(mark)
    else:
        open(mark, "w").close()
    time.sleep(30)
`;

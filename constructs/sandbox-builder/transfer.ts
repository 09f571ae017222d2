/** @module The program that moves a build's context in and its image out: Python's standard library, carried in a ConfigMap. */

/** Key of the program in the build template's ConfigMap. */
export const TRANSFER_PROGRAM = 'transfer.py';

/**
 * `prune` makes room in the cache, `fetch` unpacks the context from a blob of the registry,
 * `push` uploads a docker-save archive and leaves its digest in the termination message.
 */
export const TRANSFER_SOURCE = String.raw`"""prune | fetch | push: settings come from the environment, credentials from DOCKER_CONFIG."""
import base64, hashlib, json, os, re, shutil, sys, tarfile, tempfile, time
import urllib.error, urllib.parse, urllib.request

CHUNK = 1 << 20
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
LAYER_PLAIN = "application/vnd.docker.image.rootfs.diff.tar"
LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd"


class Registry:
    def __init__(self, host, repository, actions):
        self.host, self.repository = host, repository
        scheme = "http" if os.environ.get("REGISTRY_PLAIN_HTTP") == "true" else "https"
        self.base = "%s://%s" % (scheme, host)
        self.scope = "repository:%s:%s" % (repository, actions)
        self.basic = credential(host)
        self.authorization = self.basic and "Basic " + self.basic

    def call(self, method, url, body=None, headers=None, missing_ok=False):
        url = urllib.parse.urljoin(self.base + "/", url)
        for attempt in (1, 2):
            request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
            if self.authorization and url.startswith(self.base + "/"):
                request.add_unredirected_header("Authorization", self.authorization)
            try:
                return urllib.request.urlopen(request, timeout=60)
            except urllib.error.HTTPError as error:
                if error.code == 404 and missing_ok:
                    return None
                challenge = error.headers.get("WWW-Authenticate", "")
                if error.code == 401 and attempt == 1 and challenge.lower().startswith("bearer "):
                    self.authorization = "Bearer " + self.token(challenge)
                    if hasattr(body, "seek"):
                        body.seek(0)
                    continue
                text = error.read(2000).decode("utf-8", "replace")
                sys.exit("%s %s: %d %s" % (method, url, error.code, text))

    def token(self, challenge):
        fields = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        query = {"service": fields.get("service", ""), "scope": self.scope}
        request = urllib.request.Request(fields["realm"] + "?" + urllib.parse.urlencode(query))
        if self.basic:
            request.add_unredirected_header("Authorization", "Basic " + self.basic)
        answer = json.load(urllib.request.urlopen(request, timeout=60))
        return answer.get("token") or answer["access_token"]

    def upload(self, digest, size, body):
        path = "/v2/%s/blobs/" % self.repository
        if self.call("HEAD", path + digest, missing_ok=True):
            return
        location = self.call("POST", path + "uploads/", b"").headers["Location"]
        target = location + ("&" if "?" in location else "?") + "digest=" + urllib.parse.quote(digest)
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        self.call("PUT", target, body, headers)


def credential(host):
    path = os.path.join(os.environ.get("DOCKER_CONFIG", "/nowhere"), "config.json")
    if not os.path.exists(path):
        return None
    with open(path) as file:
        auths = json.load(file).get("auths", {})
    for name in (host, "http://" + host, "https://" + host):
        entry = auths.get(name)
        if entry and entry.get("auth"):
            return entry["auth"]
        if entry and entry.get("username"):
            pair = "%s:%s" % (entry["username"], entry.get("password", ""))
            return base64.b64encode(pair.encode()).decode()
    return None


def prune():
    folders = [os.environ["CACHE_DIR"]]
    if os.environ.get("CACHE_FOLDERS") == "true":
        folders = [entry.path for entry in os.scandir(folders[0]) if entry.is_dir(follow_symlinks=False)]
    oldest = time.time() - int(os.environ["CACHE_TTL_SECONDS"])
    entries = sorted(entry for folder in folders for entry in measured(folder))
    room = sum(entry[1] for entry in entries) - int(os.environ["CACHE_BYTES"])
    for modified, length, path in entries:
        if modified < oldest or room > 0:
            shutil.rmtree(path, ignore_errors=True)
            room -= length
            print("removed %s of %d bytes from the cache" % (os.path.basename(path), length))


def measured(folder):
    for entry in os.scandir(folder):
        try:
            if entry.is_dir(follow_symlinks=False):
                yield entry.stat(follow_symlinks=False).st_mtime, size(entry.path), entry.path
        except FileNotFoundError:
            pass  # Another build has removed it just now.


def size(path):
    return sum(os.lstat(os.path.join(folder, name)).st_size
               for folder, _, names in os.walk(path) for name in names)


def fetch():
    digest, target = os.environ["CONTEXT_DIGEST"], os.environ["CONTEXT_DIR"]
    limit = int(os.environ["CONTEXT_BYTES"])
    registry = Registry(os.environ["REGISTRY"], os.environ["CONTEXT_REPOSITORY"], "pull")
    answer = registry.call("GET", "/v2/%s/blobs/%s" % (registry.repository, digest))
    seen, length = hashlib.sha256(), 0
    with tempfile.TemporaryFile(dir=target) as archive:
        for chunk in iter(lambda: answer.read(CHUNK), b""):
            length += len(chunk)
            if length > limit:
                sys.exit("the context is larger than %d bytes" % limit)
            seen.update(chunk)
            archive.write(chunk)
        if "sha256:" + seen.hexdigest() != digest:
            sys.exit("the context is not %s" % digest)
        archive.seek(0)
        unpack(archive, target, limit)


def unpack(archive, target, limit):
    unpacked = count = 0
    root = os.path.realpath(target)
    try:
        with tarfile.open(fileobj=archive, mode="r|*") as tar:
            for member in tar:
                unpacked, count = unpacked + member.size, count + 1
                if unpacked > limit or count > 100_000:
                    sys.exit("the unpacked context is larger than %d bytes or 100000 files" % limit)
                place(tar, member, root)
    except (tarfile.TarError, EOFError, OSError) as error:
        sys.exit("the context is refused: %s" % error)
    print("unpacked %d files, %d bytes" % (count, unpacked))


def place(tar, member, root):
    path = os.path.normpath(os.path.join(root, member.name))
    parent = os.path.realpath(os.path.dirname(path)) if path != root else root
    if not inside(path, root) or not inside(parent, root) or ".." in member.name.split("/"):
        sys.exit("the context is refused: %s is outside of it" % member.name)
    os.makedirs(parent, exist_ok=True)
    if member.isdir():
        if os.path.islink(path):
            sys.exit("the context is refused: %s is a link and a folder" % member.name)
        os.makedirs(path, exist_ok=True)
        return
    if os.path.lexists(path):
        os.remove(path)
    if member.issym():
        if not inside(os.path.realpath(os.path.join(parent, member.linkname)), root):
            sys.exit("the context is refused: %s leads out of it" % member.name)
        os.symlink(member.linkname, path)
    elif member.isreg():
        with open(path, "xb") as file:
            shutil.copyfileobj(tar.extractfile(member), file, CHUNK)
        os.chmod(path, member.mode & 0o755 | 0o600)
        os.utime(path, (member.mtime, member.mtime))
    else:
        sys.exit("the context is refused: %s is no file, folder or symbolic link" % member.name)


def inside(path, root):
    return path == root or path.startswith(root + os.sep)


def push():
    host, _, rest = os.environ["DESTINATION"].partition("/")
    repository, _, tag = rest.rpartition(":")
    registry = Registry(host, repository, "pull,push")
    handle = os.open(os.environ["IMAGE_TAR"], os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(handle, "rb") as file, tarfile.open(fileobj=file) as tar:
        [image] = json.loads(small(tar, "manifest.json"))
        config = small(tar, image["Config"])
        layers = [push_layer(registry, tar, name) for name in image["Layers"]]
    digest = sha256(config)
    registry.upload(digest, len(config), config)
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(config), "digest": digest}, "layers": layers,
    }, separators=(",", ":")).encode()
    registry.call("PUT", "/v2/%s/manifests/%s" % (repository, tag), manifest, {"Content-Type": MANIFEST})
    with open("/dev/termination-log", "w") as file:
        file.write(sha256(manifest))
    print("pushed %s@%s" % (os.environ["DESTINATION"], sha256(manifest)))


def small(tar, name):
    if tar.getmember(name).size > 4 * CHUNK:
        sys.exit("%s of the image is larger than 4 MiB" % name)
    return tar.extractfile(name).read()


def push_layer(registry, tar, name):
    length, seen, file = tar.getmember(name).size, hashlib.sha256(), tar.extractfile(name)
    head = file.read(4)
    media = LAYER if head[:2] == b"\x1f\x8b" else LAYER_ZSTD if head == b"\x28\xb5\x2f\xfd" else LAYER_PLAIN
    file.seek(0)
    for chunk in iter(lambda: file.read(CHUNK), b""):
        seen.update(chunk)
    digest = "sha256:" + seen.hexdigest()
    file.seek(0)
    registry.upload(digest, length, file)
    return {"mediaType": media, "size": length, "digest": digest}


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


{"prune": prune, "fetch": fetch, "push": push}[sys.argv[1]]()
`;

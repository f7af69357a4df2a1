"""SSH keys as their owners have them: registered and proved, with ssh-keygen itself.

    line, fingerprint = new_key()                          # a fresh one
    row = add_key(client, line, password=PASSWORD)         # registered, and proved by a signature; a path of a private key does, too
"""
import atexit
import itertools
import pathlib
import shutil
import subprocess
import tempfile

SPACE = "key@postern"
folder, count = None, itertools.count()
paths = {}  # of private keys, by the public one


def pair(where, kind="ed25519", *more, name="key", comment="of a test"):
    """The path of a fresh private key."""
    path = pathlib.Path(where) / name
    subprocess.run(["ssh-keygen", "-q", "-t", kind, *more, "-N", "", "-C", comment, "-f", path], check=True, timeout=60)
    paths[public(path)] = path
    return path


def new_key(kind="ed25519", *more, comment="of a test"):
    """(the line of its .pub file, its fingerprint)"""
    global folder
    if folder is None:
        folder = tempfile.mkdtemp(prefix="postern-keys-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = pair(folder, kind, *more, name=f"key{next(count)}", comment=comment)
    return public(path), fingerprint(path)


def public(path):
    return pathlib.Path(f"{path}.pub").read_text().strip()


def fingerprint(path):
    return subprocess.run(["ssh-keygen", "-lf", f"{path}.pub"], check=True, capture_output=True, text=True, timeout=60).stdout.split()[1]


def sign(key, challenge, space=SPACE):
    """What ssh-keygen prints."""
    return subprocess.run(["ssh-keygen", "-Y", "sign", "-n", space, "-f", paths.get(key, key)], input=challenge, check=True, capture_output=True,
                          text=True, timeout=60).stdout


def prove(client, key, row):
    return client.ask("key.prove", key=row["id"], signature=sign(key, row["challenge"]))["key"]


def add_key(client, key, **more):
    """Registered and proved; what the server says of it then. key: a line of new_key, or the path of a private one."""
    return prove(client, key, client.ask("key.add", key=key if key in paths else public(key), **more)["key"])

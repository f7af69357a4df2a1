"""SSH keys as their owners have them: registered and proved, with ssh-keygen itself.

    key = pair(folder)                                    # a fresh one: path of the private key
    row = add_key(client, key, password=PASSWORD)         # registered, and proved by a signature
"""
import pathlib
import subprocess

SPACE = "key@postern"


def pair(folder, kind="ed25519", *more, name="key", comment="of a test"):
    path = pathlib.Path(folder) / name
    subprocess.run(["ssh-keygen", "-q", "-t", kind, *more, "-N", "", "-C", comment, "-f", path], check=True, timeout=60)
    return path


def public(path):
    return pathlib.Path(f"{path}.pub").read_text().strip()


def fingerprint(path):
    return subprocess.run(["ssh-keygen", "-lf", f"{path}.pub"], check=True, capture_output=True, text=True, timeout=60).stdout.split()[1]


def sign(path, challenge, space=SPACE):
    """What ssh-keygen prints."""
    return subprocess.run(["ssh-keygen", "-Y", "sign", "-n", space, "-f", path], input=challenge, check=True, capture_output=True, text=True,
                          timeout=60).stdout


def prove(client, path, row):
    return client.ask("key.prove", key=row["id"], signature=sign(path, row["challenge"]))["key"]


def add_key(client, path, **more):
    """Registered and proved; what the server says of it then."""
    return prove(client, path, client.ask("key.add", key=public(path), **more)["key"])

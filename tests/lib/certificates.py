"""Certificates for a test, made by openssl: an authority of one's own, and what it certifies.

    a = Certificates(folder)
    cert, key = a.make("localhost", names="DNS:localhost,IP:127.0.0.1")
    cert, key = a.make("old", days=2, shift=-10)     # it ended eight days ago
"""
import datetime
import pathlib
import subprocess

EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")


def openssl(folder, *words):
    ran = subprocess.run(["openssl", *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, (words, ran.stderr)
    return ran.stdout


CONFIG = """[ca]
default_ca = here
[here]
database = index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
"""


class Certificates:
    def __init__(self, folder, name="Test Authority", days=3650):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ca = self.folder / "ca.pem"
        openssl(self.folder, "req", "-x509", *EC, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", days, "-subj", f"/CN={name}",
                "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        (self.folder / "ca.conf").write_text(CONFIG)
        (self.folder / "index").write_text("")
        (self.folder / "index.attr").write_text("unique_subject = no\n")

    def make(self, name, names="DNS:localhost,IP:127.0.0.1", days=90, shift=0, kind=EC, extra=""):
        """(certificate, key); shift: days from now on which it begins; extra: lines of its extensions."""
        cert, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        (self.folder / f"{name}.ext").write_text((f"subjectAltName={names}\n" if names else "") + extra)
        openssl(self.folder, "req", *kind, "-nodes", "-keyout", key, "-out", f"{name}.csr", "-subj", f"/CN={name}")
        begins = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=shift)
        ends = begins + datetime.timedelta(days=days)
        openssl(self.folder, "ca", "-batch", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in", f"{name}.csr", "-out", cert,
                "-startdate", f"{begins:%Y%m%d%H%M%SZ}", "-enddate", f"{ends:%Y%m%d%H%M%SZ}", "-extfile", f"{name}.ext", "-notext")
        return cert, key

    def by_itself(self, name, names="DNS:localhost,IP:127.0.0.1"):
        cert, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        openssl(self.folder, "req", "-x509", *EC, "-nodes", "-days", 90, "-keyout", key, "-out", cert, "-subj", f"/CN={name}",
                "-addext", f"subjectAltName={names}", "-addext", "basicConstraints=critical,CA:FALSE")
        return cert, key

"""Certificates for a test, made by openssl: an authority of one's own, and what it certifies.

    a = Certificates(folder)
    cert, key = a.make("localhost", names="DNS:localhost,IP:127.0.0.1")
    cert, key = a.make("old", days=2, shift=-10)     # it ended eight days ago
"""
import pathlib
import subprocess

EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")


def openssl(folder, *words, shift=0):
    """Runs it; shift: days by which its clock is off."""
    clock = ["faketime", "-f", f"{shift:+d}d"] if shift else []
    ran = subprocess.run([*clock, "openssl", *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, (words, ran.stderr)
    return ran.stdout


class Certificates:
    def __init__(self, folder, name="Test Authority", days=3650, shift=0):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ca = self.folder / "ca.pem"
        openssl(self.folder, "req", "-x509", *EC, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", days, "-subj", f"/CN={name}",
                "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign", shift=shift)

    def make(self, name, names="DNS:localhost,IP:127.0.0.1", days=90, shift=0, kind=EC, extra=""):
        """(certificate, key); extra: lines of its extensions."""
        cert, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        (self.folder / f"{name}.ext").write_text((f"subjectAltName={names}\n" if names else "") + extra)
        openssl(self.folder, "req", *kind, "-nodes", "-keyout", key, "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl(self.folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", cert,
                "-days", days, "-extfile", f"{name}.ext", shift=shift)
        return cert, key

    def by_itself(self, name, names="DNS:localhost,IP:127.0.0.1"):
        cert, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        openssl(self.folder, "req", "-x509", *EC, "-nodes", "-days", 90, "-keyout", key, "-out", cert, "-subj", f"/CN={name}",
                "-addext", f"subjectAltName={names}", "-addext", "basicConstraints=critical,CA:FALSE")
        return cert, key

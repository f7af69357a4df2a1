"""A phone with an authenticator: codes from a secret as it was shown, by a program that is not ours (oathtool)."""
import re
import subprocess
import time

from daemon import wait_until


class Phone:
    """A code of each step is given out once: of the step before the present one, the present one, and the one after it, in that order;
    then it waits for the clock."""

    def __init__(self, secret):
        self.secret = secret.replace(" ", "")
        self.step = None

    def at(self, step):
        got = subprocess.run(["oathtool", "--totp", "-b", self.secret, "--now", f"@{step * 30}"], capture_output=True, text=True, timeout=30)
        assert got.returncode == 0, got.stderr
        return got.stdout.strip()

    @staticmethod
    def now():
        return int(time.time()) // 30

    @staticmethod
    def oldest():
        """The step of the oldest code that stays good for a while: that of the step before ends with this one."""
        return (int(time.time()) - 15) // 30

    def code(self):
        """One that is good now and was not given out before."""
        step = self.oldest() if self.step is None else max(self.step + 1, self.oldest())
        wait_until(lambda: step <= self.now() + 1, 60, "the phone's next code")
        self.step = step
        return self.at(step)

    def wrong(self):
        """Six digits that are no code anywhere near now."""
        near = {self.at(self.now() + i) for i in range(-3, 4)}
        return next(f"{n:06}" for n in range(10 ** 6) if f"{n:06}" not in near)


def secret_on(screen):
    """The secret that stands on the screen of setting it up, in groups of four: all of it."""
    def groups(s):
        found = " ".join(re.findall(r"(?:[A-Z2-7]{4} ){3}[A-Z2-7]{4}", s.text())).split()
        return len(found) == 8 and "".join(found)
    return groups(screen.wait_for(groups))


def enrol(client, **args):
    """Sets up a second factor for whoever is signed in: the phone, and the backup codes."""
    begun = client.ask("mfa.begin", **args)
    phone = Phone(begun["secret"])
    confirmed = client.ask("mfa.confirm", code=phone.code())
    return phone, confirmed["codes"]

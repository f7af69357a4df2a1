"""./dev test: what failed and passed when it was run again is said by name; what failed twice has failed."""
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(os.environ.get("POSTERN_SOURCE", "."))


def test_what_passes_when_run_again_is_named(tmp_path):
    once = f"test -e {tmp_path}/$0 || {{ touch {tmp_path}/$0; false; }}"
    (tmp_path / "CTestTestfile.cmake").write_text(
        'add_test(good "true")\nadd_test(bad "false")\n'
        + "".join(f'add_test({name} "sh" "-c" "{once}" "{i}")\n' for i, name in enumerate(["ops/test_a.py", "screens/test_a_name_that_is_long_.py"])).replace("$0", "\\$0"))
    ran = subprocess.run(["ctest", "--test-dir", tmp_path, "--output-on-failure", "--repeat", "until-pass:2", "-j3"],
                         capture_output=True, text=True, timeout=60)
    assert ran.returncode != 0
    (tmp_path / "log").write_text(ran.stdout)
    function = re.search(r"^passed_when_run_again\(\)\n\{.*?^\}\n", (ROOT / "dev").read_text(), re.S | re.M)
    said = subprocess.run(["bash", "-c", function[0] + 'passed_when_run_again "$1"', "-", tmp_path / "log"], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["ops/test_a.py", "screens/test_a_name_that_is_long_.py"]

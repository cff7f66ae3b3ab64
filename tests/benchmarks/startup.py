"""How long the command line takes to start, as a multiple of importing numpy in the same run."""

import subprocess
import sys
import time


def best(command: list[str], repeats: int = 15) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    numpy = best([sys.executable, "-c", "import numpy"])
    for arguments in (["-c", "import gradproof"], ["-m", "gradproof", "--help"]):
        ratio = best([sys.executable, *arguments]) / numpy
        print(f"{' '.join(arguments):28} {ratio:5.2f} × import numpy")


if __name__ == "__main__":
    main()

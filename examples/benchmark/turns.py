"""What the benchmarks beside it share: a timer of ours that is asked over a pipe, and sides that take turns."""
import os
import subprocess


class Java:
    """A timer of io.github.residual4j.examples.benchmark, which answers each line with a number."""

    def __init__(self, java, timer, *arguments, flags=()):
        command = [java, "--add-modules", "jdk.incubator.vector", *flags]
        command += ["-cp", "examples/target/residual4j.jar" + os.pathsep + "examples/target/lib/*"]
        command += ["io.github.residual4j.examples.benchmark." + timer, *arguments]
        pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.process = subprocess.Popen(command, **pipes)

    def ask(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def by_turns(sides, rounds, warm=1):
    """The times of each side, which another begins in every round."""
    for side in sides.values():
        for _ in range(warm):
            side()
    times = {name: [] for name in sides}
    for i in range(rounds):
        first = i % len(sides)
        for name in list(sides)[first:] + list(sides)[:first]:
            times[name].append(sides[name]())
    return times

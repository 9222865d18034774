"""How much the first analysis of a short text takes in a fresh JVM, as it comes and with plain loops alone.

  mvn -ntp -DskipTests package
  /usr/bin/python3 examples/benchmark/first_call.py [--jvms N] [--java JAVA]

Run from the repository's root. JVMs of both kinds take turns; the difference is the median over neighbouring ones.
"""
import argparse
import os
import statistics
import subprocess

parser = argparse.ArgumentParser()
parser.add_argument("--jvms", type=int, default=20, help="of each kind")
parser.add_argument("--java", default="java")
options = parser.parse_args()


def first_call(kernels):
    command = [options.java, "--add-modules", "jdk.incubator.vector", f"-Dresidual4j.kernels={kernels}"]
    command += ["-cp", "examples/target/residual4j.jar" + os.pathsep + "examples/target/lib/*"]
    command += ["io.github.residual4j.examples.benchmark.FirstCall"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return [float(ms) for ms in output.split()]


auto, scalar = [], []
for i in range(options.jvms):
    for kind in ("auto", "scalar") if i % 2 else ("scalar", "auto"):
        (auto if kind == "auto" else scalar).append(first_call(kind))
for column, name in enumerate(("cosine, the JVM's first call", "report after it")):
    a, s = [run[column] for run in auto], [run[column] for run in scalar]
    difference = statistics.median(x - y for x, y in zip(a, s))
    print(f"{name}: auto {statistics.median(a):.2f} ms, scalar {statistics.median(s):.2f} ms, difference {difference:+.2f} ms")

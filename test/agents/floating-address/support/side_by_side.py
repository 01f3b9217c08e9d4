"""Runs the tests of the main program at the same time: most of their time they wait. Each has a process and addresses of its own."""

import os
import shutil
import sys
import tempfile
import time
import unittest

from .machine import Place

# Each starts agents, and starting one is work: more would be late on two processors.
WIDTH = 6
# What each test says.
FOLDER = tempfile.mkdtemp()


def main():
    tests = named_tests(sys.argv[1:])
    waiting, running, failed = list(enumerate(tests, 1)), {}, []
    began = time.monotonic()
    while waiting or running:
        while waiting and len(running) < WIDTH:
            number, test = waiting.pop(0)
            running[start(number, test)] = (number, test, time.monotonic())
        pid, status = os.wait()
        # As process 1 of the container this one takes in others' children, too.
        if pid not in running:
            continue
        number, test, since = running.pop(pid)
        print(f"{'ok' if status == 0 else 'FAILED'} {time.monotonic() - since:.1f} s {test.id()}", file=sys.stderr)
        if status != 0:
            failed.append(number)
    for number in failed:
        with open(said(number), encoding="utf-8") as source:
            shutil.copyfileobj(source, sys.stderr)
    print(f"Ran {len(tests)} tests in {time.monotonic() - began:.1f} s", file=sys.stderr)
    sys.exit(bool(failed) or not tests)


def named_tests(names):
    loader, module = unittest.defaultTestLoader, sys.modules["__main__"]
    suite = loader.loadTestsFromNames(names, module) if names else loader.loadTestsFromModule(module)
    return list(flat(suite))


def flat(suite):
    for test in suite:
        yield from flat(test) if isinstance(test, unittest.TestSuite) else [test]


def said(number):
    return f"{FOLDER}/{number}"


def start(number, test):
    pid = os.fork()
    if pid != 0:
        return pid
    status = 1
    try:
        test.place = Place(number)
        with open(said(number), "wb") as out:
            for stream in (1, 2):
                os.dup2(out.fileno(), stream)
        status = int(not unittest.TextTestRunner().run(test).wasSuccessful())
    finally:
        sys.stderr.flush()
        os._exit(status)

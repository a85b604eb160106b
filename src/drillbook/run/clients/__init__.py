"""The programs by which steps speak to servers: each is started as a process of its own.

Every import costs every step: records are NamedTuples, for dataclasses alone would add a quarter.
"""

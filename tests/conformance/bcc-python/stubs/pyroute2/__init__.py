# SPDX-License-Identifier: Apache-2.0
"""BCC's tests import pyroute2 where they do not use it, too: this is for those that do not."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (), {})

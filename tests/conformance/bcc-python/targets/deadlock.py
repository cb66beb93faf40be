# SPDX-License-Identifier: Apache-2.0
"""Two threads that take two mutexes in one order each, one after the other, so that none waits for ever."""
import ctypes
import threading
import time

libc = ctypes.CDLL("libc.so.6")
first, second = ctypes.create_string_buffer(64), ctypes.create_string_buffer(64)


def take(*mutexes):
    for mutex in mutexes:
        libc.pthread_mutex_lock(mutex)
    for mutex in reversed(mutexes):
        libc.pthread_mutex_unlock(mutex)


while True:
    for order in ((first, second), (second, first)):
        thread = threading.Thread(target=take, args=order)
        thread.start()
        thread.join()
    time.sleep(0.2)
